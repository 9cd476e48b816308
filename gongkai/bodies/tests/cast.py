"""The people of the stories: a clerk, a reviewer, a head, an inspector, a stranger."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User

from gongkai.bodies.actions import grant_role
from gongkai.bodies.models import Body, Region, Role


@dataclass
class Cast:
    """示例县卫生健康委员会 and its people; the stranger works for another body."""

    body: Body
    other_body: Body
    government: Body
    clerk: User
    reviewer: User
    head: User
    inspector: User
    stranger: User
    administrator: User


def person(username: str, family: str, given: str) -> User:
    user: User = get_user_model().objects.create_user(
        username, password="练习-2026", last_name=family, first_name=given
    )
    return user


def make_cast() -> Cast:
    """A small county: its government supervises two departments."""
    region = Region.objects.create(code="999101", name="示例县", level=Region.Level.COUNTY)
    government = Body.objects.create(
        name="示例县人民政府",
        short_name="县政府",
        slug="shili-gov",
        region=region,
        kind=Body.Kind.GOVERNMENT,
        is_made_up=True,
    )
    body, other = (
        Body.objects.create(
            name=name,
            short_name=short,
            slug=slug,
            region=region,
            kind=Body.Kind.DEPARTMENT,
            supervised_by=government,
            is_made_up=True,
        )
        for name, short, slug in (
            ("示例县卫生健康委员会", "县卫健委", "shili-health"),
            ("示例县教育局", "县教育局", "shili-edu"),
        )
    )
    cast = Cast(
        body,
        other,
        government,
        person("jingban", "王", "经办"),
        person("shenhe", "李", "审核"),
        person("fuze", "张", "负责"),
        person("jiancha", "赵", "检查"),
        person("waidanwei", "钱", "外单位"),
        person("guanli", "孙", "管理"),
    )
    grant_role(cast.clerk, body, Role.CLERK, by=None)
    grant_role(cast.reviewer, body, Role.REVIEWER, by=None)
    grant_role(cast.head, body, Role.HEAD, by=None)
    grant_role(cast.inspector, government, Role.INSPECTOR, by=None)
    for role in (Role.CLERK, Role.REVIEWER, Role.HEAD):
        grant_role(cast.stranger, other, role, by=None)
    get_user_model().objects.filter(pk=cast.administrator.pk).update(is_superuser=True)
    cast.administrator.refresh_from_db()
    return cast
