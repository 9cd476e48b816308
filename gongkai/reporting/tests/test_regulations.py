"""规章 of table 二: counted from the register of a government that may make them, never guessed."""

from __future__ import annotations

import io
from datetime import date

import pytest

from gongkai.annual_report.open_ledger import Ledger, compare, recount
from gongkai.bodies.actions import grant_role
from gongkai.bodies.models import Body, Region, Role
from gongkai.registers.models import Regulation
from gongkai.reporting.compile import actions
from gongkai.reporting.compile.compute import compute, records_of
from gongkai.reporting.models import ReportVersion
from gongkai.reporting.route import ledger
from gongkai.reporting.tests.cast import Cast

pytestmark = pytest.mark.django_db
ROW = "t2.regulations."


@pytest.fixture
def city(people: Cast) -> Body:
    region = Region.objects.create(code="999200", name="示例市", level=Region.Level.CITY)
    Body.objects.filter(pk=people.government.pk).update(region=region)
    grant_role(people.clerk, people.government, Role.CLERK, by=None)
    return Body.objects.get(pk=people.government.pk)


def made(body: Body, number: int, on: date, **more: object) -> Regulation:
    values = {"title": f"示例市第{number}号办法", "effective_on": on, "disclosed_on": on, **more}
    return Regulation.objects.create(
        body=body, number=f"示例市人民政府令第{number}号", happened_on=on, **values
    )


def fill(city: Body, year: int) -> None:
    """One of each case around the year's ends."""
    before, last = date(year - 1, 12, 31), date(year, 12, 31)
    made(city, 1, before)
    made(city, 2, before, repealed_on=date(year, 1, 1), repealed_by="令第9号")
    made(city, 3, before, repealed_on=before, repealed_by="令第8号")
    made(city, 4, before, repealed_on=date(year + 1, 1, 1), repealed_by="令第10号")
    made(city, 5, date(year, 3, 1), disclosed_on=None)
    made(city, 6, last, effective_on=date(year + 1, 2, 1))
    made(city, 7, date(year + 1, 1, 1))
    made(city, 8, before, disclosed_on=date(year + 1, 1, 1))
    made(city, 9, before, disclosed_on=last, repealed_on=last, repealed_by="令第6号")
    made(city, 10, date(year, 3, 1), struck_at="2025-12-01T00:00Z")


def row(body: Body, year: int) -> dict[str, object]:
    cells = compute(body, year).cells
    return {a.removeprefix(ROW): c.value for a, c in cells.items() if a.startswith(ROW)}


EXPECTED = {
    2025: {"issued": 2, "repealed": 2, "in_force": 4},
    2020: {"new_made": 2, "new_disclosed": 2, "total_disclosed": 2},
}


@pytest.mark.parametrize("year", EXPECTED)
def test_the_row_is_counted_from_the_register_and_from_its_open_rows(
    city: Body, people: Cast, year: int
) -> None:
    fill(city, year)
    assert row(city, year) == EXPECTED[year]
    for name, number in EXPECTED[year].items():
        behind = records_of(city, year, f"{ROW}{name}")
        kept = compute(city, year).cells[f"{ROW}{name}"]
        assert behind is not None and len(behind) == number and behind.trace == kept.trace
    version = actions.start(city, year, by=people.clerk).report.latest
    opened = opens(version)
    assert not opened.fixed and all(cell.equal for cell in compare(opened))
    cells = recount(opened)
    assert {name: cells[f"{ROW}{name}"] for name in EXPECTED[year]} == EXPECTED[year]
    (table,) = [t for t in opened.tables if t.name == "regulations"]
    # What is not public is counted, and its name is not told.
    assert [r["number"] for r in opened.rows(table) if not r["published"]] == [""]


def opens(version: ReportVersion | None) -> Ledger:
    assert version is not None
    return Ledger(io.BytesIO(ledger.pack(version)[0]))


def test_a_register_without_a_line_is_not_nought_and_one_in_use_is(
    city: Body, people: Cast
) -> None:
    assert set(row(city, 2025).values()) == {None}
    assert records_of(city, 2025, f"{ROW}issued") is None
    opened = opens(actions.start(city, 2025, by=people.clerk).report.latest)
    assert recount(opened)[f"{ROW}issued"] is None
    assert all(cell.equal for cell in compare(opened))
    made(city, 1, date(2016, 5, 4), repealed_on=date(2021, 6, 30), repealed_by="令第2号")
    assert set(row(city, 2025).values()) == {0}
    assert set(row(city, 2019).values()) == {0, 1}  # one is in force
    # The same line under a body that may make none counts nothing: 0 by rule, without a table.
    made(people.body, 1, date(2025, 5, 4))
    assert set(row(people.body, 2025).values()) == {0}
    opened = opens(actions.start(people.body, 2025, by=people.clerk).report.latest)
    assert set(opened.fixed.values()) == {0} and "regulations" not in {
        table.name for table in opened.tables
    }
