"""The work list: who sees what, in what order and colour; the export; the head's question."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from gongkai.applications import clock
from gongkai.applications.desk.case_filter import (
    COLOURS,
    TABS,
    CaseFilter,
    cases_of,
    colour_counts,
    in_order,
    narrow,
)
from gongkai.applications.desk.turns import my_turn, posts_of, turn_of, with_turns
from gongkai.applications.due import due_colour, due_text
from gongkai.applications.models import Application, Assignment, Letter
from gongkai.applications.tests.cast import APPLICANT, Cast, an_application
from gongkai.applications.tests.first_page import panel
from gongkai.applications.wagtail_hooks import CasePanel, todo_of_cases
from gongkai.base.models import AuditEntry
from gongkai.bodies.models import HolidayNotice
from gongkai.law.parameters import statute

TODAY = date(2026, 4, 13)
LIST = "desk-cases"
FILTERS: list[tuple[dict[str, str], bool]] = [
    ({"q": "接种"}, True),
    ({"q": "决算"}, False),
    ({"channel": "in_person"}, True),
    ({"channel": "fax"}, False),
    ({"kind": "natural"}, True),
    ({"year": "2026"}, True),
    ({"year": "2025"}, False),
    ({"extended": "1"}, False),
    ({"provisional": "1"}, False),
    ({"state": "received"}, True),
    ({"state": "closed"}, False),
    ({"decision": "granted"}, False),
    ({"section": "999999"}, False),
    ({"year": "zz", "section": "x", "colour": "pink"}, True),
    ({"year": "²²²²", "section": "①"}, True),  # digits that are no numbers
    ({"section": "9" * 40}, True),
]


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def at(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def seen(user: User, **query: Any) -> list[str]:
    page = at(user).get(reverse(LIST), query)
    assert page.status_code == 200
    return [row.number for row in page.context["rows"]]


def listed(user: User, **query: str) -> list[str]:
    """The same, as the page asks for it: one case after the other costs no page."""
    chosen, posts = CaseFilter.of(query), posts_of(user)
    names = chosen.tab != "supervised"
    cases = narrow(cases_of(chosen.tab, user, posts), chosen, TODAY, names=names)
    return [case.number for case in in_order(with_turns(cases))]


def case_due(cast: Cast, due: date, **more: Any) -> Application:
    """An application whose reply is due on that day."""
    calendar = clock.law_for(cast.body).calendar
    days = statute().rule("reply.days", on=due).value
    filed = an_application(cast.body, on=calendar.add(due, -days), **more)
    assert filed.case.due_on == due
    return filed.case


def test_the_answer_awaited_next_stands_first_and_one_that_was_given_last(cast: Cast) -> None:
    """An answer that was ordered anew has a day of its own; that of the first one is over."""
    answered = case_due(cast, date(2026, 4, 14))
    first = case_due(cast, date(2026, 4, 20))
    again = case_due(cast, date(2026, 4, 15))
    later = case_due(cast, date(2026, 4, 16))
    over = {"closed_on": date(2026, 4, 10)}
    State = Application.State
    Application.objects.filter(pk=answered.pk).update(state=State.DELIVERED, **over)
    for one, day in ((again, date(2026, 4, 17)), (later, date(2026, 4, 24))):
        Application.objects.filter(pk=one.pk).update(
            state=State.REANSWERING, waiting_until=day, **over
        )
    expected = [one.number for one in (again, first, later, answered)]
    assert seen(cast.clerk, tab="body", state="all") == expected


def test_what_nobody_has_taken_in_stands_first(cast: Cast) -> None:
    """The term has not begun, and who takes in has nothing else to tell him of it."""
    due = case_due(cast, date(2026, 4, 10))
    new, old = (
        an_application(cast.body, on=date(2026, 4, day), channel="online").case for day in (12, 9)
    )
    assert seen(cast.clerk) == [c.number for c in (old, new, due)]
    assert "提交以后已等待 4 天" in panel(cast.clerk)


def test_a_stranger_sees_nothing_of_another_body(cast: Cast) -> None:
    an_application(cast.body, on=date(2026, 4, 1))
    for tab in TABS:
        assert listed(cast.stranger, tab=tab, state="all") == [], tab
    assert seen(cast.stranger, tab="body", state="all") == []


def test_a_handler_sees_his_own_section_only(cast: Cast) -> None:
    ours, theirs = (an_application(cast.body, on=date(2026, 4, 1)).case for _ in range(2))
    Assignment.objects.create(application=ours, section=cast.section)
    Assignment.objects.create(application=theirs, section=cast.other_section)
    for tab in TABS:
        assert theirs.number not in listed(cast.handler, tab=tab, state="all"), tab
    # A tab that is not his is not opened by its address either.
    assert theirs.number not in seen(cast.handler, tab="body", state="all")
    assert seen(cast.handler, tab="section") == [ours.number]


def test_the_inspector_sees_the_cases_without_names_and_cannot_look_for_one(cast: Cast) -> None:
    case = an_application(cast.body, on=date(2026, 4, 1)).case
    client = at(cast.inspector)
    page = client.get(reverse(LIST)).content.decode()
    assert case.number in page
    # The next deed is told, not linked: its page is closed to who only looks on.
    turn = turn_of(with_turns(Application.objects.all()).get())
    assert turn.label in page and turn.url not in page  # type: ignore[union-attr]
    assert "周*" not in page
    assert APPLICANT["name"] not in page
    client.post(reverse(LIST), {"name": APPLICANT["name"]})
    assert case.number not in client.get(reverse(LIST)).content.decode()
    exported = client.get(reverse("desk-cases-csv")).content.decode()
    assert "周*" not in exported
    assert APPLICANT["name"] not in exported
    refused = client.post(reverse("desk-cases-csv"), {"reason": "检查"})
    assert refused.status_code in (302, 403)
    assert not AuditEntry.objects.filter(action__startswith="导出").exists()


def test_names_are_masked(cast: Cast) -> None:
    an_application(cast.body, on=date(2026, 4, 1))
    page = at(cast.clerk).get(reverse(LIST), {"tab": "body"}).content.decode()
    assert "周**" in page
    assert APPLICANT["name"] not in page


def test_those_due_first_stand_first_and_colours_are_counted(cast: Cast) -> None:
    days = [
        (date(2026, 4, 21), "green"),
        (date(2026, 4, 10), "overdue"),
        (date(2026, 4, 13), "due_today"),
        (date(2026, 4, 14), "red"),
        (date(2026, 4, 16), "yellow"),
    ]
    by_colour = {colour: case_due(cast, due).number for due, colour in days}
    order = ["overdue", "due_today", "red", "yellow", "green"]
    for colour in order:
        assert listed(cast.clerk, tab="body", colour=colour) == [by_colour[colour]], colour
    page = at(cast.clerk).get(reverse(LIST), {"tab": "body"})
    assert [row.number for row in page.context["rows"]] == [by_colour[c] for c in order]
    assert [(key, n) for key, _, n in page.context["colours"]] == [(c, 1) for c in order]
    counted = {"我要办的": 5, "等他人办理": 0, "本机关": 5}
    assert {label: n for _, label, n in page.context["tabs"]} == counted


def test_the_colours_of_the_list_are_those_of_the_clock_on_every_day(cast: Cast) -> None:
    calendar = clock.law_for(cast.body).calendar
    for due in calendar.days(date(2026, 3, 31), date(2026, 5, 12)):
        case_due(cast, due)
    # An answer ordered anew is looked for on its own day, not on that of the first one.
    again = case_due(cast, date(2026, 1, 20))
    Application.objects.filter(pk=again.pk).update(
        state="reanswering", closed_on=date(2026, 1, 19), waiting_until=date(2026, 4, 14)
    )
    by_the_clock = {c.number: due_colour(c) for c in Application.objects.select_related("body")}
    counted = Counter(by_the_clock.values())
    whole = Application.objects.all()
    assert {key: n for key, _, n in colour_counts(whole, TODAY)} == counted
    rows = with_turns(whole.select_related("body"))
    assert {c.number: due_colour(c) for c in rows} == by_the_clock
    for colour in COLOURS:
        numbers = listed(cast.clerk, tab="body", colour=colour)
        assert sorted(numbers) == sorted(n for n, c in by_the_clock.items() if c == colour), colour


def test_the_last_day_to_ask_for_a_correction_goes_before_that_of_the_reply(cast: Cast) -> None:
    """Art 30: seven working days from the receipt; colour, order and words follow it, on the
    letter's way to its signature too, until it was served or the day has passed."""
    calendar = clock.law_for(cast.body).calendar
    reply_soon = case_due(cast, date(2026, 4, 15))
    case = an_application(cast.body, on=calendar.add(TODAY, -7)).case
    tomorrow = an_application(cast.body, on=calendar.add(TODAY, -6)).case
    too_late = an_application(cast.body, on=calendar.add(TODAY, -8)).case
    assert clock.outcome(case).correction_notice_due == TODAY
    order = [case, tomorrow, reply_soon, too_late]
    page = at(cast.clerk).get(reverse(LIST), {"tab": "body"})
    assert [row.number for row in page.context["rows"]] == [c.number for c in order]
    assert listed(cast.clerk, tab="body", colour="due_today") == [case.number]
    shown = due_text(case)
    assert shown == "如需补正告知：2026年4月13日（周一）前，今天到期；答复2026年4月30日前"
    assert shown in page.content.decode()
    assert due_text(too_late).startswith("2026年4月29日")
    set_state(case, "in_review")
    case.refresh_from_db()
    assert due_colour(case) == "green"
    letter = Letter.objects.create(application=case, code="L04", state="signing")
    assert mine(case, cast.leader)
    assert shown in panel(cast.leader)
    Letter.objects.filter(pk=letter.pk).update(state="cancelled")
    assert due_colour(case) == "green"


