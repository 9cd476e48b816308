"""A report as blocks: the six sections with the official tables, merged as the forms print them.

The forms are those of ``law/report_formats`` (国办公开办函〔2019〕60号, 〔2021〕30号). What a
report does not have stays blank, and what it has beside the form (a collapsed 其他处理 row, a
row of the other format) is printed too: nothing is lost, nothing made up.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from gongkai.annual_report.model import ABSENT, Cell, Report, Section, Table2Row
from gongkai.annual_report.render.blocks import (
    Block,
    CellMark,
    Document,
    Paragraph,
    Row,
    RowGroup,
    Table,
    TableCell,
    clean,
    ems,
    printed,
)
from gongkai.law.formats import FORMAT_IDS, Clause, Column, ReportFormat, report_format
from gongkai.law.formats import Row as FormRow
from gongkai.law.parameters import rule

Marks = Mapping[str, CellMark]
_TOP = "三、本年度办理结果"
_SUBHEADING = re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]")
_DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")
#: How a paragraph opens that is no continuation of the line before.
_OPENING = re.compile(
    r"[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]|[一二三四五六七八九十]是|[●■◆·※]"
)
_STOPS = "。！？；：…”）"
#: Lines wider than this (in characters) were not broken by a page.
_PAGE_WIDTH = 66
#: How much shorter than the widest a broken line may be: an indent, digits, a long word.
_RAGGED = 6
#: A subheading longer than this is a sentence, not a heading.
_LONGEST_LEAD = 30


def document(report: Report, marks: Marks | None = None) -> Document:
    """The whole report in the order of the form: text before, sections 1–6, each with its table."""
    tables = {t.key: t for t in official_tables(report, marks)}
    width = page_width(report)
    blocks: list[Block] = []
    for heading, section, key in parts_in_order(report, tables):
        if heading:
            blocks.append(Paragraph(heading, "heading"))
        if section is not None:
            blocks += paragraphs(section.text, width)
        if key is not None:
            blocks.append(tables[key])
    return Document(title(report), tuple(blocks), report.agency)


def parts_in_order(
    report: Report, tables: Collection[str]
) -> Iterator[tuple[str, Section | None, str | None]]:
    """(heading, section, key of the table that follows) in the order to print.

    The order is that of the form; an older report without tables keeps its own, where a
    heading that is none of the six parts stands where it stood. ``tables`` are the keys there
    are ("t2" …). A table without a section comes under the form's heading.
    """
    official = layout_of(report).sections
    if report.format == "older" and not tables:
        for section in report.sections:
            yield _line(section.title), section, None
        return
    for number in range(7):
        sections = [s for s in report.sections if s.number == number]
        key = f"t{number}" if f"t{number}" in tables else None
        if not sections and key is not None:
            yield official[number - 1], None, key
        for section in sections:
            usual = official[number - 1] if number else ""
            last = section is sections[-1]
            yield _line(section.title) or usual, section, key if last else None


def title(report: Report) -> str:
    """The printed title, or the usual one made of the body and the year as far as known."""
    year = "" if report.year is None else f"{report.year}年"
    return _line(report.title or "") or f"{report.agency or ''}{year}政府信息公开工作年度报告"


def _line(text: str) -> str:
    """A title in one line, however many the source had."""
    return "".join(line.strip() for line in clean(text).splitlines())


def layout_of(report: Report) -> ReportFormat:
    """The form to print: the report's own; for an older report the one its rows fit."""
    if report.layout is not None:
        return report.layout
    return report_format("2019" if "other" in (report.table3 or {}) else "2021")


def decimals_of(layout: ReportFormat) -> int:
    """Decimals of an amount in 万元 ("保留4位小数" in the heads of the forms)."""
    decimals: int = rule("report.amount_decimals", on=date(layout.first_year, 1, 1)).value
    return decimals


def paragraphs(text: str, width: float | None = None) -> Iterator[Paragraph]:
    """The lines of a section; a line that opens with （一） has its first sentence as a heading.

    ``width`` as ``page_width`` says: lines broken there are put together again.
    """
    lines = _unwrapped(_lines(text), width)
    signed = _signed(lines)
    for line in lines[: len(lines) - len(signed)]:
        lead = 0
        if _SUBHEADING.match(line):
            end = line.find("。") + 1 or len(line)
            lead = end if end <= _LONGEST_LEAD else 0
        whole = lead == len(line)
        yield Paragraph(line, "subheading" if whole else "body", 0 if whole else lead)
    yield from signed


def _signed(lines: list[str]) -> list[Paragraph]:
    """The last two lines as 署名 over the date, the date four characters from the right."""
    if len(lines) < 2 or not _DATE.fullmatch(lines[-1].replace(" ", "")):
        return []
    name, day = lines[-2:]
    if len(name) > _LONGEST_LEAD or any(c in name for c in "，。：；、"):
        return []
    above = max(0, 4 + (ems(day) - ems(name)) / 2)
    return [Paragraph(name, "sign", right=above), Paragraph(day, "sign", right=4)]


