"""From a published number down to its rows; and the rows, alone, give the tables again."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gongkai.annual_report.cli.recompute import command
from gongkai.annual_report.open_ledger import (
    SCHEMA,
    Ledger,
    compare,
    covered,
    index,
    rows_behind,
)
from gongkai.applications.tests.cast import an_application, set_up_office
from gongkai.bodies.models import Body
from gongkai.law.formats import report_format
from gongkai.reporting.actions import publish_report
from gongkai.reporting.compile import actions as compiling
from gongkai.reporting.models import AnnualReport, Snapshot, Summation
from gongkai.reporting.public import ledger as public_ledger
from gongkai.reporting.route import ledger
from gongkai.reporting.tests.cast import Cast
from gongkai.reporting.tests.public_cast import publish
from gongkai.reporting.tests.route_cast import (
    LICENCES,
    YEAR,
    Office,
    make_office,
    settle,
    to_accepted,
)

pytestmark = pytest.mark.django_db


PENALTIES = "t2.penalty.decisions"


def make_opened() -> Office:
    """The compiled report is changed by hand in two cells, and published."""
    office = make_office()
    report, clerk = office.report, office.clerk
    compiling.change_cell(report.compilation, LICENCES, "4", "纸质登记簿另有1件", by=clerk)
    # Changed twice: beside it stands what the registers say, not what stood there in between.
    for value in ("20", "2100"):
        compiling.change_cell(report.compilation, PENALTIES, value, "纸质登记簿", by=clerk)
    settle(report, office)
    to_accepted(report, office)
    publish_report(report.latest, by=office.head)
    office.report = AnnualReport.objects.get(pk=report.pk)
    return office


@pytest.fixture(scope="module")
def make_people():
    return make_opened


@pytest.fixture
def opened(report: AnnualReport) -> AnnualReport:
    return report


def downloaded(client: Client, report: AnnualReport) -> bytes:
    response = client.get(reverse("ledger-file", args=[report.body.slug, report.year]))
    return b"".join(response.streaming_content)


def test_a_visitor_follows_a_number_down_to_a_row(client: Client, opened: AnnualReport) -> None:
    args = [opened.body.slug, YEAR]
    page = client.get(reverse("report", args=args)).content.decode()
    assert reverse("ledger", args=args) in page
    page = client.get(reverse("ledger", args=args)).content.decode()
    where = reverse("ledger-cell", args=[*args, LICENCES])
    assert where in page
    page = client.get(where).content.decode()
    assert "共 3 行明细" in page and f"{YEAR}-03-02" in page
    assert "台账数 3，公布数 4" in page and "纸质登记簿另有1件" in page
    assert "示例药房" not in page


def test_the_numbers_of_the_report_itself_lead_to_their_rows(
    client: Client, opened: AnnualReport
) -> None:
    args = [opened.body.slug, YEAR]
    page = client.get(reverse("report", args=args)).content.decode()
    where = reverse("ledger-cell", args=[*args, LICENCES])
    assert re.search(f'data-address="{LICENCES}"[^>]*><a[^>]* href="{where}">4</a>', page)
    assert page.index("每个数字都能查到明细") < page.index("<table")
    # What counts nothing leads nowhere.
    empty = reverse("ledger-cell", args=[*args, "t3.granted.natural"])
    assert f'"{empty}"' not in page and ">空</a>" not in page


def test_one_command_recomputes_the_published_tables(
    client: Client, opened: AnnualReport, tmp_path: Path
) -> None:
    zipped, data = tmp_path / "ledger.zip", tmp_path / "report.json"
    zipped.write_bytes(downloaded(client, opened))
    url = reverse("report-file", args=[opened.body.slug, YEAR, "json"])
    data.write_bytes(client.get(url).content)
    done = CliRunner().invoke(command, [str(zipped), "--report", str(data)])
    assert done.exit_code == 0, done.output
    every = len(Ledger(str(zipped)).published)
    assert hashlib.sha256(zipped.read_bytes()).hexdigest() in done.output
    page = client.get(reverse("ledger", args=[opened.body.slug, YEAR])).content.decode()
    named = unquote(client.get(url)["Content-Disposition"]).partition("''")[2]
    assert f"--report {named} --all" in page
    assert f"共 {every} 格，一致 {every - 2} 格，人工改动 2 格" in done.output
    assert "不一致 0 格" in done.output
    lines = [x for x in done.output.splitlines() if x.startswith("人工改动")]
    (line,) = [x for x in lines if LICENCES in x]
    assert len(lines) == 2 and "明细行算得 3，人工改为 4" in line


def test_beside_a_number_changed_by_hand_the_rows_do_not_say_that_it_is_nought(
    client: Client, opened: AnnualReport
) -> None:
    args = [opened.body.slug, YEAR]
    page = client.get(reverse("ledger-cell", args=[*args, PENALTIES])).content.decode()
    assert "台账数 0，公布数 2100" in page and "没有符合计数规则的明细行，所以台账数是 0。" in page
    page = client.get(reverse("ledger-cell", args=[*args, "t2.coercion.decisions"]))
    assert "没有符合计数规则的明细行，所以是 0。" in page.content.decode()


def test_a_published_number_that_is_not_in_the_rows_is_told(
    client: Client, opened: AnnualReport, tmp_path: Path
) -> None:
    zipped, data = tmp_path / "ledger.zip", tmp_path / "report.json"
    zipped.write_bytes(downloaded(client, opened))
    url = reverse("report-file", args=[opened.body.slug, YEAR, "json"])
    content = json.loads(client.get(url).content)
    content["table3"]["rows"]["granted"][0] = 9
    data.write_text(json.dumps(content))
    done = CliRunner().invoke(command, [str(zipped), "--report", str(data)])
    assert done.exit_code == 1
    assert "t3.granted.natural" in done.output


def test_what_is_no_ledger_or_was_altered_is_refused(
    client: Client, opened: AnnualReport, tmp_path: Path
) -> None:
    other = tmp_path / "other.zip"
    other.write_bytes(b"nothing")
    done = CliRunner().invoke(command, [str(other)])
    assert done.exit_code == 2 and "other.zip：这不是开放台账文件" in done.stderr
    with zipfile.ZipFile(io.BytesIO(downloaded(client, opened))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    sound = tmp_path / "sound.zip"
    sound.write_bytes(downloaded(client, opened))
    done = CliRunner().invoke(command, [str(sound), "--report", str(sound)])
    assert done.exit_code == 2 and "sound.zip：这是压缩包" in done.stderr
    files["licences.csv"] += b"9,2025-01-01\r\n"
    with zipfile.ZipFile(other, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    done = CliRunner().invoke(command, [str(other)])
    assert done.exit_code == 2 and "licences.csv" in done.stderr
    done = CliRunner().invoke(command, [str(sound), "--report", "/dev/zero"])
    assert done.exit_code == 2 and "/dev/zero：这不是普通文件" in done.stderr


def test_the_stored_ledger_is_that_of_the_published_version(
    client: Client, opened: AnnualReport
) -> None:
    snapshot = Snapshot.objects.get(version=opened.published)
    data = downloaded(client, opened)
    assert hashlib.sha256(data).hexdigest() == snapshot.ledger_sha256
    about = Ledger(io.BytesIO(data)).about
    assert (about["schema"], about["version"]) == (SCHEMA, opened.published.number)
    assert about["content_sha256"] == snapshot.sha256


def test_nothing_of_a_person_is_in_the_ledger(people: Cast) -> None:
    """The columns are all there is; none of them holds what a person wrote or is called."""
    from datetime import date

    set_up_office(people.other_body)
    an_application(people.other_body, on=date(YEAR, 2, 3))
    task = compiling.start(people.other_body, YEAR, by=people.stranger)
    data, rows = ledger.pack(task.report.latest)
    assert rows == 1
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        lines = archive.read("applications.csv").decode("utf-8-sig").splitlines()
    assert lines[0] == "row,applicant,received,concluded,decision"
    row, applicant, received, _, decision = lines[1].split(",")
    assert (row, received) == ("1", f"{YEAR}-02")
    form = report_format("2021")
    assert applicant in {c.key for c in form.table3_columns}
    assert decision == "" or decision in {r.key for r in form.table3_rows}
    assert all(c.equal for c in compare(Ledger(io.BytesIO(data))))


def test_the_same_registers_give_the_same_bytes(report: AnnualReport) -> None:
    version = report.latest
    assert ledger.pack(version) == ledger.pack(version)


def test_a_filed_document_has_no_open_ledger(client: Client, people: Cast) -> None:
    stored = publish(people.other_body, YEAR)
    args = [people.other_body.slug, YEAR]
    assert client.get(reverse("ledger", args=args)).status_code == 404
    assert client.get(reverse("ledger-file", args=args)).status_code == 404
    assert client.get(reverse("ledger-cell", args=[*args, LICENCES])).status_code == 404
    page = client.get(reverse("report", args=args)).content.decode()
    assert reverse("ledger", args=args) not in page and "/ledger/" not in page
    assert stored.published is not None


def test_what_is_not_public_has_no_page(client: Client, opened: AnnualReport) -> None:
    AnnualReport.objects.filter(pk=opened.pk).update(published=None, published_at=None)
    assert client.get(reverse("ledger", args=[opened.body.slug, YEAR])).status_code == 404


def test_more_parts_of_a_public_sum_need_no_more_queries(people: Cast) -> None:
    year = YEAR - 1

    def part(body: Body) -> dict[str, object]:
        return {"version": publish(body, year).published_id, "name": body.name}

    parts = [part(people.body), part(people.other_body)]
    with CaptureQueriesContext(connection) as few:
        public_ledger._parts(Summation(parts=parts[:1]), year, LICENCES)
    with CaptureQueriesContext(connection) as many:
        told = public_ledger._parts(Summation(parts=parts), year, LICENCES)
    assert len(many) == len(few) and all(line["url"] for line in told)


def test_the_pages_of_a_cell_go_through_its_table_once(
    client: Client, opened: AnnualReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_ledger, "PER_PAGE", 2)
    url = reverse("ledger-cell", args=[opened.body.slug, YEAR, LICENCES])
    first = client.get(url).content.decode()
    assert "共 3 行明细" in first and "第 1 页，共 2 页" in first
    monkeypatch.setattr(public_ledger, "index", None)  # not asked a second time
    second = client.get(f"{url}?page=2").content.decode()
    assert second.count(f"{YEAR}-03-02") == 1 and first.count(f"{YEAR}-03-02") == 2
    assert client.get(f"{url}?page=3").status_code == 404


def test_the_index_of_a_table_finds_the_rows_of_every_cell(opened: AnnualReport) -> None:
    with Snapshot.objects.get(version=opened.published).ledger.open("rb") as stream:
        read = Ledger(stream)
        for table in read.tables:
            found = index(read, table, every=2, most=1)
            for address in covered(table, read.form):
                rows = list(rows_behind(read, address))
                count, pages = found.get(address, (0, []))
                assert count == len(rows)
                assert len(pages) == min(count, 1)
                if pages:
                    assert list(rows_behind(read, address, pages[0])) == rows
