"""The charts of annual reports: what they show, and the sentence that says what one sees."""

from __future__ import annotations

from collections.abc import Sequence

from gongkai.annual_report.model import Report
from gongkai.base.charts import Chart, Number, bar_chart, bars, lines, percent, shown
from gongkai.law.formats import report_format


def charts(report: Report, years: Sequence[tuple[int, Number, Number]]) -> list[Chart]:
    """The charts that this report has figures for.

    ``years``: (year, 新收, 予以公开) of the body's published reports, any order.
    """
    made = (by_result(report), by_applicant(report), five_years(years))
    return [chart for chart in made if chart is not None]


# --- what the charts show ------------------------------------------------------------------

#: The result groups of table 三 and how the keys of their rows begin.
_GROUPS = (
    ("予以公开", "granted"),
    ("部分公开", "partial"),
    ("不予公开", "deny_"),
    ("无法提供", "unable_"),
    ("不予处理", "decline_"),
    ("其他处理", "other"),
)


def by_result(report: Report) -> Chart | None:
    """本年度办理结果: the 总计 column, by group."""
    if not report.table3:
        return None
    totals = {key: cells[-1].number for key, cells in report.table3.items()}
    rows: list[tuple[str, Number]] = []
    for label, prefix in _GROUPS:
        values = [v for k, v in totals.items() if k.startswith(prefix)]
        known = [v for v in values if v is not None]
        rows.append((label, sum(known) if known and len(known) == len(values) else None))
    known_rows = [(label, v) for label, v in rows if v is not None]
    if not known_rows:
        return None
    whole = sum(v for _, v in known_rows)
    if not whole:
        sentence = "本年度没有办结政府信息公开申请。"
    else:
        most = max(known_rows, key=lambda row: row[1])
        sentence = (
            f"本年度办结政府信息公开申请 {whole} 件，其中“{most[0]}”最多，"
            f"{most[1]} 件，占 {percent(most[1], whole)}。"
        )
    if len(known_rows) < len(rows):
        sentence += "原文没有数据的项目不画。"
    return bar_chart("result", "申请办理结果", sentence, rows, whole)


def by_applicant(report: Report) -> Chart | None:
    """本年新收: by the kind of applicant."""
    cells = (report.table3 or {}).get("new_received")
    if not cells:
        return None
    columns = report_format("2021").table3_columns[:-1]
    rows = [
        ("其他组织" if c.key == "other" else c.label, cell.number)
        for c, cell in zip(columns, cells, strict=False)
    ]
    known = [(label, v) for label, v in rows if v is not None]
    if not known:
        return None
    whole = sum(v for _, v in known)
    if not whole:
        sentence = "本年度没有新收政府信息公开申请。"
    else:
        most = max(known, key=lambda row: row[1])
        sentence = (
            f"本年度新收政府信息公开申请 {whole} 件，来自“{most[0]}”的最多，"
            f"{most[1]} 件，占 {percent(most[1], whole)}。"
        )
    return bar_chart("applicant", "申请人类别", sentence, rows, whole)


def five_years(years: Sequence[tuple[int, Number, Number]]) -> Chart | None:
    """新收 and 予以公开 of the last five years; a year without a report leaves a gap."""
    if len(years) < 2:
        return None
    newest = max(y for y, _, _ in years)
    first = max(min(y for y, _, _ in years), newest - 4)
    return over_years("五年变化", years, list(range(first, newest + 1)))


def over_years(
    title: str, years: Sequence[tuple[int, Number, Number]], span: Sequence[int]
) -> Chart | None:
    """新收 and 予以公开 of the years in ``span``."""
    by_year = {y: (received, granted) for y, received, granted in years}
    received = [by_year.get(y, (None, None))[0] for y in span]
    granted = [by_year.get(y, (None, None))[1] for y in span]
    known = [(y, v) for y, v in zip(span, received, strict=True) if v is not None]
    if not known:
        return None
    (first, a), (last, b) = known[0], known[-1]
    change = "持平" if a == b else ("增加到" if b > a else "减少到")
    sentence = f"新收申请从 {first} 年的 {a} 件"
    sentence += (
        f"到 {last} 年{change}，仍为 {b} 件。" if a == b else f"{change} {last} 年的 {b} 件。"
    )
    missing = [str(y) for y in span if y not in by_year]
    if missing:
        sentence += f"本站没有 {'、'.join(missing)} 年的年报，图中断开。"
    series = [("新收申请", received), ("予以公开", granted)]
    return Chart(
        "years",
        title,
        sentence,
        lines([str(y) for y in span], series, "新收申请和予以公开数量的逐年变化折线图"),
        ("年度", *(name for name, _ in series)),
        tuple(
            (f"{y} 年", shown(r), shown(g)) for y, r, g in zip(span, received, granted, strict=True)
        ),
    )


def side_by_side(rows: Sequence[tuple[str, Number]]) -> Chart | None:
    """新收申请 of several bodies."""
    known = [(name, v) for name, v in rows if v is not None]
    if not known:
        return None
    most = max(known, key=lambda row: row[1])
    least = min(known, key=lambda row: row[1])
    if most[1] == least[1]:
        sentence = f"新收申请都是 {most[1]} 件。"
    else:
        sentence = f"新收申请最多的是{most[0]}，{most[1]} 件；最少的是{least[0]}，{least[1]} 件。"
    table = tuple((name, shown(v)) for name, v in rows)
    drawing = bars(rows, "各机关新收申请条形图")
    return Chart("bodies", "新收申请", sentence, drawing, ("机关", "数量（件）"), table)
