"""Hostile files at every door of this room: a clear sentence, and nothing is stored."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from gongkai.applications import clock
from gongkai.applications.models import Application, CaseEvent, CaseFile
from gongkai.applications.tests.cast import Cast, an_application
from gongkai.applications.tests.test_applicant_deeds import (  # noqa: F401
    come_in,
    to_correct,
)
from gongkai.applications.tests.test_apply import WHO, fill
from gongkai.base.tests.test_uploads import LONG, added, pdf, picture, sheet, word


def zipped() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("a.txt", "x")
    return out.getvalue()


HUGE = picture() + bytes(60 << 20)
#: What it is → its name, its bytes, what the sentence must speak of.
HOSTILE: dict[str, tuple[str, bytes, str]] = {
    "another type": ("申请.pdf", b"MZ\x90\0" + bytes(64), "程序"),
    "a name that lies": ("申请.pdf", picture(), "不一致"),
    "an archive": ("材料.zip", zipped(), "压缩包|解压"),
    "nothing": ("空.txt", b"", "0 字节"),
    "huge": ("照片.png", HUGE, "上限"),
    "macros": ("说明.docx", added(word(), {"word/vbaProject.bin": b"x"}), "宏|Word|DOCX"),
    "macros in a sheet": ("表.xlsx", added(sheet(), {"xl/vbaProject.bin": b"x"}), "宏|XLSX|Excel"),
    "a bomb": (
        "说明.docx",
        # A thousandfold is enough; how many bytes are too many is tried in base.
        added(word(), {"word/media/a.png": bytes(30 << 20)}),
        "大得不正常|DOCX|Word",
    ),
    "script in SVG": ("图.svg", b"<svg xmlns='x'><script>alert(1)</script></svg>", "SVG"),
    "script in HTML": ("说明.html", b"<!DOCTYPE html><script>alert(1)</script>", "网页"),
    "script in text": ("说明.txt", "您好<script>alert(1)</script>".encode(), "脚本|文本|TXT"),
    "a PDF with junk before it": ("../../a.pdf", b"junk%PDF-1.4", "夹带|PDF"),
}


def hostile(what: str) -> SimpleUploadedFile:
    name, data, _ = HOSTILE[what]
    return SimpleUploadedFile(name, data)


def stored() -> tuple[Any, ...]:
    root = Path(settings.MEDIA_ROOT)
    return (
        list(Application.objects.values_list("pk", "version", "state")),
        CaseEvent.objects.count(),
        CaseFile.objects.count(),
        sorted(p for p in root.rglob("*") if p.is_file()),
    )


def assert_refused(answer: Any, what: str, before: tuple[Any, ...]) -> None:
    page = answer.content.decode()
    assert 400 <= answer.status_code < 500, what
    sentence = HOSTILE[what][2]
    found = [s for s in re.findall(r"(?<=>)[^<>]*。", page) if re.search(sentence, s)]
    assert found, (what, page[-3000:])
    assert "<script>alert" not in page, what
    assert "Traceback" not in page, what
    assert stored() == before, what


def test_an_applicant_sends_it_as_his_identity_paper(client: Client, cast: Cast) -> None:
    fill(client, cast, until="who")
    before = stored()
    for what in HOSTILE:
        answer = client.post("/apply/who/", WHO | {"identity": hostile(what)})
        assert_refused(answer, what, before)


def test_an_applicant_sends_it_as_his_correction(to_correct: Any) -> None:  # noqa: F811
    client = come_in(to_correct)
    before = stored()
    address = reverse("track-deed", args=["receive-correction"])
    for what in HOSTILE:
        sent = {"text": "补正", "seen": to_correct.case.version, "files": hostile(what)}
        assert_refused(client.post(address, sent), what, before)


def test_a_clerk_adds_it_to_a_case(client: Client, cast: Cast) -> None:
    case = an_application(cast.body, on=clock.today()).case
    client.force_login(cast.clerk)
    before = stored()
    address = reverse("desk-case-files", args=[case.pk])
    for what in HOSTILE:
        answer = client.post(address, {"kind": "request", "files": hostile(what)})
        assert_refused(answer, what, before)


def form_with(name: str, data: bytes) -> bytes:
    """A form as a hostile program writes it: the name is sent as it is."""
    head = f'Content-Disposition: form-data; name="files"; filename="{name}"\r\n'
    kind = '--x\r\nContent-Disposition: form-data; name="kind"\r\n\r\nrequest\r\n'
    return f"{kind}--x\r\n{head}\r\n".encode() + data + b"\r\n--x--\r\n"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../../etc/cron.d/申请.pdf", "申请.pdf"),
        ("..\\..\\windows\\申请.pdf", "申请.pdf"),
        (f"{LONG}.pdf", None),
        ("<script>alert(1)</script>.pdf", None),
    ],
)
def test_a_hostile_name_is_made_safe_and_lies_nowhere_on_the_disk(
    client: Client, cast: Cast, name: str, kept: str | None
) -> None:
    case = an_application(cast.body, on=clock.today()).case
    client.force_login(cast.clerk)
    address = reverse("desk-case-files", args=[case.pk])
    answer = client.post(address, form_with(name, pdf()), "multipart/form-data; boundary=x")
    assert answer.status_code == 302
    file = CaseFile.objects.get()
    assert kept is None or file.name == kept
    assert len(file.name.encode()) <= 200
    assert not {"/", "\\", "<", ">"} & set(file.name)
    assert re.fullmatch(r"cases/[0-9a-f]{4}/[0-9a-f]{32}", file.path)
    page = client.get(address).content.decode()
    assert "<script>alert" not in page
    download = client.get(reverse("desk-case-file", args=[file.pk]))
    assert download["Content-Disposition"].startswith("attachment")
