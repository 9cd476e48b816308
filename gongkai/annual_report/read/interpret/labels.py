"""The printed labels of the official tables, ready for comparison."""

from __future__ import annotations

from functools import cache

from gongkai.annual_report.read.interpret.align import Labels
from gongkai.annual_report.read.interpret.lines import normalise
from gongkai.law.formats import Clause, Row, report_format


@cache
def table3_rows(*, split_other: bool) -> tuple[tuple[Row, ...], Labels]:
    """Rows of table 三; ``split_other``: （六）其他处理 in three rows, as from 2021, or in one."""
    rows = report_format("2021" if split_other else "2019").table3_rows
    labels = [_variants(row.label) for row in rows]
    groups = {row.group for row in rows if row.group}
    return rows, Labels(labels, sorted(map(normalise, groups), key=len, reverse=True))


def _variants(label: str) -> list[str]:
    plain = normalise(label)
    bare = plain.split("(区分")[0]
    return [plain] if bare == plain else [plain, bare]


@cache
def table2_rows(format_id: str) -> tuple[tuple[tuple[Clause, Row], ...], Labels]:
    """Rows of table 二 with their clause; a normative document is printed with or without 行政."""
    rows = tuple((c, row) for c in report_format(format_id).table2 for row in c.rows)
    return rows, Labels([_variants2(row) for _, row in rows])


def _variants2(row: Row) -> list[str]:
    if row.key == "normative_documents":
        return ["行政规范性文件", "规范性文件", "规范性档案"]
    if row.key == "other_services":
        return ["其他对外管理服务事项", "其他对外管理服务"]
    if row.key == "procurement":
        return ["政府集中采购", "集中采购"]
    return [row.label]


#: heads of the seven columns of table 三, in order
TABLE3_HEADS = tuple(c.label for c in report_format("2021").table3_columns)
