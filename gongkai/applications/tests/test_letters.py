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

from gongkai.applications import clock
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
from gongkai.applications.models import Application, Letter
from gongkai.applications.tests.cast import Cast, an_application, undone
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
    return of_case(an_application(cast.body, on=ON, **more).case, code, values)


def of_case(case: Application, code: str, values: dict[str, Any] | None = None) -> Letter:
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


def test_every_letter_says_the_same_in_docx_and_pdf(cast: Cast) -> None:
    case = an_application(cast.body, on=ON).case
    for code in letters():
        # People end what they write with a full stop, wherever the letter puts it.
        ended = {v.name: f"{v.sample}。" for v in asks(code) if isinstance(v.sample, str)}
        with undone():
            letter = of_case(case, code, everything(code) | ended)
            as_docx, as_pdf = render_letter(letter)
            printed = squeeze(compose(letter).text())
        assert not re.search("[。；，][。；，]", printed), code
        assert sorted(squeeze(docx_text(as_docx))) == sorted(printed), code
        assert sorted(squeeze(pdf_text(as_pdf))) == sorted(printed), code


REPLIES = [n for n, letter in letters().items() if letter.remedies]


@pytest.mark.parametrize("code", ["L14", "L22"])
def test_a_citizen_is_您_and_an_organisation_您单位(cast: Cast, code: str) -> None:
    assert "收到您提交的" in compose(a_letter(cast, code, everything(code))).text()
    case = an_application(
        cast.body, on=ON, applicant_kind="commercial", applicant={"name": "示例公司"}
    ).case
    with on_case(case, by=None) as case:
        letter = draft_letter(case, code, by=None, values=everything(code), addressee="示例公司")
    assert "收到您单位提交的" in compose(letter).text()


def test_every_reply_tells_where_and_until_when_to_seek_remedy(cast: Cast) -> None:
    case = an_application(cast.body, on=ON).case
    for code in REPLIES:
        with undone():
            text = compose(of_case(case, code, everything(code))).text()
        assert "示例县人民政府申请行政复议" in text, code
        assert "60日内" in text, code


def test_withholding_tells_that_reconsideration_comes_first(cast: Cast) -> None:
    text = compose(a_letter(cast, "L22", everything("L22"))).text()
    assert "应当自收到本告知书之日起60日内先向示例县人民政府申请行政复议" in text
    assert "也可以自收到之日起" not in text


def test_the_law_of_the_day_of_the_letter_decides_the_remedies(cast: Cast) -> None:
    letter = a_letter(cast, "L22", everything("L22"))
    letter.dated_on = date(2023, 12, 29)
    text = compose(letter).text()
    assert "向示例县人民政府或者示例市卫生健康委员会申请行政复议，也可以" in text


def test_disputed_suits_are_told_of_as_the_body_decides(cast: Cast) -> None:
    letter = a_letter(cast, "L30", everything("L30"))
    assert "提起行政诉讼" in compose(letter).text()
    office = cast.body.application_settings
    office.print_unsettled = False
    office.save()
    letter = Letter.objects.get(pk=letter.pk)
    assert "提起行政诉讼" not in compose(letter).text()
    assert "申请行政复议" in compose(letter).text()


def test_a_letter_by_internet_offers_reconsideration_by_internet(cast: Cast) -> None:
    office = cast.body.application_settings
    office.online_reconsideration = "https://fuyi.example.gov.cn"
    office.save()
    letter = a_letter(cast, "L14", everything("L14"), route="online")
    assert "网上申请行政复议：https://fuyi.example.gov.cn" in compose(letter).text()
    letter.way = Letter.Way.POST
    assert "fuyi.example" not in compose(letter).text()


def test_the_law_is_named_in_full_once_and_short_afterwards(cast: Cast) -> None:
    text = compose(a_letter(cast, "L02", everything("L02"))).text()
    full = "《中华人民共和国政府信息公开条例》（以下简称《条例》）"
    assert text.count(full) == 1
    assert text.index(full) == text.index("《中华")
    assert "按照《条例》的规定" in text


@pytest.mark.parametrize(
    ("channel", "then", "clause"),
    [
        *((n, "", "第三十一条第（一）项") for n in ("in_person", "oral")),
        *((n, "", "第三十一条第（二）项") for n in ("ems", "registered")),
        ("ordinary", "confirmed", "第三十一条第（二）项"),
        *((n, "confirmed", "第三十一条第（三）项") for n in ("online", "fax", "email", "other")),
    ],
)
def test_the_receipt_cites_the_clause_of_its_channel(
    cast: Cast, channel: str, then: str, clause: str
) -> None:
    """Art 31: what fixes the day of receipt differs by channel; the case page says the same."""
    letter = a_letter(cast, "L02", {"查询码": "2222"}, channel=channel, then=then)
    (step,) = [s for s in clock.outcome(letter.application).steps if s.key == "received_date"]
    assert step.article.endswith(clause)
    text = compose(letter).text()
    assert f"{clause}，收到申请之日为" in text
    assert text.count("第三十一条") == 1


def test_values_of_the_case_itself_fill_the_letter(cast: Cast) -> None:
    case = an_application(cast.body, on=ON, route="post").case
    case.items.update(
        decision="deny_process_info",
        letter="L22",
        reasons="尚在讨论",
        discretion="影响讨论",
        particulars={"过程性类别": "讨论记录"},
    )
    with on_case(case, by=None) as case:
        letter = draft_letter(case, "L22", by=None, values={})
    text = compose(letter).text()
    assert "周申请：" in text
    assert "本机关于2026年11月2日收到" in text
    assert case.number in text
    assert "过程性信息（讨论记录）" in text
    assert "理由：尚在讨论。" in text
    assert "影响讨论" in text
    assert letter.number in text


