"""A question in words that keeps machines out: needs no picture, no sound, no other server.

It is heard by a screen reader as it is read by an eye (ADR 0015). The answer is not in the page:
the form carries a signed token with a keyed hash of it, good for one try within two hours.
"""

from __future__ import annotations

import hmac
import secrets
import time
import unicodedata
from dataclasses import dataclass

from django.core import signing
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from gongkai.base.models import RateWindow

VALID = 2 * 3600
_SALT = "gongkai.question"
_DIGITS = "零一二三四五六七八九"

#: What a form shows when the answer is not taken.
WRONG = "答案不对。已经换了一道题，请再答一次。"
STALE = "这道题已经用过或者过期了。已经换了一道题，请再答一次。"


@dataclass(frozen=True, slots=True)
class Question:
    """``text`` is for the person, ``token`` goes into the form and comes back with the answer."""

    text: str
    token: str


def ask(about: str) -> Question:
    """A new question; ``about`` binds it to one form (a draft's key), never shown."""
    a, b = secrets.randbelow(9) + 1, secrets.randbelow(9) + 1
    text, answer = secrets.choice(
        [
            (f"{chinese(a)}加{chinese(b)}等于几？", a + b),
            (f"{chinese(a + b)}减{chinese(b)}等于几？", a),
            (f"有{counted(a)}个苹果，再拿来{counted(b)}个，一共几个？", a + b),
        ]
    )
    once = secrets.token_urlsafe(12)
    token = signing.dumps(
        {"o": once, "a": _mark(once, about, answer), "t": int(time.time())}, salt=_SALT
    )
    return Question(text, token)


def refused(token: str, answer: str, about: str) -> str:
    """ "" when the answer is right, else the sentence for the person. A token counts once."""
    try:
        held = signing.loads(token, salt=_SALT, max_age=VALID)
    except signing.BadSignature:
        return STALE
    if not _first_time(held["o"], held["t"]):
        return STALE
    number = number_of(answer)
    right = number is not None and hmac.compare_digest(held["a"], _mark(held["o"], about, number))
    return "" if right else WRONG


def _mark(once: str, about: str, answer: int) -> str:
    return salted_hmac(_SALT, f"{once}|{about}|{answer}").hexdigest()[:32]


def _first_time(once: str, asked_at: int) -> bool:
    """Note the token as used; windows older than a day are swept (``ratelimit.sweep``)."""
    key = salted_hmac("gongkai.question.used", once).hexdigest()
    try:
        with transaction.atomic():
            RateWindow.objects.create(key=key, window=asked_at, count=1)
    except IntegrityError:
        return False
    return True


def chinese(number: int) -> str:
    """A number below a hundred as it is spoken: 十二."""
    tens, ones = divmod(number, 10)
    lead = {0: "", 1: "十"}.get(tens, f"{_DIGITS[tens]}十")
    return lead + (_DIGITS[ones] if ones or not tens else "")


def counted(number: int) -> str:
    """The number before a measure word: 两个, not 二个."""
    return "两" if number == 2 else chinese(number)


def number_of(text: str) -> int | None:
    """The number below a hundred that somebody wrote: 12, １２, 十二, 12只; None if it is none."""
    said = unicodedata.normalize("NFKC", text).strip().strip("。.！!个只是 ").replace("两", "二")
    if said.isascii() and said.isdigit() and len(said) <= 2:
        return int(said)
    return next((n for n in range(100) if chinese(n) == said), None)
