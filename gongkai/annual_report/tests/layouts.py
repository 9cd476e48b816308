"""One known report printed in the layouts met in the wild.

Every layout is a function (report → text). Labels are the official ones; the sentences are ours.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from gongkai.annual_report.model import Cell, Report, Table2Row
from gongkai.law.formats import ReportFormat, report_format

Layout = Callable[[Report], str]


def made_up(rng: random.Random, format_id: str = "2021", *, zeros: float = 0.6) -> Report:
    """A consistent report of a body that does not exist."""
    fmt = report_format(format_id)

    def number(top: int = 60) -> int:
        return 0 if rng.random() < zeros else rng.randrange(1, top)

    table2 = []
    for block in fmt.table2:
        for row in block.rows:
            cells = {}
            for column in block.columns:
                value = number(3000)
                if column.kind == "signed" and rng.random() < 0.3:
                    value = -value
                cells[column.key] = Cell(value)
            table2.append(Table2Row(block.item, row.key, row.label, cells, None))
    people = [_applicants(fmt, number) for _ in range(6)]
    table3 = {}
    for t3_row in fmt.table3_rows:
        values = [kind[t3_row.key] for kind in people]
        table3[t3_row.key] = tuple(Cell(v) for v in [*values, sum(values)])
    table4: list[Cell] = []
    for _ in range(3):
        values = [number(9) for _ in range(4)]
        table4 += [Cell(v) for v in [*values, sum(values)]]
    year = 2020 if format_id == "2019" else 2023
    return Report(
        format="2019" if format_id == "2019" else "2021",
        year=year,
        agency="示例市卫生健康委员会",
        title=f"示例市卫生健康委员会{year}年政府信息公开工作年度报告",
        table2=tuple(table2),
        table3=table3,
        table4=tuple(table4),
    )


def _applicants(fmt: ReportFormat, number: Callable[..., int]) -> dict[str, int]:
    """A consistent column of table 三."""
    column = {key: number() for key in fmt.table3_leaves}
    column["total_concluded"] = sum(column.values())
    column["carried_forward"] = number(5)
    whole = column["total_concluded"] + column["carried_forward"]
    column["carried_over"] = min(number(5), whole)
    column["new_received"] = whole - column["carried_over"]
    return column


def _rows2(report: Report) -> list[tuple[str, list[str], list[tuple[str, list[str]]]]]:
    layout = report.layout
    assert layout is not None and report.table2 is not None
    by_key = {row.key: row for row in report.table2}
    return [
        (
            block.clause,
            ["信息内容", *(c.label for c in block.columns)],
            [(r.label, [str(c.value) for c in by_key[r.key].cells.values()]) for r in block.rows],
        )
        for block in layout.table2
    ]


def _rows3(report: Report) -> list[tuple[str, str, list[str]]]:
    layout = report.layout
    assert layout is not None and report.table3 is not None
    return [
        (row.group or "", row.label, [str(c.value) for c in report.table3[row.key]])
        for row in layout.table3_rows
    ]


def _framed(report: Report, two: str, three: str, four: str) -> str:
    return f"""{report.title}

