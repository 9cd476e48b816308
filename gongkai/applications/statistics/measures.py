"""How well the work goes: times to answer, answers in time, reasons, sections, repeats."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from statistics import median, quantiles

from django.db.models import QuerySet

from gongkai.applications import clock
from gongkai.applications.models import Application
from gongkai.applications.statistics.tables import Period, counted
from gongkai.law.calendar import WorkCalendar
from gongkai.law.taxonomy import decisions

GROUPS = {
    "open": "予以公开",
    "partial": "部分公开",
    "deny": "不予公开",
    "unable": "无法提供",
    "decline": "不予处理",
    "other": "其他处理",
}


@dataclass(frozen=True, slots=True)
class SectionRow:
    """One section: concluded, by group of result, and how many of them in time."""

    name: str
    concluded: int
    groups: dict[str, int]
    on_time: int
    judged: int


@dataclass(frozen=True, slots=True)
class Measures:
    """Of the applications concluded in a period; None where nothing can be said.

    ``median_days``, ``p90_days``: working days from receipt to the service of the reply.
    ``on_time``/``judged``: answered in time, of those that had a reply to judge; ``overdue``:
    still unanswered though their day, within the period, is over.
    """

    received: int
    concluded: int
    median_days: float | None
    p90_days: float | None
    on_time: int
    judged: int
    overdue: int
    repeats: int
    groups: dict[str, int]
    refusals: list[tuple[str, int]]
    sections: list[SectionRow]


def measures(cases: QuerySet[Application], period: Period, calendar: WorkCalendar) -> Measures:
    """Times and rates of what was concluded in the period."""
    inside = counted(cases, period)
    rows = list(
        inside.filter(closed_on__range=(period.first, period.last)).values_list(
            "received_on", "effective_on", "on_time", "decision", "section__name", "repeats_id"
        )
    )
    days = [calendar.count(received, served) for received, served, *_ in rows if served]
    groups, refusals = Counter[str](), Counter[str]()
    by_section: dict[str, list[tuple[bool | None, str]]] = defaultdict(list)
    repeats = 0
    for _, _, on_time, decision, section, earlier in rows:
        group = decisions()[decision].group if decision else ""
        groups[group] += 1
        if group in ("deny", "unable", "decline"):
            refusals[decision] += 1
        repeats += decision == "decline_repeat" or earlier is not None
        by_section[section or "未交办"].append((on_time, group))
    judged = [on_time for _, _, on_time, *_ in rows if on_time is not None]
    return Measures(
        received=inside.filter(received_on__gte=period.first).count(),
        concluded=len(rows),
        median_days=median(days) if days else None,
        p90_days=quantiles(days, n=10, method="inclusive")[-1] if len(days) > 1 else None,
        on_time=sum(judged),
        judged=len(judged),
        overdue=inside.filter(
            closed_on=None, due_on__lt=clock.today(), due_on__lte=period.last
        ).count(),
        repeats=repeats,
        groups={key: groups[key] for key in GROUPS},
        refusals=refusals.most_common(),
        sections=[_section(name, found) for name, found in sorted(by_section.items())],
    )


def _section(name: str, found: list[tuple[bool | None, str]]) -> SectionRow:
    groups = Counter(group for _, group in found)
    judged = [on_time for on_time, _ in found if on_time is not None]
    return SectionRow(
        name, len(found), {key: groups[key] for key in GROUPS}, sum(judged), len(judged)
    )
