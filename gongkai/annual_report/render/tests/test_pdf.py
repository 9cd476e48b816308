"""PDF in the layout of GB/T 9704-2012: 22 lines of 28 characters, numbered pages, no cut text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pylopdf_fonts_zh_cn
import pypdfium2
import pytest
import typst

from gongkai.annual_report.model import Cell, Section
from gongkai.annual_report.render import pdf, render
from gongkai.annual_report.render.blocks import Document, Paragraph, RowGroup, Table, TableCell
from gongkai.annual_report.render.tests import cast
from gongkai.documents import fonts

POINT = 72 / 25.4
LONG = "公开" * 900


@contextmanager
def opened(content: bytes) -> Iterator[pypdfium2.PdfDocument]:
    document = pypdfium2.PdfDocument(content)
    yield document
    document.close()


def lines_of(page: pypdfium2.PdfPage) -> list[tuple[float, float, float, str]]:
    """(left, right, distance of the baseline from the top, text) of each line, in mm."""
    text = page.get_textpage()
    rows: dict[float, list[tuple[float, float, str]]] = {}
    for i in range(text.count_chars()):
        letter = text.get_text_range(i, 1)
        if not letter.strip():
            continue
        left, bottom, right, _ = text.get_charbox(i, loose=True)
        rows.setdefault(round(bottom), []).append((left, right, letter))
    return [
        (
            min(c[0] for c in row) / POINT,
            max(c[1] for c in row) / POINT,
            (page.get_height() - bottom) / POINT,
            "".join(c[2] for c in row),
        )
        for bottom, row in sorted(rows.items(), reverse=True)
    ]


def test_a_page_of_text_has_22_lines_of_28_characters_in_the_type_area() -> None:
    with opened(pdf.pdf(Document("标题", (Paragraph(LONG),)))) as found:
        assert [round(s / POINT) for s in found[1].get_size()] == [210, 297]
        *body, _ = lines_of(found[1])
    assert len(body) == 22
    assert {len(text) for *_, text in body} == {28}
    for left, right, down, _ in body:
        assert left >= 27.9 and right <= 210 - 25.5
        assert 37 < down < 297 - 35 + 1


def test_the_first_line_of_a_paragraph_is_two_characters_in() -> None:
    with opened(pdf.pdf(Document("标题", (Paragraph(LONG),)))) as found:
        _, first, second, *_ = lines_of(found[0])
    assert len(first[3]) == 26 and len(second[3]) == 28
    assert first[0] - second[0] == pytest.approx(2 * 16 / POINT, abs=0.3)


def test_page_numbers_stand_right_on_odd_and_left_on_even_pages() -> None:
    with opened(pdf.pdf(Document("标题", (Paragraph(LONG * 2),)))) as found:
        numbers = [lines_of(page)[-1] for page in found]
    assert [text for *_, text in numbers] == [f"—{n}—" for n in range(1, len(numbers) + 1)]
    for n, (left, right, down, _) in enumerate(numbers, 1):
        em = 14 / POINT
        assert 297 - 35 + 7 < down < 297 - 35 + 7 + em
        if n % 2:
            assert right == pytest.approx(210 - 26 - em, abs=0.6)
        else:
            assert left == pytest.approx(28 + em, abs=0.6)


def test_heads_repeat_on_every_page_of_a_long_table() -> None:
    head = (TableCell("序号", "head"), TableCell("问题", "head"))
    body = tuple((TableCell(str(n), "label"), TableCell("公开" * 40)) for n in range(1, 60))
    table = Table("long", "长表", (20, 136), (RowGroup((head,), body),), together=False)
    with opened(pdf.pdf(Document("标题", (table,)))) as found:
        pages = [page.get_textpage().get_text_bounded() for page in found]
    assert len(pages) > 2
    assert all("序号" in page and "问题" in page for page in pages)
    rows = {word for page in pages for word in page.split()}
    assert {str(n) for n in range(1, 60)} <= rows


def test_an_official_table_is_not_cut_by_the_end_of_a_page() -> None:
    report = cast.report("2021")
    for paragraphs in range(1, 60, 9):
        text = "\n".join(["公开。"] * paragraphs)
        one = replace(report, sections=(Section(1, "一、总体情况", text),))
        with opened(render(one, "pdf")) as found:
            pages = [page.get_textpage().get_text_bounded() for page in found]
        with_head = [p for p in pages if "申请人情况" in p]
        assert len(with_head) == 1
        assert "四、结转下年度继续办理" in with_head[0]


def test_a_figure_of_ten_digits_stays_inside_its_cell() -> None:
    report = cast.report("2021").with_cells({"t4.review_upheld": Cell(9876543210)})
    with opened(render(report, "pdf")) as found:
        boxes = []
        for page in found:
            text = page.get_textpage()
            search = text.search("9876543210")
            if hit := search.get_next():
                first, count = hit
                edges = [text.get_charbox(i) for i in range(first, first + count)]
                boxes.append((edges[0][0] / POINT, edges[-1][2] / POINT))
    assert len(boxes) == 1
    assert boxes[0][0] >= 28 and boxes[0][1] <= 28 + 156 / 15


def picture(letter: str) -> bytes:
    document = Document("题", (Paragraph(letter, "note"),))
    with opened(pdf.pdf(document)) as found:
        bitmap = found[0].render(scale=2, crop=(0, 0, 0, 60))
        return bytes(bitmap.buffer)


@pytest.fixture
def no_system_fonts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder = str(Path(pylopdf_fonts_zh_cn.serif_path()).parent)
    bare = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
    )
    monkeypatch.setattr(fonts, "load", lambda: (bare, fonts.choose(bare.fonts(), None)))
    pdf._compiler.cache_clear()
    yield
    pdf._compiler.cache_clear()


def test_rare_characters_of_names_show_on_a_machine_without_chinese_fonts(
    no_system_fonts: None,
) -> None:
    # A glyph that is missing is the same empty box for every character.
    pictures = {letter: picture(letter) for letter in "喆堃昇犇珺玥翀一"}
    assert len(set(pictures.values())) == len(pictures)


def font(family: str, path: str) -> typst.FontInfo:
    class Info:
        pass

    info = Info()
    info.family, info.path = family, path  # type: ignore[attr-defined]
    return info  # type: ignore[return-value]


def test_fonts_come_from_the_configured_folder_then_the_system_then_the_free_ones(
    tmp_path: Path,
) -> None:
    system = [
        font("SimSun", "/fonts/simsun.ttc"),
        font("FangSong", "/fonts/simfang.ttf"),
        font("Noto Serif CJK SC", "/fonts/noto.ttc"),
        font("Noto Sans CJK SC", "/fonts/notosans.ttc"),
    ]
    own = font("单位仿宋体", str(tmp_path / "own.ttf"))
    faces = fonts.choose([*system, own], str(tmp_path))
    assert faces.body.names[:3] == ("单位仿宋体", "FangSong", "Noto Serif CJK SC")
    assert faces.song.names[0] == "SimSun"
    # No 黑体 there: a bold sans stands in for it.
    assert (faces.hei.names[0], faces.hei.weight) == ("Noto Sans CJK SC", "bold")
    assert (faces.body.weight, faces.title.weight) == ("regular", "bold")
    assert all("Noto Sans CJK SC" in f.names for f in (faces.body, faces.kai, faces.title))


def test_the_pdf_says_its_title_and_is_tagged_for_screen_readers() -> None:
    content = render(cast.report("2021"), "pdf")
    with opened(content) as found:
        assert found.get_metadata_dict()["Title"].startswith("示例市")
        assert found.is_tagged()
