"""The comparison: chosen without a script, cell by cell, with the chain of carried cases."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.test import Client

from gongkai.annual_report.model import Cell
from gongkai.reporting import actions
from gongkai.reporting.tests.cast import Cast, make_cast, sound_report
from gongkai.reporting.tests.public_cast import publish


def page(client: Client, query: str = "", status: int = 200) -> str:
    response = client.get(f"/reports/compare/?{query}")
    assert response.status_code == status
    return response.content.decode()


def make_three() -> Cast:
    people = make_cast()
    publish(people.body, 2022, 4)
    publish(people.body, 2023, 5)
    publish(people.other_body, 2023, 2)
    return people


@pytest.fixture(scope="module")
def make_people():
    return make_three


@pytest.fixture
def three(cast: Cast) -> Cast:
    return cast


def test_the_first_page_offers_bodies_and_years(three: Cast, client: Client) -> None:
    html = page(client)
    assert 'href="?body=shili-health"' in html and 'href="?year=2023"' in html
    assert "没有找到" in page(client, "q=不存在")


def test_one_body_is_compared_over_its_years_at_once(three: Cast, client: Client) -> None:
    html = page(client, "body=shili-health")
    assert "新收申请从 2022 年的 4 件增加到 2023 年的 5 件" in html
    assert "增 1，25%" in html


def test_bodies_of_one_year_are_compared_with_the_first(three: Cast, client: Client) -> None:
    html = page(client, "year=2023&body=shili-health&body=shili-edu")
    assert "减 3，60%" in html
    assert "最多的是县卫健委，5 件；最少的是县教育局，2 件" in html
    assert "<h1>2023年各机关年报对比</h1>" in html
    both = page(client, "year=2022&year=2023&body=shili-health&body=shili-edu")
    assert "<h1>几个机关、几个年度的年报对比</h1>" in both


def test_one_report_alone_asks_for_another(three: Cast, client: Client) -> None:
    assert "至少再选一份" in page(client, "year=2023&body=shili-edu")


def test_at_most_five_reports_stand_side_by_side(cast: Cast, client: Client) -> None:
    for year in range(2024, 2028):
        publish(cast.body, year)
    years = "&".join(f"year={y}" for y in range(2022, 2028))
    html = page(client, f"body=shili-health&{years}")
    assert "只对比其中 5 份" in html and html.count('<th scope="col" class="number"><a') == 3 * 5


def test_the_carried_cases_are_followed_from_year_to_year(cast: Cast, client: Client) -> None:
    first = sound_report(2022, agency=cast.other_body.name).with_cells(
        {f"t3.carried_forward.{c}": Cell(2, "2") for c in ("natural", "total")}
    )
    publish(cast.other_body, 2022, report=first)
    html = page(client, "body=shili-edu")
    assert "结转衔接" in html and "× 不一致" in html


def test_a_blank_is_no_zero_and_takes_no_part(cast: Cast, client: Client) -> None:
    blank = sound_report(2022, agency=cast.other_body.name)
    blank = blank.with_cells({"t2.licensing.decisions": Cell()})
    publish(cast.other_body, 2022, report=blank)
    data = json.loads(client.get("/reports/compare/data.json?body=shili-edu").content.decode())
    (line,) = [c for c in data["cells"] if c["address"] == "t2.licensing.decisions"]
    assert line["values"] == [None, 0] and line["differences"] == [None, None]


def test_the_comparison_can_be_downloaded(three: Cast, client: Client) -> None:
    response = client.get("/reports/compare/data.csv?body=shili-health")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    (new,) = [r for r in rows if r[0] == "t3.new_received.total"]
    assert new[4:] == ["4", "", "", "5", "1", "0.2500"]
    assert client.get("/reports/compare/data.csv").status_code == 404
    assert client.get("/reports/compare/data.exe?body=shili-health").status_code == 404


def test_nonsense_in_the_address_is_no_error(three: Cast, client: Client) -> None:
    for query in ("body=x", "year=abc", "body=&year=0", "year=2023&body=x"):
        page(client, query)


def test_an_unpublished_report_is_not_compared(three: Cast, client: Client) -> None:
    actions.import_data(sound_report(2024), body=three.body, by=None)
    assert "2024年" not in page(client, "body=shili-health&year=2023&year=2024&year=2022")
