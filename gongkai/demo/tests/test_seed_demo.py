"""The demonstration: complete, marked, and the same when it is seeded again."""

from __future__ import annotations

import re
from datetime import date
from importlib.resources import files
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.utils import timezone

from gongkai.annual_report.check import check
from gongkai.annual_report.model import Report
from gongkai.annual_report.read import read
from gongkai.annual_report.render import render
from gongkai.applications.models import OfficeSettings
from gongkai.base.models import AuditEntry
from gongkai.bodies.ledger.book import all_books
from gongkai.bodies.ledger.queries import entries
from gongkai.bodies.models import Body, Membership, Person
from gongkai.demo.data import load
from gongkai.demo.reports import reports
from gongkai.law.formats import report_format
from gongkai.reporting.actions import correct_cell
from gongkai.reporting.compile import actions as compiling
from gongkai.reporting.models import AnnualReport, FoundProblem, ReportVersion
from tests.shared import SHARED

NAMES = {b["slug"]: b["name"] for b in load("bodies.yaml")["bodies"]}
MADE_UP = [r for _, r in reports("reports_made_up.yaml", NAMES)]
PUBLISHED = dict(reports("reports_published.yaml", NAMES))


def counts() -> list[int]:
    return [m.objects.count() for m in (Body, AnnualReport, ReportVersion, AuditEntry, Person)]


def test_seeding_twice_changes_nothing_and_keeps_what_was_entered(seeded: None) -> None:
    draft = AnnualReport.objects.get(body__slug="shilishi-wjw", year=2025)
    correct_cell(draft, "t2.penalty.decisions", "121", "经核对台账为121件", by=None)
    before = counts()
    call_command("seed_demo", stdout=StringIO())
    assert counts() == before
    assert draft.latest is not None
    assert draft.latest.as_report.value("t2.penalty.decisions") == 121

    # every page has something to show: seven bodies with public reports, findings on their way
    public = AnnualReport.objects.exclude(published=None)
    assert public.count() == 11
    assert public.values("body").distinct().count() == 7
    assert {"found", "confirmed", "mended", "archived"} <= set(
        FoundProblem.objects.values_list("state", flat=True)
    )
    # the made-up body made its reports public when the law wants it, not on the day of seeding
    own = public.filter(body__slug="shilishi-wjw")
    assert {timezone.localdate(r.published_at) for r in own} == {r.disclosed_on for r in own}
    assert all(r.disclosed_on == date(r.year + 1, 1, 20) for r in own)
    # each body has its own fax and e-mail
    for name in ("accepts_fax", "accepts_email"):
        told = list(OfficeSettings.objects.values_list(name, flat=True))
        assert len(told) == len(set(told)) > 2 and all(told)
    # ... and every register of the body whose people one can be has lines
    theirs = Body.objects.get(slug="shilishi-wjw")
    books = [one.slug for one in all_books() if not entries(one, theirs).exists()]
    assert books == ["regulations"]  # only a government makes 规章
    # accounts and people belong to made-up bodies only
    assert all(m.body.is_made_up for m in Membership.objects.select_related("body"))
    real = Body.objects.filter(is_made_up=False)
    assert real.count() == 5
    assert not AuditEntry.objects.filter(scope__in=real.values("slug")).exclude(by=None).exists()


def test_a_report_compiled_from_the_register_joins_the_one_before(seeded: None) -> None:
    body = Body.objects.get(slug="shilishi-wjw")
    task = compiling.start(body, 2026, by=get_user_model().objects.get(username="jingban"))
    found = task.report.problems.filter(gone_at=None, level="error")
    assert not found.filter(rule="C05").exists()


def test_a_real_site_is_never_seeded(db: None) -> None:
    with pytest.raises(CommandError):
        call_command("seed_demo")
    assert not Body.objects.exists()


