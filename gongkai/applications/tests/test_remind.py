"""Reminders five, two and zero working days before; the head's list; time acts by itself."""

from __future__ import annotations

import smtplib
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongkai.applications import clock
from gongkai.applications.actions.core import add_event, on_case
from gongkai.applications.actions.disputes import record_answer, register_dispute
from gongkai.applications.actions.remind import remind
from gongkai.applications.desk import todo
from gongkai.applications.files import keep_file
from gongkai.applications.models import (
    Application,
    Approval,
    Assignment,
    CaseFile,
    Dispute,
    Reminder,
)
from gongkai.applications.tests.cast import APPLICANT, Cast, an_application
from gongkai.applications.tests.first_page import panel
from gongkai.base.models import AuditEntry
from gongkai.law.deadlines import EventType

#: Received that day, the reply is due on 30 March.
ON, DUE = date(2026, 3, 2), date(2026, 3, 30)


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Any:
    def set_day(day: date) -> None:
        monkeypatch.setattr(clock, "today", lambda: day)

    set_day(ON)
    return set_day


@pytest.fixture
def office(cast: Cast) -> Cast:
    for user in (cast.clerk, cast.head, cast.handler):
        user.email = f"{user.username}@example.com"
        user.save()
    return cast


def in_hand(cast: Cast) -> Application:
    case = an_application(cast.body, on=ON).case
    Application.objects.filter(pk=case.pk).update(state="in_review", clerk=cast.clerk)
    return case


def given() -> list[tuple[str, int]]:
    return list(Reminder.objects.order_by("pk").values_list("cause", "days_left"))


def test_five_two_and_no_working_days_before_the_reply_is_due(office: Cast, on: Any) -> None:
    in_hand(office)
    calendar = clock.law_for(office.body).calendar
    told: dict[int, int] = {}
    for left in (6, 5, 4, 3, 2, 1, 0):
        on(calendar.add(DUE, -left))
        told[left] = remind().reminded
    assert told == {6: 0, 5: 1, 4: 0, 3: 0, 2: 1, 1: 0, 0: 1}
    assert given() == [("reply", 5), ("reply", 2), ("reply", 0)]
    assert [m.to for m in mail.outbox] == [[office.clerk.email]] * 3
    # A new answer that was ordered has its own day, however old the first answer is.
    again = date(2026, 6, 30)
    Application.objects.update(state="reanswering", closed_on=DUE, waiting_until=again)
    on(again)
    assert (remind().reminded, given()[-1]) == (1, ("reply", 0))
    on(calendar.add(again, 1))
    assert remind().overdue == 1


def test_run_again_it_reminds_of_nothing_twice(office: Cast, on: Any) -> None:
    in_hand(office)
    on(DUE)
    assert [remind().reminded for _ in range(3)] == [1, 0, 0]
    assert len(mail.outbox) == 1


def test_a_day_on_which_the_timer_did_not_run_is_caught_up(office: Cast, on: Any) -> None:
    in_hand(office)
    on(clock.law_for(office.body).calendar.add(DUE, -4))
    assert remind().reminded == 1
    assert given() == [("reply", 5)]
    assert "还有4个工作日" in mail.outbox[0].body


def test_no_personal_data_and_no_matter_is_in_a_mail(office: Cast, on: Any) -> None:
    case = in_hand(office)
    on(DUE)
    remind()
    (sent,) = mail.outbox
    text = sent.subject + sent.body
    assert case.number in text
    assert f"/office/applications/{case.pk}/" in text
    assert not [v for v in (*APPLICANT.values(), case.subject) if v in text]


def test_the_section_that_has_not_answered_is_told_too(office: Cast, on: Any) -> None:
    case = in_hand(office)
    Assignment.objects.create(application=case, section=office.section)
    on(DUE)
    remind()
    assert {m.to[0] for m in mail.outbox} == {office.clerk.email, office.handler.email}


