"""年报体检: a file in, its marked tables out, nothing kept."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gongkai.annual_report.check import check
from gongkai.annual_report.check.finding import Finding
from gongkai.annual_report.model import Place
from gongkai.annual_report.read import read
from gongkai.annual_report.render import render
from gongkai.reporting import reading
from gongkai.reporting.models import AnnualReport, SourceFile
from gongkai.reporting.parts import numbered, text_html
from gongkai.reporting.reading import Busy, Unreadable, finding_from, finding_to, read_and_check
from gongkai.reporting.tests.cast import Cast, as_file, faulty_report, sound_report

Send = Callable[..., "tuple[int, str]"]


@pytest.fixture
def in_a_child() -> None:
    """For a test in which the file is read in a process of its own, as a visitor's is."""


@pytest.fixture(autouse=True)
def _read_here(request: pytest.FixtureRequest) -> None:
    """Else the page is what is tried."""
    if "in_a_child" not in request.fixturenames:
        request.getfixturevalue("read_here")


@pytest.fixture
def send(client: Client, db: None) -> Send:
    def post(data: bytes, name: str = "年报.json", **files: bytes) -> tuple[int, str]:
        sent = {"file": SimpleUploadedFile(name, data)}
        sent |= {key: SimpleUploadedFile("上年.json", value) for key, value in files.items()}
        response = client.post("/check/", sent)
        return response.status_code, response.content.decode()

    return post


def state(page: str, name: str = "state") -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found
    return found[1]


# --- the result -----------------------------------------------------------------------------


def test_a_faulty_report_comes_back_with_its_cells_marked(send: Send) -> None:
    """（一）予以公开 sums to 3 but its 总计 says 5 (C02): the very cell carries the mark."""
    status, page = send(as_file(faulty_report()))
    assert status == 200
    cell = re.search(
        r'<td class="value found found-error" id="r1-cell-t3.granted.total"[^>]*>5', page
    )
    assert cell
    number = re.search(r'href="#(r1-finding-\d+)"', page[cell.end() :])
    assert number and f'id="{number[1]}"' in page
    assert 'href="#r1-cell-t3.granted.total"' in page


def test_a_sentence_that_was_found_is_marked_in_its_section(send: Send) -> None:
    report = as_file(sound_report()).replace(
        "本机关认真做好".encode(),
        "按照《政府信息公开条例》（国务院令第492号），本机关认真做好".encode(),
    )
    status, page = send(report)
    assert status == 200
    marked = re.search(r"<mark[^>]*>([^<]*492[^<]*)</mark><sup[^>]*>错误<a href", page)
    assert marked


def test_each_number_beside_a_sentence_stands_under_the_word_of_its_level() -> None:
    found = numbered(
        [Finding("C01", level, "不一致", quote="收到3件") for level in ("error", "info", "error")]
    )
    sign = re.sub("<[^>]+>", "", str(text_html("收到3件。", found)).partition("<sup")[2])
    assert "错误1、2；提示3" in sign


def test_a_sound_report_is_told_to_be_sound(send: Send) -> None:
    status, page = send(as_file(sound_report()))
    assert status == 200
    assert "错误 " not in page.replace("错误 0", "")


def test_two_reports_in_one_file_are_both_shown(send: Send) -> None:
    both = b"[" + as_file(sound_report(2022)) + b"," + as_file(faulty_report(2023)) + b"]"
    status, page = send(both)
    assert status == 200 and "这个文件里有 2 份年报" in page
    assert 'id="r1-report"' in page and 'id="r2-report"' in page
    assert len(set(re.findall(r'id="([^"]+)"', page))) == len(re.findall(r' id="([^"]+)"', page))


def test_the_year_before_switches_on_the_rules_between_years(in_a_child: None, send: Send) -> None:
    """C05: 上年结转 0 here, but last year's report carried nothing forward: sound; else named."""
    before = sound_report(2022)
    carried = before.table3["carried_forward"]  # type: ignore[index]
    last = before.with_cells(
        {f"t3.carried_forward.{key}": type(carried[0])(4, "4") for key in ("natural", "total")}
    )
    _, page = send(as_file(sound_report(2023)), previous=as_file(last))
    assert "C05" in page and "C05" not in {found.rule for found in check(sound_report(2023))}


def test_a_previous_file_that_cannot_be_read_is_named_itself(send: Send) -> None:
    status, page = send(as_file(sound_report(2023)), previous=b"%PDF-1.7 cut")
    assert status == 422
    assert "上年.json：PDF 已经损坏" in page and "年报.json：" not in page
    assert '<details class="less" open>' in page
    assert 'name="previous" aria-invalid="true"' in page
    assert 'name="file" required aria-describedby' in page


