"""The case page: everything on one screen, for those who may see it, and only what they may."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gongkai.applications import clock
from gongkai.applications.actions import handling
from gongkai.applications.desk.deeds import DEEDS
from gongkai.applications.desk.deeds.consulting import DEEDS as CONSULTING
from gongkai.applications.desk.deeds.handling import DEEDS as HANDLING
from gongkai.applications.desk.deeds.intake import DEEDS as INTAKE
from gongkai.applications.desk.deeds.registry import offers
from gongkai.applications.desk.next_step import next_deed, next_step
from gongkai.applications.models import Application
from gongkai.applications.tests.cast import APPLICANT, Cast, an_application
from gongkai.bodies.models import Section


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def shown(user, case: Application) -> str:
    answer = signed_in(user).get(reverse("desk-case", args=[case.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def case(cast: Cast) -> Application:
    return an_application(cast.body, on=clock.today()).case


def register(case: Application, by) -> Application:
    return handling.register(
        case, applicant_kind="natural", subject=case.subject, items=["名单"], by=by
    )


def test_the_clerk_sees_words_clock_and_deeds_but_only_a_masked_applicant(
    cast: Cast, case: Application
) -> None:
    page = shown(cast.clerk, case)
    assert case.subject in page and "周**" in page
    assert "期限，以及为什么是这一天" in page and "周末" in page
    for secret in (APPLICANT["name"], APPLICANT["id_number"], APPLICANT["phone"]):
        assert secret not in page


def test_the_next_deed_of_a_new_case_is_its_registration(cast: Cast, case: Application) -> None:
    first = next_deed(case, offers(case, cast.clerk, DEEDS))
    assert first is not None and first.deed.key == "register" == next_step(case).key


def test_a_section_that_has_spoken_is_not_asked_again_while_another_is_silent(
    cast: Cast, case: Application
) -> None:
    register(case, cast.clerk)
    handling.assign(case, [cast.section, cast.other_section], by=cast.clerk)
    assert ">提出承办意见</a> <span>" in shown(cast.handler, case)
    handling.give_opinion(case, cast.section, "建议公开。", by=cast.handler)
    page = shown(cast.handler, case)
    assert "下一步：规划科提出承办意见" in page and "现在没有需要您办理的事项" in page
    assert "提出承办意见</a>" in page  # may still be put right
    assert ">提出承办意见</a> <span>" in shown(cast.clerk, case)  # who may speak for all of them


def test_an_illegal_deed_is_greyed_with_the_article_that_forbids_it(
    cast: Cast, case: Application
) -> None:
    found = {o.deed.key: o for o in offers(case, cast.clerk, DEEDS)}
    assert not found["receive-correction"].possible
    assert found["receive-correction"].article
    assert found["receive-correction"].why_not in shown(cast.clerk, case)


def test_the_handler_of_another_section_and_a_stranger_do_not_learn_that_the_case_exists(
    cast: Cast, case: Application
) -> None:
    register(case, cast.clerk)
    handling.assign(case, [cast.other_section], by=cast.clerk)
    address = reverse("desk-case", args=[case.pk])
    assert signed_in(cast.handler).get(address).status_code == 404
    assert signed_in(cast.stranger).get(address).status_code == 404
    handling.assign(case, [cast.section], by=cast.clerk)
    assert signed_in(cast.handler).get(address).status_code == 200


def test_the_inspector_sees_neither_names_nor_words_nor_deeds(
    cast: Cast, case: Application
) -> None:
    handling.add_note(case, "申请人很着急", by=cast.clerk)
    page = shown(cast.inspector, case)
    for hidden in ("周", case.details, "申请人很着急", "/do/", APPLICANT["phone"]):
        assert hidden not in page.replace("周末", "").replace("周一", "").replace("（周", "（")
    assert "收到申请之日" in page


def test_more_events_cost_no_more_queries(cast: Cast, case: Application) -> None:
    client = signed_in(cast.clerk)
    address = reverse("desk-case", args=[case.pk])
    register(case, cast.clerk)
    handling.assign(case, [cast.section], by=cast.clerk)
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as before:
        client.get(address)
    for number in range(8):
        handling.record_search(
            case,
            section=cast.section,
            place=f"档案室{number}",
            words="门诊",
            searched_on=clock.today(),
            searcher="陈承办",
            result="没有",
            found=False,
            by=cast.clerk,
        )
        handling.add_note(case, f"备注{number}", by=cast.clerk)
    with CaptureQueriesContext(connection) as after:
        client.get(address)
    assert len(after) <= len(before)


def test_a_refused_deed_keeps_what_was_typed_and_answers_422(cast: Cast, case: Application) -> None:
    client = signed_in(cast.clerk)
    address = reverse("desk-case-deed", args=[case.pk, "register"])
    typed = {"applicant_kind": "natural", "subject": "我写的题目", "items": "", "seen": "0"}
    answer = client.post(address, typed)
    assert answer.status_code == 422
    assert "我写的题目" in answer.content.decode()
    case.refresh_from_db()
    assert case.registered_at is None


def test_who_is_slower_is_told_how_the_case_stands_now(cast: Cast, case: Application) -> None:
    client = signed_in(cast.clerk)
    seen = case.version
    register(case, cast.clerk)
    typed = {
        "applicant_kind": "natural",
        "subject": "后来的题目",
        "items": "名单",
        "form": "paper",
        "route": "post",
        "seen": str(seen),
    }
    answer = client.post(reverse("desk-case-deed", args=[case.pk, "register"]), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "刚刚由他人办理过" in page and "现在是“已登记”" in page and "后来的题目" in page
    # To reload the page would lose what was typed.
    assert "请刷新" not in page


def test_nobody_without_the_role_can_do_a_deed(cast: Cast, case: Application) -> None:
    address = reverse("desk-case-deed", args=[case.pk, "register"])
    assert signed_in(cast.inspector).get(address).status_code in (302, 403)
    assert signed_in(cast.stranger).post(address).status_code == 404
    page = signed_in(cast.head).get(address).content.decode()
    assert "由经办人办理" in page and '<form method="post" enctype' not in page


def test_the_clock_on_the_page_is_that_of_the_law(cast: Cast) -> None:
    case = an_application(cast.body, on=date(2026, 3, 2)).case
    case.items.update(decision="granted", letter="L14")
    page = shown(cast.clerk, case)
    # What was decided for an item is named beside it.
    assert "拟定：予以公开" in page
    for step in clock.outcome(case).steps:
        assert step.title in page and step.article in page
    assert "2026年3月30日" in page


def test_no_section_is_chosen_for_the_clerk(cast: Cast, case: Application) -> None:
    Section.objects.create(body=cast.body, name="疾控科")
    register(case, cast.clerk)
    handling.assign(case, [cast.section, cast.other_section], by=cast.clerk)
    client = signed_in(cast.clerk)
    for key, name, other in (
        ("transfer-section", "to", {"reason": "交错了科室"}),
        ("opinion", "section", {"opinion": "建议公开"}),
    ):
        address = reverse("desk-case-deed", args=[case.pk, key])
        form = client.get(address).context["form"]
        assert not form[name].value()
        assert form.fields[name].choices[0] == ("", "请选择")
        case.refresh_from_db()
        answer = client.post(address, {"seen": str(case.version), **other})
        assert answer.status_code == 422, key
        assert "请选择" in str(answer.context["form"].errors[name])
        case.refresh_from_db()
        assert case.section == cast.section
        assert not case.assignments.exclude(opinion="").exists()


def test_every_form_opens_and_an_empty_one_is_answered_gently(
    cast: Cast, case: Application
) -> None:
    client = signed_in(cast.clerk)
    before = case.events.count()
    for deed in (*INTAKE, *HANDLING, *CONSULTING):
        address = reverse("desk-case-deed", args=[case.pk, deed.key])
        assert client.get(address).status_code == 200, deed.key
        empty = deed.form({}, {}, case=case, user=cast.clerk)
        assert not empty.is_valid() and "请" in str(empty.errors), deed.key
    answer = client.post(address, {})
    assert answer.status_code == 422 and str(empty.errors) == str(answer.context["form"].errors)
    assert case.events.count() == before
