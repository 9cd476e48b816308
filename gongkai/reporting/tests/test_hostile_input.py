"""Input made to do harm, requests out of turn: a sentence each, and nothing half-written."""

from __future__ import annotations

import io
import stat
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from gongkai.annual_report.model import Cell
from gongkai.base.refusal import Refused
from gongkai.bodies.actions import create_section, remove
from gongkai.reporting.actions import (
    confirm_batch,
    correct_cell,
    file_report,
    move_problem,
    open_errors,
    publish_report,
    stage_files,
)
from gongkai.reporting.models import AnnualReport, ReportVersion, SourceFile
from gongkai.reporting.tests.cast import Cast, as_file, faulty_report, sound_report
from gongkai.reporting.tests.test_public_check import state


def _spelled(*signs: str) -> bytes:
    """A report file whose text and name hold these signs, as JSON can spell them."""
    report = sound_report()
    text = as_file(report).decode()
    for sign in signs:
        text = text.replace("本机关认真", f"{sign}本机关认真", 1).replace("示例县", f"{sign}示例县")
    return text.encode()


def test_signs_that_no_database_keeps_are_replaced_and_the_report_is_filed(cast: Cast) -> None:
    data = _spelled("\\u0000", "\\ud800")
    filed = file_report(data, "a.json", body=cast.body, by=cast.clerk)
    stored = ReportVersion.objects.get(pk=filed.version.pk).as_report
    assert "�本机关认真" in stored.sections[0].text
    assert stored.value("t3.granted.total") == 3
    assert filed.version.source is not None and filed.version.source.content.read() == data


def test_such_signs_do_not_break_the_check_page(client: Client, db: None) -> None:
    file = SimpleUploadedFile("a.json", _spelled("\\u0000", "\\ud800"))
    answer = client.post(reverse("report-check"), {"file": file})
    assert answer.status_code == 200
    assert "�本机关认真" in answer.text


def test_a_misread_billion_is_published_and_left_out_of_the_list(cast: Cast) -> None:
    huge = Cell(99_999_999_999_999_999_999, "99999999999999999999")
    report = sound_report().with_cells({"t3.new_received.total": huge})
    version = file_report(as_file(report), "a.json", body=cast.body, by=cast.clerk).version
    for problem in open_errors(version.report):
        move_problem(problem, "confirmed", "源文件如此", by=cast.reviewer)
    publish_report(version, by=cast.head)
    stored = AnnualReport.objects.get()
    assert stored.received is None and stored.granted == 3
    assert stored.published is not None
    assert stored.published.as_report.value("t3.new_received.total") == huge.value


@pytest.mark.usefixtures("read_here")
def test_the_result_of_one_file_cannot_be_filed_with_another(cast: Cast, client: Client) -> None:
    client.force_login(cast.clerk)
    pages = [
        client.post(
            reverse("report-check"), {"file": SimpleUploadedFile("a.json", as_file(report))}
        ).text
        for report in (sound_report(), sound_report(received=9))
    ]
    mixed = {
        "state": state(pages[0]),
        "source": state(pages[1], "source"),
        "body": cast.body.slug,
    }
    assert client.post(reverse("report-check-file"), mixed).status_code == 400
    assert not ReportVersion.objects.exists()


def test_without_the_version_that_was_seen_nothing_is_published(cast: Cast, client: Client) -> None:
    version = file_report(as_file(sound_report()), "a.json", body=cast.body, by=cast.clerk).version
    client.force_login(cast.head)
    for sent in ({}, {"version": ""}, {"version": "99"}, {"version": "-1"}):
        answer = client.post(reverse("desk-publish", args=[version.report.pk]), sent)
        assert answer.status_code == 409
        assert "没有公开" in answer.text
    assert not AnnualReport.objects.exclude(published=None).exists()


def test_a_remembered_report_that_is_gone_does_not_lock_the_list(
    cast: Cast, client: Client
) -> None:
    version = file_report(as_file(faulty_report()), "a.json", body=cast.body, by=cast.clerk).version
    client.force_login(cast.stranger)
    page = reverse("desk-problems")
    assert client.get(page, {"report": version.report.pk}).status_code == 404
    assert client.get(page).status_code == 200
    session = client.session
    session["desk-problem-filter"] = {
        "report": str(version.report.pk),
        "state": "",
        "level": "",
        "gone": "",
    }
    session.save()
    answer = client.get(page)
    assert answer.status_code == 200
    assert not list(answer.context["problems"])


