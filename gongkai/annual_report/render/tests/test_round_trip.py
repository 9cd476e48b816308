"""What is rendered reads back as the same tables, in every form."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gongkai.annual_report import exchange
from gongkai.annual_report.model import Mark, Report, Value
from gongkai.annual_report.read import read
from gongkai.annual_report.render import KINDS, render
from gongkai.annual_report.render.tests import cast
from tests.shared import SHARED

TRUTHS = sorted((SHARED / "reports/truth").glob("*.json")) if SHARED else []
#: How often each form is tried with random tables; a PDF costs a hundred times a CSV.
EXAMPLES = {"json": 15, "csv": 15, "html": 8, "xlsx": 5, "docx": 5, "pdf": 5}

_counts = st.one_of(
    st.integers(0, 30), st.integers(0, 10**9), st.none(), st.sampled_from(get_args(Mark))
)
_amounts = st.one_of(
    st.decimals(0, 10**6, places=4),
    st.decimals(0, 10**4, places=6),
    st.decimals(0, 10**7, places=0),
    st.none(),
    st.sampled_from(get_args(Mark)),
)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """A report of either form with random cells: numbers large and small, blanks and marks."""
    kinds: dict[str, st.SearchStrategy[Value]] = {
        "count": _counts,
        "signed": st.one_of(_counts, st.integers(-(10**6), -1)),
        "amount": _amounts,
    }
    format_id, collapsed = draw(st.sampled_from((("2019", False), ("2021", False), ("2021", True))))
    return cast.report(
        format_id,  # type: ignore[arg-type]
        lambda _, kind: draw(kinds[kind]),
        collapsed=collapsed,
    )


def back(report: Report, kind: str) -> Report:
    found = read(render(report, kind), f"年报{KINDS[kind].suffix}")
    assert len(found) == 1
    return found[0]


def assert_same_tables(report: Report, again: Report) -> None:
    ours, theirs = dict(report.cells()), dict(again.cells())
    wrong = {
        address: (ours[address].value, theirs[address].value if address in theirs else "no cell")
        for address in ours
        if ours[address].value is not None
        if address not in theirs or theirs[address].value != ours[address].value
    }
    assert not wrong
    made_up = {
        address: cell.value
        for address, cell in theirs.items()
        if cell.value is not None and (address not in ours or ours[address].value is None)
    }
    assert not made_up


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", ["2019", "2021", "collapsed"])
def test_a_full_report_reads_back_as_the_same_tables(form: str, kind: str) -> None:
    report = cast.report("2019" if form == "2019" else "2021", collapsed=form == "collapsed")
    again = back(report, kind)
    assert_same_tables(report, again)
    assert again.format == report.format
    if kind != "csv":
        assert (again.agency, again.year, again.title) == (report.agency, report.year, report.title)
        for section in report.sections:
            read_again = again.section(section.number) or pytest.fail(section.title)
            assert read_again.text.replace("\n", "") == section.text.replace("\n", "")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("path", TRUTHS, ids=lambda p: p.stem)
def test_the_tables_of_every_real_report_read_back_the_same(path: Path, kind: str) -> None:
    report = exchange.loads(path.read_text("utf-8"))
    form = cast.report("2019" if report.format == "2019" else "2021")
    report = replace(report, sections=form.sections)
    again = back(report, kind)
    assert_same_tables(report, again)
    for table in ("table2", "table3", "table4"):
        assert (getattr(again, table) is None) == (getattr(report, table) is None), table


@pytest.mark.parametrize("kind", KINDS)
def test_random_tables_read_back_the_same(kind: str) -> None:
    # A report is 200 cells: making a failing one small would take minutes and says no more.
    @settings(
        max_examples=EXAMPLES[kind] * settings().max_examples // 20,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
    )
    @given(reports())
    def holds(report: Report) -> None:
        assert_same_tables(report, back(report, kind))

    holds()


@pytest.mark.parametrize("kind", KINDS)
def test_an_amount_keeps_every_digit(kind: str) -> None:
    amounts = {"fee_amount_wan": Decimal("123456.123456")}
    report = cast.report(figure=lambda a, _: amounts.get(a.rpartition(".")[2], 0))
    again = back(report, kind).value("t2.fees.fee_amount_wan")
    assert again == Decimal("123456.123456")


@pytest.mark.parametrize("kind", KINDS)
def test_blank_cells_stay_blank_and_are_never_zero(kind: str) -> None:
    report = cast.report(figure=lambda address, _: 3 if address.endswith("natural") else None)
    again = back(report, kind)
    assert_same_tables(report, again)
    assert {c.value for a, c in again.cells() if not a.endswith("natural")} == {None}