一、总体情况
本报告所列数据的统计期限自{report.year}年1月1日起至{report.year}年12月31日止。
全年通过网站公开信息 126 条。
二、主动公开政府信息情况
{two}
三、收到和处理政府信息公开申请情况
{three}
四、政府信息公开行政复议、行政诉讼情况
{four}
五、存在的主要问题及改进情况
主要问题是更新不够及时，下一步将逐项改进。
六、其他需要报告的事项
没有其他需要报告的事项。
"""


_HEAD3 = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
_COLUMNS3 = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
_COLUMNS4 = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]


def _values4(report: Report) -> list[str]:
    return [str(c.value) for c in report.table4 or ()]


def spaced_lines(report: Report) -> str:
    """A row a line, cells apart by a space: text taken from a PDF."""
    two = []
    for clause, head, rows in _rows2(report):
        two += [clause, " ".join(head), *(f"{label} {' '.join(v)}" for label, v in rows)]
    three = [f"{_HEAD3} 申请人情况", "自然人 法人或其他组织 总计", " ".join(_COLUMNS3[1:6])]
    group = ""
    for g, label, values in _rows3(report):
        if g and g != group:
            three.append(g)
        group = g
        three.append(f"{label} {' '.join(values)}")
    four = ["行政复议 行政诉讼", "未经复议直接起诉 复议后起诉", " ".join(_COLUMNS4 * 3)]
    return _framed(
        report, "\n".join(two), "\n".join(three), "\n".join([*four, " ".join(_values4(report))])
    )


def wrapped_labels(report: Report) -> str:
    """Narrow label column: labels are broken after eight characters, numbers on the last line."""
    out = []
    for line in spaced_lines(report).split("\n"):
        found = re.fullmatch(r"(\S{9,}?) ((?:\S+ ?){1,15})", line)
        if found and re.fullmatch(r"[-\d. ]+", found[2]):
            label = found[1]
            out += [label[i : i + 8] for i in range(0, len(label), 8)]
            out.append(found[2])
        else:
            out.append(line)
    return "\n".join(out)


def numbers_in_the_middle(report: Report) -> str:
    """Labels of two lines with the numbers after the first: cells set to the top."""
    out = []
    for line in spaced_lines(report).split("\n"):
        found = re.fullmatch(r"(\d\.\S{8,}) ((?:\d+ ?){7})", line)
        if found:
            half = (len(found[1]) + 3) // 2
            out += [f"{found[1][:half]} {found[2]}", found[1][half:]]
        else:
            out.append(line)
    return "\n".join(out)


def vertical_headers(report: Report) -> str:
    """Heads printed one character a line."""
    out = []
    for line in spaced_lines(report).split("\n"):
        if line.startswith(("结果维持", "商业企业")):
            out += list(line.replace(" ", ""))
        else:
            out.append(line)
    return "\n".join(out)


def one_cell_a_line(report: Report) -> str:
    """Every cell on its own line, blank lines between: a web page copied as text."""
    two = []
    for clause, head, rows in _rows2(report):
        two += [clause, *head]
        for label, values in rows:
            two += [label, *values]
    three = [_HEAD3, "申请人情况", "自然人", "法人或其他组织", "总计", *_COLUMNS3[1:6]]
    group = ""
    for g, label, values in _rows3(report):
        if g and g != group:
            three.append(g)
        group = g
        three += [label, *values]
    four = ["行政复议", "行政诉讼", *_COLUMNS4, "未经复议直接起诉", "复议后起诉", *_COLUMNS4 * 2]
    return _framed(
        report, "\n\n".join(two), "\n\n".join(three), "\n\n".join(four + _values4(report))
    )


def piped(report: Report) -> str:
    """Cells apart by pipes, with the empty cells of the grid at the end of short rows."""
    two = []
    for clause, head, rows in _rows2(report):
        two.append(f"{clause} ||||")
        for cells in (head, *([label, *values] for label, values in rows)):
            two.append(" | ".join(cells) + " |" + "|" * (4 - len(cells)))
    three = ["申请人情况 | ||||||||||", " | ".join(_COLUMNS3) + " |"]
    group = ""
    for g, label, values in _rows3(report):
        lead = f"{g} | " if g and g != group else ""
        group = g
        three.append(f"{lead}{label} | " + " | ".join(values) + " | |")
    four = [
        "行政复议 | 行政诉讼 |" + "|" * 13,
        " | ".join(_COLUMNS4 * 3) + " |",
        " | ".join(_values4(report)) + " |",
    ]
    return _framed(report, "\n".join(two), "\n".join(three), "\n".join(four))


def markdown(report: Report) -> str:
    """Markdown tables with every column of the grid, merged cells repeated as blanks."""
    two = []
    for clause, head, rows in _rows2(report):
        two += [f"| {clause} | | | |", "|---|---|---|---|"]
        for cells in (head, *([label, *values] for label, values in rows)):
            two.append("| " + " | ".join(cells + [""] * (4 - len(cells))) + " |")
        two.append("")
    three = ["| " + " | ".join(["", "", "", *_COLUMNS3]) + " |", "|" + "---|" * 10]
    group = ""
    for g, label, values in _rows3(report):
        labels = [label, "", ""]
        if g == "三、本年度办理结果":
            labels = [g if g != group else "", label, ""]
        elif g:
            labels = ["", g if g != group else "", label]
        group = g
        three.append("| " + " | ".join(labels + values) + " |")
    four = ["| " + " | ".join(_COLUMNS4 * 3) + " |", "|" + "---|" * 15]
    four.append("| " + " | ".join(_values4(report)) + " |")
    return _framed(report, "\n".join(two), "\n".join(three), "\n".join(four))


def tabbed(report: Report) -> str:
    """Rows pasted from a spreadsheet: tabs, group labels in columns of their own."""
    lines = []
    for line in markdown(report).split("\n"):
        if line.startswith("|"):
            if "---" in line:
                continue
            line = "\t".join(part.strip() for part in line[1:-1].split("|"))
        lines.append(line)
    return "\n".join(lines)


def one_line(report: Report) -> str:
    """Each table as one long line: a page whose line breaks were lost."""
    out: list[str] = []
    table: list[str] = []
    for line in spaced_lines(report).split("\n"):
        heading = re.match(r"[一二三四五六]、(?!本年|上年|结转)", line)
        if heading or "。" in line or "年度报告" in line:
            if table:
                out.append(" ".join(table))
                table = []
            out.append(line)
        elif line:
            table.append(line)
    return "\n".join(out + table)


def _grids(report: Report) -> list[list[list[str]]]:
    """The three tables as rows of cells, short rows filled up as their grid has it."""
    two: list[list[str]] = []
    for clause, head, rows in _rows2(report):
        two += [[clause, "", "", ""], head + [""] * (4 - len(head))]
        two += [[label, *values] + [""] * (3 - len(values)) for label, values in rows]
    three: list[list[str]] = []
    group = ""
    for g, label, values in _rows3(report):
        three.append([*([g] if g and g != group else []), label, *values, "", ""])
        group = g
    four = [["行政复议", "行政诉讼", *[""] * 13], _COLUMNS4 * 3, _values4(report)]
    return [two, three, four]


def closed_cells(report: Report) -> str:
    """A cell a line, each closed by a pipe; an empty cell is a line with nothing but the pipe."""
    tables = ["\n".join(f"{c} |" if c else "|" for row in t for c in row) for t in _grids(report)]
    return _framed(report, *tables)


def pipes_between(report: Report) -> str:
    """A cell a line, and a pipe on a line of its own after each."""
    tables = ["\n".join(f"{c}\n|" for row in t for c in row if c) for t in _grids(report)]
    return _framed(report, *tables)


LAYOUTS: dict[str, Layout] = {
    f.__name__: f
    for f in (
        spaced_lines,
        wrapped_labels,
        numbers_in_the_middle,
        vertical_headers,
        one_cell_a_line,
        piped,
        markdown,
        tabbed,
        one_line,
        closed_cells,
        pipes_between,
    )
}
