"""Clean reports of a made-up body, and small changes to them: the stuff of examples and tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from gongkai.annual_report.model import Cell, FormatId, Period, Report, Section, Table2Row, Value
from gongkai.law.formats import report_format

TEXTS = {
    1: "本报告所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。\n"
    "（一）主动公开情况。全年通过示例县政府网站公开政府信息120条，其中政策文件20条、"
    "工作动态80条、财政信息20条。办理行政许可35件，作出行政处罚决定4件。\n"
    "（二）依申请公开情况。全年共收到政府信息公开申请6件，上年结转1件，均依照"
    "《中华人民共和国政府信息公开条例》（国令第711号）办理，其中予以公开4件、部分公开1件，"
    "本机关不掌握相关信息1件，结转下年度1件。\n"
    "（三）政府信息管理情况。公开前逐件进行保密审查，对规范性文件定期清理。\n"
    "（四）政府信息公开平台建设情况。政府信息公开专栏由专人维护，每季度自查一次。\n"
    "（五）监督保障情况。组织业务培训2次，未发生责任追究情形。",
    5: "存在的主要问题：一是政策解读的形式比较单一；二是部分栏目更新不够及时。\n"
    "改进情况：一是增加图解和问答；二是建立栏目更新台账，按月通报。",
    6: "本年度没有收取信息处理费。无其他需要报告的事项。",
}
AGENCY = "示例县卫生健康局"


def clean(form: FormatId = "2021", year: int | None = None, **texts: str) -> Report:
    """A consistent report of a made-up body: no rule finds anything in it.

    ``texts``: ``s1="…"`` replaces the text of section 一, and so on.
    """
    year = year or (2019 if form == "2019" else 2023)
    layout = report_format(form)
    parts = {n: TEXTS.get(n, "").format(year=year) for n in range(1, 7)}
    parts |= {int(k[1:]): v for k, v in texts.items()}
    sections = tuple(Section(n, t, parts[n]) for n, t in enumerate(layout.sections, 1))
    report = Report(
        format=form,
        year=year,
        agency=AGENCY,
        region="示例县",
        title=f"{AGENCY}{year}年政府信息公开工作年度报告",
        period=Period(date(year, 1, 1), date(year, 12, 31)),
        sections=sections,
        headings=tuple(replace(s, text="") for s in sections),
        table2=tuple(
            Table2Row(
                clause.item,
                row.key,
                row.label,
                {c.key: Cell(Decimal(0) if c.kind == "amount" else 0) for c in clause.columns},
                "万元" if any(c.kind == "amount" for c in clause.columns) else None,
            )
            for clause in layout.table2
            for row in clause.rows
        ),
        table3={r.key: (Cell(0),) * 7 for r in layout.table3_rows},
        table4=(Cell(0),) * 15,
    )
    values: dict[str, Value] = {"t2.licensing.decisions": 35, "t2.penalty.decisions": 4}
    for row, count in (
        ("new_received", 6),
        ("carried_over", 1),
        ("granted", 4),
        ("partial", 1),
        ("unable_not_held", 1),
        ("total_concluded", 6),
        ("carried_forward", 1),
    ):
        values |= {f"t3.{row}.natural": count, f"t3.{row}.total": count}
    return put(report, values)


def put(report: Report, values: Mapping[str, Value]) -> Report:
    """The report with these values at these addresses."""
    return report.with_cells({a: Cell(v, str(v)) for a, v in values.items()})


def printed(report: Report, address: str, text: str) -> Report:
    """The report with another printed form of a cell."""
    return report.with_cells({address: replace(report.cell(address), printed=text)})


def retitle(report: Report, number: int, title: str) -> Report:
    """The report with another heading for a section."""
    return replace(
        report,
        sections=tuple(
            replace(s, title=title) if s.number == number else s for s in report.sections
        ),
        headings=tuple(
            replace(h, title=title) if h.number == number else h for h in report.headings
        ),
    )


def with_text(report: Report, number: int, old: str, new: str) -> Report:
    """The report with words of a section replaced (ValueError if they are not there)."""
    section = report.section(number)
    if section is None or old not in section.text:
        raise ValueError(old)
    return replace(
        report,
        sections=tuple(
            replace(s, text=s.text.replace(old, new)) if s.number == number else s
            for s in report.sections
        ),
    )


def without_rows(report: Report, *rows: str) -> Report:
    """The report without these rows of table 三."""
    return replace(report, table3={k: c for k, c in (report.table3 or {}).items() if k not in rows})
