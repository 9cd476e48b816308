"""汇总: a government's report as the sum of the reports of its bodies, at any level of the tree.

The parts of a body are the reports of the bodies that hand theirs in to it, and its own figures
from its registers. A government below counts with its own rolled-up or filed report; one that
has none yet counts as the sum of what is below it, and is named as missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, Subquery

from gongkai.bodies.models import Body
from gongkai.law.formats import ReportFormat
from gongkai.reporting.compile.compute import compute, form_of
from gongkai.reporting.models import (
    AnnualReport,
    FoundProblem,
    ReportVersion,
    Route,
)
from gongkai.reporting.route.figures import Number, figures

#: Levels of bodies below one another: nation, province, city, county, township, and one more.
DEEPEST = 6
OWN = "本机关台账"
#: From here on what a body wrote is no draft any more.
HANDED_IN = (
    Route.State.SUBMITTED,
    Route.State.ACCEPTED,
    Route.State.PUBLISHED,
    Route.State.ARCHIVED,
)


@dataclass(slots=True)
class Part:
    """What one body adds: its report's figures, or the sum below it; and what is wrong with it.

    ``version`` None: it has no report of its own that can be counted. ``why``: sentences.
    """

    body: int
    name: str
    slug: str
    is_own: bool = False
    report: int | None = None
    version: int | None = None
    number: int | None = None
    state: str = ""
    figures: dict[str, Number] = field(default_factory=dict)
    missing: bool = False
    #: Its figures are those of a draft that was not handed in yet; nothing else is wrong.
    only_draft: bool = False
    why: list[str] = field(default_factory=list)
    has_below: bool = False


@dataclass(frozen=True, slots=True)
class RollUp:
    """The sum of the parts, cell by cell; None where the sum is not known (see ``_sum``)."""

    root: Body
    year: int
    form: ReportFormat
    cells: Mapping[str, Number | None]
    parts: list[Part]

    @property
    def missing(self) -> list[Part]:
        return [p for p in self.parts if p.missing]

    @property
    def left_out(self) -> list[Part]:
        """Of the missing ones those of which nothing is in the sum."""
        return [p for p in self.missing if not p.figures]

    @property
    def faulty(self) -> list[Part]:
        return [p for p in self.parts if p.why and not p.missing]

    @property
    def wrong(self) -> list[Part]:
        """The faulty ones but those that only were not handed in yet."""
        return [p for p in self.faulty if not p.only_draft]

    @property
    def drafts(self) -> list[Part]:
        return [p for p in self.faulty if p.only_draft]

    def of(self, address: str) -> list[tuple[Part, Number | None]]:
        """The parts of one cell; KeyError for a cell that the year's format does not have."""
        if address not in self.cells:
            raise KeyError(address)
        return [(part, part.figures.get(address)) for part in self.parts]


def roll_up(root: Body, year: int) -> RollUp:
    """Sum the reports of a year below a body: a few queries for each level of the tree."""
    form = form_of(year)
    tree = _tree(root)
    known = _reports(root, year, len(tree))
    below: dict[int, list[_Row]] = defaultdict(list)
    for level in tree:
        for row in level:
            below[row.above].append(row)
    parts = [_own(root, year)]
    parts += [_part(row, year, form, known, below) for row in below[root.pk]]
    return RollUp(root, year, form, _sum(form, parts), parts)


def below(root: Body) -> list[int]:
    """The ids of every body below one, at any depth."""
    return [row.pk for level in _tree(root) for row in level]


@dataclass(frozen=True, slots=True)
class _Row:
    pk: int
    name: str
    slug: str
    above: int


def _tree(root: Body) -> list[list[_Row]]:
    """The bodies below, level by level, one query each."""
    levels = []
    path = "supervised_by"
    for _ in range(DEEPEST):
        found = Body.objects.filter(**{path: root.pk}).exclude(pk=root.pk).order_by("name")
        level = [
            _Row(*values) for values in found.values_list("pk", "name", "slug", "supervised_by")
        ]
        if not level:
            break
        levels.append(level)
        path += "__supervised_by"
    return levels


@dataclass(frozen=True, slots=True)
class _Known:
    report: int
    version: int
    number: int
    content: dict[str, Any]
    is_whole: bool
    errors: int
    #: Bodies that were missing when it was summed.
    short: int
    state: str
    #: It was not handed in yet, and is not what the public sees.
    is_draft: bool