def _lines(text: str) -> list[str]:
    return [line for raw in text.splitlines() if (line := clean(raw).strip())]


def page_width(report: Report) -> float | None:
    """The width in characters at which the source's pages broke its lines; None: they did not.

    The text of a PDF or an e-mail comes in lines of one width. A report is taken for such a text
    where nearly all lines that end within a sentence end there.
    """
    lines = [line for section in report.sections for line in _lines(section.text)]
    within = [x for x in lines if x[-1] not in _STOPS and not _OPENING.match(x)]
    if not within:
        return None
    # Nearly the widest: one line may stick out (an address set apart by blanks).
    width = sorted(map(ems, within))[len(within) * 4 // 5]
    full = [x for x in within if ems(x) > width - _RAGGED]
    broken = width <= _PAGE_WIDTH and len(full) >= 3 and len(full) >= 0.7 * len(within)
    return width if broken else None


def _unwrapped(lines: list[str], width: float | None) -> list[str]:
    """Lines that a page broke put together again into paragraphs."""
    if width is None:
        return lines
    out: list[str] = []
    goes_on = False
    for line in lines:
        if goes_on and not _OPENING.match(line):
            words = out[-1][-1].isascii() and line[0].isascii() and line[0].isalpha()
            out[-1] += f" {line}" if words else line
        else:
            out.append(line)
        goes_on = ems(line) > width - _RAGGED and line[-1] not in "。！？"
    return out


@dataclass(frozen=True, slots=True)
class _Figures:
    """How figures are shown: with which marks, whether as the source printed them."""

    marks: Marks
    as_printed: bool
    decimals: int

    def cell(self, address: str, cell: Cell, *, amount: bool = False, span: int = 1) -> TableCell:
        text = printed(cell.value, decimals=self.decimals if amount else 0)
        if self.as_printed and cell.printed is not None:
            text = clean(cell.printed).strip()
        mark = self.marks.get(address)
        return TableCell(text, "value", span, address=address, value=cell.value, mark=mark)


def official_tables(
    report: Report, marks: Marks | None = None, *, as_printed: bool = False
) -> tuple[Table, ...]:
    """Tables 二, 三, 四 (keys t2, t3, t4); a table the report does not have is left out.

    ``as_printed`` shows each figure in the form the source had (``1,325``, ``850.5``), for
    whoever looks for faults; else all figures are in the form that the official form asks.
    """
    layout = layout_of(report)
    found = _Figures(marks or {}, as_printed, decimals_of(layout))
    tables = []
    if report.table2 is not None:
        tables.append(_table2(report.table2, layout, found))
    if report.table3 is not None:
        tables.append(_table3(report.table3, layout, found))
    if report.table4 is not None:
        tables.append(_table4(report.table4, layout, found))
    return tuple(tables)


# --- table 二 -----------------------------------------------------------------------------


def clauses_of(rows: tuple[Table2Row, ...], layout: ReportFormat) -> tuple[Clause, ...]:
    """The form's clauses, and after them those of the other form that the report's rows need."""
    known = {(r.key, c.key) for b in layout.table2 for r in b.rows for c in b.columns}
    pairs = {(row.key, key): row for row in rows for key in row.cells}
    extra = {pair: row for pair, row in pairs.items() if pair not in known}
    more: list[Clause] = []
    for other in (report_format(f) for f in FORMAT_IDS if f != layout.id):
        for clause in other.table2:
            row_keys = {r for r, c in extra if c in {col.key for col in clause.columns}}
            form_rows = tuple(r for r in clause.rows if r.key in row_keys)
            columns = tuple(
                c for c in clause.columns if any((r.key, c.key) in extra for r in form_rows)
            )
            if form_rows and columns:
                more.append(Clause(clause.clause, clause.item, clause.head, columns, form_rows))
                for r in form_rows:
                    for c in columns:
                        extra.pop((r.key, c.key), None)
    for (row_key, column), row in extra.items():
        more.append(
            Clause(
                "其他",
                row.item,
                "信息内容",
                (Column(column, column),),
                (FormRow(row_key, row.label),),
            )
        )
    return (*layout.table2, *more)


def label_of(row: Table2Row | None, form_row: FormRow) -> str:
    """The label as printed (规范性文件 for 行政规范性文件), or the form's where it was lost."""
    return clean(row.label if row else "").strip() or form_row.label


def _table2(rows: tuple[Table2Row, ...], layout: ReportFormat, figures: _Figures) -> Table:
    by_key = {row.key: row for row in rows}
    groups = []
    for clause in clauses_of(rows, layout):
        # One column takes all three; of two the second, which has the longer head, takes two.
        spans = {1: (3,), 2: (1, 2)}.get(len(clause.columns), (1,) * len(clause.columns))
        head: tuple[Row, ...] = (
            (TableCell(clause.clause, "head", 4, scope="colgroup"),),
            (
                TableCell(clause.head, "head", scope="col"),
                *(
                    TableCell(c.label, "head", span, scope="col")
                    for c, span in zip(clause.columns, spans, strict=True)
                ),
            ),
        )
        body = []
        for form_row in clause.rows:
            row = by_key.get(form_row.key)
            cells = row.cells if row else {}
            body.append(
                (
                    TableCell(label_of(row, form_row), "label", scope="row"),
                    *(
                        figures.cell(
                            f"t2.{form_row.key}.{c.key}",
                            cells.get(c.key, ABSENT),
                            amount=c.kind == "amount",
                            span=span,
                        )
                        for c, span in zip(clause.columns, spans, strict=True)
                    ),
                )
            )
        groups.append(RowGroup(head, tuple(body)))
    return Table("t2", "主动公开政府信息情况", (39.0,) * 4, tuple(groups), size=10.5)


# --- table 三 -----------------------------------------------------------------------------


def rows_of(table3: Mapping[str, tuple[Cell, ...]], layout: ReportFormat) -> tuple[FormRow, ...]:
    """The rows to print: the form's, with 其他处理 in one row or three as the report has it."""
    rows = list(layout.table3_rows)
    own = {r.key for r in rows}
    lent = [
        row
        for other in FORMAT_IDS
        if other != layout.id
        for row in report_format(other).table3_rows
        if row.key in table3 and row.key not in own
    ]
    if lent:
        standing = [r for r in rows if r.path.startswith("三-(六)")]
        start = rows.index(standing[0])
        kept = [r for r in standing if r.key in table3]
        rows[start : start + len(standing)] = sorted(kept + lent, key=lambda r: r.path)
    return tuple(rows)


def _table3(
    table3: Mapping[str, tuple[Cell, ...]], layout: ReportFormat, figures: _Figures
) -> Table:
    columns = layout.table3_columns
    rows = rows_of(table3, layout)
    first, *organisations, last = columns
    head: tuple[Row, ...] = (
        (
            TableCell(layout.table3_note, "head", 3, 3),
            TableCell("申请人情况", "head", len(columns), scope="colgroup"),
        ),
        (
            TableCell(first.label, "head", rowspan=2, scope="col"),
            TableCell("法人或其他组织", "head", len(organisations), scope="colgroup"),
            TableCell(last.label, "head", rowspan=2, scope="col"),
        ),
        tuple(TableCell(c.label, "head", scope="col") for c in organisations),
    )
    body: list[Row] = []
    for grouped, block in groupby(rows, key=lambda r: r.group is not None):
        lines = list(block)
        for n, row in enumerate(lines):
            labels = [TableCell(row.label, "label", 3, scope="row")]
            if grouped:
                labels = list(_group_labels(lines, n))
            absent = (ABSENT,) * len(columns)
            cells = zip(columns, table3.get(row.key, absent), strict=True)
            values = (figures.cell(f"t3.{row.key}.{c.key}", cell) for c, cell in cells)
            body.append((*labels, *values))
    widths = (12.0, 15.0, 51.0, *(78 / len(columns),) * len(columns))
    return Table("t3", "收到和处理政府信息公开申请情况", widths, (RowGroup(head, tuple(body)),))


def _group_labels(rows: list[FormRow], n: int) -> Iterator[TableCell]:
    """The labels of row ``n`` under 三、本年度办理结果: the merged group cells where they start."""
    row = rows[n]
    if n == 0:
        yield TableCell(_TOP, "label", rowspan=len(rows), scope="rowgroup")
    if row.group == _TOP:
        yield TableCell(row.label, "label", 2, scope="row")
        return
    if rows[n - 1].group != row.group:
        size = sum(1 for r in rows if r.group == row.group)
        yield TableCell(row.group or "", "label", rowspan=size, scope="rowgroup")
    yield TableCell(row.label, "label", scope="row")


# --- table 四 -----------------------------------------------------------------------------


def _table4(cells: tuple[Cell, ...], layout: ReportFormat, figures: _Figures) -> Table:
    columns = [c.label for c in layout.table4_columns]
    review, *suits = (b.label for b in layout.table4_blocks)
    court = suits[0].split("/")[0]
    five = len(columns)
    head: tuple[Row, ...] = (
        (
            TableCell(review, "head", five, scope="colgroup"),
            TableCell(court, "head", five * len(suits), scope="colgroup"),
        ),
        (
            *(TableCell(c, "head", rowspan=2, scope="col") for c in columns),
            *(TableCell(s.split("/")[-1], "head", five, scope="colgroup") for s in suits),
        ),
        tuple(TableCell(c, "head", scope="col") for _ in suits for c in columns),
    )
    keys = layout.table4_keys
    body = tuple(figures.cell(f"t4.{k}", c) for k, c in zip(keys, cells, strict=True))
    return Table(
        "t4",
        "政府信息公开行政复议、行政诉讼情况",
        (156 / len(keys),) * len(keys),
        (RowGroup(head, (body,)),),
    )
