"""DOMAIN G.2 54: unanswered messages and results that nobody published."""

from datetime import timedelta

from django.utils import timezone

from gongkai.engagement.models import CitizenLetter, Mailbox
from gongkai.engagement.site_checks import problems
from gongkai.engagement.tests.cast import Cast, a_letter


def found(cast: Cast) -> list:
    return list(problems(cast.body, timezone.localdate(), False))


def test_a_late_letter_is_found_by_its_number_alone(cast: Cast) -> None:
    letter = a_letter(cast)
    assert found(cast) == []
    today = timezone.localdate()
    CitizenLetter.objects.update(due_on=today - timedelta(days=1))
    (late,) = found(cast)
    assert letter.number in late.place and not late.veto
    assert letter.subject not in late.words + late.place


def test_a_letter_unanswered_for_three_months_is_a_veto(cast: Cast) -> None:
    a_letter(cast)
    long_ago = timezone.localdate() - timedelta(days=100)
    CitizenLetter.objects.update(received_on=long_ago, due_on=long_ago)
    (late,) = found(cast)
    assert late.veto and "超过3个月" in late.words


def test_a_body_whose_mailboxes_are_all_closed_has_no_way_to_be_asked(cast: Cast) -> None:
    Mailbox.objects.update(is_open=False)
    (closed,) = found(cast)
    assert closed.veto and "停止接收来信" in closed.words
