"""What the case page shows, part by part: words, clock, papers, timeline, what belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from gongkai.applications import clock
from gongkai.applications.actions.papers import altered_among
from gongkai.applications.actions.unmask import LABELS
from gongkai.applications.files import FileDamaged, content
from gongkai.applications.models import Application, CaseEvent, CaseFile, SideRequest
from gongkai.applications.queries import cases_for
from gongkai.base.masking import masked
from gongkai.law.calendar import WorkCalendar
from gongkai.law.deadlines import Step
from gongkai.law.deadlines.steps import Span
from gongkai.law.taxonomy import letters

#: What the applicant wrote later is shown with what he wrote at first, up to this length.
LONGEST = 4000


def words(case: Application) -> dict[str, Any]:
    """What the applicant said: who (masked), what he added later."""
    who = masked(case.applicant)
    later = case.files.filter(
        kind__in=(CaseFile.Kind.CORRECTION, CaseFile.Kind.REASONS),
        media_type__startswith="text/plain",
        erased_at=None,
    )
    return {
        "who": [(LABELS[name], text) for name, text in who.items() if text],
        "later_words": [(f.get_kind_display(), f.added_at, _text(f)) for f in later[:5]],
    }


def _text(file: CaseFile) -> str:
    try:
        return content(file).decode("utf-8", "replace")[:LONGEST]
    except (FileDamaged, OSError):
        return "（这份材料读不出来，请联系管理员。）"


@dataclass(frozen=True, slots=True)
class Line:
    """One step of the clock's derivation, as a page shows it."""

    step: Step
    spans: list[Span]
    swapped: list[date]
    provisional: bool


def clock_part(case: Application) -> dict[str, Any]:
    """The days of the case and how each of them was found."""
    found = clock.outcome(case)
    calendar = clock.law_for(case.body).calendar
    return {
        "outcome": found,
        "lines": [_line(step, calendar) for step in found.steps],
        "waiting": [(c, said) for c, said in found.consultations if said == "pending"],
    }


def _line(step: Step, calendar: WorkCalendar) -> Line:
    unsure = step.is_provisional(calendar)
    return Line(step, step.not_counted(calendar), step.swapped(calendar), unsure)


def papers(case: Application) -> dict[str, Any]:
    """Letters with their states, files by kind; names of files are the sender's words."""
    files = sorted(case.files.filter(erased_at=None), key=lambda f: (f.kind, f.pk))
    sent = list(case.letters.all())
    return {
        "letters": [(x, letters()[x.code]) for x in sent],
        "altered": altered_among(sent),
        "files": [
            (CaseFile.Kind(kind).label, list(some))
            for kind, some in groupby(files, key=lambda f: f.kind)
        ],
        "consultations": case.consultations.all(),
        "assignments": case.assignments.all(),
        "searches": case.searches.select_related("section"),
        "approvals": case.approvals.select_related("asked_by", "answered_by"),
    }


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the timeline; ``struck`` is the entry by which it was struck out."""

    event: CaseEvent
    struck: CaseEvent | None


def timeline(case: Application) -> list[Entry]:
    """Every entry by day, the struck out ones with what struck them; the latest first."""
    entries = list(case.events.all())
    by = {e.voids_id: e for e in entries if e.voids_id}
    listed = [Entry(e, by.get(e.pk)) for e in entries]
    return sorted(listed, key=lambda x: (x.event.on, x.event.pk), reverse=True)


#: So many other applications of the same applicant are listed.
SHOWN = 10


def related(case: Application, user: Any, *, works: bool) -> dict[str, Any]:
    """Cases and proceedings that belong to it, those that the person may see.

    Who the same applicant is, is not for inspectors; that somebody complained is not for the body.
    """
    mine = cases_for(user)
    same = Application.objects.none()
    if works and case.identity_mark:
        same = mine.filter(body=case.body, identity_mark=case.identity_mark)
    elif works and case.name_mark and case.phone_mark:
        same = mine.filter(body=case.body, name_mark=case.name_mark, phone_mark=case.phone_mark)
    links = [
        ("拆分自", [case.split_from] if case.split_from else []),
        ("拆分为", list(case.parts.all())),
        ("并入", [case.merged_into] if case.merged_into else []),
        ("并入本件的", list(case.merged.all())),
        ("前一件（重复申请）", [case.repeats] if case.repeats else []),
        ("后来的重复申请", list(case.repeated.all())),
    ]
    known = {c.pk for _, some in links for c in some}
    if known:
        seen = set(mine.filter(pk__in=known).values_list("pk", flat=True))
        links = [(name, [c for c in some if c.pk in seen]) for name, some in links]
    others = list(same.exclude(pk__in=known | {case.pk}).order_by("-pk")[: SHOWN + 1])
    links.append(("同一申请人的其他申请", others[:SHOWN]))
    return {
        "links": [(name, some) for name, some in links if some],
        "more_of_same": len(others) > SHOWN,
        "side_requests": case.side_requests.exclude(kind=SideRequest.Kind.COMPLAINT),
        "disputes": case.disputes.all(),
    }
