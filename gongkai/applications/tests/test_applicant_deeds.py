"""What the applicant does himself; the law refuses him as it refuses the office."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from gongkai.applications import clock
from gongkai.applications.actions import applicant
from gongkai.applications.actions.core import add_event, on_case
from gongkai.applications.actions.intake import Filed
from gongkai.applications.desk.turns import my_turn, posts_of, turn_of, with_turns
from gongkai.applications.files import content
from gongkai.applications.models import Application, CaseEvent, CaseFile, Letter
from gongkai.applications.public.track.words import stand
from gongkai.applications.tests.cast import APPLICANT, Cast, an_application
from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Overtaken, Refused
from gongkai.base.uploads import check_upload
from gongkai.law.deadlines import EventType


def picture() -> bytes:
    """The smallest photograph."""
    out = io.BytesIO()
    Image.new("RGB", (2, 2), "white").save(out, "PNG")
    return out.getvalue()


PNG = picture()
State = Application.State


def fresh(case: Application) -> Application:
    return Application.objects.select_related("body").get(pk=case.pk)


def note(case: Application, deed: str, kind: EventType, on: date, **data: Any) -> Application:
    """The office's side of the story."""
    with on_case(case, by=None) as case:
        add_event(case, deed, by=None, law_type=kind, on=on, **data)
    return fresh(case)


def working_days_ago(cast: Cast, count: int) -> date:
    return clock.law_for(cast.body).calendar.add(clock.today(), -count)


@pytest.fixture
def to_correct(cast: Cast) -> Filed:
    """An application whose applicant was told to correct it."""
    filed = an_application(cast.body, on=working_days_ago(cast, 6))
    case = note(
        filed.case,
        "deliver",
        EventType.CORRECTION_NOTICE_SERVED,
        working_days_ago(cast, 3),
        days=10,
    )
    return Filed(case, filed.code)


@pytest.fixture
def to_pay(cast: Cast) -> Filed:
    """An application with a fee notice."""
    filed = an_application(cast.body, on=working_days_ago(cast, 6))
    case = note(
        filed.case,
        "deliver",
        EventType.FEE_NOTICE_SERVED,
        working_days_ago(cast, 3),
        mode="per_piece",
        amount=100,
        ordinal=11,
    )
    return Filed(case, filed.code)


@pytest.fixture
def answered(cast: Cast) -> Filed:
    """An application whose reply was delivered online."""
    filed = an_application(cast.body, on=working_days_ago(cast, 6))
    case = note(
        filed.case, "deliver", EventType.REPLY_SENT_ONLINE, clock.today(), decision="granted"
    )
    return Filed(case, filed.code)


def come_in(filed: Filed) -> Client:
    client = Client()
    client.post("/track/", {"number": filed.case.number, "code": filed.code})
    return client


# --- correction ---------------------------------------------------------------------------------


def test_a_correction_restarts_the_reply_period_from_today(to_correct: Filed) -> None:
    assert to_correct.case.state == State.AWAITING_CORRECTION
    applicant.send_correction(to_correct.case, "要2025年的名单。", [check_upload("a.png", PNG)])
    case = fresh(to_correct.case)
    found = clock.outcome(case)
    assert found.clock_start == clock.today()
    assert case.due_on == clock.law_for(case.body).calendar.add(clock.today(), 20)
    kept = case.files.filter(kind=CaseFile.Kind.CORRECTION)
    assert [f.media_type for f in kept] == ["text/plain; charset=utf-8", "image/png"]
    assert content(kept[0]).decode() == "要2025年的名单。"


def test_a_correction_nobody_asked_for_is_refused_with_the_article(cast: Cast) -> None:
    case = an_application(cast.body, on=clock.today()).case
    with pytest.raises(Refused, match="《条例》第三十条"):
        applicant.send_correction(case, "补充一点")
    assert not case.files.exists()


def test_a_correction_after_the_last_day_is_refused_and_says_what_can_be_done(cast: Cast) -> None:
    case = an_application(cast.body, on=working_days_ago(cast, 14)).case
    case = note(
        case,
        "deliver",
        EventType.CORRECTION_NOTICE_SERVED,
        working_days_ago(cast, 12),
        days=5,
    )
    with pytest.raises(Refused, match="正当理由"):
        applicant.send_correction(case, "补正")
    assert fresh(case).state == State.ABANDONED


def test_the_words_of_the_correction_are_in_no_event_and_no_trail(to_correct: Filed) -> None:
    applicant.send_correction(to_correct.case, "我叫周申请，住人民路1号")
    told = [f"{e.text}{e.public_text}{e.data}" for e in CaseEvent.objects.all()] + [
        f"{e.old}{e.new}{e.object_label}" for e in AuditEntry.objects.all()
    ]
    assert not any("周申请" in t or "人民路" in t for t in told)
    event = CaseEvent.objects.get(deed="receive-correction")
    assert (event.by, event.by_name) == (None, "申请人")


