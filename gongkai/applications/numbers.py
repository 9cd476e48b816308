"""Numbers of applications: gap-free per body and year, never reused, easy to say on the phone."""

from __future__ import annotations

import hmac
import secrets

from django.db import transaction

from gongkai.applications.models import Application, SerialCounter
from gongkai.base.sealed import mark
from gongkai.bodies.models import Body

#: No 0, O, 1, I, L: what can be confused when read aloud or copied by hand.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8


def next_serial(body: Body, year: int, kind: str = "application") -> int:
    """The next number, taken inside the caller's transaction: undone with it, so no gap."""
    assert transaction.get_connection().in_atomic_block
    SerialCounter.objects.get_or_create(body=body, year=year, kind=kind)
    counter = SerialCounter.objects.select_for_update().get(body=body, year=year, kind=kind)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


def tracking_number(year: int, body_id: int, serial: int, lead: str = "") -> str:
    """The 受理编号: year, body, serial, and a digit that catches a slip of the pen."""
    digits = f"{lead}{year}{body_id:04d}{serial:05d}"
    return digits + str(check_digit(digits))


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


def code_mark(number: str, code: str) -> str:
    """What is stored of a query code."""
    return mark("code", f"{number}|{code}")


def mark_applicant(case: Application) -> None:
    """The marks by which the same applicant is found, of what the case holds of him now."""
    who = case.applicant or {}
    case.identity_mark = mark("identity", who.get("id_number") or who.get("credit_code") or "")
    case.name_mark = mark("name", who.get("name", ""))
    case.phone_mark = mark("phone", who.get("phone", ""))


def code_fits(number: str, code: str, stored: str) -> bool:
    """Whether ``code`` is the query code of ``number``, in constant time."""
    return hmac.compare_digest(code_mark(number, code), stored)
