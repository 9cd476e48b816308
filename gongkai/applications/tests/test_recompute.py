"""A holiday notice comes: the open cases whose days move are found, listed and told once."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from gongkai.applications import clock
from gongkai.applications.actions import recompute
from gongkai.applications.actions.core import add_event, on_case
from gongkai.applications.actions.recompute import recompute_open_cases
from gongkai.applications.models import Application, MovedDue
from gongkai.applications.tests.cast import Cast, an_application
from gongkai.base.models import AuditEntry
from gongkai.bodies.holidays import remove_notice, save_notice
from gongkai.bodies.models import Body, HolidayNotice
from gongkai.law.deadlines import EventType

DAY = date(2026, 3, 4)
#: Two working days are closed by an emergency.
CLOSED = {"source": "应急停工通知", "days_off": ["2026-03-16", "2026-03-17"]}

#: What ``clock.copy_days`` writes.
COPIES = (
    "received_on",
    "due_on",
    "waiting_until",
    "provisional",
    "extended",
    "closed_on",
    "effective_on",
    "on_time",
    "decision",
)


@pytest.fixture
def open_case(cast: Cast, monkeypatch) -> Application:
    monkeypatch.setattr(clock, "today", lambda: DAY)
    return an_application(cast.body, on=date(2026, 3, 2)).case


def _enter(body: Body | None = None, **facts: object) -> tuple[HolidayNotice, list[str]]:
    entry = HolidayNotice(body=body, **CLOSED | facts)
    return entry, save_notice(entry, by=None)


def test_a_notice_moves_the_due_day_and_says_which_case(open_case: Application) -> None:
    entry, said = _enter()
    assert said == ["有 1 件在办申请的期限变动，见“期限变动”。"]
    open_case.refresh_from_db()
    assert open_case.due_on == date(2026, 4, 1)
    row = MovedDue.objects.get()
    assert (row.application, row.what) == (open_case, "due_on")
    assert (row.old, row.new, row.cause) == (date(2026, 3, 30), date(2026, 4, 1), "应急停工通知")
    told = AuditEntry.objects.filter(action="重新推算在办申请的期限").get()
    assert told.scope == open_case.body.slug and told.new["变动件数"] == 1
    remove_notice(entry, by=None)
    open_case.refresh_from_db()
    assert open_case.due_on == date(2026, 3, 30), "and back when it is taken away"


def test_it_gives_what_a_deed_on_the_case_would_give(open_case: Application) -> None:
    HolidayNotice.objects.create(**CLOSED)
    recompute_open_cases()
    copied = Application.objects.values(*COPIES, "state").get(pk=open_case.pk)
    with on_case(open_case, by=None):
        pass
    assert Application.objects.values(*COPIES, "state").get(pk=open_case.pk) == copied


def test_a_second_run_moves_nothing_and_leaves_no_trace(open_case: Application) -> None:
    _enter()
    before = AuditEntry.objects.count(), MovedDue.objects.count()
    assert recompute_open_cases() == []
    assert (AuditEntry.objects.count(), MovedDue.objects.count()) == before


def test_days_of_one_body_move_only_its_own_cases(cast: Cast, open_case: Application) -> None:
    other = an_application(cast.other_body, on=date(2026, 3, 2)).case
    _enter(cast.body)
    open_case.refresh_from_db()
    other.refresh_from_db()
    assert (open_case.due_on, other.due_on) == (date(2026, 4, 1), date(2026, 3, 30))


def test_a_concluded_case_keeps_the_days_it_was_answered_under(open_case: Application) -> None:
    with on_case(open_case, by=None) as case:
        add_event(
            case,
            "deliver",
            by=None,
            law_type=EventType.REPLY_SENT_ONLINE,
            on=DAY,
            decision="granted",
        )
    _, said = _enter()
    open_case.refresh_from_db()
    assert open_case.due_on == date(2026, 3, 30) and "没有变动" in said[0]


def test_the_year_whose_notice_comes_out_is_no_longer_an_estimate(cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2029, 6, 4))
    case = an_application(cast.body, on=date(2029, 6, 4)).case
    assert case.provisional
    off = ["2029-01-01", "2029-02-12/2029-02-18", "2029-06-16/2029-06-18"]
    entry = HolidayNotice(year=2029, source="2029年的通知", days_off=off, working_days=[])
    save_notice(entry, by=None)
    case.refresh_from_db()
    assert not case.provisional


def test_a_correction_day_moves_and_one_given_up_is_open_again(
    open_case: Application, monkeypatch
) -> None:
    with on_case(open_case, by=None) as case:
        add_event(case, "x", by=None, law_type=EventType.CORRECTION_NOTICE_SERVED, on=DAY, days=8)
    open_case.refresh_from_db()
    assert open_case.waiting_until == date(2026, 3, 16)
    entry, _ = _enter()
    open_case.refresh_from_db()
    assert open_case.waiting_until == date(2026, 3, 18)
    assert MovedDue.objects.get().what == "waiting_until"
    monkeypatch.setattr(clock, "today", lambda: date(2026, 3, 18))
    remove_notice(entry, by=None)
    open_case.refresh_from_db()
    assert open_case.state == Application.State.ABANDONED, "without the days off it is too late"
    _enter()
    open_case.refresh_from_db()
    assert open_case.state == Application.State.AWAITING_CORRECTION
    assert open_case.closed_on is None


def test_killed_between_batches_the_next_run_ends_it(
    cast: Cast, open_case: Application, monkeypatch
) -> None:
    from gongkai.applications.actions import recompute

    more = [an_application(cast.body, on=date(2026, 3, 2)).case for _ in range(4)]
    HolidayNotice.objects.create(**CLOSED)
    monkeypatch.setattr(recompute, "BATCH", 2)
    real, calls = recompute._list, []

    def dies(moved, cause) -> None:
        calls.append(moved)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(moved, cause)

    monkeypatch.setattr(recompute, "_list", dies)
    with pytest.raises(KeyboardInterrupt):
        recompute_open_cases()
    assert MovedDue.objects.count() == 2, "what was done is done, with its trace"
    assert Application.objects.filter(due_on=date(2026, 4, 1)).count() == 2
    monkeypatch.setattr(recompute, "_list", real)
    assert len(recompute_open_cases()) == 3
    assert MovedDue.objects.count() == len(more) + 1


def test_the_command_names_what_moved(open_case: Application) -> None:
    HolidayNotice.objects.create(**CLOSED)
    out = StringIO()
    call_command("recompute_clock", stdout=out)
    assert f"{open_case.number} 答复期限 2026-03-30 → 2026-04-01" in out.getvalue()
    assert "变动 1 件" in out.getvalue()
    with pytest.raises(CommandError, match="没有“nowhere”"):
        call_command("recompute_clock", body="nowhere")


def test_the_page_lists_what_moved_for_those_who_may_see_the_case(
    cast: Cast, open_case: Application, client
) -> None:
    _enter()
    url = reverse("desk-moved")
    client.force_login(cast.clerk)
    page = client.get(url, {"cause": "应急停工通知"}).content.decode()
    assert open_case.number in page and "2026-04-01" in page and "推后" in page
    client.force_login(cast.stranger)
    assert open_case.number not in client.get(url).content.decode()


def test_the_number_of_queries_does_not_grow_with_the_cases(
    cast: Cast, open_case: Application, django_assert_max_num_queries
) -> None:
    for _ in range(9):
        an_application(cast.body, on=date(2026, 3, 2))
    HolidayNotice.objects.create(**CLOSED)
    with django_assert_max_num_queries(25):
        assert len(recompute_open_cases()) == 10


# --- many cases: not in the request ------------------------------------------------------------


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """One open case is already too many for the request."""
    monkeypatch.setattr(recompute, "AT_ONCE", 0)


def test_many_cases_wait_for_the_timer_and_the_page_says_so(
    open_case: Application, cast: Cast, client: Client, many: None
) -> None:
    _, said = _enter()
    assert said == ["1 件在办申请正在重新推算期限，完成以后见“期限变动”。"]
    open_case.refresh_from_db()
    assert open_case.due_on == date(2026, 3, 30)
    client.force_login(cast.clerk)
    assert "正在重算" in client.get(reverse("desk-moved")).content.decode()
    call_command("recompute_clock", "--waiting", stdout=StringIO())
    open_case.refresh_from_db()
    assert open_case.due_on == date(2026, 4, 1)
    assert MovedDue.objects.get().cause == "应急停工通知"
    assert "正在重算" not in client.get(reverse("desk-moved")).content.decode()
    out = StringIO()
    call_command("recompute_clock", "--waiting", stdout=out)
    assert "变动 0 件" in out.getvalue()


def test_a_recomputation_killed_in_the_middle_is_done_by_the_timer(
    open_case: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*args: object, **kwargs: object) -> list[object]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(recompute, "recompute_open_cases", killed)
        with pytest.raises(KeyboardInterrupt):
            _enter()
    assert HolidayNotice.objects.exists() and recompute.waiting() is not None
    recompute.catch_up()
    open_case.refresh_from_db()
    assert open_case.due_on == date(2026, 4, 1)
    assert recompute.waiting() is None


def test_a_notice_deleted_before_it_was_reckoned_leaves_nothing_waiting(
    open_case: Application, many: None
) -> None:
    entry, _ = _enter()
    remove_notice(entry, by=None)
    assert recompute.waiting() is None
    assert not MovedDue.objects.exists()


def test_only_the_bodies_of_the_changed_notices_wait(
    open_case: Application, cast: Cast, many: None
) -> None:
    elsewhere = an_application(cast.other_body, on=date(2026, 3, 2)).case
    _enter(cast.other_body)
    found = recompute.waiting()
    assert found is not None and list(found.cases()) == [elsewhere]