def test_an_empty_correction_is_refused(to_correct: Filed) -> None:
    with pytest.raises(Refused, match="请写明内容"):
        applicant.send_correction(to_correct.case, "  ")


def test_a_correction_is_sent_on_the_page(to_correct: Filed) -> None:
    client = come_in(to_correct)
    assert "提交补正材料" in client.get("/track/case/").content.decode()
    address = reverse("track-deed", args=["receive-correction"])
    sent = {
        "text": "要2025年的名单。",
        "files": [SimpleUploadedFile("说明.png", PNG, "image/png")],
        "seen": to_correct.case.version,
    }
    assert client.post(address, sent).status_code == 302
    page = client.get("/track/case/").content.decode()
    assert "您提交了补正材料（附件1个）" in page
    assert "说明.png" in page
    # Sent a second time (the back button), it is refused and the form stays.
    again = client.post(address, {"text": "再来一次", "seen": to_correct.case.version})
    assert again.status_code == 422
    assert "再来一次" in again.content.decode()


def test_a_script_dressed_as_a_picture_is_refused_and_nothing_is_kept(to_correct: Filed) -> None:
    client = come_in(to_correct)
    evil = SimpleUploadedFile("照片.png", b"<svg onload=alert(1)>", "image/png")
    answer = client.post(
        reverse("track-deed", args=["receive-correction"]), {"text": "见附件", "files": [evil]}
    )
    assert answer.status_code == 422
    assert fresh(to_correct.case).state == State.AWAITING_CORRECTION
    assert not CaseFile.objects.exists()


# --- reasons ------------------------------------------------------------------------------------


def test_reasons_can_be_given_once_when_they_were_asked_for(cast: Cast) -> None:
    case = an_application(cast.body, on=clock.today()).case
    with pytest.raises(Refused, match="《条例》第三十五条"):
        applicant.answer_reasons(case, "研究需要")
    case = note(case, "deliver", EventType.REASONS_REQUESTED, clock.today())
    applicant.answer_reasons(case, "研究需要")
    assert case.files.get().kind == CaseFile.Kind.REASONS
    with pytest.raises(Refused, match="已经收到"):
        applicant.answer_reasons(case, "研究需要")


# --- withdrawal ---------------------------------------------------------------------------------


def test_a_withdrawal_takes_two_steps_and_says_what_it_means(cast: Cast) -> None:
    filed = an_application(cast.body, on=clock.today())
    client = come_in(filed)
    address = reverse("track-deed", args=["withdraw"])
    assert "不能恢复" in client.get(address).content.decode()
    assert client.post(address, {}).status_code == 422
    assert fresh(filed.case).state == State.RECEIVED
    assert client.post(address, {"sure": "on"}).status_code == 302
    case = fresh(filed.case)
    assert (case.state, case.closed_on) == (State.WITHDRAWN, clock.today())
    assert case.decision == "other_other"
    # It is confirmed by letter, as at the counter.
    assert case.letters.filter(code="L36", state="draft").count() == 1
    over = client.get(address)
    assert over.status_code == 422
    # Nothing is asked for that would be refused.
    assert "返回" in over.content.decode() and "确认撤回申请" not in over.content.decode()


def test_what_was_answered_can_no_longer_be_withdrawn(answered: Filed) -> None:
    with pytest.raises(Refused, match="作出答复"):
        applicant.withdraw(answered.case)


def test_one_who_saw_an_older_state_is_told(cast: Cast) -> None:
    case = an_application(cast.body, on=clock.today()).case
    seen = case.version
    applicant.ask_accessible(case, ["大字版"])
    with pytest.raises(Overtaken):
        applicant.withdraw(case, seen=seen)
    assert fresh(case).closed_on is None


# --- payment ------------------------------------------------------------------------------------


def test_a_proof_of_payment_is_kept_and_does_not_count_as_paid(cast: Cast, to_pay: Filed) -> None:
    assert to_pay.case.state == State.AWAITING_PAYMENT
    applicant.send_payment_proof(to_pay.case, [check_upload("付款.png", PNG)])
    case = fresh(to_pay.case)
    assert case.state == State.AWAITING_PAYMENT
    assert case.files.get().kind == CaseFile.Kind.PAYMENT
    assert not case.events.filter(law_type=EventType.FEE_PAID).exists()
    # The clerk is told that there is something to look at, the applicant that it came.
    listed = with_turns(Application.objects.filter(my_turn(posts_of(cast.clerk)))).get(pk=case.pk)
    turn = turn_of(listed)
    assert turn is not None and (turn.label, turn.waits) == ("核对申请人提交的缴费凭证", False)
    assert "缴费凭证已经收到" in stand(case).sentence