def test_a_previous_file_that_is_too_large_is_said_to_be_that_one(
    send: Send, settings: LazySettings
) -> None:
    settings.GONGKAI_UPLOAD_LIMIT = 1 << 20
    status, page = send(as_file(sound_report(2023)), previous=b" " * ((1 << 20) + 1))
    assert status == 413
    assert "上一年的文件超过 1 MB" in page


def test_a_previous_file_of_another_year_is_told_to_be_of_no_use(send: Send) -> None:
    _, page = send(as_file(sound_report(2023)), previous=as_file(sound_report(2019)))
    assert "没有找到上一年度的年报" in page


def test_what_a_file_says_can_do_no_harm(send: Send) -> None:
    evil = as_file(sound_report()).replace("部分信息更新".encode(), b"<img src=x onerror=alert(1)>")
    _, page = send(evil, name="<b>年报</b>.json")
    assert "<img src=x" not in page and "<b>年报" not in page


def test_nothing_that_was_uploaded_is_kept(send: Send, tmp_path, settings) -> None:
    settings.MEDIA_ROOT = settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10  # even a file that Django puts on the disk
    send(as_file(faulty_report()))
    assert not SourceFile.objects.exists() and not AnnualReport.objects.exists()
    assert list(tmp_path.iterdir()) == []


# --- downloads ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pdf", "html"])
def test_the_result_can_be_downloaded(send: Send, client: Client, kind: str) -> None:
    _, page = send(as_file(faulty_report()))
    response = client.post("/check/download/", {"state": state(page), "kind": kind})
    assert response.status_code == 200 and len(response.content) > 3000
    if kind in ("docx", "xlsx"):
        names = zipfile.ZipFile(io.BytesIO(response.content)).namelist()
        part = "word/document.xml" if kind == "docx" else "xl/sharedStrings.xml"
        text = zipfile.ZipFile(io.BytesIO(response.content)).read(part).decode()
        assert names and "予以公开" in text


def test_a_forged_result_is_refused(send: Send, client: Client) -> None:
    _, page = send(as_file(faulty_report()))
    forged = state(page)[:-4] + "AAAA"
    response = client.post("/check/download/", {"state": forged, "kind": "docx"})
    assert response.status_code == 400 and "重新上传" in response.content.decode()


def test_another_form_is_refused(send: Send, client: Client) -> None:
    _, page = send(as_file(faulty_report()))
    response = client.post("/check/download/", {"state": state(page), "kind": "exe"})
    assert response.status_code == 400


# --- what cannot be read --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\xff\xd8\xff\xe0 not a picture", "年报.pdf"),
        (b"%PDF-1.7 broken", "年报.pdf"),
        (b"PK\x03\x04 broken", "年报.docx"),
        (b"MZ\x90\x00" + bytes(500), "年报.docx"),
        ("今天天气很好。".encode(), "年报.txt"),
        (b'{"schema": "other"}', "年报.json"),
    ],
)
def test_what_is_no_report_is_told_in_one_sentence(send: Send, data: bytes, name: str) -> None:
    status, page = send(data, name=name)
    assert 400 <= status < 500
    alert = re.search(r'role="alert">(.*?)</div>', page, re.S)
    assert alert and name in alert[1] and "Traceback" not in page
    assert "开始体检" in page  # one can try again at once