def test_the_notice_to_correct_is_reminded_of_while_the_case_is_not_in_hand(
    office: Cast, on: Any
) -> None:
    case = an_application(office.body, on=ON).case
    notice_due = clock.outcome(case).correction_notice_due
    assert notice_due is not None
    on(notice_due)
    remind()
    assert ("correction_notice", 0) in given()
    Reminder.objects.all().delete()
    Application.objects.filter(pk=case.pk).update(state="in_review")
    remind()
    assert given() == []


def test_an_extension_waiting_for_the_head_is_the_heads_reminder(office: Cast, on: Any) -> None:
    case = in_hand(office)
    Approval.objects.create(application=case, kind=Approval.Kind.EXTENSION)
    on(DUE)
    remind()
    assert ("extension", 0) in given()
    (told,) = [m for m in mail.outbox if m.to == [office.head.email]]
    assert "延期审批" in told.body


def test_a_consultation_that_ends_is_reminded_of(office: Cast, on: Any) -> None:
    case = in_hand(office)
    with on_case(case, by=None) as locked:
        sent = {"id": "C1", "party": "third_party"}
        add_event(locked, "consult", by=None, law_type=EventType.CONSULTATION_SENT, on=ON, **sent)
        add_event(
            locked, "served", by=None, law_type=EventType.CONSULTATION_DELIVERED, on=ON, id="C1"
        )
        Application.objects.filter(pk=case.pk).update(registered_at="2026-03-02T09:00:00+08:00")
        locked.refresh_from_db(fields=["registered_at"])
    case.refresh_from_db()
    assert case.state == Application.State.CONSULTING
    assert case.waiting_until is not None
    on(case.waiting_until)
    remind()
    assert ("consultation", 0) in given()


def test_the_head_gets_what_is_late_once_a_working_day(office: Cast, on: Any) -> None:
    in_hand(office)
    days: dict[str, int] = {}
    # 3 and 4 April: a working day, then 清明; 7 April is worked again.
    for day in ("2026-03-31", "2026-03-31", "2026-04-03", "2026-04-04", "2026-04-05", "2026-04-07"):
        on(date.fromisoformat(day))
        days[day] = days.get(day, 0) + remind().overdue
    assert days == {
        "2026-03-31": 1,
        "2026-04-03": 1,
        "2026-04-04": 0,
        "2026-04-05": 0,
        "2026-04-07": 1,
    }
    assert [m.to for m in mail.outbox] == [[office.head.email]] * 3
    assert "已逾期1个工作日" in mail.outbox[0].body


def ask_correction(case: Application) -> Application:
    with on_case(case, by=None) as locked:
        add_event(
            locked,
            "ask-correction",
            by=None,
            law_type=EventType.CORRECTION_NOTICE_SERVED,
            on=ON,
            days=10,
        )
    case.refresh_from_db()
    return case


def test_what_is_not_corrected_in_time_is_given_up_when_the_day_has_passed(
    office: Cast, on: Any
) -> None:
    case = ask_correction(an_application(office.body, on=ON).case)
    assert case.state == Application.State.AWAITING_CORRECTION
    last = case.waiting_until
    assert last is not None
    on(last)
    assert remind().lapsed == 0
    on(clock.law_for(office.body).calendar.add(last, 1))
    assert [remind().lapsed for _ in range(2)] == [1, 0]
    case.refresh_from_db()
    assert (case.state, case.decision) == (Application.State.ABANDONED, "other_uncorrected")
    assert case.waiting_until is None
    assert AuditEntry.objects.filter(action="期限届满").count() == 1


def test_cases_concluded_or_waiting_for_the_applicant_are_not_reminded_of(
    office: Cast, on: Any
) -> None:
    ask_correction(an_application(office.body, on=ON).case)
    closed = in_hand(office)
    Application.objects.filter(pk=closed.pk).update(state="closed", closed_on=ON)
    on(DUE)
    assert remind().reminded == 0


