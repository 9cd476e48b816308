"""The official tables: their merged cells, and nothing lost, nothing made up."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from gongkai.annual_report.model import Cell, Report, Section, Table2Row
from gongkai.annual_report.render.blocks import Paragraph, Table, TableCell
from gongkai.annual_report.render.official import (
    document,
    official_tables,
    page_width,
    paragraphs,
    title,
)
from gongkai.annual_report.render.tests import cast

FORMS = {
    "2019": cast.report("2019"),
    "2021": cast.report("2021"),
    "2021, 其他处理 in one row": cast.report("2021", collapsed=True),
}


def table(report: Report, key: str) -> Table:
    return next(t for t in official_tables(report) if t.key == key)


def texts(table: Table) -> list[str]:
    return [cell.text for row in table.rows for cell in row]


def cell(table: Table, text: str) -> TableCell:
    return next(c for row in table.rows for c in row if c.text == text)


@pytest.mark.parametrize("report", FORMS.values(), ids=FORMS)
def test_the_cells_of_every_table_cover_it_exactly_once(report: Report) -> None:
    for one in official_tables(report):
        covered = [
            (row + i, column + j)
            for row, column, cell in one.placed()
            for i in range(cell.rowspan)
            for j in range(cell.colspan)
        ]
        size = len(one.rows) * len(one.widths)
        assert len(covered) == len(set(covered)) == size, one.key
        assert sum(one.widths) == pytest.approx(156)


@pytest.mark.parametrize("report", FORMS.values(), ids=FORMS)
def test_every_cell_of_the_report_stands_in_its_table_once(report: Report) -> None:
    printed = [
        cell.address
        for t in official_tables(report)
        for row in t.rows
        for cell in row
        if cell.address
    ]
    assert printed == [address for address, _ in report.cells()]


def test_table_three_has_the_merged_heads_and_groups_of_the_form() -> None:
    t3 = table(cast.report("2021"), "t3")
    spans = {
        "申请人情况": (7, 1),
        "法人或其他组织": (5, 1),
        "自然人": (1, 2),
        "三、本年度办理结果": (1, 22),
        "（三）不予公开": (1, 8),
        "（四）无法提供": (1, 3),
        "（五）不予处理": (1, 5),
        "（六）其他处理": (1, 3),
        "（七）总计": (2, 1),
        "四、结转下年度继续办理": (3, 1),
    }
    for text, (colspan, rowspan) in spans.items():
        found = cell(t3, text)
        assert (found.colspan, found.rowspan) == (colspan, rowspan), text


def test_other_handling_in_one_row_is_printed_as_one_row() -> None:
    t3 = table(cast.report("2021", collapsed=True), "t3")
    assert cell(t3, "（六）其他处理").colspan == 2
    assert "3.其他" not in texts(t3)


def test_a_report_of_the_old_form_with_three_rows_keeps_all_three() -> None:
    report = cast.report("2019")
    rows = dict(report.table3 or {})
    del rows["other"]
    for key in ("other_uncorrected", "other_unpaid", "other_other"):
        rows[key] = (Cell(7),) * 7
    t3 = table(replace(report, table3=rows), "t3")
    assert cell(t3, "（六）其他处理").rowspan == 3
    assert texts(t3).count("7") >= 21


def test_absent_tables_are_not_drawn_and_absent_rows_are_blank() -> None:
    report = replace(cast.report("2021"), table4=None, table3={"granted": (Cell(4),) * 7})
    assert [t.key for t in official_tables(report)] == ["t2", "t3"]
    values = [c for row in table(report, "t3").rows for c in row if c.role == "value"]
    assert len(values) == 25 * 7
    assert [c.text for c in values if c.text] == ["4"] * 7


def test_a_row_of_the_other_form_is_printed_after_the_form() -> None:
    report = cast.report("2021")
    row = Table2Row("20.9", "procurement", "政府集中采购", {"amount": Cell(Decimal("60.1733"))})
    t2 = table(replace(report, table2=(*(report.table2 or ()), row)), "t2")
    assert cell(t2, "60.1733").address == "t2.procurement.amount"
    assert "第二十条第（九）项" in texts(t2)


def test_a_label_is_printed_as_the_source_has_it() -> None:
    report = cast.report("2021")
    rows = tuple(
        replace(r, label="规范性文件" if r.key == "normative_documents" else "")
        for r in report.table2 or ()
    )
    labels = texts(table(replace(report, table2=rows), "t2"))
    assert "规范性文件" in labels and "行政规范性文件" not in labels
    assert "行政许可" in labels  # a lost label is the form's


def test_tables_follow_their_sections_and_a_table_without_section_gets_the_title() -> None:
    report = replace(cast.report("2021"), sections=(Section(1, "一、总体情况", "正文。"),))
    order = [b.key if isinstance(b, Table) else b.text for b in document(report).blocks]
    assert order == [
        "一、总体情况",
        "正文。",
        "二、主动公开政府信息情况",
        "t2",
        "三、收到和处理政府信息公开申请情况",
        "t3",
        "四、政府信息公开行政复议、行政诉讼情况",
        "t4",
    ]


def test_the_first_sentence_after_a_bracketed_number_is_a_subheading() -> None:
    found = list(paragraphs("（一）主动公开。全年公开。\n（二）依申请公开\n\n1.其他。"))
    assert found == [
        Paragraph("（一）主动公开。全年公开。", "body", len("（一）主动公开。")),
        Paragraph("（二）依申请公开", "subheading"),
        Paragraph("1.其他。", "body"),
    ]


def test_a_report_without_title_body_and_year_still_has_one() -> None:
    assert title(Report(format="2021")) == "政府信息公开工作年度报告"
    assert title(Report(format="2021", agency="示例县教育局", year=2022)).startswith(
        "示例县教育局2022年"
    )


def test_lines_that_a_page_broke_become_paragraphs_again() -> None:
    text = "本机关全年及时更新网站栏目，按照规定公布各类信\n"
    text += "息，方便群众查阅办事指南，听取各方面的意见和建\n"
    text += "议，逐条研究答复，把办理结果告诉来信人，同时分析\n"
    text += "原因，不断改进工作。\n（一）主动公开。公布办事指南和收费标准，答复来信\n"
    text += "来电，回应关切。"
    report = Report(format="2021", sections=(Section(1, "一、总体情况", text),))
    _, first, second = document(report).blocks
    assert isinstance(first, Paragraph) and isinstance(second, Paragraph)
    assert first.text.startswith("本机关全年") and first.text.endswith("不断改进工作。")
    assert second.text.startswith("（一）") and second.text.endswith("回应关切。")


def test_paragraphs_that_no_page_broke_stay_as_they_are() -> None:
    lines = ["一是公开。", "二是答复", "三是培训", "其他情况如下", "四是监督。"]
    report = Report(format="2021", sections=(Section(1, "一、总体情况", "\n".join(lines)),))
    assert [b.text for b in document(report).blocks[1:] if isinstance(b, Paragraph)] == lines


def test_name_and_date_at_the_end_stand_at_the_right() -> None:
    *_, name, day = paragraphs("全年没有收费。\n示例市卫生健康委员会\n2024年1月20日")
    assert (name.style, day.style) == ("sign", "sign")
    assert day.right == 4 and name.right < day.right
    assert [p.style for p in paragraphs("统计到下列日期。\n2024年1月20日")] == ["body", "body"]


def test_lines_of_a_wide_page_are_put_together_too() -> None:
    line = "信" * 61
    text = "\n".join([line] * 4 + ["公开。"])
    wide = replace(cast.report("2021"), sections=(Section(1, "一、总体情况", text),))
    width = page_width(wide)
    assert [p.text for p in paragraphs(text, width)] == [line * 4 + "公开。"]