def test_every_table_of_the_made_up_body_adds_up_and_the_years_join() -> None:
    assert [r.year for r in MADE_UP] == [2020, 2021, 2022, 2023, 2024]
    former = None
    for report in MADE_UP:
        layout = report_format("2019" if report.year == 2020 else "2021")
        assert report.table3 is not None
        rows = {k: [c.value for c in cells] for k, cells in report.table3.items()}
        for column in range(7):
            leaves = sum(rows[k][column] for k in layout.table3_leaves)
            came = rows["new_received"][column] + rows["carried_over"][column]
            assert leaves == rows["total_concluded"][column]
            assert came == leaves + rows["carried_forward"][column]
        assert all(sum(row[:6]) == row[6] for row in rows.values())
        if former is not None:
            assert rows["carried_over"] == former
        former = rows["carried_forward"]


@pytest.mark.parametrize("report", MADE_UP, ids=lambda r: str(r.year))
def test_a_made_up_report_taken_away_as_a_file_is_clean(report: Report) -> None:
    """What the model knows (C11: the period) must also stand in the text that is printed."""
    (again,) = read(render(report, "docx"), "report.docx")
    # the slip of 2024 is put right after publication, to show an erratum
    slip = ["C15"] if report.year == 2024 else []
    assert [f.rule for f in check(again)] == slip


def test_the_draft_of_2025_carries_over_what_the_register_of_2026_begins_with() -> None:
    """The register holds cases of the last months only: none of a year before."""
    text = files("gongkai.demo.data").joinpath("shilishi-wjw-2025.txt").read_text("utf-8")
    rows = {
        cells[0]: cells[1:] for line in text.splitlines() if len(cells := line.split("\t")) == 8
    }
    assert rows["四、结转下年度继续办理"] == ["0"] * 7
    came = [rows[name] for name in rows if name[:2] in ("一、", "二、")]
    concluded = next(cells for name, cells in rows.items() if "总计" in name and cells[0].isdigit())
    assert [sum(map(int, column)) for column in zip(*came, strict=True)] == list(
        map(int, concluded)
    )


def test_every_result_and_every_kind_of_applicant_occurs() -> None:
    occurring = {
        (row, column)
        for report in MADE_UP
        for row, cells in (report.table3 or {}).items()
        for column, cell in enumerate(cells)
        if cell.value
    }
    assert {row for row, _ in occurring} >= set(report_format("2021").table3_leaves)
    assert {column for _, column in occurring} == set(range(7))


def test_the_texts_say_that_they_are_a_demonstration() -> None:
    for report in (*MADE_UP, *PUBLISHED.values()):
        assert re.search("演示", report.sections[0].text)


if SHARED is not None:

    @pytest.mark.parametrize(
        ("slug", "file"),
        [
            ("jiyuan-wjw", "jiyuan_2020"),
            ("mengzhou-wjw", "mengzhou_2020"),
            ("yichuan-wjw", "yichuan_2020"),
            ("chuanhui-wjw", "chuanhui_2020"),
            ("xuchang-wjw", "xuchang_2022"),
        ],
    )
    def test_a_real_body_carries_exactly_the_figures_it_published(slug: str, file: str) -> None:
        import json

        assert SHARED is not None
        truth = json.loads((SHARED / f"reports/truth/{file}.json").read_text("utf-8"))
        report = PUBLISHED[slug]
        ours = {a: c.value for a, c in report.cells()}
        assert report.year == truth["year"]
        for row in truth["table2"]:
            for key, value in row["cells"].items():
                cell = ours[f"t2.{row['row']}.{key}"]
                assert (cell is None) == (value is None)
                assert value is None or float(cell) == value
        columns = [c.key for c in report_format("2021").table3_columns]
        for key, values in truth["table3"]["rows"].items():
            assert [ours[f"t3.{key}.{c}"] for c in columns] == values
        assert [c.value for c in report.table4 or ()] == truth["table4"]["values"]

    def test_no_sentence_of_a_real_report_is_copied() -> None:
        assert SHARED is not None
        sources = "".join(
            re.sub(r"\s", "", p.read_text("utf-8", "ignore"))
            for p in SHARED.glob("reports/*_20*.txt")
        )
        for report in (*MADE_UP, *PUBLISHED.values()):
            for section in report.sections:
                for sentence in re.split(r"[。；\n]", section.text):
                    assert len(sentence) < 25 or re.sub(r"\s", "", sentence) not in sources
