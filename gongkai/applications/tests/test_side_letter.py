"""The letter that tells the answer to a record correction, beside any application (Art 41)."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from gongkai.applications import clock
from gongkai.applications.actions.side import SideIntake, answer_side, file_side
from gongkai.applications.actions.side_letter import letter_of, sign_side_letter
from gongkai.applications.files import content
from gongkai.applications.models import SideRequest
from gongkai.applications.tests.cast import Cast
from gongkai.applications.tests.test_side_requests import Kind, a_file, a_request
from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Refused
from gongkai.documents.blocks import chinese_date


def read_pdf(data: bytes) -> str:
    pages = pypdfium2.PdfDocument(io.BytesIO(data))
    return "".join(p.get_textpage().get_text_range() for p in pages).replace("\r\n", "")


def an_answered_correction(cast: Cast) -> SideRequest:
    side = a_request(cast.body, Kind.CORRECTION)
    return answer_side(side, "corrected", "档案已经核对", by=cast.clerk)


def test_a_correction_beside_any_case_gets_its_letter_signed_by_the_head(
    cast: Cast, client: Client
) -> None:
    side = an_answered_correction(cast)
    client.force_login(cast.clerk)
    assert "签发。" in client.get(reverse("desk-side-request", args=[side.pk])).content.decode()
    client.post(reverse("desk-side-letter", args=[side.pk]))
    side.refresh_from_db()
    assert side.letter_number == "" and side.application is None
    client.force_login(cast.head)
    client.post(reverse("desk-side-letter", args=[side.pk]), {"seen": side.version})
    side.refresh_from_db()
    year = clock.today().year
    assert side.letter_number == f"示卫健公开〔{year}〕第1号-更"
    kept = side.files.filter(kind="letter")
    assert {f.media_type.split("/")[1][:3] for f in kept} == {"pdf", "vnd"}
    words = read_pdf(content(kept.get(for_applicant=True)))
    received = f"本机关于{chinese_date(localdate(side.received_at))}收到"
    for part in (received, "档案已经核对", "予以更正", "行政复议", "周申请", side.letter_number):
        assert part in words


def test_what_was_asked_in_several_fields_is_one_sentence_of_the_letter(cast: Cast) -> None:
    told = "信息记录：接种档案\n不准确之处：生日写错。\n要求更正为：1949年12月31日"
    filed = file_side(SideIntake(Kind.CORRECTION, cast.body, "更正", told, evidence=[a_file()]))
    side = answer_side(filed.request, "corrected", "已更正", by=cast.clerk)
    letter = letter_of(sign_side_letter(side, by=cast.head))
    assert letter is not None
    assert (
        "具体为：信息记录：接种档案；不准确之处：生日写错；要求更正为：1949年12月31日。"
        in read_pdf(content(letter)).replace("\n", "")
    )


def test_a_letter_is_signed_once_and_only_after_the_answer(cast: Cast) -> None:
    side = a_request(cast.body, Kind.CORRECTION)
    with pytest.raises(Refused, match="答复"):
        sign_side_letter(side, by=cast.head)
    side = answer_side(side, "corrected", "档案已经核对", by=cast.clerk)
    sign_side_letter(side, by=cast.head)
    with pytest.raises(Refused, match="已经签发"):
        sign_side_letter(side, by=cast.head)
    again = sign_side_letter(an_answered_correction(cast), by=cast.head)
    assert "第2号" in again.letter_number


def test_the_one_who_asked_fetches_the_letter_and_nobody_else(cast: Cast, client: Client) -> None:
    filed = file_side(SideIntake(Kind.CORRECTION, cast.body, "更正", "生日", evidence=[a_file()]))
    side = answer_side(filed.request, "corrected", "已更正", by=cast.clerk)
    assert client.get("/track/request/letter/").status_code == 302
    client.post("/track/", {"number": side.number, "code": filed.code})
    assert client.get("/track/request/letter/").status_code == 404
    sign_side_letter(side, by=cast.head)
    assert "下载更正告知书" in client.get("/track/request/").content.decode()
    answer = client.get("/track/request/letter/")
    assert answer["Content-Type"] == "application/pdf"
    assert AuditEntry.objects.filter(action="下载更正告知书").count() == 1
