"""DOMAIN G.2 54: the website is looked at daily, wholly every week; found, logged, mended."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongkai.base.models import AuditEntry
from gongkai.base.site_checks import Problem
from gongkai.bodies.calendars import calendar_for
from gongkai.bodies.ledger import actions, queries
from gongkai.bodies.ledger.book import book
from gongkai.bodies.ledger.todo import ledger_todo
from gongkai.registers import self_check
from gongkai.registers.models import MediaAccount, SiteCheck, SiteFinding

FINDINGS = book("site-findings")


@pytest.fixture
def wrong(monkeypatch) -> dict[str, Problem]:
    """What is wrong on the website, by key; a test puts in and takes out."""
    held: dict[str, Problem] = {}

    def problems(body, on, *, whole: bool) -> Iterator[Problem]:
        return (one for one in held.values() if whole or one.kind not in self_check.DEEP)

    monkeypatch.setattr(self_check, "problems", problems)
    return held


def put(wrong: dict[str, Problem], *keys: str, kind: str = "empty", **more: object) -> None:
    for key in keys:
        wrong[key] = Problem(kind, key, f"栏目“{key}”", "还没有内容。", **more)  # type: ignore[arg-type]


def test_a_problem_is_logged_once_with_its_day_and_settled_when_it_is_gone(cast, wrong):
    today = timezone.localdate()
    put(wrong, "a", section=cast.licensing.pk)
    first = self_check.look(cast.body, whole=True)
    again = self_check.look(cast.body, whole=True)
    line = SiteFinding.objects.get()
    assert (line.section, line.settled_on) == (cast.licensing, None)
    assert line.due_on == calendar_for(cast.body).add(today, 5)
    assert first.pk == again.pk and (again.found, again.settled, again.remaining) == (1, 0, 1)
    assert any(one.book == FINDINGS and one.count == 1 for one in ledger_todo(cast.clerk))
    wrong.clear()
    last = self_check.look(cast.body, whole=True)
    line.refresh_from_db()
    assert line.settled_on == today and line.measure == self_check.GONE
    assert (last.found, last.settled, last.remaining) == (1, 1, 0)
    assert last.result == "没有发现问题。"
    assert AuditEntry.objects.filter(action="修改自查发现的问题").exists()


def test_a_problem_that_comes_back_is_a_new_line(cast, wrong):
    put(wrong, "a")
    self_check.look(cast.body, whole=True)
    wrong.clear()
    self_check.look(cast.body, whole=True)
    put(wrong, "a")
    self_check.look(cast.body, whole=True)
    assert SiteFinding.objects.count() == 2
    assert queries.unsettled(FINDINGS, queries.entries(FINDINGS, cast.body)).count() == 1


def test_what_was_struck_as_no_problem_is_not_found_again(cast, wrong):
    put(wrong, "a")
    self_check.look(cast.body, whole=True)
    actions.strike(FINDINGS, SiteFinding.objects.get().pk, "专题已结束", by=cast.clerk)
    assert self_check.look(cast.body, whole=True).remaining == 0
    assert SiteFinding.objects.count() == 1


def test_of_very_many_problems_some_are_logged_at_each_look_and_none_counts_as_gone(
    cast, wrong, monkeypatch
):
    monkeypatch.setattr(self_check, "MOST_NEW", 2)
    put(wrong, *"abcde", kind="words")
    put(wrong, "f")
    assert self_check.look(cast.body, whole=True).remaining == 3
    before = dict(wrong)
    wrong.clear()
    put(wrong, "0", kind="words")
    wrong.update(before)  # the newest is read first
    second = self_check.look(cast.body, whole=True)
    assert (second.remaining, second.settled) == (5, 0)
    assert self_check.look(cast.body, whole=True).remaining == 7


def test_a_problem_that_grows_worse_is_the_same_one(cast, wrong):
    put(wrong, "letter:1", kind="reply")
    self_check.look(cast.body, whole=True)
    put(wrong, "letter:1", kind="reply", veto=True)
    run = self_check.look(cast.body, whole=True)
    line = SiteFinding.objects.get()
    assert line.veto and line.settled_on is None and (run.found, run.settled) == (1, 0)
    assert "互动回应差 1 个" in run.result


def test_an_open_problem_says_what_is_so_now_and_leads_there(cast, wrong, client):
    """The sentence of a finding is that of the last look; its address is a link."""
    put(wrong, "a", address="/office/documents/?body=wjw")
    self_check.look(cast.body, whole=True)
    wrong["a"] = Problem("empty", "a", "栏目“乙”", "仍然没有内容。", "https://example.cn/b")
    run = self_check.look(cast.body, whole=True)
    line = SiteFinding.objects.get()
    assert (line.place, line.problem, run.found) == ("栏目“乙”", "仍然没有内容。", 1)
    told = AuditEntry.objects.filter(action="修改自查发现的问题").latest("pk")
    assert (told.old["问题"], told.new["问题"]) == ("还没有内容。", "仍然没有内容。")
    version = line.version
    self_check.look(cast.body, whole=True)
    line.refresh_from_db()
    assert line.version == version, "the same again is no change"
    url = reverse("desk-ledger-line", args=["site-findings", line.pk])
    for who in (cast.clerk, cast.inspector):
        client.force_login(who)
        assert 'href="https://example.cn/b"' in client.get(url).content.decode()
        SiteFinding.objects.update(address="//example.cn/b")
        assert 'href="//example.cn/b"' not in client.get(url).content.decode()
        SiteFinding.objects.update(address="https://example.cn/b")


def test_a_short_look_does_not_settle_what_it_does_not_read(cast, wrong):
    put(wrong, "w", kind="words")
    self_check.look(cast.body, whole=True)
    daily = self_check.look(cast.body, whole=False)
    assert daily.kind == SiteCheck.Kind.DAILY and daily.remaining == 1


def test_what_a_person_wrote_down_stays_until_he_settles_it(cast, wrong):
    values = {"kind": "reach", "place": "首页", "problem": "夜里打不开", "veto": True}
    values["happened_on"] = timezone.localdate()
    actions.enter(FINDINGS, cast.body, values, by=cast.clerk)
    assert self_check.look(cast.body, whole=True).settled == 0
    # Without a day to settle it by it is open all the same.
    assert SiteFinding.objects.get().settled_on is None


def test_five_empty_columns_are_a_veto_and_four_are_none(cast, wrong):
    """国办秘函〔2019〕19号: empty columns ≥ 5."""
    put(wrong, *"abcd")
    assert self_check.look(cast.body, whole=True).result == "没有单项否决情形，有 4 个问题待整改。"
    put(wrong, "e")
    run = self_check.look(cast.body, whole=True)
    assert run.result == "有单项否决情形：空白栏目 5 个。"


def test_an_account_that_puts_out_nothing_for_two_weeks_is_a_veto(cast):
    account = MediaAccount.objects.create(
        body=cast.body,
        platform="wechat",
        name="健康示例",
        happened_on=timezone.localdate() - timedelta(days=60),
    )
    run = self_check.look(cast.body, whole=False)
    found = SiteFinding.objects.get()
    assert account.name in found.place and found.veto and "新媒体不更新" in run.result


def test_everything_is_looked_at_again_after_a_week(cast, wrong):
    today = timezone.localdate()
    assert self_check.is_whole_due(cast.body, today)
    self_check.look(cast.body, whole=True, on=today)
    assert not self_check.is_whole_due(cast.body, today + timedelta(days=6))
    assert self_check.is_whole_due(cast.body, today + timedelta(days=7))


def test_the_page_shows_the_state_and_looks_at_once(cast, wrong, client: Client):
    put(wrong, "a")
    client.force_login(cast.clerk)
    page, now = reverse("desk-self-check"), reverse("desk-self-check-now")
    assert "还没有自查过" in client.get(page).content.decode()
    assert client.post(now, {"body": cast.body.slug}).status_code == 302
    html = client.get(page).content.decode()
    assert "没有单项否决情形，有 1 个问题待整改" in html and "kind=empty" in html
    client.force_login(cast.inspector)
    html = client.get(page).content.decode()
    assert "现在全面自查" not in html
    assert client.post(now, {"body": cast.body.slug}).url == "/office/"
    assert SiteCheck.objects.count() == 1


def test_the_command_refuses_a_body_without_columns(cast):
    with pytest.raises(CommandError, match="没有网址标识为“wjw”、设有栏目的机关"):
        call_command("check_site", body="wjw", stdout=StringIO())
