"""Record correction (条例 Art 41), suggestion to publish (44), complaint (47, 51)."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from PIL import Image

from gongkai.applications import clock, numbers
from gongkai.applications.actions.side import (
    RESULTS,
    SideIntake,
    answer_side,
    file_side,
    rectification_values,
    see_person,
    side_file,
    take_in_hand,
)
from gongkai.applications.models import Application, SideRequest
from gongkai.applications.side_queries import asked_often, side_requests_for
from gongkai.applications.tests.cast import APPLICANT, Cast, an_application
from gongkai.base import question
from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Overtaken, Refused
from gongkai.base.uploads import Checked, check_upload
from gongkai.bodies.actions import grant_role
from gongkai.bodies.models import Body, Role

Kind, State = SideRequest.Kind, SideRequest.State
RECORD = {
    "record": "出生医学证明", "wrong": "出生日期", "right": "1949年12月31日",
    "name": APPLICANT["name"], "id_number": APPLICANT["id_number"],
}  # fmt: skip


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (2, 2), "white").save(out, "PNG")
    return out.getvalue()


def a_file() -> Checked:
    return check_upload("证明.png", picture())


def uploaded() -> SimpleUploadedFile:
    return SimpleUploadedFile("证明.png", picture(), "image/png")


def a_request(body: Body, kind: str, **more: Any) -> SideRequest:
    facts: dict[str, Any] = {
        "subject": "更正本人信息记录",
        "text": "出生日期写错了。",
        "applicant": {"name": "周申请", "phone": "13800000000"},
        "evidence": [a_file()],
    }
    return file_side(SideIntake(kind=kind, body=body, **(facts | more))).request


# --- filing -------------------------------------------------------------------------------------


def test_its_number_begins_with_nine_and_is_checked_like_an_application(cast: Cast) -> None:
    case = an_application(cast.body, on=clock.today()).case
    first = a_request(cast.body, Kind.CORRECTION)
    second = a_request(cast.body, Kind.SUGGESTION)
    assert first.number.startswith("9")
    assert numbers.check_digit(first.number[:-1]) == int(first.number[-1])
    assert int(second.number[:-1]) == int(first.number[:-1]) + 1
    assert case.serial == 1  # applications count on their own


def test_the_same_form_sent_twice_is_one_request(cast: Cast) -> None:
    intake = SideIntake(
        Kind.SUGGESTION, cast.body, "全县急救站点", "方便群众", submission_key="k" * 32
    )
    first, second = file_side(intake), file_side(intake)
    assert (first.request.pk, first.code) == (second.request.pk, second.code)
    assert second.again


def test_a_correction_needs_evidence(cast: Cast) -> None:
    with pytest.raises(Refused, match="证明"):
        a_request(cast.body, Kind.CORRECTION, evidence=[])
    assert not SideRequest.objects.exists()


def test_a_complaint_about_a_body_that_nobody_supervises_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused, match="上一级行政机关"):
        a_request(cast.government, Kind.COMPLAINT)


def test_a_complaint_is_linked_to_a_case_of_that_body_only(cast: Cast) -> None:
    case = an_application(cast.body, on=clock.today()).case
    other = an_application(cast.other_body, on=clock.today()).case
    right = a_request(cast.body, Kind.COMPLAINT, case_number=case.number)
    wrong = a_request(cast.body, Kind.COMPLAINT, case_number=other.number)
    assert right.application == case
    assert wrong.application is None
    assert other.number in wrong.text


def test_no_personal_data_is_readable_in_the_database(cast: Cast) -> None:
    a_request(cast.body, Kind.CORRECTION, identity=[a_file()])
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            stored = repr(cursor.fetchall())
            for secret in ("周申请", "13800000000", "出生日期", "证明.png"):
                assert secret not in stored, table


# --- who handles it -----------------------------------------------------------------------------


def test_corrections_and_suggestions_belong_to_clerks_and_heads_of_the_body(cast: Cast) -> None:
    one = a_request(cast.body, Kind.CORRECTION)
    assert list(side_requests_for(cast.clerk)) == [one]
    assert list(side_requests_for(cast.head)) == [one]
    for other in (cast.stranger, cast.inspector, cast.handler, cast.legal):
        assert not side_requests_for(other).exists()


def test_complaints_belong_to_the_supervising_office_never_to_the_accused(cast: Cast) -> None:
    one = a_request(cast.body, Kind.COMPLAINT)
    assert list(side_requests_for(cast.inspector)) == [one]
    for other in (cast.clerk, cast.head, cast.leader, cast.stranger):
        assert not side_requests_for(other).exists()
        with pytest.raises(PermissionDenied):
            answer_side(one, "upheld", "属实", by=other)
    # An inspector of the accused body itself, and one who also works there, are not judges of it.
    grant_role(cast.legal, cast.body, Role.INSPECTOR, by=None)
    assert not side_requests_for(cast.legal).exists()
    grant_role(cast.clerk, cast.government, Role.INSPECTOR, by=None)
    assert not side_requests_for(cast.clerk).exists()


def test_the_trail_of_a_complaint_is_not_read_by_the_accused_body(cast: Cast) -> None:
    one = a_request(cast.body, Kind.COMPLAINT)
    take_in_hand(one, by=cast.inspector)
    of_it = AuditEntry.objects.filter(object_type="applications.siderequest")
    scopes = set(of_it.values_list("scope", flat=True))
    assert scopes == {cast.government.slug}


# --- handling -----------------------------------------------------------------------------------


def test_it_is_taken_in_hand_and_answered_once(cast: Cast) -> None:
    one = a_request(cast.body, Kind.CORRECTION)
    one = take_in_hand(one, by=cast.clerk, seen=0)
    assert one.state == State.IN_HAND
    with pytest.raises(Overtaken):
        answer_side(one, "corrected", "经核对户籍档案，已经更正。", by=cast.head, seen=0)
    one = answer_side(one, "corrected", "经核对户籍档案，已经更正。", by=cast.clerk, seen=1)
    assert (one.state, one.result) == (State.ANSWERED, "corrected")
    with pytest.raises(Refused, match="已经答复过"):
        answer_side(one, "not_corrected", "再想想", by=cast.clerk)
    assert rectification_values(one) == {
        "更正请求": "出生日期写错了",
        "核查结果": "经核对户籍档案，已经更正。",
        "处理决定": "予以更正",
    }


def test_who_answers_after_another_keeps_what_he_wrote(cast: Cast, client: Client) -> None:
    client.force_login(cast.clerk)
    one = a_request(cast.body, Kind.CORRECTION)
    address = reverse("desk-side-request", args=[one.pk])
    sent = {"result": "corrected", "text": "我写的答复", "seen": "0"}
    take_in_hand(one, by=cast.head)
    late = client.post(address, sent)
    page = late.content.decode()
    assert late.status_code == 422 and "刚刚有人办理过" in page and "我写的答复" in page
    assert late.context["seen"] == 1
    answer_side(one, "not_corrected", "另一人的答复", by=cast.head)
    page = client.post(address, sent).content.decode()
    assert "已经答复过" in page and "<blockquote>我写的答复" in page
    assert "都在下面" not in page


def test_the_result_must_fit_the_kind_and_have_its_reasons(cast: Cast) -> None:
    one = a_request(cast.body, Kind.SUGGESTION)
    with pytest.raises(Refused, match="处理结论"):
        answer_side(one, "corrected", "已经更正", by=cast.clerk)
    with pytest.raises(Refused, match="理由"):
        answer_side(one, "not_published", " ", by=cast.clerk)
    assert set(RESULTS) == set(Kind.values)


def test_looking_at_the_person_and_the_files_is_noted(cast: Cast) -> None:
    one = a_request(cast.body, Kind.CORRECTION)
    assert see_person(one, by=cast.clerk)["name"] == "周申请"
    assert side_file(one, one.files.get(), by=cast.clerk) == picture()
    noted = AuditEntry.objects.filter(by=cast.clerk).order_by("id")
    assert [e.action for e in noted] == ["查看请求人个人信息", "查看证据材料"]
    with pytest.raises(PermissionDenied):
        see_person(one, by=cast.stranger)


def open_form(client: Client, kind: str) -> tuple[str, dict[str, str]]:
    """The form's address, and what its hidden fields and its question are answered with."""
    address = reverse("side-new", args=[kind])
    answer = client.get(address)
    asked = answer.context["question"]
    key = answer.context["form"].initial["key"]
    right = next(n for n in range(20) if not _refused(asked.token, n, key))
    return address, {"key": key, "token": asked.token, "answer": str(right)}