def test_a_body_with_days_off_of_its_own_has_its_own_colours(cast: Cast) -> None:
    case = case_due(cast, date(2026, 4, 16))
    assert listed(cast.clerk, tab="body", colour="yellow") == [case.number]
    HolidayNotice.objects.create(body=cast.body, source="本机关停电", days_off=["2026-04-14"])
    assert listed(cast.clerk, tab="body", colour="yellow") == []
    page = at(cast.clerk).get(reverse(LIST), {"tab": "body", "colour": "red"})
    assert [row.number for row in page.context["rows"]] == [case.number]
    counted = {key: n for key, _, n in page.context["colours"]}
    assert (counted["red"], counted["yellow"]) == (1, 0)


def test_filters_narrow_the_list(cast: Cast) -> None:
    case = an_application(cast.body, on=date(2026, 4, 1)).case
    for query, found in FILTERS:
        assert (case.number in listed(cast.clerk, tab="body", **query)) is found, query
    page = at(cast.clerk).get(reverse(LIST), {"tab": "body", "q": "决算", "section": "9" * 40})
    assert list(page.context["rows"]) == []
    # The tabs say how many there are, whatever the filter leaves.
    assert [n for _, _, n in page.context["tabs"]] == [1, 0, 1]


def test_a_case_is_found_by_its_number_and_by_that_of_its_letter(cast: Cast) -> None:
    case = an_application(cast.body, on=date(2026, 4, 1)).case
    number = "示卫健公开〔2026〕第1号-告"
    Letter.objects.create(application=case, code="L14", number=number)
    assert listed(cast.clerk, tab="body", q=case.number[:12]) == [case.number]
    assert listed(cast.clerk, tab="body", q=number) == [case.number]


