"""网站自查: look at a body's website, log what is found, settle what is found no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from gongkai.base.site_checks import ALONE, DEEP, KINDS, Problem, problems
from gongkai.bodies.calendars import calendar_for
from gongkai.bodies.ledger.actions import Person, change, enter
from gongkai.bodies.ledger.queries import entries, unsettled
from gongkai.bodies.models import Body
from gongkai.law.parameters import rule
from gongkai.registers.books.site import CHECKS, FINDINGS
from gongkai.registers.models import SiteCheck, SiteFinding

Kind = SiteCheck.Kind
GONE = "自查时没有再发现。"
#: So many new problems of one kind are logged at a look; the next look logs more.
MOST_NEW = 100


@dataclass(frozen=True, slots=True)
class Indicator:
    """How a body stands in one kind of problem.

    ``bound``: so many of them are a veto, 0: no number is; ``alone``: one may be a veto by itself.
    """

    kind: str
    label: str
    count: int
    bound: int
    alone: bool
    veto: bool


def is_whole_due(body: Body, on: date) -> bool:
    """Whether the last look at everything is as long ago as ``inspection.self_check_days``."""
    days = int(rule("inspection.self_check_days", on=on).value)
    recent = entries(CHECKS, body).filter(
        kind=Kind.WEEKLY, happened_on__gt=on - timedelta(days), happened_on__lte=on
    )
    return not recent.exists()


def look(body: Body, *, whole: bool, by: Person = None, on: date | None = None) -> SiteCheck:
    """One look: new problems are logged, those that are gone are settled, the look is logged.

    Safe to do again: a problem has one open line, a day one line of each kind of look.
    """
    on = on or timezone.localdate()
    # Takes a while: before anything is locked.
    found = {one.key: one for one in problems(body, on, whole=whole)}
    with transaction.atomic():
        Body.objects.select_for_update(of=("self",), no_key=True).get(pk=body.pk)
        lines = SiteFinding.objects.filter(body=body).exclude(mark="")
        known = list(lines.filter(settled_on=None))
        struck = {one.mark for one in known if one.struck_at}
        waiting = {one.mark: one for one in known if not one.struck_at}
        unknown = [one for key, one in found.items() if key not in struck and key not in waiting]
        new = [one for kind in KINDS for one in _of(kind, unknown)[:MOST_NEW]]
        due = calendar_for(body).add(on, int(rule("inspection.rectify_days", on=on).value))
        sections = body.sections.in_bulk()
        for one in new:
            values = _values(one, on, due) | {"section": sections.get(one.section)}
            enter(FINDINGS, body, values, by=by)
        for mark, line in waiting.items():
            if mark in found and (other := _now(found[mark], line)):
                change(FINDINGS, line.pk, other, by=by)
        gone = [
            line.pk
            for mark, line in waiting.items()
            if mark not in found and (whole or line.kind not in DEEP)
        ]
        for pk in gone:
            settled = {"settled_on": on, "measure": GONE}
            change(FINDINGS, pk, settled, by=by)
        return _log(body, on, whole, by, len(new), len(gone))


def _of(kind: str, some: list[Problem]) -> list[Problem]:
    return [one for one in some if one.kind == kind]


def _values(one: Problem, on: date, due: date) -> dict[str, Any]:
    return {
        "happened_on": on,
        "kind": one.kind,
        "veto": one.veto,
        "place": one.place[:200],
        "address": one.address[:500],
        "problem": one.words[:300],
        "due_on": due,
        "mark": one.key[:120],
    }


def _now(one: Problem, line: SiteFinding) -> dict[str, Any]:
    """What an open line would say otherwise now: where and what it is, that it has grown worse."""
    told = {"place": one.place[:200], "address": one.address[:500], "problem": one.words[:300]}
    told |= {"veto": True} if one.veto else {}
    return {name: value for name, value in told.items() if getattr(line, name) != value}


def _log(body: Body, on: date, whole: bool, by: Person, new: int, gone: int) -> SiteCheck:
    kind = Kind.WEEKLY if whole else Kind.DAILY
    same = entries(CHECKS, body).filter(kind=kind, happened_on=on).first()
    values: dict[str, Any] = {
        "found": new + (same.found or 0 if same else 0),
        "settled": gone + (same.settled or 0 if same else 0),
        "remaining": unsettled(FINDINGS, entries(FINDINGS, body)).count(),
        "result": conclusion(indicators(body, on))[:300],
    }
    if same is not None:
        return change(CHECKS, same.pk, values, by=by)  # type: ignore[no-any-return]
    who = by.get_full_name() or by.get_username() if by is not None else "系统"
    values |= {"happened_on": on, "kind": kind, "checked_by": who[:60]}
    return enter(CHECKS, body, values, by=by)  # type: ignore[no-any-return]


def indicators(body: Body, on: date) -> list[Indicator]:
    """The open problems by kind, in the order of the inspection."""
    waiting = unsettled(FINDINGS, entries(FINDINGS, body)).order_by()
    counted = dict.fromkeys(KINDS, 0)
    alone = dict.fromkeys(KINDS, False)
    for kind, veto in waiting.values_list("kind", "veto"):
        counted[kind] += 1
        alone[kind] = alone[kind] or veto
    bounds = dict(rule("inspection.columns_veto", on=on).value)
    bounds["service"] = rule("inspection.guides_veto", on=on).value["guides"]
    return [
        Indicator(
            kind,
            label,
            counted[kind],
            bound := int(bounds.get(kind, 0)),
            kind in ALONE,
            alone[kind] or bool(bound and counted[kind] >= bound),
        )
        for kind, label in KINDS.items()
    ]


def conclusion(found: list[Indicator]) -> str:
    """Whether the website would fail the inspection at once, in one sentence."""
    if vetoed := [f"{one.label} {one.count} 个" for one in found if one.veto]:
        return f"有单项否决情形：{'、'.join(vetoed)}。"
    if number := sum(one.count for one in found):
        return f"没有单项否决情形，有 {number} 个问题待整改。"
    return "没有发现问题。"
