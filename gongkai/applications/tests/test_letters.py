"""Letters: every one of the catalogue from a case, equal in DOCX and PDF, frozen when sent."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from typing import Any

import pypdfium2
import pytest
from lxml import etree

from gongkai.applications.actions.core import on_case
from gongkai.applications.files import content
from gongkai.applications.letters.compose import (
    compose,
    draft_letter,
    freeze_letter,
    render_letter,
)
from gongkai.applications.letters.engine import MissingValues
from gongkai.applications.letters.templates import save_template, shipped_text
from gongkai.applications.letters.variables import asks, sample_values
from gongkai.applications.models import Letter
from gongkai.applications.tests.cast import Cast, an_application
from gongkai.base.refusal import Refused
from gongkai.law.taxonomy import letters

ON = date(2026, 11, 2)


def pdf_text(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    pages = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return re.sub(r"—\s*\d+\s*—", "", "".join(pages))


def docx_text(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        root = etree.fromstring(package.read("word/document.xml"))
    return "".join(root.itertext("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"))


def squeeze(text: str) -> str:
    return re.sub(r"[\s\u3000\x00-\x1f\ufffe]", "", text)


def a_letter(cast: Cast, code: str, values: dict[str, Any] | None = None, **more: Any) -> Letter:
    case = an_application(cast.body, on=ON, **more).case
    with on_case(case, by=None) as case:
        return draft_letter(case, code, by=None, values=values or {}, addressee="周申请")


def everything(code: str) -> dict[str, Any]:
    """What a person and the case would give: the sample, in the form in which it is kept."""
    found = sample_values(code)
    kept = {k: v.isoformat() if isinstance(v, date) else v for k, v in found.items()}
    for name in ("条", "救济", "文号", "依据", "您", "落款日期"):
        kept.pop(name, None)
    for name in ("检索记录", "不予公开内容", "证据目录", "申请事项"):
        rows = kept[name]
        kept[name] = [
            {k: v.isoformat() if isinstance(v, date) else v for k, v in row.items()} for row in rows
        ]
    return kept


@pytest.mark.parametrize("code", letters())
def test_every_letter_says_the_same_in_docx_and_pdf(cast: Cast, code: str) -> None:
    letter = a_letter(cast, code, everything(code))
    as_docx, as_pdf = render_letter(letter)
    printed = squeeze(compose(letter).text())
    assert sorted(squeeze(docx_text(as_docx))) == sorted(printed)
    assert sorted(squeeze(pdf_text(as_pdf))) == sorted(printed)
