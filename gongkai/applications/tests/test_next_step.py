"""The next step of a case and its big button: what comes next, for whom, about which letter."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gongkai.applications.actions.closing import close_case
from gongkai.applications.actions.papers import move_letter
from gongkai.applications.desk.deeds import BY_KEY, DEEDS
from gongkai.applications.desk.deeds.letters import DeliverForm
from gongkai.applications.desk.deeds.registry import Offer, offers, prepare
from gongkai.applications.desk.next_step import NextStep, next_deed, next_step
from gongkai.applications.desk.todo import case_todo
from gongkai.applications.desk.turns import my_turn, posts_of, turn_of, with_turns
from gongkai.applications.due import due_text
from gongkai.applications.models import Application, Letter
from gongkai.applications.queries import roles_on
from gongkai.applications.tests.cast import Cast, a_registered_application, an_application
from gongkai.applications.tests.first_page import panel
from gongkai.applications.tests.paper_way import a_letter, made_ready, sent
from gongkai.bodies.actions import grant_role
from gongkai.bodies.models import Role

RECEIVED, DAY = date(2026, 3, 2), date(2026, 3, 12)


@pytest.fixture
def case(cast: Cast) -> Application:
    """Registered; its receipt (L02) lies in draft."""
    made = a_registered_application(cast, on=RECEIVED)
    assert made.letters.get(code="L02").state == Letter.State.DRAFT
    return made


def fresh(case: Application) -> Application:
    case = Application.objects.get(pk=case.pk)
    prepare(case)
    return case


def first(case: Application, user) -> str:
    found = next_deed(case, offers(case, user, DEEDS))
    return found.deed.key if found else ""


def sign_offer(case: Application, user) -> Offer:
    return next(o for o in offers(case, user, (BY_KEY["sign"],)))


def page(case: Application, user, key: str = "") -> str:
    client = Client()
    client.force_login(user)
    name, more = ("desk-case-deed", [key]) if key else ("desk-case", [])
    return client.get(reverse(name, args=[case.pk, *more])).content.decode()


def decide(case: Application) -> None:
    case.items.update(decision="granted", letter="L14")


def test_once_all_is_decided_the_next_step_is_the_draft_of_the_reply(
    cast: Cast, case: Application
) -> None:
    Application.objects.filter(pk=case.pk).update(state="in_review")
    assert next_step(fresh(case)).key == "decide"
    decide(case)
    assert next_step(fresh(case)) == NextStep("draft", "起草答复文书")
    assert first(fresh(case), cast.clerk) == "draft"
    # The list says the same.
    listed = with_turns(Application.objects.filter(pk=case.pk)).get()
    assert turn_of(listed).label == "起草答复文书"  # type: ignore[union-attr]


def test_the_unsent_receipt_is_not_the_big_button_while_the_reply_is_reviewed(
    cast: Cast, case: Application
) -> None:
    decide(case)
    move_letter(a_letter(case, "L14", cast), "submit", by=cast.clerk)
    assert next_step(fresh(case)) == NextStep("legal-review", "公开告知书法制审核")
    assert first(fresh(case), cast.clerk) == ""
    said = page(case, cast.clerk)
    assert "现在没有需要您办理的事项" in said
    assert ">送出文书</a>" in said  # small, further down
    assert "法制审核通过（公开告知书）" in page(case, cast.legal)


def test_a_receipt_that_was_never_sent_neither_leads_nor_hinders_after_the_reply(
    cast: Cast, case: Application
) -> None:
    decide(case)
    sent(a_letter(case, "L14", cast), cast, on=DAY)
    assert next_step(fresh(case)) == NextStep("close", "办结")
    assert first(fresh(case), cast.clerk) == "close"
    close_case(fresh(case), by=cast.clerk)
    assert fresh(case).state == Application.State.CLOSED


def test_of_two_letters_the_one_the_case_waits_for_and_the_way_asked_for_are_chosen(
    cast: Cast, case: Application
) -> None:
    made_ready(a_letter(case, "L04", cast), cast, on=DAY)
    form = DeliverForm(case=fresh(case), user=cast.clerk)
    notice = next(k for k, x in form.found.items() if x.code == "L04")
    assert len(form.found) == 2 and form.fields["letter"].initial == notice
    Application.objects.filter(pk=case.pk).update(route="post")
    said = page(case, cast.clerk, "deliver")
    for value in (notice, "post"):
        assert re.search(rf'value="{re.escape(value)}"[^>]* checked', said), value
    for needed in ("邮寄的必填", "委托送达的必填"):
        assert needed in said
    assert said.count("可以不填") == 1  # the day of the signature
    assert "送出文书（补正告知书）" in page(case, cast.clerk)


def test_who_drafted_a_letter_is_not_offered_its_signature(cast: Cast, case: Application) -> None:
    decide(case)
    letter = a_letter(case, "L14", cast)
    Letter.objects.filter(pk=letter.pk).update(state="signing")
    grant_role(cast.clerk, cast.body, Role.HEAD, by=None)
    own = sign_offer(fresh(case), cast.clerk)
    assert own.barred and own.why_not == "这份文书是您拟的，由另一位分管领导或者负责人办理。"
    assert sign_offer(fresh(case), cast.head).possible
    said = page(case, cast.clerk)
    assert "下一步：公开告知书签发" in said and own.why_not in said
    assert first(fresh(case), cast.clerk) != "sign"
    people = {cast.clerk: False, cast.head: True, cast.leader: True, cast.administrator: False}
    for user, his in people.items():
        turn = Application.objects.filter(my_turn(posts_of(user)), pk=case.pk)
        assert turn.exists() is his, user
    # Who may administer everything holds no post: he sees the case as an inspector does.
    assert roles_on(cast.administrator, case) == {Role.INSPECTOR}
    assert not case_todo(cast.administrator)
    with pytest.raises(PermissionDenied):
        move_letter(letter, "sign", by=cast.administrator)


def test_a_posted_reply_is_answered_and_not_yet_served_and_no_row_says_it_is_closed(
    cast: Cast, case: Application
) -> None:
    decide(case)
    letter = sent(a_letter(case, "L14", cast), cast, on=DAY, way="post", tracking="EB1")
    case = fresh(case)
    assert (case.get_state_display(), letter.get_state_display()) == ("已答复", "已送出")
    assert due_text(case) == "2026年3月12日答复"
    assert "已送达" not in page(case, cast.clerk)
    turn = turn_of(with_turns(Application.objects.filter(pk=case.pk)).get())
    assert turn is not None and (turn.label, turn.waits) == ("等待公开告知书签收", True)
    assert "下一步：等待公开告知书签收" in page(case, cast.clerk)
    close_case(case, by=cast.clerk)
    assert due_text(fresh(case)) == "2026年3月12日办结"


def test_a_case_given_up_is_not_called_closed_in_the_column_of_days(case: Application) -> None:
    case.closed_on = DAY
    for state, said in (("abandoned", "视为放弃"), ("withdrawn", "撤回"), ("archived", "办结")):
        case.state = state
        assert due_text(case) == f"2026年3月12日{said}"


def test_a_reply_handed_to_another_agency_waits_for_the_signature(
    cast: Cast, case: Application
) -> None:
    decide(case)
    sent(a_letter(case, "L14", cast), cast, on=DAY, way="through", carrier="示例镇人民政府")
    assert next_step(fresh(case)) == NextStep("signature", "等待公开告知书签收")
    assert first(fresh(case), cast.clerk) == "signature"


def test_queries_of_the_first_page_do_not_grow_with_the_cases(cast: Cast) -> None:
    def queries(number: int) -> int:
        for _ in range(number):
            an_application(cast.body, on=RECEIVED)
        with CaptureQueriesContext(connection) as made:
            assert "我要办的" in panel(cast.clerk)
        return len(made)

    queries(1)
    assert queries(1) == queries(2)
