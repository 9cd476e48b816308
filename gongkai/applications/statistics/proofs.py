"""Proofs of what was counted: the checks C01–C05, C20–C22 on tables 三 and 四 (DOMAIN B.6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet, Sum
from django.utils.module_loading import import_string

from gongkai.applications.models import Application, CaseEvent, Dispute, FeeNotice, Payment
from gongkai.applications.statistics.tables import Period, counted, table3, table4
from gongkai.bodies.models import Body
from gongkai.law.counting import Table3


@dataclass(frozen=True, slots=True)
class Proof:
    """One check: its id, what it says, whether it holds, and each place where it does not."""

    rule: str
    title: str
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.faults


@dataclass(frozen=True, slots=True)
class Carried:
    """What a report carried forward, by column of table 三 as far as it says; its name."""

    name: str
    numbers: Mapping[str, Any]


def reported(body: Body, year: int) -> Carried | None:
    """What the body's report of a year carried forward; None where there is none.

    Asked of the room that keeps the reports: it names ``carried_forward`` in its AppConfig.
    """
    for app in apps.get_app_configs():
        if provider := getattr(app, "carried_forward", ""):
            found: Carried | None = import_string(provider)(body, year)
            return found
    return None


def proofs(
    cases: QuerySet[Application],
    disputes: QuerySet[Dispute],
    period: Period,
    body: Body | None = None,
) -> list[Proof]:
    """All proofs for the period.

    ``body``: whose cases they are, all of them. Of its whole year the carry-over is held against
    its report of the year before, as the compilation does (C05); else, and where there is no such
    report, against the period before as the register counts it now, and the title says so.
    """
    cells = table3(cases, period)
    whole = body is not None and period == Period.of_year(period.first.year)
    before = reported(body, period.first.year - 1) if body and whole else None
    lacking = f"没有{period.first.year - 1}年年报可以核对，" if whole else ""
    if before is None:
        numbers = table3(cases, period.before)["carried_forward"]
        before = Carried(f"上期台账（{lacking}按现在的台账计算）", numbers)
    four = table4(disputes, period)
    labels = {c.key: c.label for c in period.form.table3_columns}
    found = (
        (
            "C01",
            "每一列：新收＋上年结转＝总计＋结转下年；办结的都有答复决定",
            [*_balance(cells, labels), *_decided(cases, period)],
        ),
        ("C02", "每一行：各类申请人之和＝总计", _across(cells, period)),
        ("C03", "每一列：各项办理结果之和＝总计", _results(cells, period, labels)),
        ("C04", "表四：各种结果之和＝总计", _table4(four, period)),
        (
            "C05",
            f"本期“上年结转”＝{before.name}“结转下年度继续办理”",
            _carried(cells, before, labels),
        ),
        ("C20", "台账本期收到的申请件数＝表三“新收”总计", _registered(cases, cells, period)),
        ("C21", "逾期未缴费的都发过收费通知，收了费的都有通知", _fees(cases, period)),
        ("C22", "表四的案件都对应登记过的申请", _known(disputes, period)),
    )
    return [Proof(rule, title, tuple(faults)) for rule, title, faults in found]


def _balance(cells: Table3, labels: dict[str, str]) -> Iterator[str]:
    for column, label in labels.items():
        left = cells["new_received"][column] + cells["carried_over"][column]
        right = cells["total_concluded"][column] + cells["carried_forward"][column]
        if left != right:
            yield f"“{label}”列：{left} 与 {right} 不等。"


def _across(cells: Table3, period: Period) -> Iterator[str]:
    for row in period.form.table3_rows:
        values = cells[row.key]
        parts = sum(n for key, n in values.items() if key != "total")
        if parts != values["total"]:
            yield f"“{row.label}”行：各列之和 {parts}，总计 {values['total']}。"


def _results(cells: Table3, period: Period, labels: dict[str, str]) -> Iterator[str]:
    for column, label in labels.items():
        parts = sum(cells[key][column] for key in period.form.table3_leaves)
        if parts != cells["total_concluded"][column]:
            yield f"“{label}”列：各项之和 {parts}，总计 {cells['total_concluded'][column]}。"


def _table4(cells: dict[str, int], period: Period) -> Iterator[str]:
    for block in period.form.table4_blocks:
        parts = sum(
            cells[f"{block.key}_{c.key}"] for c in period.form.table4_columns if c.key != "total"
        )
        if parts != cells[f"{block.key}_total"]:
            yield f"“{block.label}”：各种结果之和 {parts}，总计 {cells[f'{block.key}_total']}。"


def _carried(cells: Table3, before: Carried, labels: dict[str, str]) -> Iterator[str]:
    told = False
    for column, label in labels.items():
        now, then = cells["carried_over"][column], before.numbers.get(column)
        if then is not None and now != then:
            told = True
            yield f"“{label}”列：本期上年结转 {now}，{before.name}结转下年 {then}。"
    if told:
        yield "请核对：上年没有办结的申请，要登记在台账里；年报有误的，按规定更正。"


def _registered(cases: QuerySet[Application], cells: Table3, period: Period) -> Iterator[str]:
    """The report's text says how many the register has: table 三 must not say otherwise."""
    days = (period.first, period.last)
    known = cases.filter(counted=True, received_on__range=days).count()
    if known != cells["new_received"]["total"]:
        yield f"台账本期收到 {known} 件，表三“新收”总计 {cells['new_received']['total']} 件。"


def _decided(cases: QuerySet[Application], period: Period) -> Iterator[str]:
    silent = counted(cases, period).filter(
        closed_on__range=(period.first, period.last), decision=""
    )
    for number in silent.values_list("number", flat=True)[:20]:
        yield f"申请 {number} 已经办结，没有答复决定，请补录。"


def _fees(cases: QuerySet[Application], period: Period) -> Iterator[str]:
    unpaid = counted(cases, period).filter(
        closed_on__range=(period.first, period.last), decision="other_unpaid"
    )
    told = CaseEvent.objects.filter(
        law_type="fee_notice_served", voided_by=None, application__in=unpaid
    ).values("application")
    for number in unpaid.exclude(pk__in=told).values_list("number", flat=True)[:20]:
        yield f"申请 {number} 按逾期未缴费办结，但没有送达收费通知的记录。"
    paid = Payment.objects.filter(
        fee__application__in=cases, on__range=(period.first, period.last)
    ).aggregate(sum=Sum("amount"))["sum"]
    if paid and not FeeNotice.objects.filter(application__in=cases, waived=False).exists():
        yield f"收取信息处理费 {paid} 元，但没有收费通知。"


def _known(disputes: QuerySet[Dispute], period: Period) -> Iterator[str]:
    unknown = disputes.filter(
        Q(application=None), Q(ended_on=None) | Q(ended_on__gte=period.first)
    ).filter(accepted_on__lte=period.last)
    for one in unknown[:20]:
        yield f"{one.get_kind_display()}案件 {one.case_number or one.pk} 没有对应的申请。"