def test_without_a_fee_there_is_nothing_to_pay(cast: Cast) -> None:
    case = an_application(cast.body, on=clock.today()).case
    with pytest.raises(Refused, match="没有需要缴纳的费用"):
        applicant.send_payment_proof(case, [check_upload("付款.png", PNG)])


# --- after the reply ----------------------------------------------------------------------------


def test_the_receipt_of_a_letter_is_confirmed_once(answered: Filed) -> None:
    letter = Letter.objects.create(
        application=answered.case, code="L14", state="delivered", way="online"
    )
    client = come_in(answered)
    page = client.get("/track/case/").content.decode()
    address = reverse("track-confirm", args=[letter.pk])
    assert "确认收到" in page and address in page
    # Once it is archived nothing is offered that would be refused.
    case = Application.objects.filter(pk=answered.case.pk)
    case.update(archived_on=clock.today())
    assert address not in client.get("/track/case/").content.decode()
    case.update(archived_on=None)
    # Who was handed it has signed for it.
    Letter.objects.filter(pk=letter.pk).update(way="counter")
    assert address not in client.get("/track/case/").content.decode()
    Letter.objects.filter(pk=letter.pk).update(way="online")
    client.post(reverse("track-confirm", args=[letter.pk]))
    assert "已确认收到" in client.get("/track/case/").content.decode()
    with pytest.raises(Refused, match="已经确认"):
        applicant.confirm_reply(answered.case, letter)


@pytest.mark.parametrize(("state", "way"), [("draft", "online"), ("sent", "post")])
def test_a_draft_or_a_posted_letter_is_not_confirmed_here(
    answered: Filed, state: str, way: str
) -> None:
    letter = Letter.objects.create(application=answered.case, code="L14", state=state, way=way)
    with pytest.raises(Refused):
        applicant.confirm_reply(answered.case, letter)


def test_letters_to_others_are_not_shown(answered: Filed) -> None:
    Letter.objects.create(application=answered.case, code="L07", state="delivered", way="online")
    assert applicant.sent_letters(answered.case) == []


def test_the_rating_comes_after_the_reply_and_its_words_are_sealed(
    cast: Cast, answered: Filed
) -> None:
    with pytest.raises(Refused, match="答复以后"):
        applicant.rate(an_application(cast.body, on=clock.today()).case, 5)
    applicant.rate(answered.case, 2, "等了很久")
    case = fresh(answered.case)
    assert (case.satisfaction, case.satisfaction_note) == (2, "等了很久")
    applicant.rate(answered.case, 4, "")
    assert fresh(answered.case).satisfaction == 4
    trail = AuditEntry.objects.filter(action="申请人评价").order_by("id")
    assert [(e.old, e.new) for e in trail] == [
        ({"满意度": None}, {"满意度": 2}),
        ({"满意度": 2}, {"满意度": 4}),
    ]
    assert not any("等了很久" in e.text for e in CaseEvent.objects.all())


def test_a_rating_outside_the_scale_is_refused(answered: Filed) -> None:
    for score in (0, 6):
        with pytest.raises(Refused):
            applicant.rate(answered.case, score)


def test_help_with_reading_is_a_choice_never_free_text(cast: Cast) -> None:
    case = an_application(cast.body, on=clock.today()).case
    with pytest.raises(Refused):
        applicant.ask_accessible(case, [APPLICANT["phone"]])
    applicant.ask_accessible(case, ["大字版", "手语沟通协助"])
    assert fresh(case).help_needed == "大字版、手语沟通协助"


def test_only_what_is_legal_is_offered(cast: Cast, to_correct: Filed, answered: Filed) -> None:
    from gongkai.applications.public.track.deeds import possible

    def keys(case: Application) -> set[str]:
        case = fresh(case)
        return {d.key for d in possible(case, clock.outcome(case))}

    fresh_case = an_application(cast.body, on=clock.today()).case
    assert keys(fresh_case) == {"accessible-form", "withdraw"}
    assert keys(to_correct.case) == {"receive-correction", "accessible-form", "withdraw"}
    assert keys(answered.case) == {"rate"}
    Application.objects.filter(pk=answered.case.pk).update(archived_on=clock.today())
    assert keys(answered.case) == {"rate"}


def test_nothing_is_done_on_a_case_that_was_split(cast: Cast) -> None:
    whole = an_application(cast.body, on=clock.today())
    part = an_application(cast.body, on=clock.today()).case
    Application.objects.filter(pk=part.pk).update(split_from=whole.case)
    Application.objects.filter(pk=whole.case.pk).update(state=State.SPLIT)
    client = come_in(whole)
    page = client.get("/track/case/").content.decode()
    assert "已经拆分办理" in page
    assert "以另外的受理编号为准" in page and "正在征求意见" not in page
    assert client.post(reverse("track-deed", args=["withdraw"]), {"sure": "on"}).status_code == 404
