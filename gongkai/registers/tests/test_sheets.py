"""Import: a sheet is taken in whole or not at all, and what is exported can be read in again."""

import io
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.base.refusal import Refused
from gongkai.bodies.ledger import sheets, take_in
from gongkai.bodies.ledger.book import all_books, book
from gongkai.bodies.ledger.models import SheetImport
from gongkai.documents.tables import csv_file, workbook
from gongkai.registers.models import FeeReceipt, PenaltyDecision
from gongkai.registers.tests.cast import a_penalty

PENALTIES, FEES = book("penalties"), book("fees")


def csv(*rows: str) -> bytes:
    return "\ufeff".encode() + "\r\n".join(rows).encode()


HEAD = "作出决定日期,决定书文号,相对人类别,相对人名称,决定内容,违法事实、案由,处罚依据,科室"


def good(n: int) -> str:
    return f"2026-03-0{n},罚{n}号,法人及非法人组织,示例医院,警告,未公示,某条例,监督科"


def test_a_good_sheet_is_entered_by_the_second_click_only(cast):
    sent, found = take_in.look_at(
        PENALTIES, cast.body, "表.csv", csv(HEAD, good(1), good(2)), by=cast.clerk
    )
    assert (found.lines, found.wrong) == (2, [])
    assert not PenaltyDecision.objects.exists()
    assert take_in.take_in(sent, by=cast.clerk) == 2
    line = PenaltyDecision.objects.get(number="罚1号")
    assert (line.section, line.happened_on, line.sheet) == (
        cast.supervision,
        date(2026, 3, 1),
        sent,
    )
    assert line.due_on and line.entered_by == cast.clerk
    assert SheetImport.objects.get().sealed is None


def test_one_bad_line_keeps_the_whole_sheet_out_and_is_named(cast):
    bad = "三月三日,罚3号,公司,示例医院,警告,未公示,某条例,没有的科"
    sent, found = take_in.look_at(
        PENALTIES, cast.body, "表.csv", csv(HEAD, good(1), bad), by=cast.clerk
    )
    assert sent.pk is None and not SheetImport.objects.exists()
    assert {(n, c) for n, c, _ in found.wrong} == {
        (3, "作出决定日期"),
        (3, "相对人类别"),
        (3, "科室"),
    }
    assert found.bad_lines == 1


def test_the_same_number_twice_in_the_sheet_or_in_the_register_is_bad(cast):
    a_penalty(cast, "罚1号")
    _, found = take_in.look_at(
        PENALTIES, cast.body, "表.csv", csv(HEAD, good(1), good(2), good(2)), by=cast.clerk
    )
    assert [sentence for _, _, sentence in found.wrong] == [
        "和第 3 行重复",
        "有 1 行已经登记过，例如“罚1号”，请从表里删去。",
    ]


def test_what_was_entered_meanwhile_stops_the_taking_in(cast):
    sent, _ = take_in.look_at(PENALTIES, cast.body, "表.csv", csv(HEAD, good(1)), by=cast.clerk)
    a_penalty(cast, "罚1号")
    with pytest.raises(Refused):
        take_in.take_in(sent, by=cast.clerk)
    assert PenaltyDecision.objects.count() == 1


def test_a_sheet_is_taken_in_once_and_by_who_sent_it(cast):
    sent, _ = take_in.look_at(PENALTIES, cast.body, "表.csv", csv(HEAD, good(1)), by=cast.clerk)
    with pytest.raises(PermissionDenied):
        take_in.take_in(sent, by=cast.reviewer)
    take_in.take_in(sent, by=cast.clerk)
    with pytest.raises(Refused):
        take_in.take_in(sent, by=cast.clerk)


def test_a_sheet_sent_again_takes_the_place_of_the_one_not_confirmed(cast):
    first, second = (
        take_in.look_at(PENALTIES, cast.body, "表.csv", csv(HEAD, good(n)), by=cast.clerk)[0]
        for n in (1, 2)
    )
    with pytest.raises(Refused):
        take_in.take_in(first, by=cast.clerk)
    assert SheetImport.objects.get(pk=first.pk).sealed is None
    assert take_in.take_in(second, by=cast.clerk) == 1


def test_a_handlers_sheet_holds_his_section_only(cast):
    _, found = take_in.look_at(PENALTIES, cast.body, "表.csv", csv(HEAD, good(1)), by=cast.handler)
    assert [(n, c) for n, c, _ in found.wrong] == [(2, "科室")]


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04rubbish", b"\xff\xfe\x00\x01", "没有表头".encode()]
)
def test_what_is_no_sheet_is_refused_in_a_sentence(cast, data):
    with pytest.raises(Refused):
        take_in.look_at(PENALTIES, cast.body, "表.xlsx", data, by=cast.clerk)


def test_a_missing_column_is_named(cast):
    with pytest.raises(Refused, match="处罚依据"):
        take_in.look_at(
            PENALTIES, cast.body, "表.csv", csv(HEAD.replace("处罚依据", "")), by=cast.clerk
        )


@pytest.mark.parametrize("one", all_books(), ids=lambda one: one.slug)
def test_every_book_has_a_sheet_that_reads_its_own_head(cast, one):
    data = sheets.blank(one, cast.body)
    with pytest.raises(Refused, match="没有可以导入的行"):
        sheets.look(one, cast.body, data)


def test_what_is_exported_can_be_read_in_again(cast):
    line = a_penalty(cast, content="=1+1", section=cast.supervision, fine="12.50")
    rows = [[PENALTIES.label(n) for n in PENALTIES.sheet_fields], sheets.row(PENALTIES, line)]
    for data in (
        workbook("x", rows),
        csv_file(rows).encode(),
    ):
        (values,) = sheets.look(PENALTIES, cast.body, data).values
        again = {name: getattr(line, name) for name in PENALTIES.sheet_fields}
        again["fine"] = values["fine"]
        assert values == again and str(values["fine"]) == "12.50"


_CELL = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["2026-01-05", "12.3", "-1", "十元", "票1", "=1", "2026年2月30日", "1e5"]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(_CELL, min_size=3, max_size=3), max_size=6))
def test_a_spoiled_sheet_changes_nothing(cast, rows):
    """Whatever stands in the cells: all lines are entered, or none."""
    out = io.StringIO()
    import csv as module

    module.writer(out).writerows([["收款日期", "票据号", "金额（元）"], *rows])
    before = FeeReceipt.objects.count()
    try:
        sent, found = take_in.look_at(
            FEES, cast.body, "表.csv", out.getvalue().encode(), by=cast.clerk
        )
    except Refused:
        assert FeeReceipt.objects.count() == before
        return
    if found.wrong:
        assert sent.pk is None and FeeReceipt.objects.count() == before
        return
    assert take_in.take_in(sent, by=cast.clerk) == found.lines
    assert FeeReceipt.objects.count() == before + found.lines
