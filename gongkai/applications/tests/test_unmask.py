"""Who sees a person in plain says why, and the trail keeps it; an inspector asks the head first."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongkai.applications.actions.unmask import answer_unmask, ask_unmask, unmask
from gongkai.applications.letters.masked import masked
from gongkai.applications.models import Application
from gongkai.applications.tests.cast import APPLICANT, Cast, an_application
from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Refused

SEEN = "查看申请人个人信息"


@pytest.fixture
def case(cast: Cast) -> Application:
    return an_application(cast.body, on=date(2026, 3, 2)).case


def _looks() -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action=SEEN))


def test_who_works_on_the_case_sees_it_and_the_trail_says_why(cast: Cast, case) -> None:
    shown = unmask(case, by=cast.clerk, reason="电话联系申请人补正")
    assert shown["姓名（名称）"] == APPLICANT["name"] and shown["联系电话"] == APPLICANT["phone"]
    look = _looks()[0]
    assert look.by == cast.clerk and look.new == {"理由": "电话联系申请人补正"}
    assert look.scope == cast.body.slug and APPLICANT["name"] not in str(look.new)


def test_numbers_of_other_people_in_the_application_are_masked_until_somebody_says_why(
    cast: Cast, case: Application, client: Client
) -> None:
    """Who works on it reads what is asked for, not whose number it is (个人信息保护法 Art 6)."""
    son = "110101199003074477"
    case.details = f"我儿子身份证{son}的材料"
    case.save()
    client.force_login(cast.clerk)
    page = client.get(reverse("desk-case", args=[case.pk])).content.decode()
    assert son not in page and "我儿子身份证11**************77的材料" in page
    assert "这里好像有身份证号码，已经遮盖" in page
    assert son not in masked({"内容描述": case.details})["内容描述"]  # 登记表
    assert son in unmask(case, by=cast.clerk, reason="核对")["内容描述"]
    entry = ask_unmask(case, by=cast.inspector, reason="核查投诉")
    answer_unmask(entry, approved=True, by=cast.head)
    assert "内容描述" not in unmask(case, by=cast.inspector, reason="核查投诉")


def test_without_a_reason_nothing_is_shown(cast: Cast, case) -> None:
    with pytest.raises(Refused, match="理由"):
        unmask(case, by=cast.clerk, reason=" ")
    assert not _looks()


def test_strangers_and_handlers_of_other_sections_see_nothing(cast: Cast, case) -> None:
    for user in (cast.stranger, cast.handler, cast.reviewer):
        with pytest.raises(PermissionDenied):
            unmask(case, by=user, reason="看看")
        with pytest.raises(PermissionDenied):
            ask_unmask(case, by=user, reason="看看")
    assert not _looks()


def test_an_inspector_sees_it_once_after_the_head_agreed(cast: Cast, case) -> None:
    with pytest.raises(Refused, match="先请示机关负责人"):
        unmask(case, by=cast.inspector, reason="核查投诉")
    entry = ask_unmask(case, by=cast.inspector, reason="核查投诉")
    with pytest.raises(Refused, match="已经请示过"):
        ask_unmask(case, by=cast.inspector, reason="核查投诉")
    for nobody in (cast.inspector, cast.clerk, cast.stranger):
        with pytest.raises(PermissionDenied):
            answer_unmask(entry, approved=True, by=nobody)
    answer_unmask(entry, approved=True, by=cast.head)
    assert unmask(case, by=cast.inspector, reason="核查投诉")
    with pytest.raises(Refused, match="只看一次"):
        unmask(case, by=cast.inspector, reason="再看一次")
    assert len(_looks()) == 1
    with pytest.raises(Refused, match="已经批示过"):
        answer_unmask(entry, approved=False, answer="不", by=cast.head)


def test_a_refused_request_opens_nothing_and_says_why(cast: Cast, case) -> None:
    entry = ask_unmask(case, by=cast.inspector, reason="核查投诉")
    with pytest.raises(Refused, match="写明理由"):
        answer_unmask(entry, approved=False, by=cast.head)
    answer_unmask(entry, approved=False, answer="与检查事项无关", by=cast.head)
    with pytest.raises(Refused):
        unmask(case, by=cast.inspector, reason="核查投诉")
    told = AuditEntry.objects.get(action="批示查看个人信息")
    assert told.new["批示"] == "不同意" and told.new["意见"] == "与检查事项无关"


def test_consent_to_one_inspector_is_none_to_another_and_for_one_case_only(
    cast: Cast, case
) -> None:
    other = an_application(cast.body, on=date(2026, 3, 2)).case
    answer_unmask(ask_unmask(case, by=cast.inspector, reason="核查"), approved=True, by=cast.head)
    with pytest.raises(Refused):
        unmask(other, by=cast.inspector, reason="核查")


def test_what_was_erased_cannot_be_seen(cast: Cast, case) -> None:
    Application.objects.filter(pk=case.pk).update(applicant={}, erased_at=timezone.now())
    case.refresh_from_db()
    with pytest.raises(Refused, match="已经按规定清除"):
        unmask(case, by=cast.clerk, reason="补寄")


def test_the_page_shows_it_once_and_is_never_kept(cast: Cast, case, client) -> None:
    url = reverse("desk-case-unmask", args=[case.pk])
    client.force_login(cast.clerk)
    page = client.get(url)
    assert APPLICANT["phone"] not in page.content.decode()
    page = client.post(url, {"do": "see", "reason": ""})
    assert page.status_code == 422 and APPLICANT["phone"] not in page.content.decode()
    page = client.post(url, {"do": "see", "reason": "核对地址"})
    assert APPLICANT["phone"] in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert APPLICANT["phone"] not in client.get(url).content.decode()
    assert len(_looks()) == 1


def test_inspector_and_head_settle_it_on_the_page(cast: Cast, case, client) -> None:
    url = reverse("desk-case-unmask", args=[case.pk])
    client.force_login(cast.inspector)
    assert "请示负责人" in client.get(url).content.decode()
    client.post(url, {"do": "ask", "reason": "核查投诉"})
    assert "请等机关负责人批示" in client.get(url).content.decode()
    client.force_login(cast.head)
    assert "核查投诉" in client.get(url).content.decode()
    entry = case.approvals.get()
    refused = client.post(url, {"do": "answer", "entry": entry.pk, "approved": "no"})
    assert refused.status_code == 422
    assert (
        client.post(url, {"do": "answer", "entry": entry.pk, "approved": "yes"}).status_code == 302
    )
    client.force_login(cast.inspector)
    page = client.post(url, {"do": "see", "reason": "核查投诉"}).content.decode()
    assert APPLICANT["id_number"] in page
    client.force_login(cast.stranger)
    assert client.get(url).status_code == 404
