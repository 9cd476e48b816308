"""Whoever signs has a colleague act for him until a day, and no longer (DOMAIN.md G.2 row 2)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Refused
from gongkai.bodies.acting import (
    begin,
    for_whom,
    hand_over,
    in_force,
    lapse,
    not_begun,
    planned,
    take_back,
)
from gongkai.bodies.actions import grant_role, remove, save
from gongkai.bodies.middleware import RolesInTime
from gongkai.bodies.models import Membership, Role
from gongkai.bodies.queries import bodies_for
from gongkai.bodies.reminders import reachable
from gongkai.bodies.tests.cast import Cast, person
from gongkai.documents.blocks import chinese_date

PAGE = "/office/organisation/acting/"


def today() -> date:
    return timezone.localdate()


def head_of(cast: Cast) -> Membership:
    return Membership.objects.get(user=cast.head, body=cast.body, role=Role.HEAD)


def acting(cast: Cast, days: int = 3) -> Membership:
    until = today() + timedelta(days)
    return hand_over(head_of(cast), cast.reviewer, until, by=cast.head)


def is_head(user: Any, cast: Cast) -> bool:
    by_group: bool = type(user).objects.get(pk=user.pk).groups.filter(name="负责人").exists()
    by_body = bodies_for(user, Role.HEAD).filter(pk=cast.body.pk).exists()
    assert by_group == by_body
    return by_group


def test_the_colleague_has_the_role_to_the_end_of_the_last_day(cast: Cast) -> None:
    acting(cast, days=0)
    assert is_head(cast.reviewer, cast) and is_head(cast.head, cast)
    assert lapse(today()) == 0 and is_head(cast.reviewer, cast)
    assert lapse(today() + timedelta(1)) == 1
    assert not is_head(cast.reviewer, cast) and is_head(cast.head, cast)
    assert bodies_for(cast.reviewer, Role.REVIEWER).exists()
    ended = AuditEntry.objects.filter(action="删除岗位权限").latest("at")
    assert ended.by is None and ended.old["到期日"] == str(today())


def test_it_ends_in_the_first_answer_of_the_office_on_the_next_day(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, rf: Any
) -> None:
    acting(cast, days=0)
    seen: list[bool] = []
    guard = RolesInTime(lambda request: seen.append(is_head(cast.reviewer, cast)))  # type: ignore[func-returns-value, return-value, arg-type]
    guard(rf.get("/office/"))
    tomorrow = today() + timedelta(1)
    monkeypatch.setattr("gongkai.bodies.middleware.timezone.localdate", lambda: tomorrow)
    guard(rf.get("/search/"))  # not the office: nobody acts there
    guard(rf.get("/office/"))
    assert seen == [True, True, False]


def test_from_a_day_ahead_it_begins_on_that_day_by_itself(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch, rf: Any
) -> None:
    first, last = today() + timedelta(2), today() + timedelta(4)
    client.force_login(cast.head)
    sent = {"held": head_of(cast).pk, "to": cast.reviewer.pk, "since": str(first)}
    wrong = client.post(PAGE, sent | {"until": str(today())}).content.decode()
    assert "最后一天不能早于第一天" in wrong and not planned(cast.head)
    done = client.post(PAGE, sent | {"until": str(last)}, follow=True).content.decode()
    assert f"李审核从{chinese_date(first)}起可以代您" in done and "还没有开始" in done
    assert "李审核将代您行使" in client.get("/office/").content.decode()
    assert not is_head(cast.reviewer, cast) and begin(today()) == 0
    with pytest.raises(Refused, match="收回那一次安排"):
        hand_over(head_of(cast), cast.clerk, first, by=cast.head)
    hand_over(head_of(cast), cast.clerk, first - timedelta(1), by=cast.head)
    # The plan changed, taken back, made once more.
    (plan,) = planned(cast.reviewer)
    assert hand_over(head_of(cast), cast.reviewer, last, by=cast.head, since=first).pk == plan.pk
    assert client.post(PAGE, {"back": plan.pk, "planned": "1"}).status_code == 302
    assert not planned(cast.head) and is_head(cast.clerk, cast)
    hand_over(head_of(cast), cast.reviewer, last, by=cast.head, since=first)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *a: first)
    RolesInTime(lambda request: None)(rf.get("/office/"))  # type: ignore[arg-type, return-value]
    assert is_head(cast.reviewer, cast) and not is_head(cast.clerk, cast)
    assert not planned(cast.head) and [one.until for one in in_force(cast.head)] == [last]


def test_no_plan_is_lost_without_a_word(cast: Cast) -> None:
    """A plan is replaced by nothing but its own colleague's other days, and shortens nothing."""
    day = today() + timedelta(3)
    plan = hand_over(head_of(cast), cast.reviewer, day, by=cast.head, since=day)
    with pytest.raises(Refused, match=r"已经请李审核从.*请先收回那一次安排"):
        later = day + timedelta(4)
        hand_over(head_of(cast), cast.clerk, later, by=cast.head, since=later)
    with pytest.raises(Refused, match="把最后一天改到那以前"):
        hand_over(head_of(cast), cast.reviewer, day + timedelta(9), by=cast.head)
    assert list(planned(cast.head)) == [plan] and not in_force(cast.head)
    take_back(plan, by=cast.head)
    hand_over(head_of(cast), cast.clerk, day, by=cast.head, since=day)


