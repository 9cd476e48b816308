"""Deeds on bodies: who may do them, and that each leaves its trace."""

from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Refused
from gongkai.bodies.actions import (
    create_body,
    create_section,
    grant_role,
    remove,
    save,
)
from gongkai.bodies.models import ADMINISTRATORS, Body, Membership, Person, Post, Region, Role


def entry(action: str) -> AuditEntry:
    return AuditEntry.objects.filter(action=action).first()


def test_an_administrator_creates_a_body_and_it_is_recorded(cast):
    body = create_body(
        name="示例县水利局",
        short_name="县水利局",
        slug="shili-water",
        region=cast.body.region,
        kind=Body.Kind.DEPARTMENT,
        by=cast.administrator,
    )
    made = entry("新增行政机关")
    assert made.by == cast.administrator and made.scope == "shili-water"
    assert made.new["名称"] == "示例县水利局"
    with pytest.raises(PermissionDenied):
        create_body(name="另一局", short_name="另", slug="x", region=body.region, by=cast.head)


def test_a_change_records_only_what_changed_with_old_and_new(cast):
    cast.body.phone = "0391-1234567"
    with CaptureQueriesContext(connection) as asked:
        save(cast.body, by=cast.head)
    # Its name is a key: who holds the end of the trail may be about to name it (a deadlock else).
    trail = ["base_audithead" in query["sql"] for query in asked].index(True)
    assert trail < ['UPDATE "bodies_body"' in query["sql"] for query in asked].index(True)
    changed = entry("修改行政机关")
    assert changed.old == {"联系电话": ""} and changed.new == {"联系电话": "0391-1234567"}
    before = AuditEntry.objects.count()
    save(cast.body, by=cast.head)
    assert AuditEntry.objects.count() == before, "nothing changed, nothing recorded"


def test_a_head_keeps_his_own_body_and_no_other(cast):
    section = create_section(cast.body, "办公室", by=cast.head)
    with pytest.raises(PermissionDenied):
        create_section(cast.other_body, "办公室", by=cast.head)
    section.body = cast.other_body
    with pytest.raises(PermissionDenied):
        save(section, by=cast.head)
    with pytest.raises(PermissionDenied):
        save(section, by=cast.stranger)  # nor may the other body's head take it over
    with pytest.raises(PermissionDenied):
        grant_role(cast.clerk, cast.body, Role.HEAD, by=cast.head)


def test_a_person_who_also_serves_elsewhere_is_not_one_heads_to_change(cast):
    person = Person.objects.create(name="周两处")
    for body in (cast.body, cast.other_body):
        Post.objects.create(person=person, body=body, title="组员", from_on=date(2024, 1, 1))
    with pytest.raises(PermissionDenied):
        save(person, by=cast.head)


def test_a_role_brings_its_group_and_takes_it_away(cast):
    role = grant_role(cast.clerk, cast.body, Role.REVIEWER, by=cast.administrator)
    assert cast.clerk.groups.filter(name="审核人").exists()
    again = grant_role(cast.clerk, cast.body, Role.REVIEWER, by=cast.administrator)
    assert again == role
    remove(role, by=cast.administrator)
    assert not cast.clerk.groups.filter(name="审核人").exists()
    assert cast.clerk.groups.filter(name="经办人").exists()


def test_a_group_stays_while_another_body_gives_it(cast):
    second = grant_role(cast.clerk, cast.other_body, Role.CLERK, by=None)
    remove(Membership.objects.get(user=cast.clerk, body=cast.body), by=None)
    assert cast.clerk.groups.filter(name="经办人").exists()
    remove(second, by=None)
    assert not cast.clerk.groups.filter(name="经办人").exists()


def test_what_others_rest_on_is_not_deleted(cast):
    with pytest.raises(Refused, match="不能删除"):
        remove(cast.body.region, by=cast.administrator)
    assert Region.objects.filter(pk=cast.body.region_id).exists()
    assert entry("删除行政区划") is None, "a deed that was not done leaves no trace"


def test_a_renamed_region_renames_what_lies_below_it(cast):
    county = cast.body.region
    town = Region.objects.create(
        code="999101001", name="示例镇", level=Region.Level.TOWNSHIP, parent=county
    )
    county.name = "新示例县"
    save(county, by=cast.administrator)
    town.refresh_from_db()
    assert town.full_name == "新示例县示例镇" and town.path == "/999101/999101001/"
    county.parent = town
    with pytest.raises(Refused, match="上级区划"):
        save(county, by=cast.administrator)


def test_an_administrator_who_is_no_superuser_cannot_become_or_touch_one(cast):
    plain = get_user_model().objects.create_user("xiguan")
    plain.groups.add(Group.objects.get(name=ADMINISTRATORS))
    plain.is_superuser = True
    with pytest.raises(PermissionDenied):
        save(plain, by=get_user_model().objects.get(username="xiguan"))
    cast.administrator.set_password("新的密码-2026")
    with pytest.raises(PermissionDenied):
        save(cast.administrator, by=get_user_model().objects.get(username="xiguan"))


def test_the_trail_never_holds_a_password(cast):
    cast.clerk.set_password("新的密码-2026")
    save(cast.clerk, by=cast.administrator)
    changed = entry("修改账号")
    assert changed.new == {"密码": "已设置"} and changed.old == {"密码": ""}


def test_a_handler_works_in_a_section_of_his_body_and_nobody_else_in_one(cast):
    mine = create_section(cast.body, "医政科", by=None)
    other = create_section(cast.other_body, "医政科", by=None)
    for role, section, why in (
        (Role.HANDLER, None, "请选择他所在的科室"),
        (Role.HANDLER, other, "不属于所选的机关"),
        (Role.LEGAL, mine, "只有承办人"),
    ):
        with pytest.raises(Refused, match=why):
            grant_role(cast.clerk, cast.body, role, by=cast.administrator, section=section)
    role = grant_role(cast.clerk, cast.body, Role.HANDLER, by=cast.administrator, section=mine)
    assert entry("新增岗位权限").new["科室"] == "医政科"
    assert cast.clerk.groups.filter(name="承办人").exists()
    second = create_section(cast.body, "规划科", by=None)
    grant_role(cast.clerk, cast.body, Role.HANDLER, by=cast.administrator, section=second)
    role.refresh_from_db()
    assert role.section == second
    moved = entry("修改岗位权限")
    assert (moved.old, moved.new) == ({"科室": "医政科"}, {"科室": "规划科"})


def test_a_section_with_handlers_is_not_deleted_under_them(cast):
    section = create_section(cast.body, "医政科", by=None)
    role = grant_role(cast.clerk, cast.body, Role.HANDLER, by=None, section=section)
    with pytest.raises(Refused, match="1名承办人"):
        remove(section, by=cast.head)
    remove(role, by=None)
    remove(section, by=cast.head)
