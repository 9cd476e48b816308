"""The clock: events of an application → every date, with steps, refusals and warnings.

Doors: :func:`run` (typed), :func:`clock` (JSON in, JSON out), :func:`publication_due`,
:func:`report_due`, :func:`warning`. Nothing here asks for today: where a silence must be
judged, the caller passes ``as_of``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from gongkai.law.deadlines.apply import apply
from gongkai.law.deadlines.case import Case, Law
from gongkai.law.deadlines.duties import (
    DueWarning,
    publication_due,
    report_due,
    report_year_of,
    warning,
)
from gongkai.law.deadlines.events import BODIES, Event, EventError, EventType, parse_events
from gongkai.law.deadlines.outcome import Outcome, Refusal, conclude
from gongkai.law.deadlines.output import as_json
from gongkai.law.deadlines.refused import Refused, count_step
from gongkai.law.deadlines.steps import Step
from gongkai.law.parameters import NoRuleInForce, statute

__all__ = [
    "DueWarning",
    "Event",
    "EventError",
    "EventType",
    "Law",
    "Outcome",
    "Refusal",
    "Step",
    "clock",
    "parse_events",
    "publication_due",
    "report_due",
    "run",
    "warning",
]


def run(
    events: Iterable[Event],
    *,
    law: Law | None = None,
    as_of: date | None = None,
    first_number: Sequence[int] | None = None,
) -> Outcome:
    """What follows from ``events``, in the order given.

    ``as_of``: the day of the question. A correction, payment or opinion that is due after it
    is still awaited; None means that nothing more will happen. ``first_number`` gives the
    places of the events in the user's input, for messages. An event that the law does not
    allow is refused (``Outcome.refused``) and changes nothing.
    """
    reckon = law or Law.national()
    case, refused, duties = Case(), [], {}  # type: Case, list[Refusal], dict[str, Any]
    for place, event in enumerate(events):
        number = first_number[place] if first_number is not None else place + 1
        try:
            if event.type is EventType.INFORMATION_FORMED:
                _formed(event, reckon, duties, case)
            elif event.type is EventType.ANNUAL_REPORT_DEADLINE:
                _report(event, reckon, duties, case)
            else:
                apply(case, event, reckon)
        except Refused as no:
            refused.append(Refusal(number, event, no.code, no.rule, no.article, no.message))
        except NoRuleInForce as none:
            refused.append(Refusal(number, event, "no_law", "R0", none.article, _too_early(none)))
    return conclude(case, refused, duties, reckon, as_of)


def _too_early(none: NoRuleInForce) -> str:
    """That there was no such rule yet: of the regulation as a whole, or of a later rule."""
    first = statute().values["regulation"][0].since
    if none.on < first:
        return Refused("before_law", since=first).message
    return Refused("before_rule", title=none.title, since=none.since).message


def _formed(event: Event, law: Law, duties: dict[str, Any], case: Case) -> None:
    period = law.rules.rule("publication.days", on=event.on)
    due = law.calendar.add(event.on, period.value)
    duties.setdefault("publication_due", {})[event.id or event.on.isoformat()] = due
    count_step(case, "publication_due", due, "R9", event.on, period.value, period)


def _report(event: Event, law: Law, duties: dict[str, Any], case: Case) -> None:
    year = event.year or report_year_of(event.on)
    first = date(year + 1, 1, 1)
    for body, key in (
        ("department", "report.department_due"),
        ("government", "report.government_due"),
    ):
        found = law.rules.rule(key, on=first)
        due = report_due(year, government=body == "government", rules=law.rules)
        duties |= {f"annual_report_due_{body}": due, f"{body}_due": due}
        # The day is fixed and does not roll over a day off: hand it in before.
        duties[f"annual_report_last_working_day_{body}"] = law.calendar.on_or_before(due)
        case.steps.append(Step(f"annual_report_due_{body}", found.title, due, "R10", found.article))
    named = event.body or next(
        (b for b in BODIES if duties[f"annual_report_due_{b}"] >= event.on), BODIES[-1]
    )
    duties |= {"annual_report_due": duties[f"annual_report_due_{named}"], "report_year": year}


def clock(
    scenario: Mapping[str, Any] | Sequence[Any],
    *,
    law: Law | None = None,
    as_of: date | None = None,
) -> dict[str, Any]:
    """The JSON object for one scenario ``{"id": …, "events": […]}`` or a bare list of events.

    Events with ``case`` are alternatives: each case is reckoned with the events of no case and
    its own, and stands under its name. Events with ``expect`` are judged like any other;
    ``events`` tells for each whether it was accepted. Raises EventError for bad input.
    """
    reckon = law or Law.national()
    events = parse_events(scenario)
    cases = list(dict.fromkeys(e.case for e in events if e.case is not None))
    head = {
        key: scenario[key]
        for key in ("id", "title")
        if isinstance(scenario, Mapping) and key in scenario
    }
    branches: dict[str | None, Outcome] = {}
    for branch in (None, *cases):
        chosen = [(n, e) for n, e in enumerate(events, 1) if e.case in (None, branch)]
        branches[branch] = run(
            [e for _, e in chosen], law=reckon, as_of=as_of, first_number=[n for n, _ in chosen]
        )
    out = head | as_json(branches[None], reckon.calendar)
    for name in cases:
        if name in out or name == "events":
            raise EventError(f"情形名称“{name}”与结果的键重名，请换一个（如 A、B）。")
    steps = out.pop("steps")
    out |= {name: as_json(branches[name], reckon.calendar) for name in cases}
    out["events"] = [_verdict(n, e, branches[e.case]) for n, e in enumerate(events, 1)]
    out["steps"] = steps
    return out


def _verdict(number: int, event: Event, outcome: Outcome) -> dict[str, Any]:
    """Whether an event was accepted, and whether that is what a test expected."""
    code = next((f"reject:{r.code}" for r in outcome.refused if r.number == number), "accept")
    found: dict[str, Any] = {
        "event": number,
        "date": event.on.isoformat(),
        "type": event.type.value,
        "result": code,
    }
    if event.case is not None:
        found["case"] = event.case
    if event.expect is not None:
        kept = event.expect in (code, code.partition(":")[0])
        found |= {"expect": event.expect, "as_expected": kept}
    return found