def test_what_cannot_begin_any_more_is_dropped_and_who_planned_it_reads_why(
    client: Client, cast: Cast
) -> None:
    day = today() + timedelta(1)
    hand_over(head_of(cast), cast.reviewer, day, by=cast.head, since=day)
    grant_role(cast.reviewer, cast.body, Role.HEAD, by=cast.administrator)
    assert begin(day) == 0 and not planned(cast.head)
    entry = AuditEntry.objects.get(action="外出代行没有开始")
    assert "本来就有" in entry.new["原因"]
    client.force_login(cast.head)
    for page in ("/office/", reverse("desk-acting")):
        assert "原定请李审核代行" in client.get(page).content.decode()
    elsewhere = grant_role(cast.head, cast.other_body, Role.HEAD, by=cast.administrator)
    grant_role(colleague := person("tongshi", "吴", "同事"), cast.other_body, Role.CLERK, by=None)
    hand_over(elsewhere, colleague, day, by=cast.head)
    assert len(not_begun(cast.head)) == 1, "the same role in another body does not settle it"
    second = hand_over(head_of(cast), cast.clerk, day, by=cast.head, since=day)
    assert not_begun(cast.head) == []
    # Who lost the role has nobody act in it, and whoever has it now did not ask for it.
    passed_on = head_of(cast)
    passed_on.user = cast.stranger
    save(passed_on, by=cast.administrator)
    assert not type(second).objects.exists() and begin(day) == 0
    hand_over(passed_on, cast.clerk, day, by=cast.stranger, since=day)
    remove(passed_on, by=cast.administrator)
    assert not type(second).objects.exists() and begin(day) == 0
    dropped = AuditEntry.objects.filter(action="删除外出代行安排", by=cast.administrator)
    assert dropped.count() == 2


def test_what_comes_by_a_role_that_is_ones_own_is_done_for_nobody(cast: Cast) -> None:
    hand_over(head_of(cast), cast.reviewer, today(), by=cast.head)
    said = for_whom(cast.reviewer)
    assert said(cast.body.pk, (Role.HEAD, Role.LEADER)) == "张负责"
    assert said(cast.body.pk, (Role.HEAD, Role.REVIEWER)) == ""
    assert said(cast.other_body.pk, (Role.HEAD,)) == ""


def test_no_reminder_goes_to_whose_time_is_over(cast: Cast) -> None:
    type(cast.reviewer).objects.update(email="x@example.org")
    one = acting(cast)
    assert reachable([cast.body]).filter(pk=one.pk).exists()
    Membership.objects.filter(pk=one.pk).update(until=today() - timedelta(1))
    assert not reachable([cast.body]).filter(pk=one.pk).exists()


def test_who_hands_over_takes_back_and_nobody_else(cast: Cast) -> None:
    one = acting(cast)
    for other in (cast.clerk, cast.reviewer, cast.stranger):
        with pytest.raises(PermissionDenied):
            take_back(one, by=other)
    with pytest.raises(PermissionDenied):
        take_back(head_of(cast), by=cast.head)
    take_back(one, by=cast.head)
    assert not is_head(cast.reviewer, cast)
    assert AuditEntry.objects.latest("at").by == cast.head


def test_only_ones_own_role_of_those_who_sign_is_handed_over(cast: Cast) -> None:
    until = today() + timedelta(3)
    mine = Membership.objects.get(user=cast.reviewer, body=cast.body, role=Role.REVIEWER)
    with pytest.raises(PermissionDenied):
        hand_over(mine, cast.clerk, until, by=cast.reviewer)
    with pytest.raises(PermissionDenied):
        hand_over(head_of(cast), cast.reviewer, until, by=cast.clerk)
    one = acting(cast)
    with pytest.raises(PermissionDenied):  # nor passed on
        hand_over(one, cast.clerk, until, by=cast.reviewer)


