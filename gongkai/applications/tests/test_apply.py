"""The citizen applies: step by step, without account and scripts, and never twice."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client, RequestFactory
from PIL import Image

from gongkai.applications.models import Application, CaseFile, Draft, OfficeSettings
from gongkai.applications.public.apply import drafts, sending
from gongkai.applications.public.apply.forms import DeliveryForm, MatterForm, WhoForm
from gongkai.applications.tests.cast import Cast
from gongkai.base import question, search

pytestmark = pytest.mark.django_db

WHO = {
    "applicant_kind": "natural",
    "person": "周申请",
    "id_type": "居民身份证",
    "id_number": "11010519491231002X",
    "phone": "13800000000",
}
DELIVERY = {"form": "electronic", "route": "online"}
USUAL: dict[str, dict[str, Any]] = {
    "matter": {"subject": "全县预防接种门诊名单"},
    "who": WHO,
    "delivery": DELIVERY,
}


def picture(name: str = "身份证.png") -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (20, 20), "white").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


def walk(client: Client, cast: Cast, *, until: str = "check", **changes: dict[str, Any]) -> None:
    """Go through the steps with usual answers up to (not into) the step ``until``."""
    for step, usual in {"body": {"body": cast.body.slug}, **USUAL}.items():
        if step == until:
            return
        answer = client.post(f"/apply/{step}/", usual | changes.get(step, {}))
        assert answer.status_code == 302, (step, answer.content.decode())


def fill(client: Client, cast: Cast, *, until: str = "check", **changes: dict[str, Any]) -> None:
    """The same without the pages of the steps, for a browser that has no draft yet."""
    if drafts.COOKIE in client.cookies:
        return walk(client, cast, until=until, **changes)
    content: dict[str, Any] = {"body": cast.body.pk}
    for step, kind in (("matter", MatterForm), ("who", WhoForm), ("delivery", DeliveryForm)):
        if step == until:
            break
        more = {"who": content["who"]} if step == "delivery" else {}
        form = kind(USUAL[step] | changes.get(step, {}), **more)
        assert form.is_valid(), (step, form.errors)
        content[step] = form.kept()
    request, draft = RequestFactory().get("/apply/"), drafts.begin(content)
    client.cookies.update(drafts.remember(request, HttpResponse(), draft).cookies)


def reply_to(page: str) -> dict[str, str]:
    """The token of the question on the page and its right answer."""
    token = re.search(r'name="token" value="([^"]+)"', page)
    asked = re.search(r"请回答：([^<]+)</label>", page)
    assert token and asked
    said = re.findall("[零一二两三四五六七八九十]+", asked[1].replace("一共", ""))
    a, b = (question.number_of(n) or 0 for n in said[:2])
    return {"do": "send", "token": token[1], "answer": str(a - b if "减" in asked[1] else a + b)}


def send(client: Client) -> Any:
    page = client.get("/apply/check/")
    assert page.status_code == 200, page.headers
    return client.post("/apply/check/", reply_to(page.content.decode()))


def send_newest() -> None:
    """The same without its page, of the draft that was begun last."""
    sending.send(Draft.objects.latest("pk"))


def test_a_citizen_applies_and_gets_number_and_code(client: Client, cast: Cast) -> None:
    walk(client, cast)
    assert send(client).url == "/apply/receipt/"
    case = Application.objects.get()
    assert (case.body, case.channel, case.applicant_kind) == (cast.body, "online", "natural")
    assert case.applicant["name"] == "周申请"
    assert case.state == Application.State.AWAITING_CONFIRMATION
    assert case.number in client.get("/apply/receipt/").content.decode()


def test_an_organisation_applies_with_its_own_fields(client: Client, cast: Cast) -> None:
    who = {
        "applicant_kind": "legal",
        "organisation": "示例律师事务所",
        "credit_code": "91110000600037341L",
        "contact": "吴联系",
        "person": "",
        "id_number": "",
    }
    fill(client, cast, who=who)
    assert "示例律师事务所" in client.get("/apply/check/").content.decode()
    send_newest()
    case = Application.objects.get()
    assert (case.applicant["name"], case.applicant["contact"]) == ("示例律师事务所", "吴联系")
    assert case.applicant_kind == "legal" and "id_number" not in case.applicant


def test_a_form_sent_twice_is_one_application(client: Client, cast: Cast) -> None:
    fill(client, cast)
    page = client.get("/apply/check/").content.decode()
    first = client.post("/apply/check/", reply_to(page))
    again = client.post("/apply/check/", reply_to(page))
    assert first.url == again.url == "/apply/receipt/"
    assert Application.objects.count() == 1


def test_a_process_that_dies_before_its_answer_loses_nothing(client: Client, cast: Cast) -> None:
    fill(client, cast)
    draft = Draft.objects.get()
    before = draft.content
    sending.send(draft)
    # As if the draft's own change had been lost with the answer.
    Draft.objects.filter(pk=draft.pk).update(content=before)
    assert client.get("/apply/check/").url == "/apply/receipt/"
    assert Application.objects.get().number in client.get("/apply/receipt/").content.decode()


@pytest.mark.parametrize("step", ["matter", "who", "delivery", "check", "split", "receipt"])
def test_without_a_draft_every_later_step_leads_to_the_beginning(
    client: Client, cast: Cast, step: str
) -> None:
    assert client.get(f"/apply/{step}/").status_code == 302


def test_a_step_left_out_is_asked_for_before_sending(client: Client, cast: Cast) -> None:
    fill(client, cast, until="who")
    assert client.get("/apply/check/").url == "/apply/who/"
    assert client.post("/apply/check/", {"do": "send", "answer": "3"}).url == "/apply/who/"


def test_errors_stand_beside_their_fields_and_on_top_with_links(client: Client, cast: Cast) -> None:
    fill(client, cast, until="who")
    answer = client.post("/apply/who/", {"applicant_kind": "natural", "phone": "abc"})
    page = answer.content.decode()
    assert answer.status_code == 422
    for target in ("id_person", "id_id_number", "id_phone"):
        assert f'<a href="#{target}">' in page
        assert f'id="{target}_error"' in page
    assert 'role="alert"' in page


def test_one_of_telephone_and_email_is_enough_and_none_is_not(client: Client, cast: Cast) -> None:
    fill(client, cast, until="who")
    none = client.post("/apply/who/", WHO | {"phone": ""})
    assert "请至少填写一个" in none.content.decode()
    email = client.post("/apply/who/", WHO | {"phone": "", "email": "zhou@example.com"})
    assert email.status_code == 302


@pytest.mark.parametrize(
    ("filled", "asked"),
    [
        ({}, ["请填写姓名；单位申请的，填写单位名称。"]),
        ({"person": "周申请"}, ["请填写证件号码。"]),
        ({"organisation": "示例公司"}, ["请填写统一社会信用代码。", "请填写联系人。"]),
    ],
)
def test_who_chose_no_kind_of_applicant_is_told_everything_that_is_missing_at_once(
    client: Client, cast: Cast, filled: dict[str, str], asked: list[str]
) -> None:
    fill(client, cast, until="who")
    page = client.post("/apply/who/", filled).content.decode()
    assert f"还没有保存，请改正 {len(asked) + 2} 处" in page
    for sentence in ("请选择以什么身份申请。", "电话和电子邮箱请至少填写一个", *asked):
        assert sentence in page


@pytest.mark.parametrize(
    ("number", "said"),
    [("12345", "身份证号码是18位，您填了5位"), ("110105194912310021", "有一位抄错了")],
)
def test_a_wrong_identity_number_is_said_beside_its_field(
    client: Client, cast: Cast, number: str, said: str
) -> None:
    fill(client, cast, until="who")
    answer = client.post("/apply/who/", WHO | {"id_number": number})
    assert answer.status_code == 422
    assert said in answer.context["form"].errors["id_number"][0]
    other = client.post("/apply/who/", WHO | {"id_type": "其他证件", "id_number": number})
    assert other.status_code == 302, "other evidence has numbers of its own"


def test_an_identity_number_may_be_typed_with_wide_letters_and_blanks(
    client: Client, cast: Cast
) -> None:
    fill(client, cast, until="who")
    wide = "１１０１０５ 19491231 ００２ｘ"
    assert client.post("/apply/who/", WHO | {"id_number": wide}).status_code == 302


@pytest.mark.parametrize("number", ["1", "11111", "-------"])
def test_a_telephone_of_too_few_digits_is_said_at_once(
    client: Client, cast: Cast, number: str
) -> None:
    fill(client, cast, until="who")
    answer = client.post("/apply/who/", WHO | {"phone": number, "id_number": "12345"})
    assert set(answer.context["form"].errors) == {"phone", "id_number"}


def test_by_post_needs_an_address_and_says_where_to_put_it(client: Client, cast: Cast) -> None:
    fill(client, cast, until="delivery")
    answer = client.post("/apply/delivery/", {"form": "paper", "route": "post"})
    assert answer.status_code == 422
    assert "邮寄需要通信地址" in answer.content.decode()


def test_a_form_that_cannot_go_that_way_is_told_which_ways_there_are(
    client: Client, cast: Cast
) -> None:
    fill(client, cast, until="delivery")
    said = "电子文件：电子邮件、网上查询页下载、自行领取"  # before the choice, not after it only
    assert said in client.get("/apply/delivery/").content.decode()
    answer = client.post("/apply/delivery/", {"form": "reading", "route": "email"})
    assert "现场查阅" in answer.content.decode()


# --- identity evidence ----------------------------------------------------------------------


def test_evidence_is_kept_encrypted_and_comes_with_the_application(
    client: Client, cast: Cast, settings: Any
) -> None:
    fill(client, cast, until="who")
    client.post("/apply/who/", WHO | {"identity": picture("周申请身份证.png")})
    staged = CaseFile.objects.get()
    assert staged.application is None
    stored = (settings.MEDIA_ROOT / staged.path).read_bytes()
    assert b"PNG" not in stored
    client.post("/apply/delivery/", DELIVERY)
    send_newest()
    staged.refresh_from_db()
    assert staged.application == Application.objects.get()
    assert staged.kind == CaseFile.Kind.IDENTITY


def test_evidence_stays_when_another_field_is_wrong_and_can_be_taken_away(
    client: Client, cast: Cast, settings: Any
) -> None:
    fill(client, cast, until="who")
    wrong = client.post("/apply/who/", {"applicant_kind": "natural", "identity": picture()})
    assert wrong.status_code == 422
    assert "身份证.png" in wrong.content.decode()
    file = CaseFile.objects.get()
    client.post("/apply/who/", WHO | {"remove": str(file.pk)})
    assert not CaseFile.objects.exists()


def test_a_file_that_is_no_picture_is_refused_in_words(client: Client, cast: Cast) -> None:
    fill(client, cast, until="who")
    script = SimpleUploadedFile("a.png", b"<svg><script>alert(1)</script></svg>", "image/png")
    answer = client.post("/apply/who/", WHO | {"identity": script})
    assert answer.status_code == 422
    assert not CaseFile.objects.exists()


def test_nobody_elses_files_can_be_taken_into_a_draft(client: Client, cast: Cast) -> None:
    fill(client, cast, until="who")
    client.post("/apply/who/", WHO | {"identity": picture()})
    other = Client()
    fill(other, cast, until="who")
    other.post("/apply/who/", WHO | {"remove": str(CaseFile.objects.get().pk)})
    assert CaseFile.objects.count() == 1


# --- keeping machines out -------------------------------------------------------------------


def test_a_wrong_answer_asks_another_question_and_keeps_everything(
    client: Client, cast: Cast
) -> None:
    fill(client, cast)
    right = reply_to(client.get("/apply/check/").content.decode())
    answer = client.post("/apply/check/", right | {"answer": "99"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "答案不对" in page and "还没有提交，请改正" in page
    used = client.post("/apply/check/", right)
    assert used.status_code == 422, "a question counts once"
    assert client.post("/apply/check/", reply_to(used.content.decode())).status_code == 302


def test_the_question_of_another_draft_is_worth_nothing(client: Client, cast: Cast) -> None:
    other = Client()
    fill(other, cast)
    foreign = reply_to(other.get("/apply/check/").content.decode())
    fill(client, cast)
    client.get("/apply/check/")
    assert client.post("/apply/check/", foreign).status_code == 422
    assert not Application.objects.exists()


def test_every_question_can_be_answered_from_its_words() -> None:
    for _ in range(60):
        asked = question.ask("x")
        page = f'name="token" value="{asked.token}" 请回答：{asked.text}</label>'
        given = reply_to(page)
        assert question.refused(given["token"], given["answer"], "x") == "", asked.text


def test_what_fills_in_the_hidden_field_is_refused(client: Client, cast: Cast) -> None:
    fill(client, cast)
    given = reply_to(client.get("/apply/check/").content.decode())
    answer = client.post("/apply/check/", given | {"website": "http://example.com"})
    assert answer.status_code == 422
    assert not Application.objects.exists()


def test_too_many_tries_to_send_are_told_to_wait(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(client, cast)
    monkeypatch.setattr(sending, "SENDS", 1)
    client.post("/apply/check/", {"do": "send", "answer": "99", "token": "x"})
    assert client.post("/apply/check/", {"do": "send", "answer": "99"}).status_code == 429


# --- bodies ---------------------------------------------------------------------------------


def test_a_body_that_announced_no_online_channel_names_the_others(
    client: Client, cast: Cast
) -> None:
    OfficeSettings.objects.filter(body=cast.body).update(
        accepts_online=False, accepts_fax="0000-1111111"
    )
    page = client.get("/apply/body/").content.decode()
    assert "当面提出、邮寄、传真 0000-1111111" in page
    refused = client.post("/apply/body/", {"body": cast.body.slug})
    assert refused.status_code == 422
    assert "请当面提出或者邮寄" in refused.content.decode()


def test_only_bodies_that_take_applications_are_offered(client: Client, cast: Cast) -> None:
    OfficeSettings.objects.filter(body=cast.other_body).delete()
    page = client.get("/apply/body/").content.decode()
    assert cast.body.name in page
    assert cast.other_body.name not in page


def test_a_body_that_closes_its_online_channel_meanwhile_is_asked_again(
    client: Client, cast: Cast
) -> None:
    fill(client, cast)
    OfficeSettings.objects.filter(body=cast.body).update(accepts_online=False)
    assert client.get("/apply/check/").url == "/apply/body/"


# --- is it already public? ------------------------------------------------------------------


def test_what_is_public_is_found_before_applying(client: Client, cast: Cast) -> None:
    search.index(
        "public_answer",
        1,
        title="全县预防接种门诊一览表",
        text="名称、地址",
        url="/answers/1/",
        body_id=cast.body.pk,
    )
    page = client.get("/apply/?q=预防接种").content.decode()
    assert "/answers/1/" in page
    assert "<mark>预防接种</mark>" in page
    near = client.get("/apply/?q=请提供预防接种门诊的名单").content.decode()
    assert "内容相近" in near
    nothing = client.get("/apply/?q=天气&body=" + cast.body.slug).content.decode()
    assert "没有找到，继续申请" in nothing
    assert f"也可以直接问{cast.body.short_name}" in nothing


def test_what_no_longer_holds_is_found_with_that_said(client: Client, cast: Cast) -> None:
    old = search.Entry(
        "document", 1, "门诊设置的通知", "旧", "/d/1/", cast.body.pk, standing="废止", current=False
    )
    search.put(old)
    page = client.get("/apply/?q=门诊设置").content.decode()
    assert '<span class="tag tag-old">废止</span>' in page


def test_the_words_searched_for_begin_the_application(client: Client, cast: Cast) -> None:
    client.post("/apply/body/", {"body": cast.body.slug, "q": "接种门诊名单"})
    assert 'value="接种门诊名单"' in client.get("/apply/matter/").content.decode()
