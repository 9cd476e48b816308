"""The term for a new answer, as a decision gives it: a last day, or so many days from receipt."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gongkai.applications import clock
from gongkai.applications.desk.disputes import EndForm
from gongkai.applications.desk.term import last_day
from gongkai.applications.tests.cast import Cast
from gongkai.applications.tests.test_close_and_archive import answered, fresh
from gongkai.law.calendar import national

pytestmark = pytest.mark.django_db
#: The Monday before a 春节 with two working days moved to Saturdays.
MONDAY = date(2026, 2, 9)
CORRECTED = {"outcome": "corrected", "on": "2026-02-06"}


def form(cast: Cast, **data: Any) -> EndForm:
    with clock.on_day(date(2026, 3, 20)):
        made = EndForm(CORRECTED | data, body=cast.body)
        made.is_valid()
    return made


def by_hand(count: int, *, working: bool, since: date = MONDAY) -> date:
    """Day by day: the day of receipt does not count; a last day off goes on to the next."""
    calendar, day = national(), since
    while count:
        day += timedelta(days=1)
        count -= calendar.is_working(day) or not working
    while not calendar.is_working(day):
        day += timedelta(days=1)
    return day


@pytest.mark.parametrize("working", [True, False])
def test_the_last_day_is_the_one_counted_day_by_day(cast: Cast, working: bool) -> None:
    unit = "working" if working else "natural"
    for count in range(1, 61):
        assert last_day(cast.body, MONDAY, count, unit) == by_hand(count, working=working)


def test_months_end_on_the_same_day_of_the_month_or_on_its_last(cast: Cast) -> None:
    """民法典 Arts 202, 203 as courts reckon 期间 in months; a last day off goes on to the next."""
    for since, count, same in (
        (MONDAY, 1, date(2026, 3, 9)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),  # the Saturday worked for 春节
        (date(2026, 2, 2), 3, date(2026, 5, 2)),  # in the days off of 劳动节
    ):
        found = last_day(cast.body, since, count, "months")
        assert found == by_hand(0, working=False, since=same)
    said = form(cast, term_from="2026-02-09", term_count="2", term_unit="months").cleaned_data
    assert said["reanswer_due_on"] == date(2026, 4, 9)
    assert said["detail"] == "2026年2月9日收到，收到之日起2个月内"


def test_a_term_in_days_becomes_its_last_day_and_its_words_are_kept(cast: Cast) -> None:
    term = {"term_from": "2026-02-09", "term_count": "20", "term_unit": "working"}
    found = form(cast, detail="撤销", **term).cleaned_data
    assert found["reanswer_due_on"] == by_hand(20, working=True)
    assert found["detail"] == "撤销；2026年2月9日收到，收到之日起20个工作日内"
    assert set(found) == {"outcome", "on", "detail", "reanswer_due_on"}
    alone = form(cast, reanswer_due_on="2026-03-31").cleaned_data
    assert (alone["reanswer_due_on"], alone["detail"]) == (date(2026, 3, 31), "")


@pytest.mark.parametrize(
    ("data", "field", "said"),
    [
        ({"term_from": "2026-02-09"}, "term_count", "要一起填"),
        ({"term_count": "20"}, "term_from", "要一起填"),
        ({"term_from": "2026-03-21", "term_count": "20"}, "term_from", "不能晚于今天"),
        ({"term_from": "2026-02-05", "term_count": "20"}, "term_from", "不能早于"),
        (
            {"term_from": "2026-02-09", "term_count": "20", "reanswer_due_on": "2026-03-31"},
            "reanswer_due_on",
            "只填一种",
        ),
        ({"term_from": "2026-02-09", "term_count": "20", "detail": "长" * 190}, "detail", "短一些"),
    ],
)
def test_a_term_half_told_or_told_twice_is_asked_about(
    cast: Cast, data: Any, field: str, said: str
) -> None:
    assert said in str(form(cast, **data).errors[field])


def test_the_case_is_opened_again_by_the_term_in_days(client: Client, cast: Cast) -> None:
    case = answered(cast)
    client.force_login(cast.clerk)
    address = reverse("desk-case-deed", args=[case.pk, "reopen"])
    order = {"seen": fresh(case).version, "on": "2026-06-01", "reason": "示政复〔2026〕3号"}
    told = client.post(address, order)
    assert told.status_code == 422 and "请填写最后一日" in told.content.decode()
    term = {"term_from": "2026-06-03", "term_count": "15", "term_unit": "natural"}
    assert client.post(address, order | term).status_code == 302
    event = case.events.get(deed="reopen")
    assert event.data["until"] == "2026-06-18"
    assert "2026年6月3日收到，收到之日起15日内" in event.text
