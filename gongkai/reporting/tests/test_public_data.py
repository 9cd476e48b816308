"""Open data: tables of all reports, the feed, the sitemap."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from xml.etree import ElementTree

import jsonschema
import pytest
from django.test import Client

from gongkai.annual_report.model import Cell
from gongkai.annual_report.render.data import labelled_cells
from gongkai.bodies.models import Body
from gongkai.reporting.public.data import addresses, figures
from gongkai.reporting.tests.cast import Cast, sound_report
from gongkai.reporting.tests.public_cast import publish


def body_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return b"".join(response.streaming_content).decode("utf-8-sig")


def test_the_table_has_one_line_a_report_and_one_column_a_cell(cast: Cast, client: Client) -> None:
    report = sound_report(2023, received=7, agency=cast.body.name).with_cells(
        {"t2.fees.fee_amount_wan": Cell(Decimal("60.1733"), "60.1733"), "t4.review_other": Cell()}
    )
    publish(cast.body, 2023, report=report)
    publish(cast.other_body, 2022)
    rows = list(csv.DictReader(io.StringIO(body_of(client, "/data/annual-reports.csv"))))
    assert len(rows) == 2
    (mine,) = [r for r in rows if r["机关标识"] == "shili-health"]
    assert mine["t3.new_received.total"] == "7"
    assert mine["t2.fees.fee_amount_wan"] == "60.1733"
    assert mine["t4.review_other"] == ""
    assert mine["网址"] == "http://testserver/reports/shili-health/2023/"


def test_the_filter_of_the_list_works_on_the_table(cast: Cast, client: Client) -> None:
    publish(cast.body, 2023)
    publish(cast.body, 2022)
    assert body_of(client, "/data/annual-reports.csv?year=2022").count("\n") == 2


def test_a_name_is_never_a_formula(cast: Cast, client: Client) -> None:
    Body.objects.filter(pk=cast.body.pk).update(name="=1+1")
    publish(Body.objects.get(pk=cast.body.pk), 2023)
    row = body_of(client, "/data/annual-reports.csv").splitlines()[1]
    assert row.startswith("'=1+1,")


def test_every_column_is_explained(client: Client, db: None) -> None:
    rows = list(csv.DictReader(io.StringIO(body_of(client, "/data/columns.csv"))))
    assert [r["列名"] for r in rows] == list(addresses())
    assert all(r["含义"] for r in rows)


def test_the_figures_are_those_of_the_model(cast: Cast) -> None:
    stored = publish(cast.body, 2023, 9)
    assert stored.published is not None
    report = stored.published.as_report
    expected = {address: value for address, _, _, _, value, _ in labelled_cells(report)}
    assert figures(stored.published.content) == {
        k: float(v) if isinstance(v, Decimal) else v for k, v in expected.items()
    }


def test_the_list_leads_to_the_data_of_each_report(cast: Cast, client: Client) -> None:
    publish(cast.body, 2023)
    listed = json.loads(body_of(client, "/data/annual-reports.json"))["reports"]
    assert [r["year"] for r in listed] == [2023]
    data = client.get(listed[0]["data"])
    assert json.loads(data.content)["schema"] == "gongkai-annual-report/1"


def test_the_data_of_a_report_fit_the_published_schema(cast: Cast, client: Client) -> None:
    publish(cast.body, 2023)
    schema = json.loads(client.get("/data/schema/gongkai-annual-report-1.json").content)
    data = json.loads(client.get("/reports/shili-health/2023/report.json").content)
    jsonschema.validate(data, schema)
    data["format"] = "1999"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, schema)


@pytest.mark.parametrize(
    "address",
    [
        "/feed.atom",
        "/engagement/feed.atom",
        "/bodies/shili-health/feed.atom",
        "/search/feed.atom?q=没有的词",
    ],
)
def test_a_feed_without_entries_says_the_same_at_every_request(
    cast: Cast, client: Client, address: str
) -> None:
    feed = ElementTree.fromstring(client.get(address).content)
    atom = "{http://www.w3.org/2005/Atom}"
    assert feed.findall(f"{atom}entry") == []
    assert feed.findtext(f"{atom}updated") == "1970-01-01T00:00:00+00:00"


def test_the_feed_names_the_newest_reports(cast: Cast, client: Client) -> None:
    publish(cast.body, 2023)
    feed = ElementTree.fromstring(client.get("/feed.atom").content)
    atom = "{http://www.w3.org/2005/Atom}"
    (entry,) = feed.findall(f"{atom}entry")
    link = entry.find(f"{atom}link")
    assert entry.findtext(f"{atom}title") == "示例县卫生健康委员会2023年政府信息公开工作年度报告"
    assert link is not None and link.get("href") == "http://testserver/reports/shili-health/2023/"


def test_the_sitemap_has_columns_bodies_and_reports(cast: Cast, client: Client) -> None:
    publish(cast.body, 2023)
    text = client.get("/sitemap.xml").content.decode()
    for address in ("/reports/shili-health/2023/", "/bodies/shili-health/", "/check/", "/data/"):
        assert f"<loc>http://testserver{address}</loc>" in text


def test_the_data_page_is_there_before_there_is_any_data(client: Client, db: None) -> None:
    assert client.get("/data/").status_code == 200
