"""One matter per application: several are noticed, and become several when the person says so."""

from __future__ import annotations

import pytest
from django.test import Client

from gongkai.applications.models import Application
from gongkai.applications.public.apply.matters import matters
from gongkai.applications.tests.cast import Cast
from gongkai.applications.tests.test_apply import DELIVERY, WHO, fill, picture, send

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
    ],
)
def test_several_matters_are_noticed(text: str, count: int) -> None:
    assert len(matters(text)) == count


TWO = {"subject": "接种门诊", "details": "1.接种门诊名单\n2.疫苗采购合同"}


def test_items_of_one_matter_are_answered_one_by_one(client: Client, cast: Cast) -> None:
    fill(client, cast, until="matter")
    assert client.post("/apply/matter/", TWO).url == "/apply/split/"
    client.post("/apply/split/", {"do": "one", "part": ["接种门诊名单", "疫苗采购合同"]})
    client.post("/apply/who/", WHO)
    client.post("/apply/delivery/", DELIVERY)
    send(client)
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
    assert first.applicant == second.applicant
    assert [c.files.count() for c in (first, second)] == [1, 1]
    receipt = client.get(f"/apply/receipt/?number={first.number}").content.decode()
    assert first.subject in receipt
    assert second.number in receipt
