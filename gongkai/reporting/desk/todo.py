"""待办: what this person must do, by the day it is due, each with its one next deed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from gongkai.bodies.acting import for_whom
from gongkai.bodies.ledger.queries import bodies_with_lines
from gongkai.bodies.models import Body, Role
from gongkai.bodies.queries import Held, Someone, held_by
from gongkai.documents.blocks import chinese_date
from gongkai.law.deadlines.duties import DueWarning, report_due, warning
from gongkai.law.parameters import statute
from gongkai.reporting.models import AnnualReport, FoundProblem, ReportVersion
from gongkai.reporting.roles import FILERS, JUDGES, PUBLISHERS, REVIEWERS
from gongkai.reporting.route.turns import turns

State = FoundProblem.State
#: At which state of a finding whose turn it is, and what is then to be done.
TURNS = (
    (State.FOUND, JUDGES, "确认问题", "个错误待确认"),
    (State.CONFIRMED, FILERS, "整改", "个问题待整改"),
    (State.MENDED, REVIEWERS, "复核", "个问题待复核"),
    (State.REVIEWED, REVIEWERS, "归档", "个问题待归档"),
)


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: its day, the report or body it concerns, the deed and where to do it.

    Only the report of the current round (last year's) has a legal day still, until it is public;
    what is mended, archived or published in others has none: ``due_on`` is None.
    """

    due_on: date | None
    title: str
    detail: str
    deed: str
    url: str
    warning: DueWarning | None
    why: str
    is_public: bool = False
    #: For whom the person does it (外出代行), "" where his own role allows it.
    acting: str = ""


@dataclass(frozen=True, slots=True)
class Todo:
    """What the person must do, and what waits for others in his bodies."""

    mine: list[Task]
    waiting: list[Task]

    @property
    def late(self) -> int:
        return sum(1 for t in self.mine if t.warning and t.warning.colour == "overdue")


def due_day(body: Body, year: int) -> date:
    """The legal last day for the body's report of that year (条例 Art 49)."""
    return report_due(year, government=body.kind == Body.Kind.GOVERNMENT)


def why_due(body: Body, year: int) -> str:
    """The rule that the day rests on, with its article."""
    government = body.kind == Body.Kind.GOVERNMENT
    day = due_day(body, year)
    key = "report.government_due" if government else "report.department_due"
    rule = statute().rule(key, on=date(year + 1, 1, 1))
    last = chinese_date(day)
    return f"{rule.title}的最后期限，依据{rule.article}；{year}年的为{last}"


def todo(user: Someone, today: date | None = None) -> Todo:
    """Everything there is to do on a day, the earliest due first."""
    today = today or timezone.localdate()
    mine: list[Task] = []
    waiting: list[Task] = []
    held = held_by(user)
    said = for_whom(user)
    for task, is_mine, body, roles in (
        *_findings(held, today),
        *_drafts(held, today),
        *_on_the_way(held, today),
        *_missing(held, today),
    ):
        if is_mine:
            mine.append(replace(task, acting=said(body, roles)))
        else:
            waiting.append(task)
    return Todo(
        sorted(mine, key=lambda t: (t.due_on or date.max, t.title)),
        sorted(waiting, key=lambda t: (t.due_on or date.max, t.title)),
    )


#: A task, whether it is the person's, of which body, and by which roles.
_Row = tuple[Task, bool, int, tuple[Role, ...]]


def _task(body: Body, year: int, today: date, title: str, detail: str, deed: str, url: str) -> Task:
    if year < today.year - 1:
        return Task(None, title, detail, deed, url, None, "")
    due = due_day(body, year)
    return Task(due, title, detail, deed, url, warning(due, today), why_due(body, year))


def _task_on(report: AnnualReport, today: date, detail: str, deed: str, url: str) -> Task:
    """A thing to do on a report: the legal day is that of its publication, and ends with it."""
    title = str(report)
    if report.published_id:
        return Task(None, title, detail, deed, url, None, "", is_public=True)
    return _task(report.body, report.year, today, title, detail, deed, url)


