"""What is planned is entered before its day; what was annulled leaves the page within days."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from gongkai.base.refusal import Refused
from gongkai.bodies.calendars import calendar_for
from gongkai.bodies.ledger import actions, queries
from gongkai.bodies.ledger.book import book, shown
from gongkai.bodies.ledger.forms import LineForm
from gongkai.bodies.ledger.todo import ledger_todo
from gongkai.law.parameters import rule
from gongkai.registers.models import PenaltyDecision, Training
from gongkai.registers.tests.cast import a_penalty

TRAINING, CONFERENCES = book("training"), book("press-conferences")


def soon(days: int = 3) -> date:
    return timezone.localdate() + timedelta(days=days)


def test_a_plan_is_entered_and_counts_when_its_day_has_come(cast):
    """DOMAIN G.2 58: plan, sessions, attendance; a plan is no session yet."""
    form = LineForm(TRAINING, cast.body, {"happened_on": soon().isoformat(), "subject": "公开业务"})
    assert form.is_valid(), form.errors
    line = actions.enter(TRAINING, cast.body, form.cleaned_data, by=cast.clerk)
    assert line.attended is None
    assert not queries.entries(TRAINING, cast.body, soon().year).exists()
    Training.objects.update(happened_on=soon(-1))
    assert queries.entries(TRAINING, cast.body, soon(-1).year).count() == 1


def test_a_session_that_was_held_says_who_came(cast):
    held = {"happened_on": soon(-1).isoformat(), "subject": "公开业务"}
    form = LineForm(TRAINING, cast.body, held)
    assert not form.is_valid() and "请填写实到人数" in str(form.errors["attended"])
    assert LineForm(TRAINING, cast.body, held | {"attended": "9"}).is_valid()


def test_a_plan_whose_day_has_passed_is_asked_about_until_it_is_filled_in(cast):
    values = {"happened_on": soon(), "subject": "公开业务"}
    line = actions.enter(TRAINING, cast.body, values, by=cast.clerk)

    def asked() -> list[str]:
        return [one.words for one in ledger_todo(cast.clerk) if one.book == TRAINING]

    assert asked() == []
    before = timezone.now() - timedelta(days=9)
    Training.objects.filter(pk=line.pk).update(happened_on=soon(-2), entered_at=before)
    assert any("计划的日期已过" in words for words in asked())
    actions.change(TRAINING, line.pk, {"attended": 9}, by=cast.clerk)
    assert asked() == []


def test_a_conference_that_was_not_held_yet_is_neither_offered_nor_published(cast, client):
    values = {"happened_on": soon(), "topic": "秋季疫苗接种", "speakers": "示例甲"}
    line = actions.enter(CONFERENCES, cast.body, values, by=cast.clerk)
    with pytest.raises(Refused, match="还没有到"):
        actions.publish(CONFERENCES, cast.body, [line.pk], by=cast.reviewer)
    client.force_login(cast.reviewer)

    def offered() -> tuple[bool, bool]:
        page = client.get(reverse("desk-ledger-line", args=["press-conferences", line.pk]))
        return queries.to_publish(CONFERENCES).exists(), "核对无误，公开" in page.content.decode()

    assert offered() == (False, False)
    CONFERENCES.model.objects.filter(pk=line.pk).update(happened_on=timezone.localdate())
    assert offered() == (True, True)


@pytest.mark.parametrize(("late", "said"), [(0, "按时撤回"), (1, "超期撤回")])
def test_an_annulled_penalty_says_whether_it_left_the_page_in_time(cast, client, late, said):
    """行政处罚法 48: within three working days; the register says by when and whether."""
    penalties, calendar = book("penalties"), calendar_for(cast.body)
    today = timezone.localdate()
    days = int(rule("publication.penalty_withdrawal_days", on=today).value)
    line = a_penalty(cast)
    actions.publish(penalties, cast.body, [line.pk], by=cast.reviewer)
    annulled = calendar.add(today, -days - late)
    actions.change(penalties, line.pk, {"annulled_on": annulled}, by=cast.clerk)
    line = PenaltyDecision.objects.get(pk=line.pk)
    assert line.published_at is None
    assert line.withdraw_by == calendar.add(annulled, days)
    assert shown(penalties, line, "withdrawal").startswith(said)
    client.force_login(cast.clerk)
    assert said in client.get(reverse("desk-ledger", args=["penalties"])).content.decode()
    line.withdraw_by = None  # as of a line from before this day was kept
    assert line.withdrawal == "已撤回"


def test_a_penalty_that_stands_or_never_was_public_says_nothing_of_a_term(cast):
    line = a_penalty(cast)
    assert line.withdrawal == "" and line.withdraw_by is None
    day = line.happened_on + timedelta(days=9)
    line = actions.change(book("penalties"), line.pk, {"annulled_on": day}, by=cast.clerk)
    assert line.withdrawal == "没有公开过"
