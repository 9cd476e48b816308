"""Scans are read after the upload: for the machine's questions, and for the search."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from gongkai.base import search
from gongkai.base.uploads import check_upload
from gongkai.documents.readable import Readable
from gongkai.publishing import files
from gongkai.publishing.actions import recognise as room
from gongkai.publishing.actions.drafts import attach
from gongkai.publishing.actions.findings import answer
from gongkai.publishing.actions.recognise import recognise
from gongkai.publishing.actions.review import submit
from gongkai.publishing.models import Document, PublishedFile
from gongkai.publishing.tests.cast import Cast, a_draft, publish, reviewed

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
    publish(reviewed(cast, document), by=cast.clerk)
    assert not search.search("儿科门诊")
    a_machine(monkeypatch, "儿科门诊")
    assert recognise().read == 1
    assert search.search("儿科门诊").count == 1


def test_the_machine_itself_reads_a_number(cast: Cast) -> None:
    with_a_scan(cast)
    run = recognise()
    assert run.read == 1 and PHONE in PublishedFile.objects.get().text.replace(" ", "")