def _findings(held: Held, today: date) -> Iterable[_Row]:
    """One task for each report and stage of the loop that has findings in it."""
    roles_at = {state: roles for state, roles, _, _ in TURNS}
    words = {state: (deed, detail) for state, _, deed, detail in TURNS}
    newest = ReportVersion.objects.filter(report=OuterRef("report")).order_by("-number")
    rows = list(
        FoundProblem.objects.filter(report__body__in=held.bodies(), state__in=list(words))
        # What is no error may be looked at, and hinders nothing; what has gone needs no word.
        .exclude(~Q(level="error") | Q(gone_at__isnull=False), state=State.FOUND)
        # What is gone from the version that the public has is mended; nobody need say so again.
        .annotate(newest=Subquery(newest.values("pk")[:1]))
        .exclude(
            gone_at__isnull=False,
            state__in=[State.CONFIRMED, State.MENDED],
            report__published=F("newest"),
            report__published__isnull=False,
        )
        .values("report", "state")
        .annotate(number=Count("pk"))
        .order_by("report", "state")
    )
    reports = AnnualReport.objects.select_related("body").in_bulk({r["report"] for r in rows})
    for row in rows:
        report = reports[row["report"]]
        deed, detail = words[row["state"]]
        url = f"{reverse('desk-problems')}?report={report.pk}&state={row['state']}"
        what = f"{row['number']}{detail}"
        task = _task_on(report, today, what, deed, url)
        roles = roles_at[row["state"]]
        yield task, report.body_id in held.bodies(*roles), report.body_id, roles


def _drafts(held: Held, today: date) -> Iterable[_Row]:
    """Reports whose newest version is not public and in which no error waits for a word."""
    publishers = held.bodies(*PUBLISHERS)
    unjudged = FoundProblem.objects.filter(
        report=OuterRef("pk"), level="error", gone_at=None, state=State.FOUND
    )
    newest = ReportVersion.objects.filter(report=OuterRef("pk")).order_by("-number")
    drafts = (
        AnnualReport.objects.filter(body__in=held.bodies())
        .annotate(newest=Subquery(newest.values("pk")[:1]))
        .filter(newest__isnull=False)
        .exclude(published=F("newest"))
        # What goes the way of review is listed by whose turn it is there.
        .exclude(Q(route__isnull=False) | Q(compilation__isnull=False))
        .exclude(Exists(unjudged))
        .select_related("body")
    )
    for report in drafts:
        what = "有更正，待公开" if report.published_id else "已录入，待公开"
        url = reverse("desk-publish", args=[report.pk])
        task = _task_on(report, today, what, "公开", url)
        yield task, report.body_id in publishers, report.body_id, PUBLISHERS


def _on_the_way(held: Held, today: date) -> Iterable[_Row]:
    """Reports that are compiled, reviewed, handed in: the step that is due, mine or another's."""
    heap = turns(held)
    for turn in heap.turns:
        report = turn.report
        url = reverse(turn.address, args=[report.pk])
        task = _task_on(report, today, turn.detail, turn.deed, url)
        yield task, turn.is_mine, report.body_id, turn.roles
    if heap.more:
        url = f"{reverse('desk-countdown')}?state=submitted"
        what = f"另有{heap.more}份待审核"
        yield Task(None, "所属机关报送的年报", what, "审核", url, None, ""), True, 0, ()


def _missing(held: Held, today: date) -> Iterable[_Row]:
    """Bodies without last year's report; for an inspector they wait for others."""
    year = today.year - 1
    filers = held.bodies(*FILERS)
    concerned = Body.objects.filter(pk__in=held.bodies(Role.CLERK, Role.HEAD, Role.INSPECTOR))
    there = AnnualReport.objects.filter(year=year, versions__isnull=False).values("body")
    missing = list(concerned.exclude(pk__in=there).select_related("region"))
    own = [body.pk for body in missing if body.pk in filers]
    lines = bodies_with_lines(year).filter(pk__in=own).values_list("pk", flat=True)
    keeping = set(lines) if own else set()
    for body in missing:
        title = f"{body.name}{year}年政府信息公开工作年度报告"
        # Who keeps registers here has his report counted from them; another files a document.
        if body.pk in keeping:
            url = f"{reverse('desk-compilations')}?begin={body.pk}&of={year}"
            task = _task(body, year, today, title, "尚未编制", "编制年报", url)
        else:
            url = f"{reverse('desk-import')}?body={body.pk}"
            task = _task(body, year, today, title, "尚未录入", "录入年报", url)
        yield task, body.pk in filers, body.pk, FILERS
