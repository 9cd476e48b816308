"""The blank form for those who apply by hand; the form of who asked by word of mouth (Art 29)."""

from __future__ import annotations

import re
from datetime import date

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse

from gongkai.applications.actions import handling
from gongkai.applications.letters.compose import compose
from gongkai.applications.letters.templates import save_template, shipped_text
from gongkai.applications.tests.cast import APPLICANT, Cast, an_application
from gongkai.applications.tests.test_letters import docx_text, pdf_text, squeeze
from gongkai.documents.pages import PDFIUM

READS = {"docx": docx_text, "pdf": pdf_text}


@pytest.mark.parametrize("kind", READS)
def test_the_blank_form_of_a_body_can_be_fetched(client: Client, cast: Cast, kind: str) -> None:
    address = f"{reverse(f'apply-form-{kind}')}?body={cast.body.slug}"
    page = client.get(reverse("apply"), {"body": cast.body.slug}).content.decode()
    assert f'href="{address}"' in page
    answer = client.get(address)
    assert answer["Content-Disposition"].startswith("attachment")
    text = squeeze(READS[kind](answer.content))
    assert text.startswith(f"{cast.body.name}政府信息公开申请表")
    for asked in ("证件号码", "联系电话", "□自然人", "□纸质", "□邮寄", "签名（盖章）"):
        assert asked in text
    if kind == "pdf":  # one sheet, and every box before its words
        with PDFIUM:
            assert len(pypdfium2.PdfDocument(answer.content)) == 1
        assert not re.search(r"□\s*[\r\n]", READS[kind](answer.content))


def test_without_a_body_the_name_is_left_to_write(client: Client, cast: Cast) -> None:
    text = squeeze(docx_text(client.get(reverse("apply-form-docx")).content))
    assert text.startswith("＿")
    assert client.get(reverse("apply-form-docx"), {"body": "nowhere"}).status_code == 404


def test_the_blank_form_follows_the_bodys_own_template(client: Client, cast: Cast) -> None:
    text = shipped_text("L01").replace("填写说明：", "填写说明（本机关）：")
    save_template(cast.body, "L01", text, by=cast.head)
    answer = client.get(reverse("apply-form-docx"), {"body": cast.body.slug})
    assert "填写说明（本机关）" in docx_text(answer.content)


def test_who_asks_by_word_of_mouth_gets_a_form_to_sign(cast: Cast) -> None:
    for channel, papers in (("oral", ["L01", "L02", "L03"]), ("in_person", ["L02", "L03"])):
        case = an_application(cast.body, on=date(2026, 11, 2), channel=channel).case
        handling.register(
            case,
            applicant_kind=case.applicant_kind,
            subject=case.subject,
            items=[i.text for i in case.items.all()],
            by=cast.clerk,
        )
        assert sorted(case.letters.values_list("code", flat=True)) == papers
    form = compose(case.body.applications.get(channel="oral").letters.get(code="L01")).text()
    assert APPLICANT["name"] in form and case.subject in form