def test_two_people_file_the_same_bytes_at_the_same_moment(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = as_file(sound_report())
    first = file_report(data, "a.json", body=cast.body, by=cast.clerk).version
    save, seen = SourceFile.save, SourceFile.objects.filter

    def unseen(*args: object, **kwargs: object) -> object:  # the other's row is not committed yet
        monkeypatch.setattr(SourceFile.objects, "filter", seen)
        return SourceFile.objects.none()

    monkeypatch.setattr(SourceFile.objects, "filter", unseen)
    second = file_report(data, "a.json", body=cast.body, by=cast.clerk, year=2024).version
    assert save is SourceFile.save
    assert second.source == first.source
    assert SourceFile.objects.count() == 1
    assert second.source is not None
    assert len(second.source.content.storage.listdir("reports")[1]) == 1


def test_a_stored_file_that_was_lost_comes_back_with_the_same_bytes(cast: Cast) -> None:
    data = as_file(sound_report())
    source = file_report(data, "a.json", body=cast.body, by=cast.clerk).version.source
    assert source is not None
    source.content.storage.delete(source.content.name)
    file_report(data, "a.json", body=cast.body, by=cast.clerk, year=2024)
    assert SourceFile.objects.get().content.read() == data


def test_a_batch_whose_files_are_gone_is_told_and_files_nothing(cast: Cast) -> None:
    batch = stage_files([("a.json", as_file(sound_report()))], by=cast.clerk)
    item = batch.items.get()
    item.content.storage.delete(item.content.name)
    with pytest.raises(Refused, match="已经录入或者取消"):
        confirm_batch(batch, {item.pk: (cast.body, 2023)}, by=cast.clerk)
    assert not AnnualReport.objects.exists()


def test_only_the_site_reads_what_was_uploaded(cast: Cast) -> None:
    source = file_report(as_file(sound_report()), "a.json", body=cast.body, by=cast.clerk)
    assert source.version.source is not None
    path = Path(source.version.source.content.path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_names_in_an_archive_lead_nowhere(cast: Cast, tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("../../x.json", "/etc/y.json", "长" * 300 + ".json", "..\\..\\z.json"):
            archive.writestr(name, as_file(sound_report()))
        link = zipfile.ZipInfo("link.json")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    batch = stage_files([("a.zip", out.getvalue())], by=cast.clerk)
    names = list(batch.items.values_list("name", flat=True))
    assert names[:2] == ["x.json", "y.json"] and names[3] == "z.json"
    assert len(names[2]) == 255
    assert batch.items.get(name="link.json").refusal
    assert {p.parent.name for p in tmp_path.rglob("*") if p.is_file()} == {"reports"}


@pytest.mark.parametrize("value", ["=1+1", "@SUM(A1)", "<script>", "1e9", "十二", "9" * 13, "-1"])
def test_a_cell_takes_numbers_only(cast: Cast, value: str) -> None:
    report = file_report(
        as_file(sound_report()), "a.json", body=cast.body, by=cast.clerk
    ).version.report
    with pytest.raises(Refused):
        correct_cell(report, "t3.granted.total", value, "核对", by=cast.clerk)
    assert report.versions.count() == 1


def test_a_body_with_sections_or_roles_is_not_deleted_with_them(cast: Cast) -> None:
    create_section(cast.body, "办公室", by=None)
    with pytest.raises(Refused, match="科室、岗位权限"):
        remove(cast.body, by=None)
    assert cast.body.memberships.exists()


def test_uploaded_markup_is_shown_as_text_beside_the_report(cast: Cast, client: Client) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    report = sound_report()
    sections = (replace(report.sections[0], text=f"{evil}共收到9件申请。"), *report.sections[1:])
    bad = replace(report, sections=sections, headings=sections, agency=evil, title=evil)
    version = file_report(
        as_file(bad), f"{evil.replace('/', '')}.json", body=cast.body, by=cast.clerk
    ).version
    client.force_login(cast.head)
    for name in ("desk-report", "desk-beside", "desk-publish"):
        page = client.get(reverse(name, args=[version.report.pk])).text
        assert "<img src=x" not in page and "<script>alert" not in page
