"""Before the legal day of the report, and once after it, those whose turn it is are reminded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.management import call_command

from gongkai.law.deadlines.duties import report_due
from gongkai.reporting.models import RouteReminder
from gongkai.reporting.route.remind import remind
from gongkai.reporting.tests.cast import Cast
from gongkai.reporting.tests.public_cast import publish

pytestmark = pytest.mark.django_db
YEAR = 2025
DUE = report_due(YEAR)


@pytest.fixture
def post(people: Cast, settings) -> Cast:
    """Mail is kept; everyone has an address."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    for user in get_user_model().objects.all():
        user.email = f"{user.username}@example.cn"
        user.save()
    return people


def to() -> set[str]:
    found = {address.split("@")[0] for letter in mail.outbox for address in letter.to}
    mail.outbox.clear()
    return found


def test_each_step_is_told_once(post: Cast) -> None:
    assert remind(DUE - timedelta(days=40)).near == 0
    assert remind(DUE - timedelta(days=1)).near == 2
    assert to() == {"jingban", "shenhe", "waidanwei"}
    again = remind(DUE - timedelta(days=1))
    assert (again.near, again.mails) == (0, 0)


def test_what_is_late_goes_to_the_head_and_to_the_office_above(post: Cast) -> None:
    run = remind(DUE + timedelta(days=3))
    assert run.overdue == 2
    assert {"fuze", "jiancha"} <= to()
    assert remind(DUE + timedelta(days=9)).overdue == 0


def test_who_has_published_is_left_alone(post: Cast) -> None:
    publish(post.body, YEAR)
    publish(post.other_body, YEAR)
    assert remind(DUE + timedelta(days=3)).overdue == 0
    assert not RouteReminder.objects.exists()


def test_the_command_says_what_it_did(post: Cast, capsys) -> None:
    call_command("remind_reports")
    assert "发出邮件" in capsys.readouterr().out
