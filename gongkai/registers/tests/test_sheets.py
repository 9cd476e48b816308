"""Import: a sheet is taken in whole or not at all, and what is exported can be read in again."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
import xlsxwriter
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.base.refusal import Refused
from gongkai.bodies.ledger import actions, sheets, take_in
from gongkai.bodies.ledger.book import all_books, book
from gongkai.bodies.ledger.forms import MomentField
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


def test_every_mistake_of_a_line_is_told_at_once(cast):
    ahead = (timezone.localdate() + timedelta(days=9)).isoformat()
    code = PENALTIES.label("party_code")
    rows = (
        f"{HEAD},{code}",
        f"{good(1)},",
        f"{good(2).replace('2026-03-02', ahead)},123",
        f"{good(1).replace('2026-03-01', '')},",
        f"{good(2)},",
    )
    _, found = take_in.look_at(PENALTIES, cast.body, "表.csv", csv(*rows), by=cast.clerk)
    told = {(number, label): sentence for number, label, sentence in found.wrong}
    day, paper = PENALTIES.label("happened_on"), PENALTIES.label("number")
    assert set(told) == {(3, day), (3, code), (4, day), (4, paper), (5, paper)}
    assert "统一社会信用代码不对" in told[3, code]
    assert (told[4, paper], told[5, paper]) == ("和第 2 行重复", "和第 3 行重复")


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


def test_a_sheet_as_offices_write_it_is_read_or_told_in_a_sentence(cast):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        page = made.add_worksheet()
        page.merge_range(0, 0, 0, 5, "收费明细表（2026年3月）")
        for at, name in enumerate(["序号", "收款日期", "票据号"]):
            page.merge_range(1, at, 2, at, name)
        page.merge_range(1, 3, 1, 4, "收费情况")
        page.write_row(2, 3, ["金额（元）", "科室"])
        page.merge_range(1, 5, 2, 5, "经手人")
        page.write_row(
            3, 0, ["1", "２０２６年３月２日", "ＰＪ-１", "１，２３４.50", "监督科", "王某"]
        )
        page.write_row(5, 0, ["2", "2026.3.3", "PJ-2", "300", "监督科", "王某"])
    found = sheets.look(FEES, cast.body, out.getvalue())
    assert not found.wrong and found.unused == ("经手人",)
    first = found.values[0]
    assert (first["happened_on"], first["amount"]) == (date(2026, 3, 2), Decimal("1234.50"))
    assert first["section"] == cast.supervision, "the lower row of the head is read too"
    bad = csv("收款日期,票据号,金额（元）", "2026-03-02,PJ-3,0.12万元", "合计,,1200")
    found = sheets.look(FEES, cast.body, bad)
    assert [(n, sentence) for n, _, sentence in found.wrong] == [
        (2, "这里以元为单位：0.12万元请填 1200。"),
        (3, "这是合计行，不是登记。请从表里删去这一行。"),
    ]
    assert found.written[2, "金额（元）"] == "0.12万元"


@pytest.mark.parametrize(
    "day", ["2026年2月30日", "2026-13-01", "2026/2/30", "2026.0.1", "20260230", "２０２６-02-30"]
)
def test_a_day_that_no_calendar_has_is_said_to_be_none(cast, day):
    line = good(1).replace("2026-03-01", day)
    _, found = take_in.look_at(PENALTIES, cast.body, "表.csv", csv(HEAD, line), by=cast.clerk)
    ((_, column, said),) = found.wrong
    assert column == "作出决定日期" and said.startswith("没有“2026") and "这一天" in said
    line = good(1).replace("2026-03-01", "2026年3月")
    _, found = take_in.look_at(PENALTIES, cast.body, "表.csv", csv(HEAD, line), by=cast.clerk)
    assert "请写成 2026-11-21" in found.wrong[0][2]


def test_a_moment_of_a_day_that_is_none_is_said_so_too():
    with pytest.raises(ValidationError, match="没有“2026-02-30”这一天"):
        MomentField().clean("2026-02-30 09:30")


def test_the_same_number_twice_in_the_sheet_is_bad(cast):
    _, found = take_in.look_at(
        PENALTIES, cast.body, "表.csv", csv(HEAD, good(1), good(2), good(2)), by=cast.clerk
    )
    ((number, _, sentence),) = found.wrong
    assert (number, sentence) == (4, "和第 3 行重复")


def test_a_register_taken_out_and_in_again_enters_only_what_is_new(cast, client):
    a_penalty(cast, "罚1号", party_code="", section=cast.supervision)
    client.force_login(cast.clerk)
    out = b"".join(client.get(reverse("desk-ledger-csv", args=["penalties"])).streaming_content)

    def look(data):
        return take_in.look_at(PENALTIES, cast.body, "表.csv", data, by=cast.clerk)

    with pytest.raises(Refused, match="表里的 1 行都已经登记过，内容也相同"):
        look(out)
    new = out.replace("罚1号".encode(), "罚2号".encode()).partition(b"\r\n")[2]
    sent, found = look(out + new)
    assert (found.same, sent.rows) == (1, 1)
    told = client.post(
        reverse("desk-ledger-import", args=["penalties"]),
        {"file": SimpleUploadedFile("表.csv", out + new)},
        follow=True,
    ).content.decode()
    assert "另有 1 行已经登记过，内容相同" in told and "确认导入 1 行" in told
    sent = SheetImport.objects.latest("pk")
    wrong = SimpleUploadedFile("行政处罚决定-2026-03-05.csv", out)
    told = client.post(reverse("desk-ledger-import", args=["services"]), {"file": wrong})
    assert told.status_code == 422 and "请到“行政处罚决定”里导入" in told.content.decode()
    assert take_in.take_in(sent, by=cast.clerk) == 1
    _, found = look((out + new).replace("警告".encode(), "罚款".encode(), 1))
    ((number, line, values),) = found.changes
    assert (number, line.content, values) == (2, "警告", {"content": "罚款"})
    assert set(PenaltyDecision.objects.values_list("content", flat=True)) == {"警告"}


def test_a_register_without_numbers_is_not_doubled_by_its_own_export(cast, client):
    training = book("training")
    values = {"happened_on": date(2026, 3, 2), "subject": "公开业务", "attended": 9}
    actions.enter(training, cast.body, values, by=cast.clerk)
    client.force_login(cast.clerk)
    out = b"".join(client.get(reverse("desk-ledger-csv", args=["training"])).streaming_content)
    again = out.partition(b"\r\n")[2]
    with pytest.raises(Refused, match="不用再导入"):
        take_in.look_at(training, cast.body, "表.csv", out, by=cast.clerk)
    _, found = take_in.look_at(training, cast.body, "表.csv", out + again, by=cast.clerk)
    assert (found.same, found.lines) == (1, 1)  # the second one is another meeting


@pytest.mark.parametrize(
    "again",
    [
        "示卫罚[2026]80号",
        "示卫罚（２０２６）８０号",
        "示卫罚 【2026】 80 号",
        "示卫罚(2026)第080号",
    ],
)
def test_a_number_is_the_same_however_it_is_written(cast, again):
    first, second = (good(1).replace("罚1号", number) for number in ("示卫罚〔2026〕80号", again))
    _, found = take_in.look_at(
        PENALTIES, cast.body, "表.csv", csv(HEAD, first, second), by=cast.clerk
    )
    assert [sentence for _, _, sentence in found.wrong] == ["和第 2 行重复"]
    kept = a_penalty(cast, again)  # as an older register may hold it
    _, found = take_in.look_at(PENALTIES, cast.body, "表.csv", csv(HEAD, first), by=cast.clerk)
    assert [line for _, line, _ in found.changes] == [kept] and not found.values
    with pytest.raises(Refused, match="已经登记过"):
        a_penalty(cast, "示卫罚〔2026〕80号")
    assert a_penalty(cast, "示卫罚〔2026〕8-0号").pk != kept.pk


def test_a_number_is_kept_in_the_brackets_of_official_papers(cast):
    row = good(1).replace("罚1号", "示卫罚 [2026] 80号")
    (values,) = sheets.look(PENALTIES, cast.body, csv(HEAD, row)).values
    assert values["number"] == "示卫罚〔2026〕80号"


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("罚款金额（元）", "-5", "不能小于 0"),
        ("罚款金额（元）", "1e3", "请填写数字"),
        ("罚款金额（元）", "1_000", "请填写数字"),
        ("统一社会信用代码", "123", "应当是 18 位"),
        ("统一社会信用代码", "91110000600037341M", "应当是 18 位"),
        ("被撤销、变更或者确认违法日期", "明天", "晚于今天"),
    ],
)
def test_what_cannot_be_is_refused(cast, column, value, said):
    value = value.replace("明天", str(timezone.localdate() + timedelta(days=1)))
    look = sheets.look(PENALTIES, cast.body, csv(f"{HEAD},{column}", f"{good(1)},{value}"))
    ((_, named, sentence),) = look.wrong
    assert named == column and said in sentence


def test_full_width_digits_and_a_right_code_are_taken(cast):
    more = "罚款金额（元）,统一社会信用代码"
    row = f"{good(1)},３０００．５,９１１１００００６０００３７３４１Ｌ"
    (values,) = sheets.look(PENALTIES, cast.body, csv(f"{HEAD},{more}", row)).values
    assert values["fine"] == Decimal("3000.5") and values["party_code"] == "91110000600037341L"


def test_a_formula_is_no_value_and_a_text_that_looks_like_one_is(cast):
    told = "这一格是公式，请改为文字后再导入。"
    cells = good(1).split(",")
    danger = "=cmd|'/c calc'!A1"
    look = sheets.look(
        PENALTIES,
        cast.body,
        csv(HEAD, good(1).replace("示例医院", danger)).decode("utf-8-sig").encode("gb18030"),
    )
    assert look.wrong == [(2, "相对人名称", told)]
    look = sheets.look(PENALTIES, cast.body, csv(HEAD, good(1).replace("示例医院", "-示例@医院")))
    assert look.values[0]["party"] == "-示例@医院"

    def made(party: int | str, how: str) -> bytes:
        out = io.BytesIO()
        with xlsxwriter.Workbook(out) as file:
            page = file.add_worksheet()
            page.write_row(1, 1, HEAD.split(","))
            page.write_row(2, 1, cells)
            if how == "text":
                page.write_string(2, 4, danger)
            else:
                page.write_formula(2, 4, danger, None, party)
        return out.getvalue()

    for result in ("", "#REF!"):
        assert sheets.look(PENALTIES, cast.body, made(result, "formula")).wrong == [
            (3, "相对人名称", told)
        ]
    assert sheets.look(PENALTIES, cast.body, made("甲", "formula")).values[0]["party"] == "甲"
    assert sheets.look(PENALTIES, cast.body, made("", "text")).values[0]["party"] == danger


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


def test_every_book_has_a_sheet_that_reads_its_own_head(cast):
    for one in all_books():
        data = sheets.blank(one, cast.body)
        with pytest.raises(Refused, match="没有可以导入的行"):
            sheets.look(one, cast.body, data)


def test_what_is_exported_can_be_read_in_again(cast):
    line = a_penalty(cast, content="=1+1", section=cast.supervision, fine=Decimal("12.50"))
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