def _refused(token: str, number: int, about: str) -> bool:
    """Whether a number is the wrong answer, without using the token up."""
    held = signing.loads(token, salt=question._SALT)
    return held["a"] != question._mark(held["o"], about, number)


# --- public pages -------------------------------------------------------------------------------


def test_a_correction_is_filed_on_the_page_and_found_again_with_its_code(cast: Cast) -> None:
    client = Client()
    address, answered = open_form(client, "correction")
    key = answered["key"]
    sent = {**answered, **RECORD, "body": cast.body.pk, "phone": APPLICANT["phone"]}
    first = client.post(address, {**sent, "evidence": uploaded(), "identity": uploaded()})
    assert (first.status_code, first.url) == (302, reverse("side-status"))
    page = client.get(first.url).content.decode()
    one = SideRequest.objects.get()
    code = numbers.new_code(key)
    assert one.number in page
    assert numbers.grouped(code) in page
    again = Client()
    again.post(address, {**sent, "evidence": uploaded(), "identity": uploaded()})
    assert SideRequest.objects.count() == 1
    later = Client()
    answer = later.post("/track/", {"number": one.number, "code": code})
    assert answer.url == reverse("side-status")
    page = later.get(answer.url).content.decode()
    assert one.number in page
    assert numbers.grouped(code) not in page
    assert later.get("/track/case/").status_code == 302