def test_a_day_that_is_over_and_who_cannot_are_refused_with_a_way_out(cast: Cast) -> None:
    held, until = head_of(cast), today() + timedelta(3)
    with pytest.raises(Refused, match="已经过去"):
        hand_over(held, cast.reviewer, today() - timedelta(1), by=cast.head)
    for other in (cast.stranger, cast.head, cast.inspector):
        with pytest.raises(Refused, match="本机关有岗位的同事"):
            hand_over(held, other, until, by=cast.head)
    second = person("fuze2", "周", "副职")
    grant_role(second, cast.body, Role.HEAD, by=None)
    with pytest.raises(Refused, match="本来就有"):
        hand_over(held, second, until, by=cast.head)
    acting(cast)
    own = Membership.objects.get(user=second, body=cast.body, role=Role.HEAD)
    with pytest.raises(Refused, match="正在代另一位"):
        hand_over(own, cast.reviewer, until, by=second)
    Membership.objects.filter(pk=own.pk).update(until=today())
    with pytest.raises(Refused, match="代行不能超过"):
        hand_over(own, cast.clerk, until, by=second)


def test_once_more_for_the_same_colleague_changes_the_day(cast: Cast) -> None:
    first, second = acting(cast, days=3), acting(cast, days=9)
    assert first.pk == second.pk and list(in_force(cast.head)) == [second]
    assert AuditEntry.objects.latest("at").old == {"到期日": str(first.until)}


def test_one_colleague_acts_at_a_time(cast: Cast) -> None:
    one = acting(cast)
    until = today() + timedelta(3)
    with pytest.raises(Refused, match="请先收回"):
        hand_over(head_of(cast), cast.clerk, until, by=cast.head)
    take_back(one, by=cast.head)
    hand_over(head_of(cast), cast.clerk, until, by=cast.head)
    assert is_head(cast.clerk, cast) and not is_head(cast.reviewer, cast)


def test_nobody_acts_in_a_role_that_its_holder_lost(cast: Cast) -> None:
    acting(cast)
    remove(head_of(cast), by=cast.administrator)
    assert not is_head(cast.reviewer, cast)
    assert not Membership.objects.exclude(acting_for=None).exists()


def test_a_role_given_for_good_is_not_taken_back(cast: Cast) -> None:
    acting(cast)
    grant_role(cast.reviewer, cast.body, Role.HEAD, by=cast.administrator)
    assert lapse(today() + timedelta(99)) == 0 and is_head(cast.reviewer, cast)


def test_the_database_keeps_no_acting_without_an_end(cast: Cast) -> None:
    one = acting(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(pk=one.pk).update(until=None)


def test_the_head_hands_over_and_takes_back_on_the_page(client: Client, cast: Cast) -> None:
    client.force_login(cast.head)
    shown = client.get(PAGE).content.decode()
    assert "李审核（审核人）" in shown and "钱外单位" not in shown
    held, until = head_of(cast), today() + timedelta(5)
    empty = client.post(PAGE, {"to": ""})
    assert empty.status_code == 422 and "请选择由谁代行" in empty.content.decode()
    sent = {"held": held.pk, "to": cast.reviewer.pk}
    over = client.post(PAGE, sent | {"until": str(today() - timedelta(1))})
    assert over.status_code == 422 and "已经过去" in over.content.decode()
    assert not in_force(cast.head)
    done = client.post(PAGE, sent | {"until": str(until)}, follow=True).content.decode()
    end = f"到{chinese_date(until)}为止（含当天）"  # as in every sentence; tables have 2026-12-02
    office = client.get("/office/").content.decode()
    assert end in done and end in office and "李审核正在代您行使县卫健委“负责人”岗位" in office
    (one,) = in_force(cast.head)
    client.force_login(cast.reviewer)
    assert "您正在代张负责行使" in client.get("/office/").content.decode()
    assert "没有可以请人代行的岗位" in client.get(PAGE).content.decode()
    assert client.post(PAGE, {"back": one.pk}).status_code == 404
    client.force_login(cast.head)
    assert "已收回" in client.post(PAGE, {"back": one.pk}, follow=True).content.decode()
    assert client.post(PAGE, {"back": one.pk}).status_code == 404
    assert not is_head(cast.reviewer, cast)


def test_others_have_no_such_page(client: Client, cast: Cast) -> None:
    for who in (cast.reviewer, cast.inspector, cast.clerk):
        client.force_login(who)
        for answer in (client.get(PAGE), client.post(PAGE, {})):
            assert answer.status_code == 302 and answer.headers["Location"] == "/office/"
        assert f'"{PAGE}"' not in client.get("/office/").content.decode()


def test_the_administrator_gives_a_role_for_a_time_and_makes_it_ones_own(
    client: Client, cast: Cast
) -> None:
    one = acting(cast)
    client.force_login(cast.administrator)
    where = f"/office/organisation/roles/{one.pk}/"
    sent = {"user": one.user_id, "body": one.body_id, "role": one.role}
    over = client.post(where, sent | {"until": str(today() - timedelta(1))})
    assert over.status_code == 400 and "已经过去" in over.content.decode()
    assert client.post(where, sent | {"until": ""}).status_code == 302
    one.refresh_from_db()
    assert one.acting_for is None and one.until is None