def test_a_name_is_searched_for_without_standing_in_an_address_or_the_session(cast: Cast) -> None:
    case = an_application(cast.body, on=date(2026, 4, 1)).case
    client = at(cast.clerk)
    client.get(reverse(LIST), {"tab": "body"})
    answer = client.post(reverse(LIST), {"name": APPLICANT["name"]})
    assert answer["Location"] == reverse(LIST)
    page = client.get(reverse(LIST))
    assert [r.number for r in page.context["rows"]] == [case.number]
    assert APPLICANT["name"] not in repr(dict(client.session.items()))
    client.post(reverse(LIST), {"name": "周申"})
    assert not client.get(reverse(LIST)).context["rows"].object_list


def test_the_filter_is_remembered_until_it_is_cleared(cast: Cast) -> None:
    an_application(cast.body, on=date(2026, 4, 1))
    client = at(cast.clerk)
    client.get(reverse(LIST), {"tab": "body", "channel": "fax"})
    assert not client.get(reverse(LIST)).context["rows"].object_list
    client.get(reverse(LIST), {"clear": "1"})
    assert client.get(reverse(LIST)).context["rows"].object_list


def test_queries_do_not_grow_with_the_cases(cast: Cast) -> None:
    client = at(cast.clerk)

    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            client.get(reverse(LIST), {"tab": "body"})
        return len(made)

    an_application(cast.body, on=date(2026, 4, 1))
    queries()
    few = queries()
    for _ in range(3):
        case = an_application(cast.body, on=date(2026, 4, 1)).case
        Assignment.objects.create(application=case, section=cast.section)
    assert queries() == few


