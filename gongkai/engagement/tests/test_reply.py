"""Hand on, draft, review, send: two persons for every reply."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Overtaken, Refused
from gongkai.bodies.calendars import calendar_for
from gongkai.engagement.actions import letters, replies
from gongkai.engagement.actions.mailboxes import save_limits, save_mailbox
from gongkai.engagement.models import CitizenLetter, LetterReply, Mailbox, MailboxCheck
from gongkai.engagement.queries import letters_for, year_counts
from gongkai.engagement.tests.cast import TEXT, Cast, a_letter, answered
from gongkai.law.parameters import rule
from gongkai.law.remedies import add_months

State = CitizenLetter.State


def again(letter: CitizenLetter) -> CitizenLetter:
    return CitizenLetter.objects.get(pk=letter.pk)


def test_a_letter_goes_from_the_mailbox_to_the_section_to_the_writer(cast: Cast) -> None:
    letter = a_letter(cast)
    letters.assign(letter, cast.section, by=cast.clerk)
    assert again(letter).state == State.WORKING
    replies.draft_reply(letter, "done", "门诊周六上午开诊。", by=cast.handler)
    assert again(letter).state == State.REVIEW
    replies.review_reply(letter, approve=True, by=cast.reviewer)
    done = again(letter)
    assert done.state == State.ANSWERED and done.answered_on and done.result == "done"


def test_nobody_lets_his_own_draft_out(cast: Cast) -> None:
    letter = a_letter(cast)
    replies.draft_reply(letter, "done", "门诊周六上午开诊。", by=cast.head)
    with pytest.raises(Refused, match="两人"):
        replies.review_reply(letter, approve=True, by=cast.head)
    with pytest.raises(IntegrityError), transaction.atomic():
        LetterReply.objects.update(reviewed_by=cast.head, approved=True)


def test_a_draft_is_given_back_with_a_reason_and_written_anew(cast: Cast) -> None:
    letter = a_letter(cast)
    replies.draft_reply(letter, "done", "已收到。", by=cast.clerk)
    with pytest.raises(Refused, match="要修改什么"):
        replies.review_reply(letter, approve=False, by=cast.reviewer)
    replies.review_reply(letter, approve=False, opinion="请写明开诊时间", by=cast.reviewer)
    replies.draft_reply(letter, "done", "门诊周六上午开诊。", by=cast.clerk)
    replies.review_reply(letter, approve=True, by=cast.leader)
    assert [r.approved for r in letter.replies.all()] == [False, True]


def test_a_reviewed_reply_is_never_changed(cast: Cast) -> None:
    answered(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        LetterReply.objects.update(text="别的答复")


def test_who_may_see_and_answer_a_letter(cast: Cast) -> None:
    letter = a_letter(cast)
    assert not letters_for(cast.stranger).exists()
    assert not letters_for(cast.handler).exists()
    letters.assign(letter, cast.section, by=cast.clerk)
    assert letters_for(cast.handler).exists() and not letters_for(cast.other_handler).exists()
    for person in (cast.stranger, cast.other_handler, cast.inspector, cast.reviewer):
        with pytest.raises(PermissionDenied):
            replies.draft_reply(letter, "done", "答复", by=person)


def test_two_clerks_at_once_the_second_is_told(cast: Cast) -> None:
    letter = a_letter(cast)
    letters.assign(letter, cast.section, by=cast.clerk, seen=letter.version)
    with pytest.raises(Overtaken):
        letters.assign(letter, cast.other_section, by=cast.head, seen=letter.version)


def test_a_complex_matter_has_the_longer_period_from_the_same_day(cast: Cast) -> None:
    letter = a_letter(cast)
    letters.mark_complex(letter, "需要实地核查", by=cast.clerk)
    due = calendar_for(cast.body).add(letter.received_on, 15)
    assert again(letter).due_on == due
    with pytest.raises(Refused):
        letters.mark_complex(letter, "再次", by=cast.clerk)


def test_a_bodys_own_limit_moves_open_letters_and_needs_its_source(cast: Cast) -> None:
    letter = a_letter(cast)
    with pytest.raises(Refused, match="依据"):
        save_limits(cast.body, {"mailbox.reply_days": {"value": 3, "source": " "}}, by=cast.head)
    local = {"mailbox.reply_days": {"value": 3, "source": "示例县信箱办理办法"}}
    assert save_limits(cast.body, local, by=cast.head) == 1
    assert again(letter).due_on == calendar_for(cast.body).add(letter.received_on, 3)
    with pytest.raises(PermissionDenied):
        save_limits(cast.body, local, by=cast.clerk)


def test_a_letter_made_complex_meanwhile_keeps_its_longer_period(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = a_letter(cast)
    CitizenLetter.objects.update(due_on=letter.received_on)
    reckon = letters.set_due

    def another_deed_comes_between(one: CitizenLetter, **known: Any) -> None:
        monkeypatch.setattr(letters, "set_due", reckon)
        CitizenLetter.objects.update(is_complex=True, complex_reason="需要实地核查")
        reckon(one, **known)

    monkeypatch.setattr(letters, "set_due", another_deed_comes_between)
    assert letters.recompute(cast.body) == 1
    assert again(letter).due_on == calendar_for(cast.body).add(letter.received_on, 15)


def test_satisfaction_is_given_once_and_only_after_the_answer(cast: Cast) -> None:
    letter = a_letter(cast)
    with pytest.raises(Refused):
        letters.rate(letter, 5)
    done = answered(cast)
    letters.rate(done, 4, "很快")
    with pytest.raises(Refused):
        letters.rate(done, 1)
    (row,) = year_counts(cast.body, done.received_on.year)
    assert (row["received"], row["answered"], row["in_time"], row["satisfied"]) == (2, 1, 1, 1)


def test_seeing_the_writer_in_clear_is_noted(cast: Cast, client: Client) -> None:
    letter = a_letter(cast)
    client.force_login(cast.clerk)
    page = client.get(f"/office/engagement/letters/{letter.pk}/").content.decode()
    # His own words stand there, his name and phone in the fields only masked.
    assert "<dd>周**</dd>" in page and "138****0000" in page and TEXT in page
    seen = client.post(f"/office/engagement/letters/{letter.pk}/sender/").content.decode()
    assert "<dd>周写信</dd>" in seen
    assert AuditEntry.objects.filter(action="查看写信人个人信息").count() == 1


def test_opening_a_mailbox_notes_the_daily_look_once(cast: Cast, client: Client) -> None:
    a_letter(cast)
    address = f"/office/engagement/letters/?mailbox={cast.mailbox.pk}"
    for person in (cast.clerk, cast.clerk, cast.head, cast.reviewer):
        client.force_login(person)
        assert client.get(address).status_code == 200
    assert {c.by.username for c in MailboxCheck.objects.all()} == {"jingban", "fuze"}
    assert MailboxCheck.objects.first().waiting == 1
    page = client.get("/office/engagement/checks/").content.decode()
    assert "王经办" in page


def test_the_deeds_on_the_page_are_those_that_are_possible(cast: Cast, client: Client) -> None:
    letter = a_letter(cast)
    address = f"/office/engagement/letters/{letter.pk}/"
    client.force_login(cast.clerk)
    sent = client.post(
        address,
        {
            "deed": "reply",
            "reply-result": "done",
            "reply-text": "周六开诊。",
            "seen": letter.version,
        },
    )
    assert sent.status_code == 302
    assert 'value="review"' not in client.get(address).content.decode()
    client.force_login(cast.reviewer)
    assert 'value="review"' in client.get(address).content.decode()
    verdict = {"deed": "review", "seen": again(letter).version}
    refused = client.post(address, verdict | {"review-approve": "no"})
    assert refused.status_code == 422 and "要修改什么" in refused.content.decode()
    assert client.post(address, verdict | {"review-approve": "yes"}).status_code == 302
    assert again(letter).is_answered


def test_a_stranger_finds_no_letter_on_any_page(cast: Cast, client: Client) -> None:
    letter = a_letter(cast)
    client.force_login(cast.stranger)
    assert client.get(f"/office/engagement/letters/{letter.pk}/").status_code == 404
    assert client.post(f"/office/engagement/letters/{letter.pk}/sender/").status_code == 404
    assert letter.number not in client.get("/office/engagement/letters/?state=all").content.decode()
    assert client.get(f"/office/engagement/mailboxes/{cast.body.slug}/").status_code == 404


def test_the_list_narrows_by_colour(cast: Cast, client: Client) -> None:
    calendar, today = calendar_for(cast.body), timezone.localdate()
    days = {"green": 8, "yellow": 4, "red": 1, "due_today": 0, "overdue": -2}
    letters = {}
    for colour, left in days.items():
        letters[colour] = a_letter(cast)
        due = calendar.add(today, left) if left else today
        CitizenLetter.objects.filter(pk=letters[colour].pk).update(due_on=due)
    client.force_login(cast.clerk)
    for colour in days:
        page = client.get(f"/office/engagement/letters/?colour={colour}").content.decode()
        shown = [one for one, letter in letters.items() if letter.number in page]
        assert shown == [colour]


def test_a_letter_unanswered_for_months_is_called_a_veto(cast: Cast, client: Client) -> None:
    letter = a_letter(cast)
    client.force_login(cast.clerk)
    assert "单项否决" not in client.get("/office/engagement/letters/").content.decode()
    months = int(rule("mailbox.veto_months", on=letter.received_on).value)
    long_ago = add_months(letter.received_on, -months - 1)
    CitizenLetter.objects.update(received_on=long_ago, due_on=long_ago)
    assert "单项否决" in client.get("/office/engagement/letters/").content.decode()


def test_a_second_mailbox_of_the_same_name_is_refused_with_a_sentence(
    cast: Cast, client: Client
) -> None:
    client.force_login(cast.head)
    facts = {"slug": "zhuren-2", "categories": "咨询", "opened_on": "2026-01-01", "order": 0}
    address = f"/office/engagement/mailboxes/{cast.body.slug}/new/"
    sent = client.post(address, facts | {"name": cast.mailbox.name})
    assert sent.status_code == 422 and "同名的信箱" in sent.content.decode()
    assert client.post(address, facts | {"name": "书记信箱"}).status_code == 302


def test_a_mailbox_form_that_was_overtaken_tells_what_is_stored_and_may_be_sent_again(
    cast: Cast, client: Client
) -> None:
    client.force_login(cast.head)
    box = cast.mailbox
    facts = {"slug": box.slug, "categories": "咨询", "opened_on": "2026-01-01", "order": 0}
    old = facts | {"name": "我改的", "seen": box.version}
    box.name = "别人改的"
    save_mailbox(box, by=cast.head)
    address = f"/office/engagement/mailboxes/{cast.body.slug}/{box.pk}/"
    told = client.post(address, old)
    page = told.content.decode()
    assert told.status_code == 422 and "请刷新" not in page
    assert "<dd>别人改的</dd>" in page and 'value="我改的"' in page
    assert Mailbox.objects.get().name == "别人改的"
    now = Mailbox.objects.get().version
    assert f'name="seen" value="{now}"' in page
    assert client.post(address, old | {"seen": now}).status_code == 302
    assert Mailbox.objects.get().name == "我改的"
