"""One matter per application: several are noticed, and become several when the person says so."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from gongkai.applications.models import Application, Draft
from gongkai.applications.public.apply.matters import alone, matters, several
from gongkai.applications.tests.cast import Cast
from gongkai.applications.tests.test_apply import DELIVERY, WHO, fill, picture, send, send_newest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("1.接种门诊名单 2.收费标准 3、值班电话", 3),
        ("申请公开：（1）项目批复；（2）施工合同", 2),
        ("一、预算文件\n二、决算文件", 2),
        ("①预算文件②决算文件", 2),
        ("第一，预算文件。第二，决算文件。", 2),
        ("预算文件；决算文件", 2),
        ("- 预算文件\n- 决算文件", 2),
        ("门诊什么时候开门？收费标准是多少？", 2),
        ("2022.1至2022.2期间的3.5万元补贴明细", 0),
        ("2025年1月2日的会议纪要", 0),
        ("全县预防接种门诊名单", 0),
        ("十一、十二月的报表", 0),
        ("", 0),
        ("1、门诊量 2、床位数 3、2025年药品采购合同 4、职工工资总额", 4),
        ("批复；合同；验收单", 3),
        ("一、预算 1.收入 2.支出 二、决算", 2),
    ],
)
def test_several_matters_are_noticed(text: str, count: int) -> None:
    assert len(matters(text).parts) == count


MARKS = ("{}.", "{}、", "（{}）")
words = st.text(st.sampled_from("门诊量床位数合同批复年报表 \n"), min_size=1, max_size=12).filter(
    str.strip
)


def bare(text: str) -> str:
    return re.sub(r"[\s；;，,、：:]", "", text)


@given(before=words | st.just(""), items=st.lists(words, min_size=2, max_size=26), mark=st.data())
def test_the_parts_hold_every_word_of_a_list(
    before: str, items: list[str], mark: st.DataObject
) -> None:
    style = mark.draw(st.sampled_from(MARKS))
    numbered = [f"{style.format(n)}{item}" for n, item in enumerate(items, 1)]
    found = matters("\n".join([before, *numbered]))
    assert bare(found.before) == bare(before)
    assert [bare(p) for p in found.parts[:19]] == [bare(i) for i in items[:19]]
    # Beyond the twentieth all goes into the last one, marks and all.
    assert all(bare(i) in bare(found.parts[-1]) for i in items[19:])


@given(st.text(st.sampled_from("门诊量床合同？；：- 。\n"), max_size=60))
def test_the_parts_hold_every_word_of_any_text(text: str) -> None:
    found = matters(text)
    if found.parts:
        left = bare(found.before + "".join(found.parts)).replace("-", "")
        assert left == bare(text).replace("-", "")


HOSPITAL = {
    "subject": "市中心医院2025年度有关信息",
    "document_number": "卫健委统计",
    "details": "请按科室列出：1、门诊量 2、床位数 3、2025年药品采购合同 4、职工工资总额",
}
FOUR = ["门诊量", "床位数", "2025年药品采购合同", "职工工资总额"]


def offered(client: Client) -> list[str]:
    """The pieces that the page of splitting offers."""
    page = client.get("/apply/split/").content.decode()
    return re.findall(r"<textarea[^>]*>([^<]*)</textarea>", page)


def test_every_item_of_one_matter_reaches_the_clerk(client: Client, cast: Cast) -> None:
    fill(client, cast, until="matter")
    client.post("/apply/matter/", HOSPITAL)
    assert offered(client) == FOUR
    client.post("/apply/split/", {"do": "one", "part": offered(client)})
    client.post("/apply/who/", WHO)
    client.post("/apply/delivery/", DELIVERY)
    assert all(item in client.get("/apply/check/").content.decode() for item in FOUR)
    send_newest()
    case = Application.objects.get()
    assert (case.subject, case.details) == (HOSPITAL["subject"], HOSPITAL["details"])
    assert [i.text for i in case.items.order_by("order")] == FOUR


@pytest.mark.parametrize("listed_in", ["details", "subject"])
def test_every_split_application_says_all_that_was_said_of_all(
    client: Client, cast: Cast, listed_in: str
) -> None:
    asked = HOSPITAL
    if listed_in == "subject":
        asked = {
            "subject": HOSPITAL["subject"] + HOSPITAL["details"],
            "details": "只要电子版",
        }
    fill(client, cast, until="matter")
    client.post("/apply/matter/", asked)
    assert "市中心医院2025年度有关信息" in client.get("/apply/split/").content.decode()
    client.post("/apply/split/", {"do": "split", "part": offered(client)})
    client.post("/apply/who/", WHO)
    client.post("/apply/delivery/", DELIVERY)
    send_newest()
    for _ in FOUR[1:]:
        assert client.post("/apply/next/").url == "/apply/check/"
        send_newest()
    cases = list(Application.objects.order_by("serial"))
    assert len(cases) == len(FOUR)
    for case, item in zip(cases, FOUR, strict=True):
        said = f"{case.subject}{case.details}"
        assert item in case.subject
        assert "市中心医院2025年度有关信息" in said
        assert "请按科室列出" in said
        assert case.document_number == asked.get("document_number", "")
        assert asked["details"] == HOSPITAL["details"] or "只要电子版" in said


def test_a_long_piece_keeps_its_words_and_the_common_ones(client: Client, cast: Cast) -> None:
    long = "某某路" * 60
    fill(client, cast, until="matter")
    client.post("/apply/matter/", {"subject": "项" * 190, "details": f"前言 1.批复 2.{long}"})
    client.post("/apply/split/", {"do": "split", "part": ["批复", long]})
    content = Draft.objects.get().content
    for one, item in zip((content["matter"], *content["rest"]), ("批复", long), strict=True):
        assert len(one["subject"]) <= 200
        assert one["details"].startswith("项" * 190)
        assert item in one["subject"] + one["details"]
        assert "前言" in one["details"]


TWO = {"subject": "接种门诊", "details": "1.接种门诊名单\n2.疫苗采购合同"}


def test_items_of_one_matter_are_answered_one_by_one(client: Client, cast: Cast) -> None:
    fill(client, cast, until="matter")
    assert client.post("/apply/matter/", TWO).url == "/apply/split/"
    client.post("/apply/split/", {"do": "one", "part": ["接种门诊名单", "疫苗采购合同"]})
    client.post("/apply/who/", WHO)
    client.post("/apply/delivery/", DELIVERY)
    send_newest()
    items = Application.objects.get().items.values_list("order", flat=True)
    assert list(items) == [1, 2]


def test_several_matters_become_several_applications_of_the_same_person(
    client: Client, cast: Cast
) -> None:
    fill(client, cast, until="matter")
    client.post("/apply/matter/", TWO)
    client.post("/apply/split/", {"do": "split", "part": ["接种门诊名单", "疫苗采购合同"]})
    client.post("/apply/who/", WHO | {"identity": picture()})
    client.post("/apply/delivery/", DELIVERY)
    send(client)
    assert "还有 1 件没有提交" in client.get("/apply/receipt/").content.decode()
    assert client.post("/apply/next/").url == "/apply/check/"
    send(client)
    first, second = Application.objects.order_by("serial")
    assert (first.subject, second.subject) == ("接种门诊名单", "疫苗采购合同")
    assert (first.subject, second.details) == ("接种门诊名单", "接种门诊")
    assert first.applicant == second.applicant
    assert [c.files.count() for c in (first, second)] == [1, 1]
    receipt = client.get(f"/apply/receipt/?number={first.number}").content.decode()
    assert first.subject in receipt
    assert second.number in receipt


def test_the_item_to_be_answered_names_what_is_wanted(client: Client, cast: Cast) -> None:
    """Not only what is said of it, and of every piece the same: letters name it by its text."""
    both = "1、2025年接种门诊名单。\n2、2024年疫苗采购合同。"
    fill(client, cast, until="matter")
    client.post("/apply/matter/", {"subject": "接种门诊的名单和经费", "details": both})
    parts = ["2025年接种门诊名单。", "2024年疫苗采购合同。"]
    client.post("/apply/split/", {"do": "split", "part": parts})
    client.post("/apply/who/", WHO)
    client.post("/apply/delivery/", DELIVERY)
    send_newest()
    client.post("/apply/next/")
    send_newest()
    items = [case.items.get().text for case in Application.objects.order_by("serial")]
    assert items == [
        "2025年接种门诊名单：接种门诊的名单和经费",
        "2024年疫苗采购合同：接种门诊的名单和经费",
    ]


@pytest.mark.parametrize(
    ("details", "item"),
    [
        ("", "接种门诊名单"),
        ("2025年的", "接种门诊名单：2025年的"),
        ("请提供2025年接种门诊名单。", "请提供2025年接种门诊名单。"),
    ],
)
def test_an_application_of_one_matter_is_one_item_in_its_own_words(
    client: Client, cast: Cast, details: str, item: str
) -> None:
    fill(client, cast, matter={"subject": "接种门诊名单", "details": details})
    send_newest()
    assert Application.objects.get().items.get().text == item


def test_a_matter_apart_from_the_name_of_the_application_has_a_name_of_its_own() -> None:
    """Who asks two questions under the name of the first: the second is not called by it."""
    name, odd = "乡镇卫生院2025年设备采购合同", "局长的工资是多少？"
    listed = several({"matter": {"subject": name, "details": f"合同金额是多少？{odd}"}})
    assert listed.found.parts[1] == odd
    made = alone(odd, listed)
    assert made["subject"] == odd and made["details"] == name
    listed = several({"matter": {"subject": f"{name}：1.合同 2.验收单", "details": ""}})
    assert alone("验收单", listed)["subject"] == f"{name}：验收单"
