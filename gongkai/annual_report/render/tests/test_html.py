"""HTML: safe, readable by machines and by screen readers."""

from __future__ import annotations

from dataclasses import replace

from selectolax.lexbor import LexborHTMLParser as HTMLParser

from gongkai.annual_report.model import Cell, Report, Section
from gongkai.annual_report.render import CellMark, render, tables_html
from gongkai.annual_report.render.tests import cast


def test_every_figure_names_its_cell() -> None:
    report = cast.report("2021")
    found = {}
    for fragment in tables_html(report).values():
        for node in HTMLParser(fragment).css("td[data-address]"):
            found[node.attributes["data-address"]] = node.text()
    assert set(found) == {address for address, _ in report.cells()}
    assert found["t3.granted.natural"] == str(report.value("t3.granted.natural"))


def test_heads_say_what_they_stand_for() -> None:
    tree = HTMLParser(tables_html(cast.report("2021"))["t3"])
    scopes = {n.text(): n.attributes.get("scope") for n in tree.css("th")}
    assert scopes["自然人"] == "col"
    assert scopes["法人或其他组织"] == "colgroup"
    assert scopes["（三）不予公开"] == "rowgroup"
    assert scopes["1.属于国家秘密"] == "row"
    assert tree.css_first("caption") is not None
    assert len(tree.css("thead tr")) == 3


def test_no_text_of_a_report_becomes_markup() -> None:
    evil = '<script>alert("x")</script>&'
    report = cast.report("2021", agency=evil)
    rows = tuple(replace(r, label=evil) for r in report.table2 or ())
    report = replace(report, table2=rows, sections=(Section(1, evil, evil),))
    html = render(report, "html").decode()
    assert "<script" not in html
    assert HTMLParser(html).css_first("h2").text() == evil  # type: ignore[union-attr]
    marked = tables_html(report, marks={"t4.review_total": CellMark("error", (1,), '"><b>')})
    assert '"><b>' not in marked["t4"]


def test_fragments_carry_no_style_and_no_script() -> None:
    marks = {"t4.review_total": CellMark("warn", (1, 2), "两处")}
    for fragment in tables_html(cast.report("2019"), marks=marks).values():
        assert "style" not in fragment and "<script" not in fragment and "onclick" not in fragment


def test_a_found_cell_has_a_class_a_sign_and_links_to_its_findings() -> None:
    marks = {"t4.review_total": CellMark("error", (2, 5), "不平")}
    tree = HTMLParser(tables_html(cast.report("2021"), marks=marks)["t4"])
    cell = tree.css_first('td[data-address="t4.review_total"]')
    assert cell is not None
    assert "found-error" in (cell.attributes["class"] or "")
    assert [a.attributes["href"] for a in cell.css("a")] == ["#finding-2", "#finding-5"]
    assert "×" in cell.text()
    assert "错误" in (cell.css_first("a").attributes["aria-label"] or "")  # type: ignore[union-attr]


def test_a_figure_can_be_shown_as_the_source_printed_it() -> None:
    report = cast.report("2021").with_cells({"t3.granted.natural": Cell(1325, "1,325")})
    assert ">1325<" in tables_html(report)["t3"]
    assert ">1,325<" in tables_html(report, as_printed=True)["t3"]


def test_a_table_that_is_not_there_has_no_fragment() -> None:
    assert set(tables_html(replace(cast.report(), table3=None))) == {"t2", "t4"}


def test_an_older_report_keeps_its_own_order_and_headings() -> None:
    sections = (
        Section(2, "一、主动公开情况", "公开信息九条。"),
        Section(0, "三、收费情况", "没有收费。"),
        Section(4, "四、复议情况", "没有发生。"),
    )
    html = render(Report(format="older", year=2018, sections=sections), "html").decode()
    places = [html.index(t) for s in sections for t in (s.title, s.text)]
    assert places == sorted(places)