@pytest.mark.parametrize("there", [True, False])
def test_pictures_are_asked_for_only_where_they_can_be_read(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    monkeypatch.setattr("gongkai.reporting.public.check.installed", lambda: there)
    page = client.get("/check/").content.decode()
    assert ("或者扫描件" in page, "本站读不了" in page) == (there, not there)


def test_no_file_is_told_to_choose_one(client: Client, db: None) -> None:
    response = client.post("/check/", {})
    assert response.status_code == 400 and "请先选择一个年报文件" in response.content.decode()


def test_an_empty_file_is_told_to_be_empty(send: Send) -> None:
    status, page = send(b"")
    assert status == 400 and "文件是空的" in page


def test_a_file_beyond_the_limit_is_refused(send: Send, settings) -> None:
    settings.GONGKAI_UPLOAD_LIMIT = 1 << 20
    status, page = send(b" " * ((1 << 20) + 1))
    assert status == 413 and "1 MB" in page


def test_the_twenty_first_file_in_ten_minutes_is_told_to_wait(client: Client, db: None) -> None:
    for _ in range(20):
        client.post("/check/", {})
    response = client.post("/check/", {})
    assert response.status_code == 429 and "分钟后再试" in response.content.decode()


# --- bounds ---------------------------------------------------------------------------------


class Patient(subprocess.Popen[bytes]):
    """Its time runs only from the moment that this file exists."""

    begun: Path

    def communicate(
        self, input: bytes | None = None, timeout: float | None = None
    ) -> tuple[bytes, bytes]:
        while True:
            try:
                return super().communicate(input, timeout)
            except subprocess.TimeoutExpired:
                if self.begun.exists():
                    raise
                input = None


def test_a_reading_that_takes_too_long_is_ended_with_all_it_started(
    in_a_child: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No LibreOffice goes on, and the visitor's file lies in no folder."""
    rest, office, Patient.begun = tmp_path / "rest", tmp_path / "soffice", tmp_path / "pid"
    rest.mkdir()
    office.write_text(f"#!/bin/sh\necho $$ > {Patient.begun}.new\n"
                      f"mv {Patient.begun}.new {Patient.begun}\nexec sleep 60\n")  # fmt: skip
    office.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("TMPDIR", str(rest))
    monkeypatch.setattr(reading, "SECONDS", 0.05)
    monkeypatch.setattr(subprocess, "Popen", Patient)
    old_word = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le")
    with pytest.raises(Unreadable, match="已经停止"):
        read_and_check(old_word, "年报.doc")
    with pytest.raises(ProcessLookupError):
        os.kill(int(Patient.begun.read_text()), 0)
    assert not list(rest.iterdir())


def test_a_reading_that_dies_is_told(in_a_child: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(Unreadable, match="没能读完"):
        read_and_check(as_file(sound_report()), "年报.json")


def test_a_visitor_beyond_the_places_is_asked_to_come_back(
    send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "WAIT", 0.01)
    held = [reading._places.acquire(timeout=1) for _ in range(reading.PLACES)]
    try:
        with pytest.raises(Busy):
            read_and_check(as_file(sound_report()), "年报.json")
        status, page = send(as_file(sound_report()))
        assert status == 503 and "请等一分钟后再试" in page
    finally:
        for _ in held:
            reading._places.release()


def test_a_finding_survives_the_way_to_the_child_and_back() -> None:
    finding = Finding("C04", "error", "不平", ("t4.x",), 3, "原文", Place(2, 7), "依据", {"a": "1"})
    assert finding_from(finding_to(finding)) == finding


def test_the_child_reads_as_the_engine_does(in_a_child: None, db: None) -> None:
    data = render(sound_report(), "docx")
    (checked,) = read_and_check(data, "年报.docx")
    assert dict(checked.report.cells()) == dict(read(data, "年报.docx")[0].cells())


def test_overlapping_quotes_share_one_mark() -> None:
    found = numbered(
        [
            Finding("C15", "error", "甲", section=1, quote="许可645件"),
            Finding("C16", "warn", "乙", section=1, quote="645件，处罚"),
        ]
    )
    html = text_html("其中许可645件，处罚1件。", found)
    assert html.count("<mark") == 1
    assert '<mark class="error">许可645件，处罚</mark>' in html
    assert html.count("<a href") == 2


# --- filing ---------------------------------------------------------------------------------


def test_only_a_clerk_is_offered_to_file_the_report(cast: Cast, client: Client) -> None:
    for user, offered in ((None, False), (cast.clerk, True), (cast.reviewer, False)):
        if user:
            client.force_login(user)
        sent = {"file": SimpleUploadedFile("年报.json", as_file(sound_report()))}
        page = client.post("/check/", sent).content.decode()
        assert ("录入工作平台" in page) is offered


def test_a_clerk_files_the_checked_file_for_his_own_body_only(cast: Cast, client: Client) -> None:
    client.force_login(cast.clerk)
    data = as_file(sound_report())
    page = client.post("/check/", {"file": SimpleUploadedFile("年报.json", data)}).content.decode()
    form = {"state": state(page), "source": state(page, "source")}
    refused = client.post("/check/file/", {**form, "body": cast.other_body.slug})
    assert refused.status_code == 403 and not AnnualReport.objects.exists()
    response = client.post("/check/file/", {**form, "body": cast.body.slug}, follow=True)
    assert "已录入，生成第1版" in response.content.decode()
    stored = AnnualReport.objects.get()
    source = stored.versions.get().source
    assert source is not None and source.content.read() == data
    assert stored.published is None


def test_a_stranger_cannot_file(cast: Cast, client: Client) -> None:
    response = client.post("/check/file/", {"body": cast.body.slug})
    assert response.status_code == 302 and "login" in response["Location"]