# --- whose turn ---------------------------------------------------------------------------------


def mine(case: Application, user: User) -> bool:
    return Application.objects.filter(my_turn(posts_of(user)), pk=case.pk).exists()


def set_state(case: Application, state: str) -> None:
    Application.objects.filter(pk=case.pk).update(state=state)


def test_the_first_page_shows_what_is_mine_what_waits_and_what_is_late(cast: Cast) -> None:
    late = case_due(cast, date(2026, 4, 10))
    Application.objects.filter(pk=late.pk).update(clerk=cast.clerk, state="consulting")
    new = an_application(cast.body, on=date(2026, 4, 9)).case
    page = at(cast.clerk).get(reverse("wagtailadmin_home")).content.decode()
    mine_part, _, rest = page.partition("逾期未答复")
    assert new.number in mine_part
    assert late.number in rest
    assert "等他人办理的申请" in rest
    # All of them are in the list, also those the first page has no room for.
    assert seen(cast.clerk, tab="waiting") == [late.number]
    assert APPLICANT["name"] not in page
    assert new.number not in panel(cast.stranger)


# --- export and the head ------------------------------------------------------------------------


def test_the_export_is_masked_unless_a_reason_is_given_and_noted(cast: Cast) -> None:
    an_application(cast.body, on=date(2026, 4, 1))
    client = at(cast.clerk)
    client.get(reverse(LIST), {"tab": "body"})
    masked = client.get(reverse("desk-cases-csv")).content.decode()
    assert "周**" in masked
    assert APPLICANT["name"] not in masked
    client.post(reverse("desk-cases-csv"), {"reason": " "})
    assert not AuditEntry.objects.filter(action__startswith="导出").exists()
    plain = client.post(reverse("desk-cases-csv"), {"reason": "核对邮寄名单"}).content.decode()
    assert APPLICANT["name"] in plain
    entry = AuditEntry.objects.get(action__startswith="导出")
    assert (entry.new or {})["理由"] == "核对邮寄名单"
    assert APPLICANT["name"] not in repr(entry.new)


def test_nothing_in_an_export_becomes_a_formula(cast: Cast) -> None:
    for subject in ('=HYPERLINK("x")', "+1", "-A1", "@a", "＝1"):
        an_application(cast.body, on=date(2026, 4, 1), subject=subject)
    client = at(cast.clerk)
    client.get(reverse(LIST), {"tab": "body"})
    text = client.get(reverse("desk-cases-csv")).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 6
    assert all(row[2].startswith("'") for row in rows[1:])
    book = load_workbook(io.BytesIO(client.get(reverse("desk-cases-xlsx")).content))
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}


def test_the_export_holds_what_the_filter_leaves(cast: Cast) -> None:
    an_application(cast.body, on=date(2026, 4, 1))
    fax = an_application(cast.body, on=date(2026, 4, 1), channel="fax").case
    client = at(cast.clerk)
    text = client.get(reverse("desk-cases-csv"), {"tab": "body", "channel": "fax"})
    rows = list(csv.reader(io.StringIO(text.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == [fax.number]


def test_the_head_sees_who_is_late(cast: Cast) -> None:
    case = case_due(cast, date(2026, 4, 10))
    Application.objects.filter(pk=case.pk).update(clerk=cast.clerk, section=cast.section)
    late = at(cast.head).get(reverse(LIST), {"tab": "body"}).context["late"]
    assert late == {
        "经办人": [{"who": "王经办", "n": 1}],
        "承办科室": [{"who": "医政科", "n": 1}],
    }
    assert at(cast.clerk).get(reverse(LIST), {"tab": "body"}).context["late"] is None


def test_who_may_see_cases_has_their_part_of_the_first_page(cast: Cast, rf: Any) -> None:
    for user in (cast.clerk, cast.inspector, cast.legal, cast.archivist):
        request, panels = rf.get("/office/"), []
        request.user = user
        todo_of_cases(request, panels)
        assert [type(one) for one in panels] == [CasePanel], user


def test_the_tabs_count_what_is_open_whatever_state_is_listed(cast: Cast) -> None:
    an_application(cast.body, on=date(2026, 4, 1))
    page = at(cast.clerk).get(reverse(LIST), {"tab": "body", "state": "closed"})
    assert not page.context["rows"].object_list
    assert [n for _, _, n in page.context["tabs"]] == [1, 0, 1]
