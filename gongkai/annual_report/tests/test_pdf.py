"""PDF: the text by lines, the tables by their ruled lines, and what happens where they differ."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from gongkai.annual_report.model import Cell, Report
from gongkai.annual_report.read import pdf, read, second
from gongkai.annual_report.read.document import Grid, Paragraph
from gongkai.annual_report.read.interpret import interpret
from gongkai.annual_report.read.ruling import Line, find_tables
from gongkai.annual_report.render import render
from gongkai.annual_report.tests import files
from gongkai.annual_report.tests.layouts import made_up
from gongkai.documents import pdf_risk


def figures(report: Report) -> dict[str, object]:
    return {address: cell.value for address, cell in report.cells()}


def test_both_readings_give_every_figure_of_the_report() -> None:
    data = files.rendered("pdf")
    expected = figures(files.sample())
    for document in (pdf.text_document(data, "a.pdf"), pdf.grid_document(data, "a.pdf")):
        (report,) = interpret(document)
        assert figures(report) == expected


def test_the_grid_reading_draws_the_official_tables() -> None:
    document = pdf.grid_document(files.rendered("pdf"), "a.pdf")
    grids = [b for b in document.blocks if isinstance(b, Grid)]
    assert len(grids) == 3
    widths = [max(sum(c.colspan for c in row) for row in g.rows) for g in grids]
    assert widths == [4, 10, 15]
    place = grids[1].rows[5][-1].place
    assert place and place.page and place.cell


def test_lines_of_the_two_readings_have_the_same_places() -> None:
    data = files.rendered("pdf")
    by_place = {
        b.place: b.text for b in pdf.text_document(data, "a.pdf").blocks if isinstance(b, Paragraph)
    }
    outside = [b for b in pdf.grid_document(data, "a.pdf").blocks if isinstance(b, Paragraph)]
    assert outside
    assert all(by_place[b.place].split() == b.text.split() for b in outside)


def test_blank_columns_are_placed_by_the_lines() -> None:
    """pdfium's text of such a row is "12 12": which columns are blank only the drawing says."""
    source = made_up(random.Random(4), zeros=0.2)
    assert source.table3
    sparse = {
        key: tuple(Cell() if i in (1, 2, 4) else cell for i, cell in enumerate(cells))
        for key, cells in source.table3.items()
    }
    blank = replace(source, table3=sparse)
    (report,) = read(render(blank, "pdf"), "a.pdf")
    assert figures(report) == figures(blank)


def test_what_the_two_readings_disagree_on_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    data = files.rendered("pdf")
    document = pdf.text_document(data, "a.pdf")
    right = interpret(document)[0]
    address = "t3.granted.natural"
    value = right.cell(address).value
    assert isinstance(value, int)
    answers = [
        [replace(right.with_cells({address: Cell(value + 1, str(value + 1))}), table4=None)],
        [right],
    ]
    monkeypatch.setattr(second, "interpret", lambda _: answers.pop(0))
    monkeypatch.setattr(second, "_doubtful", lambda _: True)
    (report,) = second.interpret_pdf(document, data)
    assert report.value(address) == value
    assert report.cell(address).confidence <= second.DOUBT
    (notice,) = [n for n in report.notices if n.code == "READINGS_DIFFER"]
    assert notice.address == address and f"“{value + 1}”" in notice.message


def test_a_clear_reading_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "grid_document", lambda *_: pytest.fail("read twice"))
    assert figures(read(files.rendered("pdf"), "a.pdf")[0]) == figures(files.sample())


def test_ordinary_reports_are_read_in_this_process() -> None:
    assert pdf_risk.ordinary(files.rendered("pdf"))
    assert pdf_risk.ordinary(files.pdf([(b"BT (A) Tj ET", b"")]))


@pytest.mark.parametrize(
    ("content", "filters"),
    [
        (files.inflating(b"q ", 20), b"/FlateDecode"),
        (files.inflating(b"1 0 0 1 0 0 cm ", 20), b"/FlateDecode/Length1 9"),
        (files.inflating(b" ", 1), b"[/FlateDecode /FlateDecode]"),
        (b"x", b" 7 0 R"),
        (b"x", b"/LZWDecode"),
        (b"x", b"/#46lateDecode"),
        (b"not deflated", b"/FlateDecode"),
    ],
)
def test_streams_that_may_run_away_are_read_apart(content: bytes, filters: bytes) -> None:
    assert not pdf_risk.ordinary(files.pdf([(content, filters)]))


def test_forms_that_draw_forms_are_read_apart() -> None:
    pages = [(b"/A Do " * 20, b"")] * 6
    assert not pdf_risk.ordinary(files.pdf(pages).replace(b"/Type/Page/", b"/Form 1/Type/Page/"))


def test_reading_apart_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    data = files.rendered("pdf")
    here = pdf.text_document(data, "a.pdf"), pdf.grid_document(data, "a.pdf")
    monkeypatch.setattr(pdf, "ordinary", lambda _: False)
    assert (pdf.text_document(data, "a.pdf"), pdf.grid_document(data, "a.pdf")) == here


def grid_lines(xs: list[int], ys: list[int]) -> tuple[list[Line], list[Line]]:
    return (
        [Line(y, xs[0], xs[-1]) for y in ys],
        [Line(x, ys[0], ys[-1]) for x in xs],
    )


def test_lines_become_cells() -> None:
    (table,) = find_tables(*grid_lines([0, 50, 100], [0, 20, 40, 60]), 2)
    assert len(table.cells) == 6
    found = table.cell_at(60, 30)
    assert found and (found.row, found.column) == (1, 1)
    assert table.cell_at(150, 30) is None


def test_a_missing_piece_of_line_merges_two_cells() -> None:
    rows, columns = grid_lines([0, 50, 100], [0, 20, 40])
    columns[1] = Line(50, 20, 40)  # only in the second row
    (table,) = find_tables(rows, columns, 2)
    assert [(c.row, c.column, c.rowspan, c.colspan) for c in table.cells] == [
        (0, 0, 1, 2),
        (1, 0, 1, 1),
        (1, 1, 1, 1),
    ]


def test_a_table_open_at_its_sides_and_cut_by_the_page_is_closed() -> None:
    rows = [Line(y, 0, 100) for y in (20, 40)]
    columns = [Line(50, 0, 60)]
    (table,) = find_tables(rows, columns, 2)
    assert table.xs == [0, 50, 100]
    assert table.ys == [0, 20, 40, 60]


def test_lines_drawn_in_pieces_are_joined() -> None:
    rows = [Line(y + d, x, x + 10) for y in (0, 30) for d in (0, 1) for x in range(0, 100, 10)]
    (table,) = find_tables(rows, [Line(x, 0, 31) for x in (0, 50, 100)], 2)
    assert len(table.cells) == 2
