"""Extension: the head of the work unit approves, the notice moves the day (Art 33(2))."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied

from gongkai.applications import clock
from gongkai.applications.actions import handling
from gongkai.applications.desk.deeds import BY_KEY, DEEDS
from gongkai.applications.desk.deeds.registry import offers
from gongkai.applications.desk.next_step import next_deed
from gongkai.applications.models import Application
from gongkai.applications.tests.cast import Cast, a_registered_application, an_application
from gongkai.applications.tests.paper_way import send
from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Refused
from gongkai.bodies.actions import grant_role, remove
from gongkai.bodies.models import Role
from gongkai.law.deadlines import Event, EventType, run

MONDAY, FRIDAY, DUE = date(2026, 3, 2), date(2026, 3, 6), date(2026, 3, 30)


@pytest.fixture
def case(cast: Cast) -> Application:
    return a_registered_application(cast, on=MONDAY)


def test_asking_and_approving_move_nothing_the_delivered_notice_does(
    cast: Cast, case: Application
) -> None:
    with clock.on_day(FRIDAY):
        handling.request_extension(case, 10, "分散在多个科室", by=cast.clerk)
        handling.answer_extension(case, approved=True, by=cast.head)
        case.refresh_from_db()
        assert case.due_on == DUE
        letter = case.letters.get(code="L06")
        send(letter, cast)
        case.refresh_from_db()
    expected = run(
        [
            Event(MONDAY, EventType.APPLICATION_SUBMITTED, channel="in_person"),
            Event(FRIDAY, EventType.EXTENSION_DECIDED, days=10),
        ],
        as_of=FRIDAY,
    ).reply_due
    assert case.extended and case.due_on == expected
    assert letter.values["new_due"] == expected.isoformat()


def test_only_the_head_answers(cast: Cast, case: Application) -> None:
    with clock.on_day(FRIDAY):
        handling.request_extension(case, 10, "分散", by=cast.clerk)
        for other in (cast.clerk, cast.leader, cast.stranger):
            with pytest.raises(PermissionDenied):
                handling.answer_extension(case, approved=True, by=other)


def test_who_stands_in_for_the_head_answers_while_he_has_the_role_and_never_himself(
    cast: Cast, case: Application
) -> None:
    """A body may have several heads (docs/operations.md 四之三)."""
    admin = User.objects.create_superuser("admin-of-all", password="x")
    standing = grant_role(cast.leader, cast.body, Role.HEAD, by=admin)
    grant_role(cast.clerk, cast.body, Role.HEAD, by=admin)
    with clock.on_day(FRIDAY):
        handling.request_extension(case, 10, "分散", by=cast.clerk)
        with pytest.raises(Refused, match="另一位负责人"):
            handling.answer_extension(case, approved=True, by=cast.clerk)
        entry = handling.answer_extension(case, approved=False, answer="不必", by=cast.leader)
        assert entry.answered_by == cast.leader
        remove(standing, by=admin)
        handling.request_extension(case, 5, "仍然分散", by=cast.clerk)
        with pytest.raises(PermissionDenied):
            handling.answer_extension(case, approved=True, by=cast.leader)
    noted = AuditEntry.objects.filter(by=admin).values_list("action", flat=True)
    assert sorted(noted) == ["删除岗位权限", "新增岗位权限", "新增岗位权限"]


def test_the_head_may_grant_fewer_days_and_never_more(cast: Cast, case: Application) -> None:
    with clock.on_day(FRIDAY):
        handling.request_extension(case, 10, "分散", by=cast.clerk)
        with pytest.raises(Refused, match="不能更多"):
            handling.answer_extension(case, approved=True, days=15, by=cast.head)
        handling.answer_extension(case, approved=True, days=5, by=cast.head)
    assert case.letters.get(code="L06").values["days"] == 5


def test_a_refusal_needs_words_and_drafts_nothing(cast: Cast, case: Application) -> None:
    with clock.on_day(FRIDAY):
        handling.request_extension(case, 10, "分散", by=cast.clerk)
        with pytest.raises(Refused, match="写明理由"):
            handling.answer_extension(case, approved=False, by=cast.head)
        handling.answer_extension(case, approved=False, answer="可以按期答复", by=cast.head)
    assert not case.letters.filter(code="L06").exists()


def test_more_than_the_law_allows_is_refused_with_its_article(
    cast: Cast, case: Application
) -> None:
    with clock.on_day(FRIDAY), pytest.raises(Refused, match=r"最长不得超过.*三十三条"):
        handling.request_extension(case, 21, "分散", by=cast.clerk)


def test_after_the_period_has_ended_nothing_is_extended(cast: Cast, case: Application) -> None:
    with clock.on_day(date(2026, 3, 31)), pytest.raises(Refused, match="届满"):
        handling.request_extension(case, 10, "分散", by=cast.clerk)


def test_a_second_extension_is_refused(cast: Cast, case: Application) -> None:
    with clock.on_day(FRIDAY):
        handling.request_extension(case, 5, "分散", by=cast.clerk)
        handling.answer_extension(case, approved=True, by=cast.head)
        with pytest.raises(Refused, match="正在办理"):
            handling.request_extension(case, 5, "还是分散", by=cast.clerk)
        send(case.letters.get(code="L06"), cast)
        with pytest.raises(Refused, match="只能延长一次"):
            handling.request_extension(case, 5, "还是分散", by=cast.clerk)


def test_a_day_in_a_year_without_its_notice_is_marked_wherever_it_is_foreseen(cast: Cast) -> None:
    """DOMAIN A.4.2: 2027's holidays were not published when the days were reckoned."""
    on = date(2026, 11, 20)
    with clock.on_day(on):
        case = an_application(cast.body, on=on).case
        case = handling.register(
            case, applicant_kind="natural", subject=case.subject, items=["名单"], by=cast.clerk
        )
        asking = BY_KEY["extend"].form(case=case, user=cast.clerk).about
        handling.request_extension(case, 10, "分散", by=cast.clerk)
        case = Application.objects.get(pk=case.pk)
        head = BY_KEY["approve-extension"].form(case=case, user=cast.head).about
        handling.answer_extension(case, approved=True, by=cast.head)
        send(case.letters.get(code="L06"), cast)
        case.refresh_from_db()
        given = BY_KEY["assign"].form(case=case, user=cast.clerk).fields["due_on"].help_text
    assert not clock.law_for(cast.body).calendar.is_provisional(on)
    assert case.provisional
    last = f"预计2027年{case.due_on.month}月{case.due_on.day}日"
    assert f"延至{last}。理由" in head
    assert last in given
    assert "延至预计2027年" in asking


def test_the_request_is_the_first_thing_the_head_sees(cast: Cast, case: Application) -> None:
    with clock.on_day(FRIDAY):
        handling.request_extension(case, 10, "分散", by=cast.clerk)
        case = Application.objects.get(pk=case.pk)
        first = next_deed(case, offers(case, cast.head, DEEDS))
    assert first is not None and first.deed.key == "approve-extension"