def test_a_mail_server_that_fails_leaves_the_reminders_and_is_told(
    office: Cast, on: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_hand(office)
    on(DUE)

    def fails(*args: Any, **kwargs: Any) -> None:
        raise smtplib.SMTPServerDisconnected

    monkeypatch.setattr("gongkai.bodies.reminders.send_mail", fails)
    with pytest.raises(CommandError, match="提醒邮件没有发出"):
        call_command("remind", stdout=StringIO())
    assert given() == [("reply", 0)]


def test_the_command_says_what_it_did(office: Cast, on: Any) -> None:
    in_hand(office)
    on(DUE)
    out = StringIO()
    call_command("remind", stdout=out)
    assert out.getvalue() == "期限届满 0 件，到期提醒 1 项，逾期 0 件，发出邮件 1 封。\n"


def test_scans_of_an_application_that_was_never_filed_are_forgotten_after_a_day(
    office: Cast, on: Any
) -> None:
    case = in_hand(office)
    kind, by = CaseFile.Kind.REQUEST, office.clerk
    old, new = (keep_file(None, kind, "a.png", b"x", "image/png", by=by) for _ in range(2))
    filed = keep_file(case, kind, "a.png", b"x", "image/png", by=by)
    long_ago = timezone.now() - timedelta(days=1, minutes=1)
    CaseFile.objects.filter(pk__in=[old.pk, filed.pk]).update(added_at=long_ago)
    remind()
    assert set(CaseFile.objects.all()) == {new, filed}


def a_review_served(cast: Cast) -> Dispute:
    """Accepted and received on 1 April 2026; the answer is due on 16 April (清明 4–6)."""
    case = an_application(cast.body, on=ON).case
    Application.objects.filter(pk=case.pk).update(state="closed")
    return register_dispute(
        cast.body,
        kind="reconsideration",
        institution="示例县人民政府",
        case_number="示政复〔2026〕7号",
        accepted_on=date(2026, 4, 1),
        served_on=date(2026, 4, 1),
        application=case,
        by=None,
    )


def test_the_answer_in_a_dispute_is_reminded_of_and_told_when_late(office: Cast, on: Any) -> None:
    """行政复议法 Arts 48, 70: what is not answered in time counts as without evidence."""
    office.legal.email = "legal@example.com"
    office.legal.save()
    on(date(2026, 4, 1))
    review = a_review_served(office)
    last = review.answer_due_on
    assert last is not None and remind().reminded == 0
    on(last)
    assert remind().reminded == 1 and remind().reminded == 0
    assert [m.to for m in mail.outbox] == [["legal@example.com"]]
    assert "应诉答辩的期限" in mail.outbox[0].body
    on(last + timedelta(days=1))
    assert remind().overdue == 1
    assert mail.outbox[-1].to == [office.head.email]
    record_answer(review, on=last, by=None)
    on(last + timedelta(days=4))
    run = remind()
    assert (run.reminded, run.overdue) == (0, 0)


def test_who_keeps_disputes_sees_what_is_to_be_answered_with_its_day(
    office: Cast, on: Any, client: Client
) -> None:
    on(date(2026, 4, 1))
    review = a_review_served(office)
    on(date(2026, 4, 30))
    client.force_login(office.legal)
    for page in (panel(office.legal), client.get(reverse("desk-disputes")).content.decode()):
        assert "示政复〔2026〕7号" in page and "已逾期" in page
    page = client.get(reverse("desk-dispute", args=[review.pk])).content.decode()
    assert "已逾期" in page
    assert "示政复" not in panel(office.archivist)


def test_of_more_disputes_than_are_listed_all_are_counted(
    office: Cast, on: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(todo, "SHOWN", 1)
    on(date(2026, 4, 1))
    for _ in range(2):
        a_review_served(office)
    page = panel(office.legal)
    assert '等本机关答复、答辩 <span class="gk-count">2 件' in page
    assert f'<a href="{reverse("desk-disputes")}">全部复议诉讼</a>' in page
