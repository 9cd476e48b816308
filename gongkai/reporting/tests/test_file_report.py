"""Filing a report keeps the file, makes one version a reading, and never guesses."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from gongkai.annual_report.model import Cell
from gongkai.annual_report.read.document import UnusableInput
from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Refused
from gongkai.reporting import engine
from gongkai.reporting.actions import (
    confirm_batch,
    file_report,
    import_data,
    reread,
    stage_files,
)
from gongkai.reporting.actions.check import peers
from gongkai.reporting.models import AnnualReport, ReportVersion, SourceFile, as_stored
from gongkai.reporting.tests.cast import as_file, faulty_report, sound_report


def test_a_filed_report_keeps_its_file_and_its_reading(cast):
    data = as_file(sound_report())
    filed = file_report(data, "2023年年报.json", body=cast.body, by=cast.clerk)
    assert filed.created and filed.version.number == 1
    assert filed.version.report.year == 2023
    assert filed.version.source.content.read() == data
    assert filed.version.as_report.value("t3.granted.total") == 3
    assert AuditEntry.objects.filter(
        action="录入年报", by=cast.clerk, scope="shili-health"
    ).exists()


def test_the_stored_name_tells_nothing_and_the_shown_name_has_no_folder(cast):
    filed = file_report(
        as_file(sound_report()), "../../etc/年报.json", body=cast.body, by=cast.clerk
    )
    assert filed.version.source.name == "年报.json"
    assert "年报" not in filed.version.source.content.name
    assert ".." not in filed.version.source.content.name


def test_the_same_bytes_twice_make_no_second_version_and_it_says_so(cast):
    data = as_file(sound_report())
    first = file_report(data, "a.json", body=cast.body, by=cast.clerk)
    again = file_report(data, "b.json", body=cast.body, by=cast.clerk)
    assert not again.created and again.version == first.version
    assert "第1版" in again.message
    assert ReportVersion.objects.count() == SourceFile.objects.count() == 1


def test_a_former_file_filed_again_is_a_new_version(cast):
    old, new = as_file(sound_report()), as_file(sound_report(received=4))
    for data in (old, new, old):
        filed = file_report(data, "a.json", body=cast.body, by=cast.clerk)
    assert filed.created and filed.version.number == 3
    assert SourceFile.objects.count() == 2


def test_data_without_a_file_is_imported_once(cast):
    first = import_data(sound_report(), body=cast.body, by=cast.clerk)
    again = import_data(sound_report(), body=cast.body, by=cast.clerk)
    assert first.version.origin == "data" and first.version.source is None
    assert not again.created
    with pytest.raises(Refused, match="没有源文件"):
        reread(first.version.report, by=cast.clerk)


@pytest.mark.parametrize("who", ["reviewer", "head", "inspector", "stranger"])
def test_only_a_clerk_of_the_body_files(cast, who):
    with pytest.raises(PermissionDenied):
        file_report(as_file(sound_report()), "a.json", body=cast.body, by=getattr(cast, who))
    assert not AnnualReport.objects.exists()


def test_an_unreadable_file_leaves_nothing_behind(cast, tmp_path):
    with pytest.raises((UnusableInput, Refused)):
        file_report(b"\x00\x01\x02" * 50, "a.pdf", body=cast.body, by=cast.clerk)
    assert not AnnualReport.objects.exists() and not SourceFile.objects.exists()
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


def test_a_failure_while_filing_leaves_no_file_and_no_version(cast, tmp_path, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("gongkai.reporting.actions.file.check_with_next", broken)
    with pytest.raises(RuntimeError):
        file_report(as_file(sound_report()), "a.json", body=cast.body, by=cast.clerk)
    assert not ReportVersion.objects.exists()
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


def test_the_confirmed_year_wins_over_the_text(cast):
    filed = file_report(
        as_file(sound_report(2022)), "a.json", body=cast.body, by=cast.clerk, year=2023
    )
    assert filed.version.report.year == 2023


def test_of_two_reports_in_one_file_the_caller_chooses(cast, monkeypatch):
    two = [sound_report(2022), sound_report(2023)]
    monkeypatch.setattr("gongkai.reporting.engine.read_all", lambda data, name: ("text", two))
    with pytest.raises(Refused, match="2份年报"):
        file_report(b"two", "a.txt", body=cast.body, by=cast.clerk)
    filed = file_report(b"two", "a.txt", body=cast.body, by=cast.clerk, year=2022)
    assert filed.version.as_report.year == 2022
    filed = file_report(b"two", "a.txt", body=cast.body, by=cast.clerk, chosen=two[1])
    assert filed.version.report.year == 2023


def test_a_year_that_cannot_be_is_refused(cast):
    for year in (1999, 20231):
        with pytest.raises(Refused, match="年度"):
            file_report(as_file(sound_report()), "a.json", body=cast.body, by=cast.clerk, year=year)


def test_reading_again_makes_a_version_only_where_the_reading_differs(cast, monkeypatch):
    filed = file_report(as_file(faulty_report()), "a.json", body=cast.body, by=cast.clerk)
    report = filed.version.report
    assert not reread(report, by=cast.clerk).created
    better = sound_report()
    monkeypatch.setattr("gongkai.reporting.engine.read_all", lambda data, name: ("json", [better]))
    again = reread(report, by=cast.clerk)
    assert again.created and again.version.number == 2
    assert again.version.reading == as_stored(better)
    assert again.version.source == filed.version.source


def test_last_years_late_report_is_compared_with_this_years(cast):
    this = file_report(as_file(sound_report(2023)), "b.json", body=cast.body, by=cast.clerk)
    assert not this.version.report.problems.filter(rule="C05").exists()
    before = sound_report(2022)
    changed = {
        a: c
        for a, c in sound_report(2022).cells()
        if a in ("t3.carried_forward.natural", "t3.carried_forward.total")
    }
    one = next(c for a, c in before.cells() if a == "t2.licensing.decisions")
    before = before.with_cells(
        {a: type(one)(1, "1") for a in changed}
        | {f"t3.granted.{c}": type(one)(2, "2") for c in ("natural", "total")}
        | {f"t3.total_concluded.{c}": type(one)(2, "2") for c in ("natural", "total")}
    )
    file_report(as_file(before), "a.json", body=cast.body, by=cast.clerk)
    assert this.version.report.problems.filter(rule="C05", gone_at=None).exists()


def test_nobodys_writing_waits_for_the_reading_of_a_batch(cast, monkeypatch):
    """An old Word file takes seconds, a scan a minute: neither is read in a transaction."""
    read_all, outside, seen = engine.read_all, len(connection.savepoint_ids), []

    def reading(data, name):
        seen.append(len(connection.savepoint_ids))
        return read_all(data, name)

    monkeypatch.setattr(engine, "read_all", reading)
    both = b"[" + as_file(sound_report(2022)) + b"," + as_file(sound_report(2023)) + b"]"
    batch = stage_files([("a.json", both)], by=cast.clerk)
    chosen = {item.pk: (cast.body, item.year) for item in batch.items.all()}
    assert [f.version.report.year for f in confirm_batch(batch, chosen, by=cast.clerk)] == [
        2022,
        2023,
    ]
    assert seen == [outside, outside]


def test_a_finding_met_again_says_what_it_is_now(cast):
    first = import_data(faulty_report(), body=cast.body, by=cast.clerk).version
    before = {p.pk: p.message for p in first.report.problems.all()}
    worse = faulty_report().with_cells({"t3.granted.total": Cell(6, "6")})
    import_data(worse, body=cast.body, by=cast.clerk)
    now = {p.pk: p for p in first.report.problems.filter(pk__in=before, gone_at=None)}
    changed = [p for pk, p in now.items() if p.message != before[pk]]
    assert changed and all("6" in p.message and p.message == p.finding["message"] for p in changed)


def test_a_report_is_compared_with_the_newest_of_its_sisters_in_the_same_year(cast):
    own = import_data(sound_report(), body=cast.body, by=cast.clerk).version.report
    for year, received in ((2023, 4), (2023, 5), (2022, 6)):
        report = sound_report(year, received=received)
        import_data(report, body=cast.other_body, by=cast.stranger)
    import_data(sound_report(received=7), body=cast.government, by=None)
    found = [report.value("t3.new_received.total") for report in peers(own)]
    assert found == [5]
