"""体检结果: what a check found, as a document to hand on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from gongkai.annual_report.check.finding import Finding
from gongkai.annual_report.model import Report
from gongkai.annual_report.render import official
from gongkai.annual_report.render.blocks import (
    LEVELS,
    Block,
    Document,
    Paragraph,
    Row,
    RowGroup,
    Table,
    TableCell,
    clean,
)
from gongkai.annual_report.render.data import labelled_cells
from gongkai.annual_report.render.marks import marks_of

_HEAD = ("序号", "级别", "问题", "位置", "依据")
_WIDTHS = (12.0, 16.0, 72.0, 32.0, 24.0)
_QUOTE, _PLACES = 120, 3


def document(report: Report, findings: Sequence[Finding]) -> Document:
    """The findings as a numbered list, then the tables with the same numbers at the found cells."""
    blocks: list[Block] = [Paragraph(line, "note") for line in _summary(report, findings)]
    blocks.append(Paragraph("一、发现的问题", "heading"))
    if findings:
        blocks.append(_list(report, findings))
    else:
        blocks.append(Paragraph("没有发现问题。"))
    tables = official.official_tables(report, marks_of(findings), as_printed=True)
    if tables:
        blocks.append(Paragraph("二、做了标记的表格", "heading"))
    for table in tables:
        blocks += [Paragraph(table.caption, "subheading"), table]
    return Document("年报体检结果", tuple(blocks))


def _summary(report: Report, findings: Sequence[Finding]) -> list[str]:
    counts = Counter(f.level for f in findings)
    levels = "、".join(f"{word} {counts[level]} 条" for level, (word, _) in LEVELS.items())
    signs = "　".join(f"{sign} {word}" for word, sign in LEVELS.values())
    lines = [f"报告：{official.title(report)}"]
    if report.file:
        lines.append(f"文件：{clean(report.file)}")
    lines.append(f"结果：共 {len(findings)} 条，其中{levels}。")
    if findings:
        lines.append(f"标记：{signs}　（标记后的数字是问题的序号）")
    return lines


def _list(report: Report, findings: Sequence[Finding]) -> Table:
    cells = {
        address: (f"{table}“{row}”", column)
        for address, table, row, column, *_ in labelled_cells(report)
    }
    head = tuple(TableCell(label, "head", scope="col") for label in _HEAD)
    rows: list[Row] = []
    for number, finding in enumerate(findings, 1):
        word, sign = LEVELS[finding.level]
        quote = clean(finding.quote or "").strip()
        if len(quote) > _QUOTE:
            quote = f"{quote[:_QUOTE]}…"
        problem = clean(finding.message) + (f" 原文：“{quote}”" if quote else "")
        rows.append(
            (
                TableCell(str(number), "label", scope="row", anchor=f"finding-{number}"),
                TableCell(f"{sign} {word}", "label"),
                TableCell(problem),
                TableCell(_where(finding, cells)),
                TableCell(f"{finding.rule} {clean(finding.source)}".strip()),
            )
        )
    groups = (RowGroup((head,), tuple(rows)),)
    return Table("findings", "发现的问题", _WIDTHS, groups, together=False)


def _where(finding: Finding, cells: Mapping[str, tuple[str, str]]) -> str:
    """The rows and columns concerned (a whole row by its name alone), the section, the place."""
    rows: dict[str, list[str]] = {}
    for address in finding.addresses:
        if address in cells:
            row, column = cells[address]
            rows.setdefault(row, []).append(column)
    whole = Counter(row for row, _ in cells.values())
    parts = [
        row if len(columns) == whole[row] else f"{row}{'、'.join(columns)}"
        for row, columns in list(rows.items())[:_PLACES]
    ]
    if len(rows) > _PLACES:
        parts.append(f"等 {len(rows)} 行")
    if finding.section and finding.section <= 6:
        parts.append(f"第{'一二三四五六'[finding.section - 1]}部分")
    if finding.place is not None:
        parts.append(str(finding.place))
    return "；".join(parts) or "全文"
