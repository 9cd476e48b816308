"""Whatever the registers hold: a report without errors, and the same after rendering and reading.

The ledger is simulated where the registers have been grouped: no database is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.annual_report.check import check
from gongkai.annual_report.model import Report
from gongkai.annual_report.read import read
from gongkai.annual_report.render import render
from gongkai.bodies.models import Body
from gongkai.law.counting import Counted, table3
from gongkai.law.formats import ReportFormat, report_format
from gongkai.law.taxonomy import decisions
from gongkai.reporting.compile.counting import Number
from gongkai.reporting.compile.narrative import Words, paragraphs
from gongkai.reporting.compile.quantities import Known, from_tables
from gongkai.reporting.compile.report import build, sections

FEW = st.one_of(st.just(0), st.integers(0, 40), st.integers(0, 3000))
#: What is kept in the registers alone, by name and unit.
KEPT = {
    "发布统计条数": "条",
    "新闻发布会数": "场",
    "培训数": "次",
    "会议数": "次",
    "责任追究数": "件",
}


@st.composite
def ledgers(draw: st.DrawFn, form: ReportFormat) -> dict[str, Number | None]:
    """Cases and disputes grouped as ``groups3`` and ``groups4`` give them, and counted lines."""
    cells: dict[str, Number | None] = dict.fromkeys(form.addresses, 0)
    group = st.tuples(
        st.sampled_from(("new_received", "carried_over")),
        st.sampled_from([*form.table3_leaves, "carried_forward"]),
        st.sampled_from([c.key for c in form.table3_columns[:-1]]),
        FEW,
    )
    for first, row, column, number in draw(st.lists(group, max_size=30)):
        rows = [first, row] + ["total_concluded"] * (row != "carried_forward")
        for address in (f"t3.{r}.{c}" for r in rows for c in (column, "total")):
            cells[address] = (cells[address] or 0) + number
    dispute = st.tuples(
        st.sampled_from(form.table4_blocks), st.sampled_from(form.table4_columns[:-1]), FEW
    )
    for block, column4, number in draw(st.lists(dispute, max_size=6)):
        for key in (f"{block.key}_{column4.key}", f"{block.key}_total"):
            cells[f"t4.{key}"] = (cells[f"t4.{key}"] or 0) + number
    for block2 in form.table2:
        for row2 in block2.rows:
            for column2 in block2.columns:
                if row2.key == "regulations":
                    continue
                address = f"t2.{row2.key}.{column2.key}"
                number = draw(FEW)
                if column2.kind == "amount":
                    yuan = draw(st.integers(0, 10**9))
                    cells[address] = (Decimal(yuan) / 10**6).quantize(Decimal("0.0001"))
                elif column2.kind == "signed":
                    cells[address] = draw(st.integers(-9, 9))
                else:
                    cells[address] = number
    return cells


def compiled(year: int, cells: Mapping[str, Number | None], kept: Mapping[str, int]) -> Report:
    """The report that these numbers make, with the shipped text."""
    form = report_format("2021" if year > 2020 else "2019")
    body = Body(name="示例县卫生健康委员会", short_name="县卫健委")
    report = build(body, year, form, cells)
    known = {n: Known(n, KEPT[n], "", value, None) for n, value in kept.items()}
    said = {
        "信息处理费情况": f"{year}年度没有收取信息处理费。",
        "问题情况": "存在的主要问题：一是部分栏目更新不够及时。下一步改进措施：一是按月检查栏目。",
        "上年整改情况": "",
    }
    words = Words(body, year, known | from_tables(report, None), said)
    texts = sections(form, paragraphs({}, words))
    return replace(report, sections=texts, headings=texts)


YEARS = st.sampled_from((2019, 2020, 2021, 2025))
MADE = YEARS.flatmap(
    lambda year: st.builds(
        compiled,
        st.just(year),
        ledgers(report_format("2021" if year > 2020 else "2019")),
        st.fixed_dictionaries(dict.fromkeys(KEPT, FEW)),
    )
)


@given(MADE)
def test_any_ledger_compiles_to_a_report_without_errors(report: Report) -> None:
    errors = [(f.rule, f.message) for f in check(report) if f.level == "error"]
    assert errors == []


@st.composite
def histories(draw: st.DrawFn) -> tuple[int, list[Counted]]:
    """A year, and cases received and concluded on any days of it and of the two before."""
    year = draw(YEARS)
    day = st.dates(date(year - 2, 1, 1), date(year, 12, 31))
    cases = []
    for _ in range(draw(st.integers(0, 25))):
        received, done = draw(day), draw(st.none() | day)
        if done is not None and done < received:
            received, done = done, received
        decision = draw(st.sampled_from(sorted(decisions()))) if done else None
        kind = draw(st.sampled_from([c.key for c in report_format("2021").table3_columns[:-1]]))
        cases.append(Counted(received, done, decision, kind))
    return year, cases


@given(histories())
def test_two_years_of_any_history_join_without_errors(history: tuple[int, list[Counted]]) -> None:
    year, cases = history
    reports = []
    for one in (year - 1, year):
        form = report_format("2021" if one > 2020 else "2019")
        cells: dict[str, Number | None] = dict.fromkeys(form.addresses, 0)
        for row, columns in table3(cases, one).items():
            cells |= {f"t3.{row}.{column}": number for column, number in columns.items()}
        reports.append(compiled(one, cells, {}))
    before, now = reports
    errors = [(f.rule, f.message) for f in check(now, previous=before) if f.level == "error"]
    assert errors == []


def cells_of(report: Report) -> dict[str, object]:
    return {a: c.value for a, c in report.cells()}


@pytest.mark.parametrize("kind", ["html", "json", "xlsx"])
@settings(max_examples=settings.default.max_examples // 4)
@given(MADE)
def test_compiled_rendered_and_read_back_is_the_same(kind: str, report: Report) -> None:
    (again,) = read(render(report, kind), f"report.{kind}")
    assert cells_of(again) == cells_of(report)
    assert (again.year, again.agency, again.format) == (report.year, report.agency, report.format)
    if kind == "html":
        assert [s.text for s in again.sections] == [s.text for s in report.sections]


@pytest.mark.parametrize("kind", ["docx", "pdf"])
@settings(max_examples=2)
@given(MADE)
def test_the_papers_of_a_compiled_report_say_the_same(kind: str, report: Report) -> None:
    (again,) = read(render(report, kind), f"report.{kind}")
    assert cells_of(again) == cells_of(report)
