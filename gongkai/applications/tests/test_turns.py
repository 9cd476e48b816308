"""Whose turn a case is: the clerk's, the section's, the reviewers', the head's, nobody's."""

from __future__ import annotations

from datetime import date

from gongkai.applications.desk.turns import turn_of, with_turns
from gongkai.applications.models import Application, Approval, Assignment, Letter
from gongkai.applications.tests.cast import Cast, an_application
from gongkai.applications.tests.test_work_list import day, mine, set_state  # noqa: F401


def turn(case: Application) -> str:
    found = turn_of(with_turns(Application.objects.filter(pk=case.pk)).get())
    return found.label if found else ""


def whose(case: Application, cast: Cast) -> set[str]:
    people = ("clerk", "handler", "legal", "secrecy", "leader", "head", "seal_keeper", "archivist")
    return {name for name in people if mine(case, getattr(cast, name))}


def test_from_registration_to_opinion_it_is_the_clerks_and_the_sections_turn(cast: Cast) -> None:
    case = an_application(cast.body, on=date(2026, 4, 1)).case
    assert (turn(case), whose(case, cast)) == ("登记", {"clerk"})
    assignment = Assignment.objects.create(application=case, section=cast.section)
    set_state(case, "in_review")
    assert whose(case, cast) == {"handler"}
    assert "医政科" in turn(case)
    Assignment.objects.filter(pk=assignment.pk).update(answered_at="2026-04-10T10:00:00+08:00")
    assert (turn(case), whose(case, cast)) == ("作出答复决定", {"clerk"})


REPLIES = [
    ("draft", "drafted", {"clerk"}),
    ("legal", "reviewing", {"legal"}),
    ("secrecy", "reviewing", {"secrecy"}),
    ("signing", "reviewing", {"leader", "head"}),
    ("signed", "approved", {"seal_keeper"}),
    ("sealed", "sealed", {"clerk"}),
]


def test_a_reply_is_the_turn_of_the_one_who_does_its_next_step(cast: Cast) -> None:
    case = an_application(cast.body, on=date(2026, 4, 1)).case
    reply = Letter.objects.create(application=case, code="L14")
    for letter, state, who in REPLIES:
        Letter.objects.filter(pk=reply.pk).update(state=letter)
        set_state(case, state)
        assert whose(case, cast) == who, letter
        assert "公开告知书" in turn(case), letter


def test_a_notice_in_review_takes_the_case_from_the_clerks_hands(cast: Cast) -> None:
    case = an_application(cast.body, on=date(2026, 4, 1)).case
    Letter.objects.create(application=case, code="L04", state="signing")
    assert whose(case, cast) == {"leader", "head"}


def test_the_receipt_in_draft_is_nobodys_turn(cast: Cast) -> None:
    case = an_application(cast.body, on=date(2026, 4, 1)).case
    Letter.objects.create(application=case, code="L02", state="signing")
    assert whose(case, cast) == {"clerk"}


AFTERWARDS = [
    ("delivered", {"clerk"}),
    ("closed", {"archivist"}),
    ("abandoned", {"clerk"}),
    ("awaiting_correction", set()),
    ("awaiting_payment", set()),
    ("consulting", set()),
    ("archived", set()),
]


def test_after_the_reply_it_is_closed_and_archived_and_while_waiting_nobodys(cast: Cast) -> None:
    case = an_application(cast.body, on=date(2026, 4, 1)).case
    for state, who in AFTERWARDS:
        set_state(case, state)
        assert whose(case, cast) == who, state


def test_an_extension_asked_for_is_the_heads_turn(cast: Cast) -> None:
    case = an_application(cast.body, on=date(2026, 4, 1)).case
    Approval.objects.create(application=case, kind=Approval.Kind.EXTENSION, asked={"days": 5})
    assert "延期" in turn(case)
    assert mine(case, cast.head)


def test_another_clerks_case_is_not_mine(cast: Cast) -> None:
    case = an_application(cast.body, on=date(2026, 4, 1)).case
    Application.objects.filter(pk=case.pk).update(clerk=cast.head)
    assert not mine(case, cast.clerk)