@pytest.mark.parametrize(
    ("contact", "kept"),
    [({}, 0), ({"email": "deaf@example.com"}, 1), ({"email": "example.com"}, 0)],
)
def test_one_of_telephone_and_email_is_enough_for_a_correction(
    cast: Cast, contact: dict[str, str], kept: int
) -> None:
    """Who does not hear gives an address (条例 Art 43)."""
    client = Client()
    address, answered = open_form(client, "correction")
    files = {"evidence": uploaded(), "identity": uploaded()}
    sent = {**answered, **RECORD, **files, "body": cast.body.pk}
    page = client.post(address, sent | contact)
    assert SideRequest.objects.count() == kept
    told = "电话和电子邮箱请至少填写一个" in page.content.decode()
    assert told is (contact == {})


@pytest.mark.parametrize("kind", Kind.values)
def test_an_empty_form_says_what_is_missing_and_keeps_nothing(cast: Cast, kind: str) -> None:
    answer = Client().post(reverse("side-new", args=[kind]), {})
    assert answer.status_code == 422
    assert "请选择机关。" in answer.content.decode()
    assert not SideRequest.objects.exists()


def test_a_complaint_may_be_made_without_a_name(cast: Cast) -> None:
    client = Client()
    address, answered = open_form(client, "complaint")
    sent = {
        **answered,
        "body": cast.body.pk,
        "topic": "逾期没有答复申请",
        "what": "三个月没有答复。",
    }
    page = client.get(client.post(address, sent).url).content.decode()
    assert SideRequest.objects.get().applicant == {}
    assert "示例县人民政府将尽快办理" in page


def test_a_wrong_answer_to_the_question_keeps_the_words_and_files_nothing(cast: Cast) -> None:
    client = Client()
    for wrong in ({"answer": "99"}, {"token": "made-up"}, {"website": "http://example.com"}):
        address, answered = open_form(client, "complaint")
        sent = {**answered, "body": cast.body.pk, "topic": "其他问题", "what": "三个月没有答复。"}
        answer = client.post(address, {**sent, **wrong})
        assert answer.status_code == 422
        assert "三个月没有答复。" in answer.content.decode()
        assert answer.context["question"].token != answered["token"]
        assert "附件没有保留" not in answer.content.decode(), "none was chosen"
    assert not SideRequest.objects.exists()


def test_the_answer_to_a_correction_tells_the_remedies(cast: Cast) -> None:
    client = Client()
    filed = file_side(
        SideIntake(Kind.CORRECTION, cast.body, "更正本人信息记录", "写错了", evidence=[a_file()])
    )
    answer_side(filed.request, "not_corrected", "经核查记录无误。", by=cast.clerk)
    client.post("/track/", {"number": filed.request.number, "code": filed.code})
    page = client.get(reverse("side-status")).content.decode()
    assert "经核查记录无误。" in page
    assert "不予更正" in page
    assert "示例县人民法院" in page


