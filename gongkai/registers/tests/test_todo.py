"""What waits in the registers, on the first page of the office."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gongkai.bodies.ledger import actions
from gongkai.bodies.ledger.book import book
from gongkai.bodies.ledger.todo import ledger_todo
from gongkai.law.parameters import rule
from gongkai.registers.tests.cast import a_penalty

PENALTIES = book("penalties")


def test_what_waits_is_on_the_first_page(cast):
    tasks, today = book("handed-tasks"), timezone.localdate()
    values = {"source": "市政府", "subject": "报送总结", "due_on": today, "happened_on": today}
    actions.enter(tasks, cast.body, values, by=cast.clerk)
    a_penalty(cast)
    assert [(w.book.slug, w.count) for w in ledger_todo(cast.clerk)] == [("handed-tasks", 1)]
    assert {w.book.slug for w in ledger_todo(cast.reviewer)} == {"handed-tasks", "penalties"}
    assert ledger_todo(cast.stranger) == []


def test_a_book_in_which_nothing_waits_is_asked_no_further(cast):
    """The first page asks every book there is: without lines it is his posts and one question."""
    with CaptureQueriesContext(connection) as asked:
        assert ledger_todo(cast.clerk) == []
    assert len(asked) == 2
    a_penalty(cast)
    with CaptureQueriesContext(connection) as asked:
        assert [one.book for one in ledger_todo(cast.reviewer)] == [PENALTIES]
    assert len(asked) == 3


def test_an_account_that_says_nothing_for_two_weeks_is_named(cast):
    accounts, issues = book("media-accounts"), book("media-issues")
    today = timezone.localdate()
    days = rule("column.update.news", on=today).value
    opened = {"platform": "wechat", "name": "健康示例", "happened_on": today - timedelta(365)}
    account = actions.enter(accounts, cast.body, opened, by=cast.clerk)

    def post(ago: int) -> None:
        values = {"account": account, "category": "科普", "happened_on": today - timedelta(ago)}
        actions.enter(issues, cast.body, values, by=cast.clerk)

    def named() -> bool:
        return any(w.book.slug == "media-accounts" for w in ledger_todo(cast.clerk))

    assert named()
    post(days + 1)
    assert named()
    post(days)
    assert not named()
