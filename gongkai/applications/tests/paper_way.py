"""Letters on their way, walked by the right people."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from gongkai.applications import clock
from gongkai.applications.actions.core import on_case, record
from gongkai.applications.actions.delivery import deliver_letter
from gongkai.applications.actions.papers import MOVES, move_letter, stations, take
from gongkai.applications.letters.compose import draft_letter
from gongkai.applications.letters.variables import asks
from gongkai.applications.models import Application, Letter
from gongkai.applications.tests.cast import Cast


def a_letter(case: Application, code: str, cast: Cast, **values: Any) -> Letter:
    """A draft by the clerk, what a person writes filled in from the samples."""
    filled = {
        (v.key or v.name): v.sample.isoformat() if isinstance(v.sample, date) else v.sample
        for v in asks(code)
    }
    with on_case(case, by=cast.clerk) as case:
        return draft_letter(case, code, by=cast.clerk, values=filled | values)


def _way(letter: Letter, cast: Cast) -> list[tuple[str, User, str]]:
    """The steps of the letter up to its seal: which, by whom, with what words."""
    people = {
        "legal": ("legal-review", cast.legal, ""),
        "secrecy": ("secrecy-review", cast.secrecy, "可以公开，依据第十七条"),
        "sign": ("sign", cast.leader, ""),
        "seal": ("seal", cast.seal_keeper, ""),
    }
    wanted = stations(letter)
    submitted = [("submit", cast.clerk, "")] if wanted else []
    return submitted + [people[name] for name in wanted]


def walked(letter: Letter, cast: Cast, *, on: date) -> Letter:
    """The letter through all its stations, each a deed of another person."""
    for key, person, note in _way(letter, cast):
        letter = move_letter(letter, key, by=person, note=note, on=on)
    return letter


def made_ready(letter: Letter, cast: Cast, *, on: date) -> Letter:
    """The same in one deed, for what begins with a letter that may go out."""
    with on_case(letter.application, by=None) as case:
        letter = _taken(case, letter, cast, on)
        record(case, "审签用印", by=None)
    return letter


def _taken(case: Application, letter: Letter, cast: Cast, on: date) -> Letter:
    known = Letter.objects.select_related("application__body__application_settings")
    letter = known.get(pk=letter.pk)
    for key, person, note in _way(letter, cast):
        take(case, letter, MOVES[key], note, by=person, on=on)
    return letter


def sent(letter: Letter, cast: Cast, *, on: date, way: str = "counter", **how: Any) -> Letter:
    """The letter made ready and delivered on the same day: of both, the delivery is a deed."""
    with transaction.atomic():
        letter = _taken(letter.application, letter, cast, on)
    return deliver_letter(letter, way=way, on=on, by=cast.clerk, **how)


def send(letter: Letter, cast: Cast, way: str = Letter.Way.COUNTER) -> Letter:
    """The letter made ready and handed over today, by post with a number."""
    number = "1000000000000" if way == Letter.Way.POST else ""
    return sent(letter, cast, on=clock.today(), way=way, tracking=number)
