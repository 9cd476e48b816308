"""Correction (Art 30), reasons and the delayed period (Art 35): the letter drives the clock."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gongkai.applications import clock
from gongkai.applications.actions import applicant, handling
from gongkai.applications.actions.deciding import conclusion_of, lacks
from gongkai.applications.actions.drafts import change_draft
from gongkai.applications.desk.deeds import BY_KEY
from gongkai.applications.desk.deeds.registry import prepare
from gongkai.applications.desk.next_step import next_step
from gongkai.applications.due import due_text, reasons_due
from gongkai.applications.files import content
from gongkai.applications.letters.compose import compose, draft_letter
from gongkai.applications.letters.values import values_for
from gongkai.applications.models import Application, Letter
from gongkai.applications.public.track.deeds import by_when
from gongkai.applications.public.track.words import STANDS
from gongkai.applications.tests.cast import Cast, a_registered_application
from gongkai.applications.tests.paper_way import send
from gongkai.base.refusal import Refused
from gongkai.documents.blocks import chinese_date
from gongkai.law.deadlines import Event, EventType, run

State = Application.State
MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 6)
LATER, LATE, TOO_LATE = date(2026, 3, 13), date(2026, 3, 20), date(2026, 3, 23)


@pytest.fixture
def case(cast: Cast) -> Application:
    return a_registered_application(cast, on=MONDAY)


def asked(case: Application, cast: Cast, days: int = 10) -> Letter:
    return handling.ask_correction(
        case, problem="不明确", items="写明年度", guidance="例如2025年", days=days, by=cast.clerk
    )


def law(*more: Event, as_of: date):
    first = Event(MONDAY, EventType.APPLICATION_SUBMITTED, channel="in_person", applicant="natural")
    return run([first, *more], as_of=as_of)


def test_the_draft_stops_no_clock_the_delivery_does(cast: Cast, case: Application) -> None:
    with clock.on_day(FRIDAY):
        letter = asked(case, cast)
        case.refresh_from_db()
        assert case.due_on is not None and letter.values["days"] == 10
        send(letter, cast)
        case.refresh_from_db()
    served = Event(FRIDAY, EventType.CORRECTION_NOTICE_SERVED, days=10)
    assert case.state == State.AWAITING_CORRECTION and case.due_on is None
    assert case.waiting_until == law(served, as_of=FRIDAY).correction_due == LATE


def test_a_correction_begins_the_period_anew_and_all_say_so(
    cast: Cast, case: Application, client: Client
) -> None:
    """条例 Art 30: the period of the answer is no pause that goes on, it is counted anew."""
    client.force_login(cast.clerk)
    address = reverse("desk-case-deed", args=[case.pk, "ask-correction"])
    with clock.on_day(FRIDAY):
        form = client.get(address).content.decode()
        letter = send(asked(case, cast), cast)
        case.refresh_from_db()
        said = due_text(case)
    assert said == f"等待补正至{chinese_date(LATE)}，收到补正后重新计算期限"
    text = compose(letter).text()
    assert "自申请人收到告知书之日起（从第二天起算）" in form
    assert "于收到本告知书之日起10个工作日内（从第二天起算）补正下列事项" in text
    assert "之日起重新计算（从第二天起算）" in text
    assert "写明年度。" in text and "例如2025年。" in text
    assert "从第二天起重新计算" in STANDS[case.state][1]


def test_all_that_is_wrong_is_told_at_once(cast: Cast, case: Application, client: Client) -> None:
    """条例 Art 30: the one notice names every defect, and no identity is no unclear request."""
    client.force_login(cast.clerk)
    address = reverse("desk-case-deed", args=[case.pk, "ask-correction"])
    facts: dict[str, Any] = {"items": "年度、身份证明", "guidance": "例如2025年", "days": "10"}
    with clock.on_day(FRIDAY):
        assert "请选择哪里不符合要求" in client.post(address, facts).content.decode()
        some = [value for value, _ in BY_KEY["ask-correction"].form.base_fields["problem"].choices]
        facts["seen"] = client.get(address).context["seen"]
        for days in ("4", "31", "100"):
            slip = client.post(address, facts | {"problem": some[:1], "days": days})
            assert "请填 5 至 30 之间的工作日数" in slip.content.decode()
        assert client.post(address, facts | {"problem": some[:2]}).status_code == 302
    letter = case.letters.get(code="L04")
    assert letter.values["problem"] == f"{some[0]}；{some[1]}"
    text = compose(letter).text()
    assert f"存在以下问题：{some[0]}；{some[1]}。本机关暂时无法据此办理。" in text


def test_the_reply_period_begins_anew_with_the_corrected_application(
    cast: Cast, case: Application
) -> None:
    with clock.on_day(FRIDAY):
        send(asked(case, cast), cast)
    with clock.on_day(LATER):
        case = handling.receive_correction(case, text="要2025年的名单", by=cast.clerk)
    expected = law(
        Event(FRIDAY, EventType.CORRECTION_NOTICE_SERVED, days=10),
        Event(LATER, EventType.CORRECTED_APPLICATION_RECEIVED),
        as_of=LATER,
    )
    assert case.due_on == expected.reply_due
    kept = case.files.get(kind="correction")
    assert content(kept).decode() == "要2025年的名单"


def test_the_decision_and_its_letter_are_about_what_was_asked_for_in_the_correction(
    cast: Cast, case: Application, client: Client
) -> None:
    """Art 30, DOMAIN D.4: the letter says when the application came and when its correction did,
    from which the term runs; nobody is asked to ask for a correction again."""
    client.force_login(cast.clerk)
    pages = [
        reverse("desk-decide", args=[case.pk]),
        reverse("desk-decide-item", args=[case.pk, case.items.get().pk]) + "?start=1",
    ]
    assert "尚未告知补正" in client.get(pages[1]).content.decode()
    with clock.on_day(FRIDAY):
        send(asked(case, cast), cast)
    with clock.on_day(LATER):
        case = handling.receive_correction(case, text="要2025年的名单。\n只要电子版", by=cast.clerk)
        for page in pages:
            text = client.get(page).content.decode()
            assert "2026年3月13日收到，答复以此为准" in text and "要2025年的名单" in text
            assert "尚未告知补正" not in text
        letter = draft_letter(case, "L14", by=cast.clerk, values={})
        text = compose(letter).text()
        assert f"申请公开“{case.subject}”。本机关于2026年3月13日收到您的补正材料，" in text
        assert "补正后申请公开“要2025年的名单，只要电子版”，答复期限自" in text
        assert values_for(letter)["提供内容"].startswith("“要2025年")


def test_a_receipt_that_goes_out_while_the_period_stands_says_how_it_began(
    cast: Cast, case: Application
) -> None:
    """条例 Art 31: the receipt can still be sent, and withdrawn applications need it sent."""
    with clock.on_day(FRIDAY):
        send(asked(case, cast), cast)
        case.refresh_from_db()
        assert case.due_on is None
        text = compose(case.letters.get(code="L02")).text()
    assert "本机关将于2026年3月30日前（含当日）予以答复" in text


def test_a_day_is_no_estimate_because_one_that_is_over_was(cast: Cast) -> None:
    """DOMAIN A.4.2: the correction could have come in 2027, whose holidays are not out; it came
    at once, and the new last day lies in 2026."""
    case = a_registered_application(cast, on=date(2026, 11, 16))
    with clock.on_day(date(2026, 11, 20)):
        send(asked(case, cast, days=30), cast)
        case.refresh_from_db()
        assert case.provisional and "预计2027年" in due_text(case)
    with clock.on_day(date(2026, 11, 23)):
        case = handling.receive_correction(case, text="要2025年的名单", by=cast.clerk)
        assert due_text(case).startswith("2026年12月21日") and not case.provisional


def test_the_applicant_is_asked_once(cast: Cast, case: Application) -> None:
    with clock.on_day(FRIDAY):
        send(asked(case, cast), cast)
        case = handling.receive_correction(case, text="补正", by=cast.clerk)
        with pytest.raises(Refused, match="一次性告知"):
            asked(case, cast)


def test_the_period_is_not_changed_in_the_letter_past_its_bounds(
    cast: Cast, case: Application
) -> None:
    with clock.on_day(FRIDAY):
        letter = asked(case, cast)
        with pytest.raises(Refused, match="没有变化"):
            change_draft(letter, {"补正日数": 100}, by=cast.clerk)


def test_a_second_draft_waits_for_the_first(cast: Cast, case: Application) -> None:
    with clock.on_day(FRIDAY):
        asked(case, cast)
        with pytest.raises(Refused, match="正在办理"):
            asked(case, cast)
    assert case.letters.filter(code="L04").count() == 1


def test_a_late_correction_needs_a_good_reason(cast: Cast, case: Application) -> None:
    with clock.on_day(FRIDAY):
        send(asked(case, cast), cast)
    with clock.on_day(TOO_LATE):
        with pytest.raises(Refused, match="视为放弃"):
            handling.receive_correction(case, text="补正", by=cast.clerk)
        case = handling.receive_correction(case, text="补正", good_reason=True, by=cast.clerk)
        assert case.state == State.REGISTERED and case.due_on is not None


def test_what_was_not_asked_for_is_not_received(cast: Cast, case: Application) -> None:
    with clock.on_day(FRIDAY), pytest.raises(Refused, match="没有发出过补正告知"):
        handling.receive_correction(case, text="补正", by=cast.clerk)


def test_a_correction_is_not_received_before_it_was_asked_for(
    cast: Cast, case: Application
) -> None:
    with clock.on_day(FRIDAY):
        send(asked(case, cast), cast)
        with pytest.raises(Refused, match=r"日期不能早于2026年3月6日.*补正告知书"):
            handling.receive_correction(case, text="补正", on=MONDAY, by=cast.clerk)


def test_the_period_that_begins_anew_is_told_in_the_same_words_everywhere() -> None:
    deed = BY_KEY["receive-correction"]
    assert "从第二天起重新计算" in deed.hint
    assert "从第二天起重新计算" in deed.form.base_fields["on"].help_text


def test_the_delayed_period_needs_reasons_asked_for_and_takes_the_place_of_the_count(
    cast: Cast, case: Application
) -> None:
    until = date(2026, 6, 30)
    with clock.on_day(FRIDAY):
        with pytest.raises(Refused, match="先要求申请人说明理由"):
            handling.set_delay(case, until, "数量太大", by=cast.clerk)
        letter = handling.ask_reasons(case, counts="三个月126件", days=10, by=cast.clerk)
        send(letter, cast)
        handling.receive_reasons(
            case, text="研究需要", reasonable=True, judgement="说明充分", by=cast.clerk
        )
        case = handling.set_delay(case, until, "数量太大", by=cast.clerk)
    expected = law(
        Event(FRIDAY, EventType.REASONS_REQUESTED),
        Event(FRIDAY, EventType.DELAYED_PERIOD_SET, until=until),
        as_of=FRIDAY,
    )
    assert case.due_on == until == expected.reply_due


def test_reasons_are_awaited_until_the_day_of_the_notice_and_read_afterwards_too(
    cast: Cast, case: Application
) -> None:
    unreasonable = conclusion_of(
        {"complete": "clear", "kind": "excessive", "excessive": "unreasonable"}
    )
    with clock.on_day(FRIDAY):
        letter = handling.ask_reasons(case, counts="三个月126件", days=10, by=cast.clerk)
        send(letter, cast)

    def fresh() -> Application:
        found = Application.objects.get(pk=case.pk)
        prepare(found)
        return found

    last = reasons_due(fresh())
    assert last == date(2026, 3, 20)
    with clock.on_day(last):
        assert (
            by_when(fresh(), "receive-reasons") == "请在2026年3月20日（周五）前（含当日）说明理由。"
        )
        found = clock.outcome(fresh())
        assert lacks(fresh(), found, unreasonable) == [
            "等申请人说明理由，告知书的期限到2026年3月20日"
        ]
    with clock.on_day(date(2026, 3, 23)):
        assert "已经过了" in by_when(fresh(), "receive-reasons")
        assert lacks(fresh(), clock.outcome(fresh()), unreasonable) == []
        applicant.answer_reasons(fresh(), "研究需要")
        told = fresh().events.filter(deed="receive-reasons").get()
        assert told.text == "申请人网上说明理由（晚于告知书的期限2026年3月20日）"
        assert next_step(fresh()).key == "receive-reasons"
        handling.receive_reasons(
            fresh(), text="", reasonable=False, judgement="没有新的事实", by=cast.clerk
        )
        assert next_step(fresh()).key != "receive-reasons"


def test_reasons_that_were_not_asked_for_are_refused(cast: Cast, case: Application) -> None:
    with clock.on_day(FRIDAY), pytest.raises(Refused, match="还没有要求申请人说明理由"):
        handling.receive_reasons(case, text="理由", reasonable=False, judgement="无", by=cast.clerk)


def test_no_words_of_the_applicant_stand_in_events_or_trail(cast: Cast, case: Application) -> None:
    with clock.on_day(FRIDAY):
        send(asked(case, cast), cast)
        handling.receive_correction(case, text="我的手机13800000000", by=cast.clerk)
    assert "13800000000" not in repr(list(case.events.values()))
