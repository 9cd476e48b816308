"""What a page shows of a person: enough to recognise, too little to copy."""

from __future__ import annotations

from datetime import date

import pytest
from django.template import Context, Template

from gongkai.applications import clock
from gongkai.applications.actions.core import add_event, on_case
from gongkai.applications.models import Application
from gongkai.applications.tests.cast import APPLICANT, Cast, an_application
from gongkai.base import masking
from gongkai.bodies.calendars import one_calendar
from gongkai.law.deadlines import EventType


@pytest.mark.parametrize(
    ("mask", "plain", "shown"),
    [
        (masking.mask_name, "张三丰", "张**"),
        (masking.mask_name, "张三", "张*"),
        (masking.mask_name, "欧阳小明", "欧阳**"),
        (masking.mask_name, "张", "张*"),
        (masking.mask_name, "示例县某某有限公司", "示例县某某有限公司"),
        (masking.mask_phone, "138 0000 0000", "138****0000"),
        (masking.mask_phone, "0371-65900000", "037****0000"),
        (masking.mask_phone, "65900000", "****00"),
        (masking.mask_id, "11010519491231002X", "11**************2X"),
        (masking.mask_id, "123456", "******"),
        (masking.mask_address, "示例省示例市示例县人民路1号", "示例省示例市示例县****"),
        (masking.mask_address, "人民路1号", "人民****"),
        (masking.mask_email, "zhou@example.com", "z***@example.com"),
    ],
)
def test_a_mask_leaves_enough_to_recognise(mask, plain: str, shown: str) -> None:
    assert mask(plain) == shown
    assert mask("") == mask(None) == ""


def test_no_field_of_an_applicant_comes_through_readable() -> None:
    shown = " ".join(masking.masked(APPLICANT).values())
    for name in ("name", "id_number", "phone", "email", "address"):
        assert APPLICANT[name] not in shown
    assert "人民路" not in shown and "secret" not in masking.masked({"secret": "x"})


def _shown(case) -> tuple[str, str]:
    template = Template("{% load cases %}{{ case|due_text }}\n{{ case|due_badge }}")
    text, badge = template.render(Context({"case": case})).split("\n")
    return text, badge


def test_a_due_day_says_how_many_working_days_are_left(cast: Cast, monkeypatch) -> None:
    case = an_application(cast.body, on=date(2026, 3, 2)).case
    for today, words, colour in (
        (date(2026, 3, 12), "还有 12 个工作日", "green"),
        (date(2026, 3, 24), "还有 4 个工作日", "yellow"),
        (date(2026, 3, 27), "还有 1 个工作日", "red"),
        (date(2026, 3, 30), "今天到期", "due_today"),
        (date(2026, 4, 1), "已逾期 2 个工作日", "overdue"),
    ):
        monkeypatch.setattr(clock, "today", lambda today=today: today)
        text, badge = _shown(case)
        assert text == f"2026年3月30日（周一）前，{words}"
        assert f"gk-near-{colour}" in badge and words in badge


def test_a_list_of_cases_asks_for_each_bodys_calendar_once(
    cast: Cast, django_assert_num_queries
) -> None:
    case = an_application(cast.body, on=date(2026, 3, 2)).case
    with one_calendar(), django_assert_num_queries(1):
        shown = {_shown(case) for _ in range(5)}
    assert len(shown) == 1


def test_a_day_of_a_year_without_its_notice_is_an_estimate(cast: Cast, monkeypatch) -> None:
    case = an_application(cast.body, on=date(2026, 3, 2)).case
    monkeypatch.setattr(clock, "today", lambda: date(2026, 3, 12))
    assert "预计" not in "".join(_shown(case))
    case.provisional = True
    text, badge = _shown(case)
    assert text.startswith("预计2026年") and "预计" in badge


def test_a_day_that_was_fixed_does_not_move_but_the_count_up_to_it_may(
    cast: Cast, monkeypatch
) -> None:
    """条例 Art 35, a new reply: the day is a date; 2027's working days are not yet known."""
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 23))
    case = an_application(cast.body, on=date(2026, 11, 2)).case
    case.due_on = date(2027, 3, 31)
    text, _ = _shown(case)
    assert text.startswith("2027年3月31日") and "，预计还有" in text


def test_a_case_without_a_running_period_says_how_long_it_has_waited(
    cast: Cast, monkeypatch
) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2026, 3, 5))
    case = an_application(cast.body, on=date(2026, 3, 2), channel="online").case
    text, badge = _shown(case)
    assert text == "期限尚未起算，提交以后已等待 3 天" and "gk-near-still" in badge


def test_a_new_reply_that_was_ordered_has_its_own_day(cast: Cast, monkeypatch) -> None:
    case = an_application(cast.body, on=date(2026, 3, 2)).case
    monkeypatch.setattr(clock, "today", lambda: date(2026, 6, 1))
    with on_case(case, by=None) as locked:
        add_event(
            locked,
            "deliver",
            by=None,
            law_type=EventType.REPLY_SENT_ONLINE,
            on=date(2026, 3, 9),
            decision="deny_process_info",
        )
        add_event(
            locked,
            "reopen",
            by=None,
            law_type=EventType.REANSWER_ORDERED,
            on=date(2026, 6, 1),
            until=date(2026, 6, 22),
        )
    case.refresh_from_db()
    assert case.state == Application.State.REANSWERING
    assert (case.closed_on, case.waiting_until) == (date(2026, 3, 9), date(2026, 6, 22))
    text, badge = _shown(case)
    assert text.startswith("重新答复：2026年6月22日（周一）前，还有") and "gk-near-green" in badge
    with on_case(case, by=None) as locked:
        sent = EventType.REPLY_SENT_ONLINE
        add_event(
            locked, "deliver", by=None, law_type=sent, on=date(2026, 6, 1), decision="granted"
        )
    case.refresh_from_db()
    assert case.state == Application.State.DELIVERED
    assert (case.decision, case.closed_on) == ("deny_process_info", date(2026, 3, 9))


def test_an_opinion_does_not_keep_the_applicants_name() -> None:
    person = {"name": "张三丰", "phone": "13800000000", "id_type": "身份证"}
    text = masking.without_person(person, "张三丰（13800000000）的身份证已核对")
    assert text == "张**（138****0000）的身份证已核对"
    assert masking.without_person(None, "已核对") == "已核对"
