"""What the reader met in the source: rows without labels, unreadable rows, labels that differ."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from gongkai.annual_report.check.finding import Finding, Level
from gongkai.annual_report.check.registry import finding, rule
from gongkai.annual_report.check.subject import T3_COLUMNS, Subject, plain_text
from gongkai.annual_report.model import Notice
from gongkai.law.formats import report_format

FORM = "年度报告格式（国办公开办函〔2019〕60号、〔2021〕30号）"

#: Notices of the reader that concern the report and no other rule tells.
_TOLD: dict[str, Level] = {
    "T2_LABEL_MISSING": "warn",
    "T2_ROW_TWICE": "warn",
    "T2_ROW_UNREADABLE": "warn",
    "T3_LABEL_MISSING": "warn",
    "T3_ROW_UNREADABLE": "warn",
    "T4_TWICE": "warn",
    "T4_UNREADABLE": "warn",
    "CELL_NOT_NUMBER": "warn",
    "LABEL_DIFFERS": "warn",
    "LABEL_SPLIT": "warn",
    "READINGS_DIFFER": "warn",
    "ROW_NOT_STANDARD": "warn",
    "TEXT_ABSENT": "warn",
    "VALUE_ORPHAN": "warn",
}


@rule(
    "C06a",
    "warn",
    "表格里有读不准的地方",
    source="平台约定（不猜测、不丢失）",
    about="行名缺失或残缺、数字落在行外、同一行出现两次、不是数字的内容：读取时作了说明，需要对照原件。",
    advice="对照原件核对这一行；原表排版错乱的，请按规定表格重新排版。",
)
def reading(subject: Subject) -> Iterator[Finding]:
    by_code: dict[str, list[int]] = {}
    notices = subject.report.notices
    for index, notice in enumerate(notices):
        if notice.code in _TOLD:
            by_code.setdefault(notice.code, []).append(index)
    for code, found in by_code.items():
        first = notices[found[0]]
        more = f"（同样的情况共 {len(found)} 处）" if len(found) > 1 else ""
        named = [a for i in found if (a := notices[i].address)]
        addresses = tuple(cell for a in named for cell in _cells_of(subject, a))
        yield finding(
            "C06a",
            f"{_without_place(first)}{more}。",
            level=_TOLD[code],
            addresses=addresses,
            place=first.place,
            notice=code,
        )


@cache
def _official(format_id: str) -> dict[str, str]:
    """The printed names of table 二's rows by their keys."""
    return {r.key: r.label for clause in report_format(format_id).table2 for r in clause.rows}


def _without_place(notice: Notice) -> str:
    """The notice's sentence; the finding names the place by itself."""
    return notice.message.rstrip("。").removesuffix(f"（{notice.place}）")


def _cells_of(subject: Subject, address: str) -> list[str]:
    """A notice can name a cell, or a row (``t3.granted``): then all its cells."""
    table, _, rest = address.partition(".")
    if table == "t3" and "." not in rest and rest:
        return [f"{address}.{c}" for c in T3_COLUMNS]
    if table == "t2" and "." not in rest:
        return [f"{address}.{c}" for c in subject.table2.get(rest, {})]
    return [address] if rest else []


@rule(
    "C13a",
    "warn",
    "表格的行与规定格式相同",
    source=FORM,
    about="行数、行名与规定格式一致：2021 格式“（六）其他处理”分三行，"
    "规范性文件一行写“行政规范性文件”。",
    advice="改用当年的规定表格。",
)
def rows_as_ruled(subject: Subject) -> Iterator[Finding]:
    report = subject.report
    if report.format == "2021" and "other" in (report.table3 or {}):
        address = "t3.other.total"
        yield finding(
            "C13a",
            "表三“（六）其他处理”只有一行，2021 年格式应分为三行：逾期不补正、逾期未缴费、其他。",
            addresses=(address,),
            place=subject.place(address),
        )
    if report.format == "older":
        return
    official = _official(report.format)
    for row in report.table2 or ():
        wanted = official.get(row.key)
        if wanted is None or row.label == wanted:
            continue
        label = plain_text(row.label).split("(")[0].split("（")[0]
        if label and label != wanted:
            addresses = tuple(f"t2.{row.key}.{c}" for c in row.cells)
            yield finding(
                "C13a",
                f"表二的行名“{label}”应为“{wanted}”。",
                level="info",
                addresses=addresses,
                place=subject.place(*addresses),
            )
