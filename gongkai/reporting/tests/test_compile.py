"""A report compiled from the registers: computed, explained, changed with a reason, checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from gongkai.base.refusal import Overtaken, Refused
from gongkai.bodies.models import Body
from gongkai.engagement.models import Mailbox, Survey
from gongkai.registers.models import (
    Donation,
    FeeReceipt,
    Improvement,
    LicenceDecision,
    MediaAccount,
    MediaIssue,
    Training,
)
from gongkai.reporting.compile import actions
from gongkai.reporting.compile.compute import compute, named, records_of
from gongkai.reporting.compile.counting import Trace
from gongkai.reporting.compile.models import Compilation
from gongkai.reporting.models import ReportVersion
from gongkai.reporting.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
YEAR = 2025
LICENCES = "t2.licensing.decisions"


def licences(body: Body, count: int, *, on: date = date(YEAR, 3, 2), first: int = 1) -> None:
    """So many licence decisions of a body, made on one day."""
    LicenceDecision.objects.bulk_create(
        LicenceDecision(
            body=body, number=f"示许{on.year}-{n}", party="示例药房", content="准予", happened_on=on
        )
        for n in range(first, first + count)
    )


@dataclass
class Task(Cast):
    """The report of the body is being compiled; the other body has none yet."""

    task: Compilation


def make_task() -> Task:
    people = make_cast()
    licences(people.body, 3)
    return Task(**vars(people), task=actions.start(people.body, YEAR, by=people.clerk))


@pytest.fixture(scope="module")
def make_people():
    return make_task


@pytest.fixture
def task(people: Task) -> Compilation:
    return people.task


def newest(task: Compilation) -> ReportVersion:
    version = task.report.latest
    assert version is not None
    return version


def test_what_the_registers_hold_stands_in_the_tables(task: Compilation) -> None:
    report = newest(task).as_report
    assert newest(task).origin == ReportVersion.Origin.COMPILED
    assert report.value(LICENCES) == 3
    assert report.value("t3.new_received.total") == 0
    assert report.value("t2.fees.fee_amount_wan") == Decimal("0.0000")
    assert all(cell.value is not None for _, cell in report.cells())


def test_amounts_are_ten_thousands_of_yuan_rounded_half_up(people: Cast) -> None:
    for yuan in ("100.25", "100.25"):
        FeeReceipt.objects.create(
            body=people.body, amount=Decimal(yuan), happened_on=date(YEAR, 5, 4)
        )
    cells = compute(people.body, YEAR).cells
    assert cells["t2.fees.fee_amount_wan"].value == Decimal("0.0201")  # 0.02005


def test_lines_of_other_years_other_bodies_and_struck_ones_do_not_count(people: Cast) -> None:
    licences(people.other_body, 2)
    licences(people.other_body, 4, on=date(YEAR - 1, 12, 31))
    assert LicenceDecision.objects.filter(body=people.body, happened_on__year=YEAR).exists()
    struck = LicenceDecision.objects.filter(body=people.other_body, happened_on__year=YEAR).first()
    LicenceDecision.objects.filter(pk=struck.pk).update(struck_at="2025-12-01T00:00Z")
    assert compute(people.other_body, YEAR).cells[LICENCES].value == 1


def test_every_cell_opens_its_records_and_their_trace_is_the_kept_one(task: Compilation) -> None:
    report = newest(task)
    for address, entry in report.computation.cells.items():
        records = records_of(task.report.body, YEAR, address)
        if records is not None:
            assert len(records) == entry["records"], address
            assert str(records.trace) == entry["trace"], address


def test_counting_anew_shows_what_changed_and_nothing_makes_no_version(
    task: Compilation, people: Cast
) -> None:
    again = actions.recompute(task, by=people.clerk)
    assert not again.created
    licences(people.body, 2, first=10)
    more = actions.recompute(task, by=people.clerk)
    assert more.created
    cell, sentence = more.changed  # the number, and the sentence that says it
    assert (cell.address, cell.old, cell.new) == (LICENCES, "3", "5")
    assert sentence.address == "s1" and "许可决定5件" in sentence.new


def test_a_manual_change_needs_a_reason_and_outlives_counting(
    task: Compilation, people: Cast
) -> None:
    with pytest.raises(Refused, match="理由"):
        actions.change_cell(task, LICENCES, "7", "  ", by=people.clerk)
    with pytest.raises(Refused, match="没有发生的请填 0"):
        actions.change_cell(task, LICENCES, " \u3000", "没有", by=people.clerk)
    with pytest.raises(Refused, match="最多 4 位小数"):
        actions.change_cell(
            task, "t2.fees.fee_amount_wan", "1.23456", "纸质登记簿", by=people.clerk
        )
    actions.change_cell(task, LICENCES, "７", "纸质登记簿另有4件未录入", by=people.clerk)
    licences(people.body, 1, first=10)
    actions.recompute(task, by=people.clerk)
    version = newest(task)
    assert version.as_report.value(LICENCES) == 7
    assert version.computation.cells[LICENCES]["value"] == "4"


def test_the_text_says_the_number_of_the_table_also_after_a_manual_change(
    task: Compilation, people: Cast
) -> None:
    before = newest(task).as_report.section(1)
    assert before is not None and "行政许可决定3件" in before.text
    actions.change_cell(task, LICENCES, "7", "纸质登记簿另有4件未录入", by=people.clerk)
    after = newest(task).as_report.section(1)
    assert after is not None and "行政许可决定7件" in after.text


def test_a_name_that_means_nothing_is_refused(task: Compilation, people: Cast) -> None:
    with pytest.raises(Refused, match="【许可的数】"):
        actions.write_text(task, {"disclosure": "许可【许可的数】件。"}, by=people.clerk)


def test_only_the_clerk_compiles(people: Cast, task: Compilation) -> None:
    for person in (people.reviewer, people.head, people.inspector, people.stranger):
        with pytest.raises(PermissionDenied):
            actions.start(people.body, YEAR - 1, by=person)
        with pytest.raises(PermissionDenied):
            actions.recompute(task, by=person)
        with pytest.raises(PermissionDenied):
            actions.change_cell(task, LICENCES, "7", "理由", by=person)
        with pytest.raises(PermissionDenied):
            actions.write_text(task, {"other": "无。"}, by=person)


def test_of_two_clerks_the_later_is_told(task: Compilation, people: Cast) -> None:
    seen = newest(task).number
    actions.change_cell(task, LICENCES, "7", "另有4件", by=people.clerk, seen=seen)
    with pytest.raises(Overtaken):
        actions.write_text(task, {"other": "另有说明。"}, by=people.clerk, seen=seen)


def test_a_frozen_report_is_not_changed(task: Compilation, people: Cast) -> None:
    Compilation.objects.filter(pk=task.pk).update(frozen_at="2026-01-10T00:00Z")
    for deed in (
        lambda: actions.recompute(task, by=people.clerk),
        lambda: actions.change_cell(task, LICENCES, "7", "另有4件", by=people.clerk),
        lambda: actions.write_text(task, {"other": "另有说明。"}, by=people.clerk),
    ):
        with pytest.raises(Refused, match="定稿"):
            deed()


def test_the_text_may_name_every_register_with_its_categories_and_last_year(
    people: Cast,
) -> None:
    for year, yuan in ((YEAR - 1, "100000.50"), (YEAR, "33333.33"), (YEAR, "33333.33")):
        Donation.objects.create(
            body=people.body,
            kind=Donation.Kind.MONEY,
            donor="示例公司",
            amount=Decimal(yuan),
            happened_on=date(year, 2, 3),
        )
    found = named(people.body, YEAR)
    assert found["接收捐赠数"]["value"] == "2"
    assert found["接收捐赠（捐款）数"]["last"] == "1"
    assert found["接收捐赠金额或者折价"]["value"] == "6.6667"
    assert found["接收捐赠（捐款）金额或者折价"]["last"] == "10.0001"
    assert found["接收捐赠（物资）数"]["value"] == "0"
    # A register that was never used knows nothing; one that was, and holds nothing now, says 0.
    assert found["培训数"]["value"] is None
    assert {e["value"] for name, e in found.items() if name.startswith("热线工单")} == {None}
    long_ago = {"subject": "公开业务", "attended": 9, "happened_on": date(YEAR - 3, 2, 3)}
    Training.objects.create(body=people.body, **long_ago)
    assert named(people.body, YEAR)["培训数"]["value"] == "0"
    assert named(people.body, YEAR - 4)["培训数"]["value"] is None


def test_the_kept_trace_of_a_union_is_the_sum_of_the_traces() -> None:
    assert Trace.of([1, 70_000]) + Trace.of([3]) == Trace.of([3, 70_000, 1])
    assert Trace.of([1, 4]) != Trace.of([2, 3])


def test_what_the_rooms_without_books_count_has_names_too(people: Cast) -> None:
    found = named(people.body, YEAR)
    assert found["信箱来信数"]["unit"] == "件"
    for name in ("主动公开信息数", "信箱来信数", "征集调查数", "新媒体期数", "年末账号数"):
        assert found[name]["value"] is None, name
    Mailbox.objects.create(
        body=people.body, name="主任信箱", slug="box", opened_on=date(YEAR, 1, 1)
    )
    Survey.objects.create(
        body=people.body,
        title="示例征集",
        opens_on=date(YEAR, 3, 1),
        closes_on=date(YEAR, 4, 1),
        drafted_by=people.clerk,
        published_by=people.head,
        published_at=datetime(YEAR, 3, 1, tzinfo=UTC),
    )
    now, before = named(people.body, YEAR), named(people.body, YEAR - 1)
    assert now["信箱来信数"]["value"] == now["主任信箱来信数"]["value"] == "0"
    assert now["征集调查数"]["value"] == "1"
    assert before["信箱来信数"]["value"] is before["征集调查数"]["value"] is None


def test_problems_are_told_in_their_own_year_and_what_became_of_them_in_the_next(
    people: Cast,
) -> None:
    for year in (YEAR - 2, YEAR - 1, YEAR):
        Improvement.objects.create(
            body=people.body,
            report_year=year,
            problem=f"{year}年的问题。",
            measure=f"{year}年的措施。",
            result=f"{year}年的已经办结。",
            happened_on=date(year, 12, 1),
        )
    found = named(people.body, YEAR)
    problem, measure = f"一是{YEAR}年的问题。", f"一是{YEAR}年的措施。"
    told = f"存在的主要问题：{problem}下一步改进措施：{measure}"
    assert found["问题情况"] == {"text": told}
    assert found["上年整改情况"] == {"text": f"{YEAR - 1}年的已经办结。"}


def test_the_numbers_of_g1_come_out_of_registers(people: Cast) -> None:
    """Issues and items of new media, meetings, volunteers who stand at the end of the year."""
    account = MediaAccount.objects.create(
        body=people.body, platform="wechat", name="示例健康", happened_on=date(YEAR - 1, 1, 1)
    )
    for issue, category, items in (("1", "科普", 3), ("1", "公告", 1), ("2", "科普", 2)):
        MediaIssue.objects.create(
            body=people.body,
            account=account,
            issue=issue,
            category=category,
            items=items,
            happened_on=date(YEAR, 4, 5),
        )
    found = named(people.body, YEAR)
    assert found["新媒体期数"]["value"] == "2"
    assert found["发布统计条数"]["value"] == "6"
    assert found["发布统计（科普）条数"]["value"] == "5"
    assert found["年末账号数"]["value"] == found["年末账号数"]["last"] == "1"


def test_more_suits_than_refusals_in_the_register_are_found(people: Cast) -> None:
    task = actions.start(people.other_body, YEAR, by=people.stranger)
    for address in ("t4.direct_total", "t4.direct_pending"):
        actions.change_cell(task, address, "1", "纸质案卷", by=people.stranger)
    assert task.report.problems.filter(rule="C22", gone_at=None).exists()


def test_counting_last_year_anew_checks_the_carry_over_of_this_year(
    task: Compilation, people: Cast
) -> None:
    before = actions.start(people.body, YEAR - 1, by=people.clerk)
    actions.change_cell(before, "t3.carried_forward.total", "2", "纸质登记", by=people.clerk)
    licences(people.body, 1, on=date(YEAR - 1, 5, 5))
    actions.recompute(before, by=people.clerk)
    assert task.report.problems.filter(rule="C05", gone_at=None).exists()
