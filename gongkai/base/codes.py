"""Numbers and query codes given to a citizen: easy to say on the phone, never enough to guess."""

from __future__ import annotations

import hmac
import secrets
import unicodedata

from gongkai.base.sealed import mark

#: No 0, O, 1, I, L: what can be confused when read aloud or copied by hand.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8


def check_digit(digits: str) -> int:
    """ISO 7064 MOD 11,10: catches every single wrong digit and nearly every swap."""
    rest = 10
    for digit in digits:
        rest = (rest + int(digit)) % 10 or 10
        rest = rest * 2 % 11
    return (11 - rest) % 10


def new_code(submission_key: str | None = None) -> str:
    """A query code. Of a form it follows from the form's key: sent twice, it is the same."""
    if not submission_key:
        return "".join(secrets.choice(_LETTERS) for _ in range(CODE_LENGTH))
    return letters_of(int(mark("query-code", submission_key), 16), CODE_LENGTH)


def letters_of(value: int, length: int) -> str:
    """A large number as so many letters that are not confused with each other."""
    out = []
    for _ in range(length):
        value, at = divmod(value, len(_LETTERS))
        out.append(_LETTERS[at])
    return "".join(out)


def grouped(code: str) -> str:
    """A query code as it is shown, to the citizen and to the clerk alike: SGPH Q3AM."""
    return f"{code[:4]} {code[4:]}".strip()


def code_mark(number: str, code: str) -> str:
    """What is stored of a query code."""
    return mark("code", f"{number}|{code}")


def code_fits(number: str, code: str, stored: str) -> bool:
    """Whether ``code`` is the query code of ``number``, in constant time."""
    return hmac.compare_digest(code_mark(number, code), stored)


def lock_of(stored: str) -> str:
    """By which a session knows whether the code it came in with is still the one."""
    return mark("code-lock", stored)[:16]


def typed(text: str) -> str:
    """A number or code however it was copied: letters and digits only, as they are printed."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())
