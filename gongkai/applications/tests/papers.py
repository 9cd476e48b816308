"""A letter on its way out, in as few words as a story needs."""

from __future__ import annotations

from gongkai.applications import clock
from gongkai.applications.actions.delivery import deliver_letter
from gongkai.applications.actions.papers import move_letter, stations
from gongkai.applications.models import Letter
from gongkai.applications.tests.cast import Cast


def send(letter: Letter, cast: Cast, way: str = Letter.Way.COUNTER) -> Letter:
    """The letter passes its stations and is handed over today."""
    who = {"legal": cast.legal, "secrecy": cast.secrecy, "sign": cast.leader}
    keys = {"legal": "legal-review", "secrecy": "secrecy-review", "sign": "sign", "seal": "seal"}
    way_of = stations(letter)
    if way_of:
        letter = move_letter(letter, "submit", by=cast.clerk)
    for station in way_of:
        by = who.get(station, cast.seal_keeper)
        letter = move_letter(letter, keys[station], by=by, note="同意")
    number = "1000000000000" if way == Letter.Way.POST else ""
    return deliver_letter(letter, way=way, on=clock.today(), tracking=number, by=cast.clerk)