# --- the desk -----------------------------------------------------------------------------------


def test_the_desk_shows_masked_data_and_answers(cast: Cast, client: Client) -> None:
    one = a_request(cast.body, Kind.CORRECTION)
    client.force_login(cast.clerk)
    assert one.number in client.get(reverse("desk-side-requests")).content.decode()
    address = reverse("desk-side-request", args=[one.pk])
    page = client.get(address).content.decode()
    assert "周**" in page
    assert "周申请" not in page
    assert "周申请" in client.post(reverse("desk-side-person", args=[one.pk])).content.decode()
    client.post(reverse("desk-side-take", args=[one.pk]), {"seen": 0})
    missing = client.post(address, {"result": "corrected", "seen": 1})
    assert missing.status_code == 422
    done = client.post(address, {"result": "corrected", "text": "已经更正。", "seen": 1})
    assert done.status_code == 302
    one.refresh_from_db()
    assert one.state == State.ANSWERED


def test_who_suggested_is_told_where_the_information_is_public(cast: Cast, client: Client) -> None:
    """Of what is said to be public the way to it is told (条例 Arts 36(1), 44)."""
    filed = file_side(SideIntake(kind=Kind.SUGGESTION, body=cast.body, subject="名单", text="常用"))
    client.force_login(cast.clerk)
    desk = reverse("desk-side-request", args=[filed.request.pk])
    said = {"result": "published", "text": "更新<b>。", "seen": 0}
    missing = client.post(desk, said)
    assert missing.status_code == 422
    assert "请写明公开在哪里" in missing.content.decode()
    assert client.post(desk, said | {"where": "https://example.com/list"}).status_code == 302
    client.post("/track/", {"number": filed.request.number, "code": filed.code})
    page = client.get(reverse("side-status")).content.decode()
    assert '更新&lt;b&gt;。\n公开在：<a href="https://example.com/list" rel="nofollow">' in page


def test_a_stranger_and_the_accused_find_nothing(cast: Cast, client: Client) -> None:
    one = a_request(cast.body, Kind.COMPLAINT)
    for person in (cast.stranger, cast.clerk, cast.head):
        client.force_login(person)
        assert one.number not in client.get(reverse("desk-side-requests")).content.decode()
        for name, args in (
            ("desk-side-request", [one.pk]),
            ("desk-side-file", [one.pk, one.files.get().pk]),
        ):
            assert client.get(reverse(name, args=args)).status_code == 404
        assert client.post(reverse("desk-side-person", args=[one.pk])).status_code == 404


# --- asked often (Art 44(1)) --------------------------------------------------------------------


def ask(body: Body, subject: str, who: int, **more: Any) -> Application:
    applicant = {**APPLICANT, "name": f"申请人{who}", "id_number": f"1101051949123100{who:02d}"}
    filed = an_application(body, on=clock.today(), subject=subject, applicant=applicant, **more)
    return filed.case


def test_the_same_information_asked_by_two_people_is_a_hint_to_publish(cast: Cast) -> None:
    first = ask(cast.body, "全县预防接种门诊名单", 1)
    second = ask(cast.body, "申请公开全县预防接种门诊的名单", 2)
    longer = ask(cast.body, "全县预防接种门诊名单（含地址、电话、服务时间）", 5)
    ask(cast.body, "2025年医疗机构行政处罚决定书", 3)
    ask(cast.other_body, "全县预防接种门诊名单", 4)
    (found,) = asked_often(cast.body)
    assert set(found.cases) == {first, second, longer}
    assert found.people == 3


def test_one_person_asking_twice_is_no_hint(cast: Cast) -> None:
    ask(cast.body, "全县预防接种门诊名单", 1)
    ask(cast.body, "全县预防接种门诊名单", 1)
    assert asked_often(cast.body) == []


def test_a_suggestion_counts_and_what_was_withheld_does_not(cast: Cast) -> None:
    case = ask(cast.body, "全县预防接种门诊名单", 1)
    a_request(cast.body, Kind.SUGGESTION, subject="全县预防接种门诊名单", applicant={})
    (found,) = asked_often(cast.body)
    assert (found.people, found.suggestions) == (2, 1)
    Application.objects.filter(pk=case.pk).update(decision="deny_state_secret")
    assert asked_often(cast.body) == []
