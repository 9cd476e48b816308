"""From the arrival to the register: confirmation, contact, and what was entered wrongly."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from gongkai.applications import clock, numbers
from gongkai.applications.actions import handling
from gongkai.applications.models import Application
from gongkai.applications.tests.cast import APPLICANT, Cast, an_application
from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Overtaken, Refused
from gongkai.law.calendar import national
from gongkai.law.deadlines import Event, EventType, run

State = Application.State
MONDAY, TUESDAY, WEDNESDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4)


def registered(case: Application, cast: Cast, **more) -> Application:
    facts = {"applicant_kind": case.applicant_kind, "subject": case.subject, "items": ["门诊名单"]}
    return handling.register(case, **(facts | more), by=cast.clerk)


def test_an_online_application_is_received_on_the_day_both_sides_confirm(cast: Cast) -> None:
    case = an_application(cast.body, on=MONDAY, channel="online").case
    case = handling.confirm_receipt(case, on=WEDNESDAY, how="电话", by=cast.clerk)
    law = run(
        [
            Event(MONDAY, EventType.APPLICATION_SUBMITTED, channel="online"),
            Event(WEDNESDAY, EventType.RECEIPT_CONFIRMED_BY_BOTH),
        ]
    )
    assert (case.received_on, case.due_on) == (WEDNESDAY, law.reply_due)
    assert case.state == State.RECEIVED


def test_ordinary_mail_confirmed_on_a_later_day_is_warned_of(cast: Cast) -> None:
    case = an_application(cast.body, on=MONDAY, channel="ordinary").case
    case = handling.confirm_receipt(case, on=TUESDAY, by=cast.clerk)
    assert case.received_on == TUESDAY
    assert any("收到当日" in text for text in clock.outcome(case).warnings)


def test_the_day_of_receipt_once_fixed_is_not_confirmed_again(cast: Cast) -> None:
    case = an_application(cast.body, on=MONDAY).case
    with pytest.raises(Refused, match="收到之日已经确定"):
        handling.confirm_receipt(case, on=TUESDAY, by=cast.clerk)


def test_an_unreachable_applicant_s_letter_is_received_when_contact_is_restored(cast: Cast) -> None:
    case = an_application(cast.body, on=MONDAY, channel="ordinary").case
    handling.note_contact(case, reached=False, on=MONDAY, by=cast.clerk)
    case = handling.note_contact(case, reached=True, on=WEDNESDAY, by=cast.clerk)
    assert case.received_on == WEDNESDAY


def test_nothing_is_registered_before_it_is_received(cast: Cast) -> None:
    case = an_application(cast.body, on=MONDAY, channel="online").case
    with pytest.raises(Refused, match="还没有确定收到申请之日"):
        registered(case, cast)


def test_registering_makes_the_receipt_and_the_form_for_the_file_and_leaves_the_query_code(
    cast: Cast,
) -> None:
    filed = an_application(cast.body, on=MONDAY, submission_key="k" * 32)
    case = registered(filed.case, cast, items=["名单", "地址"])
    papers = {x.code: x for x in case.letters.all()}
    assert set(papers) == {"L02", "L03"} and papers["L02"].number.endswith("-收")
    assert numbers.code_fits(case.number, filed.code, case.code_mark)
    assert [i.text for i in case.items.all()] == ["名单", "地址"]
    assert case.state == State.REGISTERED and case.registered_at is not None


def test_it_is_registered_once(cast: Cast) -> None:
    case = registered(an_application(cast.body, on=MONDAY).case, cast)
    with pytest.raises(Refused, match="已经登记"):
        registered(case, cast)
    assert case.letters.count() == 2


def test_another_class_of_applicant_is_what_the_clock_counts(cast: Cast) -> None:
    case = an_application(cast.body, on=MONDAY).case
    case = registered(case, cast, applicant_kind="legal")
    counted = clock.outcome(case).counted
    assert counted is not None and counted.applicant == "legal" == case.applicant_kind


def test_only_the_clerk_of_this_body_registers(cast: Cast) -> None:
    case = an_application(cast.body, on=MONDAY).case
    for other in (cast.stranger, cast.inspector, cast.handler):
        with pytest.raises(PermissionDenied):
            handling.register(case, applicant_kind="natural", subject="x", items=["x"], by=other)


def test_of_two_clerks_the_slower_one_is_told(cast: Cast) -> None:
    case = an_application(cast.body, on=MONDAY).case
    seen = case.version
    registered(case, cast, seen=seen)
    with pytest.raises(Overtaken):
        registered(case, cast, seen=seen)


def test_a_wrong_channel_put_right_moves_the_receipt_and_both_entries_stay(cast: Cast) -> None:
    case = an_application(cast.body, on=MONDAY).case
    case = handling.correct_register(
        case, {"channel": "online"}, reason="实为网上提交", by=cast.clerk
    )
    assert case.received_on is None and case.state == State.AWAITING_CONFIRMATION
    assert case.events.filter(deed="submit").count() == 2


def test_a_wrong_day_put_right_keeps_its_place_before_what_followed_on_that_day(
    cast: Cast,
) -> None:
    case = an_application(cast.body, on=MONDAY, channel="online").case
    case = handling.confirm_receipt(case, on=TUESDAY, by=cast.clerk)
    case = handling.correct_register(
        case, {"submitted_on": TUESDAY}, reason="日期写错", by=cast.clerk
    )
    assert case.received_on == TUESDAY
    with pytest.raises(Refused, match="不能成立"):
        handling.correct_register(
            case, {"submitted_on": WEDNESDAY}, reason="日期写错", by=cast.clerk
        )


def test_correcting_the_applicant_is_audited_masked_and_found_by_the_new_number(
    cast: Cast,
) -> None:
    case = an_application(cast.body, on=MONDAY).case
    former = case.identity_mark
    who = {**APPLICANT, "name": "周更正", "id_number": "110105194912310038"}
    case = handling.correct_register(case, {"applicant": who}, reason="抄错", by=cast.clerk)
    assert case.identity_mark != former
    entry = AuditEntry.objects.filter(action="更正登记").latest("pk")
    told = repr((entry.old, entry.new))
    assert "周**" in told and "11**" in told
    for secret in ("周申请", "周更正", APPLICANT["id_number"], who["id_number"]):
        assert secret not in told


def test_a_confirmation_entered_by_mistake_is_struck_out_and_still_there(cast: Cast) -> None:
    case = an_application(cast.body, on=MONDAY, channel="online").case
    case = handling.confirm_receipt(case, on=TUESDAY, by=cast.clerk)
    entry = case.events.get(deed="confirm-receipt")
    handling.strike_out(case, entry.pk, "打错了电话", by=cast.clerk)
    case.refresh_from_db()
    assert case.received_on is None and case.state == State.AWAITING_CONFIRMATION
    assert case.events.filter(pk=entry.pk, voided_by__isnull=False).exists()
    case = handling.confirm_receipt(case, on=WEDNESDAY, by=cast.clerk)
    assert case.received_on == WEDNESDAY


def test_how_it_came_in_is_not_struck_out_but_put_right(cast: Cast) -> None:
    case = an_application(cast.body, on=MONDAY).case
    with pytest.raises(Refused, match="更正登记"):
        handling.strike_out(case, case.events.get(deed="submit").pk, "错", by=cast.clerk)


def test_a_registration_struck_out_sets_its_papers_aside(cast: Cast) -> None:
    case = registered(an_application(cast.body, on=MONDAY).case, cast)
    handling.strike_out(case, case.events.get(deed="register").pk, "登记错件", by=cast.clerk)
    case.refresh_from_db()
    assert case.state == State.RECEIVED
    assert set(case.letters.values_list("state", flat=True)) == {"cancelled"}


def test_the_due_day_is_the_twentieth_working_day(cast: Cast) -> None:
    case = registered(an_application(cast.body, on=MONDAY).case, cast)
    assert case.due_on is not None and national().count(MONDAY, case.due_on) == 20
