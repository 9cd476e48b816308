"""Letters go out by a lawful way, frozen; the clock learns of them (国办公开办函〔2016〕235号)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from gongkai.applications import clock
from gongkai.applications.actions import handling
from gongkai.applications.actions.consulting import consult
from gongkai.applications.actions.delivery import deliver_letter, record_signature
from gongkai.applications.actions.resend import Return, resend_letter
from gongkai.applications.actions.served import Sending
from gongkai.applications.desk.deeds.letters import DeliverForm
from gongkai.applications.desk.deeds.registry import prepare
from gongkai.applications.models import Application, Letter
from gongkai.applications.public.track.page import papers
from gongkai.applications.public.track.words import timeline
from gongkai.applications.tests.cast import Cast, an_application
from gongkai.applications.tests.paper_way import a_letter, made_ready, sent
from gongkai.base.refusal import Refused
from gongkai.law.deadlines import EventType

RECEIVED = date(2026, 3, 2)
DAY = date(2026, 3, 12)


def a_case(cast: Cast, **more: object) -> Application:
    return an_application(cast.body, on=RECEIVED, **more).case


def decided(case: Application, decision: str = "granted") -> Application:
    case.items.update(decision=decision)
    return case


def fresh(case: Application) -> Application:
    return Application.objects.get(pk=case.pk)


def test_a_reply_at_the_counter_counts_on_the_day_it_is_signed(cast: Cast) -> None:
    case = decided(a_case(cast))
    letter = sent(a_letter(case, "L14", cast), cast, on=DAY)
    case = fresh(case)
    assert (case.closed_on, case.effective_on, case.on_time) == (DAY, DAY, True)
    assert case.decision == "granted"
    assert case.state == Application.State.DELIVERED
    assert (letter.state, letter.delivered_on) == (Letter.State.DELIVERED, DAY)


@pytest.mark.parametrize("way", ["counter", "online", "post"])
def test_a_reply_on_the_last_day_is_in_time_and_one_a_day_later_is_not(
    cast: Cast, way: str
) -> None:
    """条例 Art 33: posted by the last day is enough, whenever it arrives."""
    last, after = date(2026, 3, 30), date(2026, 3, 31)
    for day, in_time in ((last, True), (after, False)):
        case = decided(a_case(cast))
        assert case.due_on == last
        letter = sent(a_letter(case, "L14", cast), cast, on=day, way=way, tracking="E1234567")
        assert fresh(case).on_time is in_time
        if way == "post":
            record_signature(letter, on=date(2026, 4, 7), by=cast.clerk)
        case = fresh(case)
        assert (case.closed_on, case.on_time) == (day, in_time)


def test_a_posted_reply_counts_from_the_posting_and_remedies_from_the_signature(
    cast: Cast,
) -> None:
    case = decided(a_case(cast))
    letter = sent(a_letter(case, "L14", cast), cast, on=DAY, way="post", tracking="EX123456789CN")
    assert fresh(case).effective_on == DAY
    assert letter.state == Letter.State.SENT
    record_signature(letter, on=date(2026, 3, 16), by=cast.clerk)
    found = clock.outcome(fresh(case))
    assert found.effective_on == DAY
    assert found.remedies is not None
    assert found.remedies.reconsideration_raw == date(2026, 5, 15)


def test_a_posted_reply_that_comes_back_is_sent_again(cast: Cast) -> None:
    """The first posting counts; where the office wrote the address wrongly, the second."""
    for ours, counts in ((False, DAY), (True, date(2026, 3, 25))):
        case = decided(a_case(cast))
        letter = sent(a_letter(case, "L14", cast), cast, on=DAY, way="post", tracking="E123456")
        again = Sending("post", date(2026, 3, 25), tracking="E654321")
        back = Return(date(2026, 3, 20), ours)
        with pytest.raises(Refused, match="早于退回"):
            resend_letter(letter, back, replace(again, on=date(2026, 3, 19)), by=cast.clerk)
        letter = resend_letter(letter, back, again, by=cast.clerk)
        assert (letter.state, letter.tracking) == (Letter.State.SENT, "E654321")
        assert fresh(case).effective_on == counts
        assert timeline(fresh(case))[0].words.endswith("邮件号E654321（邮政退回后再次送出）")
        assert papers(fresh(case))[0].note.endswith("，邮政寄送，邮件号 E654321")
        record_signature(letter, on=date(2026, 3, 27), by=cast.clerk)
        found = clock.outcome(fresh(case)).remedies
        assert found is not None and found.reconsideration_raw == date(2026, 5, 26)
        with pytest.raises(Refused, match="还没有签收"):
            resend_letter(letter, back, again, by=cast.clerk)


def test_what_stays_in_the_file_is_not_offered_for_sending(cast: Cast) -> None:
    case = handling.register(
        a_case(cast), applicant_kind="natural", subject="名单", items=["名单"], by=cast.clerk
    )
    prepare(case)
    form = DeliverForm(case=case, user=cast.clerk)
    assert [letter.code for letter in form.found.values()] == ["L02"]


def test_a_private_courier_is_refused_and_nothing_is_sent(cast: Cast) -> None:
    case = decided(a_case(cast))
    letter = made_ready(a_letter(case, "L14", cast), cast, on=DAY)
    with pytest.raises(Refused, match="邮政企业"):
        deliver_letter(
            letter, way="post", on=DAY, tracking="SF1", carrier="顺丰速运", by=cast.clerk
        )
    letter.refresh_from_db()
    assert (letter.state, letter.frozen_sha256) == (Letter.State.SEALED, "")


def test_a_reply_online_can_be_fetched_with_its_files(cast: Cast) -> None:
    case = decided(a_case(cast))
    letter = sent(a_letter(case, "L14", cast), cast, on=DAY, way="online")
    assert letter.pdf is not None
    letter.pdf.refresh_from_db()
    assert letter.pdf.for_applicant
    assert fresh(case).effective_on == DAY


def test_a_correction_notice_stops_the_clock_and_its_days_run_from_receipt(cast: Cast) -> None:
    case = a_case(cast)
    letter = sent(
        a_letter(case, "L04", cast, days=10), cast, on=date(2026, 3, 5), way="post", tracking="E1"
    )
    assert clock.outcome(fresh(case)).correction_due == date(2026, 3, 19)
    record_signature(letter, on=date(2026, 3, 9), by=cast.clerk)
    found = clock.outcome(fresh(case))
    assert found.correction_due == date(2026, 3, 23)
    assert found.warnings == ()


def test_a_fee_notice_by_post_gives_the_whole_time_from_receipt(cast: Cast) -> None:
    case = a_case(cast)
    values = {
        "mode": "per_page",
        "amount": 10,
        "pages": 31,
        "数量说明": "31页",
        "计算方法": "1页×10元",
    }
    letter = sent(a_letter(case, "L13", cast, **values), cast, on=DAY, way="post", tracking="E1")
    record_signature(letter, on=date(2026, 3, 16), by=cast.clerk)
    found = clock.outcome(fresh(case))
    assert found.payment_due == clock.law_for(case.body).calendar.add(date(2026, 3, 16), 20)


def test_an_extension_is_served_with_its_letter(cast: Cast) -> None:
    case = a_case(cast)
    sent(a_letter(case, "L06", cast, days=20), cast, on=DAY, way="online")
    assert fresh(case).extended
    assert fresh(case).due_on == clock.law_for(case.body).calendar.add(RECEIVED, 40)


def test_a_consultation_is_sent_and_served_by_its_letter(cast: Cast) -> None:
    case = a_case(cast)
    entry = consult(
        case, "third_party", contact={"name": "某公司"}, content="配送合同", by=cast.clerk
    )
    assert entry.letter is not None
    letter = sent(entry.letter, cast, on=DAY, way="post", tracking="E2")
    entry.refresh_from_db()
    assert (entry.sent_on, entry.delivered_on) == (DAY, None)
    record_signature(letter, on=date(2026, 3, 13), by=cast.clerk)
    entry.refresh_from_db()
    assert entry.delivered_on == date(2026, 3, 13)
    assert clock.outcome(fresh(case), as_of=date(2026, 3, 16)).consultations[0][1] == "pending"


def test_a_reply_through_another_agency_counts_when_it_is_signed(cast: Cast) -> None:
    case = decided(a_case(cast))
    letter = sent(
        a_letter(case, "L14", cast), cast, on=DAY, way="through", carrier="示例镇人民政府"
    )
    assert fresh(case).closed_on is None
    record_signature(letter, on=date(2026, 3, 17), by=cast.clerk)
    assert fresh(case).effective_on == date(2026, 3, 17)
    assert case.letters.filter(code="L38").count() == 1


def test_without_a_decision_no_reply_goes_out(cast: Cast) -> None:
    case = a_case(cast)
    with pytest.raises(Refused, match="答复决定"):
        sent(a_letter(case, "L14", cast), cast, on=DAY)


def test_a_letter_is_not_sent_before_its_date_nor_twice(cast: Cast) -> None:
    case = decided(a_case(cast))
    letter = made_ready(a_letter(case, "L14", cast), cast, on=DAY)
    with pytest.raises(Refused, match="落款"):
        deliver_letter(letter, way="counter", on=date(2026, 3, 11), by=cast.clerk)
    with pytest.raises(Refused, match=r"不能晚于今天.*还要填写邮件号"):  # both at once
        deliver_letter(letter, way="post", on=date(2099, 3, 11), by=cast.clerk)
    deliver_letter(letter, way="counter", on=DAY, by=cast.clerk)
    with pytest.raises(Refused, match="已经送出"):
        deliver_letter(letter, way="counter", on=DAY, by=cast.clerk)


def test_the_answer_never_goes_out_twice(cast: Cast) -> None:
    case = decided(a_case(cast))
    sent(a_letter(case, "L14", cast), cast, on=DAY)
    second = made_ready(a_letter(case, "L14", cast), cast, on=DAY)
    with pytest.raises(Refused, match="已于"):
        deliver_letter(second, way="counter", on=DAY, by=cast.clerk)
    second.refresh_from_db()
    assert second.frozen_sha256 == ""


def test_only_a_clerk_of_the_body_sends(cast: Cast) -> None:
    letter = made_ready(a_letter(decided(a_case(cast)), "L14", cast), cast, on=DAY)
    for person in (cast.stranger, cast.handler, cast.inspector):
        with pytest.raises(PermissionDenied):
            deliver_letter(letter, way="counter", on=DAY, by=person)


def test_the_event_of_a_reply_is_the_laws(cast: Cast) -> None:
    case = decided(a_case(cast), "unable_not_held")
    sent(a_letter(case, "L25", cast), cast, on=DAY, way="email")
    kinds = [e.law_type for e in case.events.filter(data__has_key="decision").order_by("pk")]
    assert kinds == [EventType.REPLY_ISSUED, EventType.REPLY_SENT_ONLINE]
