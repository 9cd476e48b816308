"""The papers of the stories; the people are those of bodies.tests.cast."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from gongkai.annual_report.exchange import dumps, to_dict
from gongkai.annual_report.model import Cell, Report, Section, Table2Row
from gongkai.bodies.tests.cast import Cast, make_cast, person
from gongkai.law.formats import report_format
from gongkai.reporting.actions import file_report
from gongkai.reporting.models import AnnualReport

__all__ = [
    "Cast",
    "Filed",
    "as_file",
    "faulty_report",
    "make_cast",
    "make_filed",
    "person",
    "sound_report",
]


@dataclass
class Filed(Cast):
    """The body has filed a report with an error in it; nobody has looked at it yet."""

    report: AnnualReport


def make_filed() -> Filed:
    """For a module whose tests begin with such a report (its ``make_people``)."""
    people = make_cast()
    data = as_file(faulty_report())
    filed = file_report(data, "2023年年报.json", body=people.body, by=people.clerk)
    return Filed(**vars(people), report=filed.version.report)


def sound_report(year: int = 2023, *, received: int = 3, agency: str = "") -> Report:
    """A consistent report of the 2021 format: ``received`` applications, all granted."""
    layout = report_format("2021")
    table2 = tuple(
        Table2Row(
            block.item,
            row.key,
            row.label,
            {c.key: _zero(c.kind == "amount") for c in block.columns},
            "万元" if any(c.kind == "amount" for c in block.columns) else None,
        )
        for block in layout.table2
        for row in block.rows
    )
    zero = Cell(0, "0")
    some = Cell(received, str(received))
    filled = {"new_received", "granted", "total_concluded"}
    width = len(layout.table3_columns)
    table3 = {
        row.key: (some, *(zero,) * (width - 2), some) if row.key in filled else (zero,) * width
        for row in layout.table3_rows
    }
    texts = (
        f"{year}年，本机关认真做好政府信息公开工作。主动公开、依申请公开、政府信息管理、"
        "政府信息公开平台建设、监督保障各项工作有序开展。",
        "",
        "",
        "",
        "部分信息更新不够及时。下一步将按月检查各栏目。",
        f"本年度没有发出收费通知，收取信息处理费0元。统计期为{year}年1月1日至12月31日。",
    )
    sections = tuple(
        Section(number, title, text)
        for number, (title, text) in enumerate(zip(layout.sections, texts, strict=True), 1)
    )
    agency = agency or "示例县卫生健康委员会"
    return Report(
        format="2021",
        year=year,
        agency=agency,
        title=f"{agency}{year}年政府信息公开工作年度报告",
        sections=sections,
        headings=sections,
        table2=table2,
        table3=table3,
        table4=(zero,) * len(layout.table4_keys),
    )


def faulty_report(year: int = 2023) -> Report:
    """The sound report with a total that does not add up (one finding of level error at least)."""
    report = sound_report(year)
    return report.with_cells({"t3.granted.total": Cell(5, "5")})


def as_file(report: Report) -> bytes:
    """The report as the bytes of a file that the engine reads back exactly."""
    return dumps(to_dict(replace(report, file=None))).encode()


def _zero(amount: bool) -> Cell:
    return Cell(Decimal("0.0000"), "0.0000") if amount else Cell(0, "0")
