"""Scans are read after the upload: for the machine's questions, and for the search."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from PIL import Image, ImageDraw, ImageFont

from gongkai.base import search
from gongkai.base.uploads import check_upload
from gongkai.documents.readable import Hidden, Readable
from gongkai.documents.readable.pdf import ARE_PICTURES
from gongkai.publishing import files
from gongkai.publishing.actions import recognise as room
from gongkai.publishing.actions.drafts import attach
from gongkai.publishing.actions.findings import answer
from gongkai.publishing.actions.recognise import recognise
from gongkai.publishing.actions.review import submit
from gongkai.publishing.desk.register_todo import register_todo
from gongkai.publishing.models import Document, PublishedFile
from gongkai.publishing.tests.cast import Cast, a_draft, passed, publish

PHONE = "13900001234"


def a_scan() -> Any:
    out = io.BytesIO()
    page = Image.new("RGB", (900, 200), "white")
    ImageDraw.Draw(page).text((40, 60), f"电话 {PHONE}", "black", ImageFont.load_default(64))
    page.save(out, "PNG")
    return check_upload("扫描件.png", out.getvalue(), kinds=("png",))


def a_machine(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    """It reads these words, and is quick."""
    read = Readable(f"<p>{words}</p>", words)
    monkeypatch.setattr(room, "installed", lambda: True)
    monkeypatch.setattr(files, "readable", lambda *a, recognise=False: read)


def with_a_scan(cast: Cast) -> Document:
    document = a_draft(cast)
    attach(document, [a_scan()], by=cast.clerk)
    (finding,) = document.findings.filter(state="open")
    assert finding.rule == "unread"
    answer(finding, "已人工核对，没有个人信息", by=cast.clerk)
    return Document.objects.get(pk=document.pk)


def test_a_draft_under_review_goes_back_when_the_words_raise_a_question(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = with_a_scan(cast)
    a_machine(monkeypatch, f"值班医生电话 {PHONE}")
    submit(document, by=cast.clerk)
    run = recognise()
    assert (run.read, run.called_back, recognise().read) == (1, 1, 0)
    document.refresh_from_db()
    assert document.state == "draft"
    assert document.findings.filter(state="open", rule="personal").exists()


def test_what_is_public_is_found_by_the_words_of_its_scan(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = with_a_scan(cast)
    publish(passed(cast, document), by=cast.clerk)
    assert not search.search("儿科门诊")
    a_machine(monkeypatch, "儿科门诊")
    assert recognise().read == 1
    assert search.search("儿科门诊").count == 1


def test_a_picture_among_the_pages_is_asked_about_and_read(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words on the first page do not hide the identity card on the second."""
    mixed = Readable("", "名单", notice=f"第2页{ARE_PICTURES}")
    monkeypatch.setattr(files, "readable", lambda *a, recognise=False: mixed)
    document = a_draft(cast)
    attach(document, [check_upload("名单.txt", b"1")], by=cast.clerk)
    assert "没有读到的部分" in document.findings.get(state="open", rule="unread").message
    PublishedFile.objects.update(media_type="application/pdf")
    a_machine(monkeypatch, f"值班医生电话 {PHONE}")
    assert (recognise().read, recognise().read) == (1, 0)
    assert document.findings.get(state="open").rule == "personal"


def test_attachments_are_read_again_by_a_reader_that_sees_more(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A draft under review goes back; what is public stays as it is and is reported."""
    under, shown = a_draft(cast), a_draft(cast, title="门诊名单")
    for document in (under, shown):
        attach(document, [check_upload("名单.txt", "名单".encode())], by=cast.clerk)
    submit(under, by=cast.clerk)
    release = publish(passed(cast, shown), by=cast.clerk)
    said = io.StringIO()
    call_command("reread_files", stdout=said)
    assert "内容有变化 0 个" in said.getvalue() and under.findings.count() == 0

    hidden = (Hidden("embedded", "嵌入的文件", f"值班医生电话 {PHONE}"),)
    monkeypatch.setattr(
        files, "readable", lambda *a, recognise=False: Readable("", "儿科门诊", hidden=hidden)
    )
    said = io.StringIO()
    call_command("reread_files", body=cast.body.slug, stdout=said)
    shown, under = (Document.objects.get(pk=one.pk) for one in (shown, under))
    assert "已读取 2/2" in said.getvalue() and "退回起草人 1 件" in said.getvalue()
    assert f"{shown.index_number}  2 处" in said.getvalue() and PHONE not in said.getvalue()
    assert under.state == "draft" and under.findings.filter(state="open").count() == 2
    assert shown.live and shown.state == "published" and shown.release == release
    assert search.search("儿科门诊").count == 1
    (waits,) = [one for one in register_todo(cast.clerk) if "已公开的信息机器发现" in one.words]
    client.force_login(cast.clerk)
    page = client.get(waits.url).content.decode()
    assert waits.count == 1 and "门诊名单" in page and under.title not in page
    with pytest.raises(CommandError, match="没有这个机关"):
        call_command("reread_files", body="nobody")


def test_the_machine_itself_reads_a_number(cast: Cast) -> None:
    with_a_scan(cast)
    run = recognise()
    assert run.read == 1 and PHONE in PublishedFile.objects.get().text.replace(" ", "")