def _reports(root: Body, year: int, depth: int) -> dict[int, _Known]:
    """The newest versions of the year's reports below a body, by body."""
    found: dict[int, _Known] = {}
    path = "body"
    for _ in range(depth):
        path += "__supervised_by"
        reports = AnnualReport.objects.filter(year=year, **{path: root.pk})
        newest = ReportVersion.objects.filter(report=OuterRef("pk")).order_by("-number")
        wanted = reports.annotate(newest=Subquery(newest.values("pk")[:1])).values("newest")
        errors = dict(
            FoundProblem.objects.filter(
                report__in=reports.values("pk"),
                level="error",
                gone_at=None,
                state=FoundProblem.State.FOUND,
            )
            .order_by()
            .values_list("report")
            .annotate(n=Count("pk"))
        )
        states = dict(
            Route.objects.filter(report__in=reports.values("pk")).values_list("report", "state")
        )
        versions = ReportVersion.objects.filter(pk__in=wanted).values_list(
            "report__body_id",
            "report_id",
            "pk",
            "number",
            "content",
            "computation_id",
            "computation__summation",
            "computation__summation__missing",
            "report__published_id",
        )
        for body, report, pk, number, content, computation, summation, short, public in versions:
            state = Route.State(states[report]).label if report in states else ""
            on_its_way = report in states or computation is not None
            found[body] = _Known(
                report,
                pk,
                number,
                content,
                computation is None or summation is not None,
                errors.get(report, 0),
                len(short or ()),
                state or ("已公开" if public else "已录入" if computation is None else "编制中"),
                on_its_way and pk != public and states.get(report) not in HANDED_IN,
            )
    return found


def _own(root: Body, year: int) -> Part:
    cells = compute(root, year).cells
    figures = {a: c.value for a, c in cells.items() if c.value is not None}
    part = Part(root.pk, f"{root.name}（{OWN}）", root.slug, is_own=True, figures=figures)
    if gaps := len(cells) - len(figures):
        part.why.append(
            f"有{gaps}格在台账里没有登记过，合计留空：请先登记，或者汇总以后填写合计数并写明理由"
        )
    return part


def _part(
    row: _Row,
    year: int,
    form: ReportFormat,
    known: Mapping[int, _Known],
    below: Mapping[int, list[_Row]],
) -> Part:
    under = below.get(row.pk, [])
    part = Part(row.pk, row.name, row.slug, has_below=bool(under))
    report = known.get(row.pk)
    if report is not None:
        part.report, part.version = report.report, report.version
        part.number, part.state = report.number, report.state
        if report.content.get("format") != form.id:
            part.why.append("表格不是这一年的格式，没有计入")
        else:
            part.figures = figures(report.content)
            if gaps := sum(1 for a in form.addresses if a not in part.figures):
                part.why.append(f"有{gaps}格没有数字，按没有计")
        if report.is_draft:
            part.why.append(f"还没有报送（{report.state}），按现在的草稿计，以后可能变动")
        if report.errors:
            part.why.append(f"有{report.errors}个错误没有处理")
        if report.short:
            part.why.append(f"汇总时所属有{report.short}个机关缺报")
        part.only_draft = report.is_draft and len(part.why) == 1
    if under and (report is None or not report.is_whole):
        # Its bodies count one by one until it has a report of the whole.
        parts = [_part(one, year, form, known, below) for one in under]
        own = Part(row.pk, row.name, row.slug, is_own=True, figures=part.figures)
        if report is None:
            own = _own(Body.objects.get(pk=row.pk), year)
        sums = _sum(form, [own, *parts])
        part.figures = {a: value for a, value in sums.items() if value is not None}
        part.missing = True
        part.why.append("还没有汇总本级的年报，按所属各机关合计")
        if unknown := len(sums) - len(part.figures):
            part.why.append(f"合计有{unknown}格没有数字，按没有计")
        if gaps := sum(p.missing for p in parts):
            part.why.append(f"所属有{gaps}个机关缺报")
    elif report is None:
        part.missing = True
        part.why.append("没有这一年的年报")
    return part


def _sum(form: ReportFormat, parts: list[Part]) -> dict[str, Number | None]:
    """The parts added up; None where the body itself, or every one of them, has no number.

    A sum of the zeros of others would be a number that nobody gave.
    """
    cells: dict[str, Number | None] = dict.fromkeys(form.addresses)
    for part in parts:
        for address, value in part.figures.items():
            if address in cells:
                cells[address] = (cells[address] or 0) + value
    for address, value in cells.items():
        if any(part.is_own and address not in part.figures for part in parts):
            cells[address] = None
        elif value is not None and address.endswith((".fee_amount_wan", ".amount")):
            cells[address] = Decimal(value).quantize(Decimal("0.0001"))
    return cells
