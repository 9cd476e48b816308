"""The machine reads a draft: what it asks about, and what it leaves alone."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import docx
import pytest
import xlsxwriter
from django.test import Client

from gongkai.base.uploads import check_upload
from gongkai.bodies.models import Body, Region
from gongkai.publishing.actions.clean import clean
from gongkai.publishing.actions.drafts import attach, save_draft
from gongkai.publishing.actions.mask import mask
from gongkai.publishing.models import Document, Finding, PublishingSettings
from gongkai.publishing.scan.elements import asked_of
from gongkai.publishing.scan.links import dead
from gongkai.publishing.scan.model import masked
from gongkai.publishing.scan.words import shipped
from gongkai.publishing.tests.cast import Cast, a_draft, published


def asked(document: Document) -> set[tuple[str, str]]:
    return {(f.rule, f.level) for f in document.findings.filter(state=Finding.State.OPEN)}


def messages(document: Document) -> str:
    return "\n".join(
        document.findings.filter(state=Finding.State.OPEN).values_list("message", flat=True)
    )


def draft_with(cast: Cast, text: str, **more: object) -> Document:
    return a_draft(cast, text=f"<p>{text}</p>", **more)


def test_an_ordinary_notice_raises_no_question(cast: Cast) -> None:
    text = (
        "各乡镇卫生院：根据《中华人民共和国传染病防治法》，现将全县预防接种门诊名单予以公布。"
        "不予公开的政府信息依照条例处理，涉及国家秘密、商业秘密的除外，"
        "法律、行政法规禁止公开的不公开，除法定禁止公开情形外都公开。（此件公开发布）"
    )
    assert asked(draft_with(cast, text)) == set()


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("身份证号11010519491231002X", "stop"),
        ("联系人手机13812345678", "stop"),
        ("出生日期：1990年1月2日", "stop"),
        ("患者李某，男，45岁，确诊时间为3月1日", "ask"),
        ("患者：张三", "ask"),
        ("患者李某，感染乙型肝炎", "ask"),
        ("护照号：E12345678", "stop"),
        ("车牌豫A12345", "ask"),
        ("出生于1990年1月", "stop"),
        ("该院住院号20230012", "stop"),
        ("孕妇刘芳，怀孕20周", "ask"),
        ("王五，HIV抗体阳性", "ask"),
        ("对被处罚人王小明，作出决定", "ask"),
        ("姓名 张三 性别 男", "ask"),
    ],
)
def test_personal_data_is_asked_about_and_not_repeated(cast: Cast, text: str, level: str) -> None:
    document = draft_with(cast, text)
    assert ("personal", level) in asked(document)
    secret = "".join(c for c in text if c.isdigit())[-6:]
    assert not secret or not document.findings.filter(excerpt__contains=secret).exists()


def test_the_address_of_an_office_is_no_alarm_and_that_of_a_home_stops(cast: Cast) -> None:
    """Addresses of places where people go are what such notices are for."""
    rows = "<tr><td>示例县妇幼保健院</td><td>示例县东风路33号</td></tr>"
    text = f"<p>办公地址：示例县文化路6号。</p><table>{rows}</table>"
    assert asked(a_draft(cast, text=text)) == set()
    document = a_draft(cast, text=f"{text}<p>家庭住址：示例县东风路35号</p>", doc_number="")
    (finding,) = document.findings.filter(state="open")
    assert finding.level == "stop" and "住址" in finding.message


def test_the_office_telephone_that_the_body_publishes_is_no_finding(cast: Cast) -> None:
    Body.objects.filter(pk=cast.body.pk).update(phone="0391-8192467", address="示例市人民路12号")
    cast.body.refresh_from_db()
    assert asked(draft_with(cast, "咨询电话：0391-8192467，地址：示例市人民路12号")) == set()
    assert asked(draft_with(cast, "咨询电话：0391—8192467")) == set()
    assert asked(draft_with(cast, "咨询电话：0391-8192468")) == {("personal", "ask")}


@pytest.mark.parametrize(
    "text",
    [
        "机密★10年",
        "秘密 ★ 长期",
        "密级：秘密",
        "内部资料，注意保存",
        "（此件不公开）",
        "（此件发至县团级）",
        "本文件不得对外公开",
        "仅供内部使用",
        "【机密】",
        "★绝密",
        "此件依申请公开",
    ],
)
def test_a_secrecy_mark_stops(cast: Cast, text: str) -> None:
    assert ("secrecy", "stop") in asked(draft_with(cast, text))


def test_a_list_with_a_column_of_names_is_asked_about(cast: Cast) -> None:
    heads, row = "<td>姓名</td><td>性别</td>", "<td>张三</td><td>男</td>"
    document = a_draft(cast, text=f"<table><tr>{heads}</tr><tr>{row}</tr></table>")
    assert asked(document) == {("personal", "ask")} and "“姓名”一栏" in messages(document)
    assert (
        asked(draft_with(cast, "当事人应当到场，申请人高度重视，内部使用面积60平方米。")) == set()
    )


def test_wrong_words_are_named_with_the_right_ones(cast: Cast) -> None:
    document = draft_with(cast, "要认真惯彻落实，截止2026年2月底完成布署。为人名服务。")
    said = messages(document)
    for right in ("贯彻", "部署", "截至", "为人民服务"):
        assert right in said
    assert ("words.wording", "stop") in asked(document)


def test_an_old_name_is_asked_about_after_the_reform_only(cast: Cast) -> None:
    text = "由县卫计委负责。依据《国家卫生和计划生育委员会关于健康教育的通知》，原环保局移交。"
    assert asked(draft_with(cast, text, formed_on=date(2016, 5, 1))) == set()
    document = draft_with(cast, text, formed_on=date(2026, 5, 1))
    assert asked(document) == {("words.reform", "ask")} and "卫健委" in messages(document)
    assert document.findings.count() == 1


def test_words_of_the_body_are_added(cast: Cast) -> None:
    PublishingSettings.objects.update_or_create(
        body=cast.body, defaults={"own_words": {"县医院": "县人民医院"}}
    )
    document = draft_with(cast, "到县医院接种。")
    assert asked(document) == {("words.own", "stop")} and "县人民医院" in messages(document)


def test_the_dictionaries_are_sound() -> None:
    words = [word for word in shipped() if word.rule]
    assert len(words) > 350
    assert len({word.text for word in words}) == len(words)
    for word in words:
        assert len(word.text) > 1 and word.text != word.right and word.right
        assert word.text not in word.right or word.rule == "words.reform", word


def test_a_place_from_elsewhere_is_asked_about(cast: Cast) -> None:
    other = Region.objects.create(code="990199", name="别处县", level="county", parent=None)
    Body.objects.create(
        name="别处县卫生健康委员会", short_name="别处县卫健委", slug="elsewhere", region=other,
        kind="department",
    )  # fmt: skip
    document = draft_with(cast, "别处县各预防接种门诊：请遵照执行。")
    assert asked(document) == {("places", "ask")}
    assert asked(draft_with(cast, "河口县卫生健康委员会关于接种的通知")) == {("places", "ask")}
    own = cast.body.region.name
    assert (
        asked(draft_with(cast, f"{own}人民政府、{cast.body.name}、县人民政府、市卫生健康委"))
        == set()
    )


@pytest.mark.parametrize(
    ("address", "level"),
    [
        ("/search/", None),
        ("https://www.example.gov.cn/a", None),
        ("mailto:a@example.com", None),
        ("/no-such-page/", "stop"),
        ("/office/", "stop"),
        ("/documents/shili-health/2026/99/", "stop"),
        ("file:///C:/a.doc", "stop"),
        ("http://192.168.1.3/a", "stop"),
        ("http://localhost/a", "stop"),
        ("http:///a", "stop"),
        ("http://exa mple/a", "stop"),
        ("", "ask"),
    ],
)
@pytest.mark.django_db
def test_a_link_that_leads_nowhere_is_found_without_fetching_it(address: str, level: str) -> None:
    found = dead(address)
    assert (found[0] if found else None) == level


def test_a_link_to_a_public_document_is_right_and_to_another_is_not(cast: Cast) -> None:
    shown = published(cast)
    link = f'见<a href="{shown.get_absolute_url()}">通知</a>'
    assert asked(draft_with(cast, link)) == set()
    broken = link.replace("00001", "7").replace("/1/", "/7/")
    assert asked(draft_with(cast, broken)) == {("links", "stop")}


def test_a_service_guide_lacks_elements_of_the_standard_catalogue(cast: Cast) -> None:
    document = draft_with(
        cast, "受理机构：医政科。申请材料：申请书。", title="护士执业注册办事指南", genre="guide"
    )
    assert asked(document) == {("elements.guide", "ask")}
    assert "办理依据" in messages(document) and "申请材料、" not in messages(document)
    # DOMAIN F.3: each class of matters has elements of its own; the inspection counts eleven.
    assert "行政许可办事指南缺少要素" in messages(document) and "事项审查类型" in messages(document)
    sizes = {
        "护士执业注册": 21,
        "医疗机构行政处罚": 5,
        "计划生育家庭特别扶助": 5,
        "预防接种服务": 7,
        "名称变更": 11,
    }
    assert {title: len(asked_of(f"{title}办事指南")[1]) for title in sizes} == sizes
    assert asked_of("预防接种异常反应办事指南", "行政给付类事项")[0] == "行政给付、行政奖励"


def workbook() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("名单")
    sheet.write_row(0, 0, ["门诊", "电话"])
    sheet.write_row(1, 0, ["城关门诊", "13912345678"])
    sheet.write(1, 5, "身份证11010519491231002X")
    sheet.set_column(5, 5, None, None, {"hidden": True})
    book.close()
    return out.getvalue()


def test_attachments_are_read_with_what_they_hide(cast: Cast) -> None:
    document = a_draft(cast)
    (file,) = attach(document, [check_upload("名单.xlsx", workbook())], by=cast.clerk)
    assert "城关门诊" in file.text and "11010519491231002X" not in file.text
    found = document.findings.filter(state=Finding.State.OPEN)
    assert {f.rule for f in found} == {"personal", "hidden.hidden_columns"}
    places = [f.place for f in found if f.rule == "personal"]
    assert sum("start" in place for place in places) == 1
    seen = next(place for place in places if "start" in place)
    assert file.text[seen["start"] : seen["end"]] == "13912345678"
    assert any("隐藏的列" in place.get("place", "") for place in places)


def in_a_header() -> bytes:
    out = io.BytesIO()
    made = docx.Document()
    made.sections[0].header.paragraphs[0].text = "联系人 13912345678"
    made.save(out)
    return out.getvalue()


def in_a_workbook(where: str) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("名单")
        sheet.write(0, 0, "门诊")
        if where == "box":
            sheet.insert_textbox(2, 0, "联系人 13912345678")
        else:
            sheet.data_validation(1, 0, 1, 0, {"validate": "list", "source": ["13912345678"]})
    return out.getvalue()


def in_an_embedded_workbook() -> bytes:
    out = io.BytesIO()
    docx.Document().save(out)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/embeddings/Sheet1.xlsx", in_a_workbook("box"))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "masks"),
    [
        ("通知.docx", in_a_header(), True),
        ("名单.xlsx", in_a_workbook("box"), True),
        ("名单.xlsx", in_a_workbook("list"), False),
        ("通知.docx", in_an_embedded_workbook(), False),
    ],
)
def test_a_number_is_found_wherever_a_file_keeps_it(
    cast: Cast, name: str, data: bytes, masks: bool
) -> None:
    """Not only in paragraphs and cells; what is seen can be masked, the rest cleared."""
    document = a_draft(cast)
    (file,) = attach(document, [check_upload(name, data)], by=cast.clerk)
    finding = document.findings.get(rule="personal", state=Finding.State.OPEN)
    assert finding.level == "stop"
    assert not document.findings.filter(rule="hidden.tucked").exists()
    if masks:
        mask(finding, by=cast.clerk)
    else:
        clean(document, file, by=cast.clerk)
    assert not document.findings.filter(rule="personal", state=Finding.State.OPEN).exists()


@pytest.mark.parametrize("field", ["title", "issuer", "theme", "keywords", "summary", "source"])
def test_every_field_that_the_public_sees_is_read(cast: Cast, field: str) -> None:
    document = a_draft(cast, **{field: "联系人手机13912345678"})
    assert ("personal", "stop") in asked(document)


def test_an_amount_that_finance_would_not_see_is_asked_about_once(cast: Cast) -> None:
    """Without it the finance check hangs on a box that somebody forgot to tick."""
    document = draft_with(cast, "收入总计8,640.25万元，支出12元。")
    assert asked(document) == {("money", "ask")} and document.findings.count() == 1
    save_draft(document, {"shows_money": True}, by=cast.clerk)
    assert asked(document) == set()
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet("预算").write_row(0, 0, ["项目", "金额（万元）"])
    document = a_draft(cast)
    attach(document, [check_upload("预算表.xlsx", out.getvalue())], by=cast.clerk)
    assert asked(document) == {("money", "ask")} and "预算表.xlsx" in messages(document)


def test_what_is_mended_is_settled_and_what_is_answered_stays_answered(cast: Cast) -> None:
    document = draft_with(cast, "认真惯彻落实。")
    save_draft(document, {"text": "<p>认真贯彻落实。</p>"}, by=cast.clerk)
    assert asked(document) == set() and document.findings.get().state == Finding.State.GONE


def test_the_words_around_a_passage_show_no_other_number_either() -> None:
    text = "手机 13900005678 13900006789，证件 11010119900307123X"
    shown = masked(text, 3, 14)
    assert not re.search(r"\d{4}", shown) and "手机" in shown


def test_the_same_question_is_answered_once_for_all_of_its_places(
    client: Client, cast: Cast
) -> None:
    rows = "".join(f"<p>第{n}处，中山路{n}号</p>" for n in range(3))
    client.force_login(cast.clerk)
    document = a_draft(cast, text=f"{rows}<p>11010519491231002X</p>")
    first = document.findings.filter(message__contains="地址").first()
    page = client.get(f"/office/documents/{document.pk}/findings/")
    assert "同样的 3 处都这样说明" in page.content.decode() and first is not None
    said = {"words": "门诊的公开地址", "alike": "1"}
    client.post(f"/office/documents/{document.pk}/findings/{first.pk}/", said)
    assert document.findings.filter(state="answered", answer="门诊的公开地址").count() == 3
    assert "地址" not in document.findings.get(state="open").message