@pytest.mark.parametrize(
    ("code", "name", "written", "told"),
    [
        ("L06", "延期理由", "因为所需信息分散在三个科室。", "因所需信息分散在三个科室，不能"),
        ("L06", "延期理由", "因特网数据需要核对", "因因特网数据需要核对，不能"),
        ("L24", "适用法律", "《不动产登记暂行条例》。", "经审查，《不动产登记暂行条例》对您"),
        ("L26", "负责机关", "示例县自然资源局。", "建议您向示例县自然资源局提出申请"),
    ],
)
def test_what_is_written_as_a_sentence_fits_within_the_sentence_of_the_letter(
    cast: Cast, code: str, name: str, written: str, told: str
) -> None:
    letter = a_letter(cast, code, {**everything(code), name: written})
    assert told in compose(letter).text()


def test_a_letter_without_what_it_must_say_is_refused_by_name(cast: Cast) -> None:
    letter = a_letter(cast, "L15")
    with pytest.raises(MissingValues, match="网址、公报期号或者查阅点"):
        render_letter(letter)
    with on_case(letter.application, by=None), pytest.raises(Refused, match="请补充"):
        freeze_letter(letter, by=None)
    letter.refresh_from_db()
    assert (letter.frozen_sha256, letter.pdf) == ("", None)


def test_a_condition_in_the_template_does_not_hide_what_must_be_said(cast: Cast) -> None:
    text = shipped_text("L15").replace(
        "{{ 公开位置 }}", "{% if 公开位置 %}{{ 公开位置 }}{% endif %}"
    )
    save_template(cast.body, "L15", text, by=cast.head)
    with pytest.raises(MissingValues):
        compose(a_letter(cast, "L15"))


def test_a_frozen_letter_never_changes(cast: Cast) -> None:
    letter = a_letter(cast, "L36", everything("L36"))
    with on_case(letter.application, by=None):
        letter = freeze_letter(letter, by=None)
    assert letter.docx
    assert letter.pdf
    before = (letter.frozen_sha256, content(letter.docx), content(letter.pdf))
    text = shipped_text("L36").replace("可以重新提出申请", "可以再次提出申请")
    save_template(cast.body, "L36", text, by=cast.head)
    letter = Letter.objects.get(pk=letter.pk)
    letter.values = {}
    with on_case(letter.application, by=None):
        again = freeze_letter(letter, by=None)
    assert (again.frozen_sha256, *render_letter(again)) == before
    assert letter.application.files.filter(kind="letter").count() == 2


def test_a_draft_keeps_the_template_that_it_was_made_with(cast: Cast) -> None:
    letter = a_letter(cast, "L36", everything("L36"))
    text = shipped_text("L36").replace("可以重新提出申请", "可以再次提出申请")
    save_template(cast.body, "L36", text, by=cast.head)
    letter = Letter.objects.get(pk=letter.pk)
    assert "可以重新提出申请" in compose(letter).text()
    assert "可以再次提出申请" in compose(a_letter(cast, "L36", everything("L36"))).text()


def test_the_words_of_an_applicant_are_never_taken_for_marks(cast: Cast) -> None:
    nasty = "【标题】假的\n| 一 | 二 |\n{{ 机关 }}{% for x in 机关 %}<w:t>\\#pagebreak()"
    letter = a_letter(cast, "L14", everything("L14") | {"申请内容": nasty})
    document = compose(letter)
    assert document.title == "示例县卫生健康委员会政府信息公开告知书"
    assert "{{ 机关 }}{% for x in 机关 %}" in document.text()
    as_docx, as_pdf = render_letter(letter)
    assert squeeze("【标题】假的|一|二|") in squeeze(docx_text(as_docx))
    assert squeeze("#pagebreak()") in squeeze(pdf_text(as_pdf))


def test_rare_characters_of_a_name_are_in_the_pdf(cast: Cast) -> None:
    letter = a_letter(cast, "L36", everything("L36") | {"收件人": "喆堃昇犇㛃䶮"})
    assert "喆堃昇犇㛃䶮" in pdf_text(render_letter(letter)[1])


def test_the_properties_of_a_letter_name_nobody(cast: Cast) -> None:
    as_docx, as_pdf = render_letter(a_letter(cast, "L36", everything("L36")))
    with zipfile.ZipFile(io.BytesIO(as_docx)) as package:
        core = package.read("docProps/core.xml").decode()
    assert "周申请" not in core
    assert "python-docx" not in core
    document = pypdfium2.PdfDocument(as_pdf)
    known = document.get_metadata_dict()
    document.close()
    assert known["Title"] == "示例县卫生健康委员会撤回政府信息公开申请确认书"
    assert (known["Author"], known["Subject"], known["Keywords"]) == ("", "", "")


def test_the_second_letter_of_a_kind_gets_a_number_of_its_own(cast: Cast) -> None:
    case = an_application(cast.body, on=ON).case
    with on_case(case, by=None) as case:
        made = [draft_letter(case, code, by=None, values={}) for code in ("L04", "L04", "L14")]
    assert [m.number for m in made] == [
        "示卫健公开〔2026〕第1号-补",
        "示卫健公开〔2026〕第1号-补2",
        "示卫健公开〔2026〕第1号-告",
    ]


def test_every_letter_asks_for_variables_that_exist() -> None:
    for code in letters():
        assert len({v.name for v in asks(code)}) == len(asks(code))
