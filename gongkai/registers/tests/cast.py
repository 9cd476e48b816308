"""Two bodies and those who keep their registers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model

from gongkai.bodies.actions import create_section, grant_role
from gongkai.bodies.ledger import actions
from gongkai.bodies.ledger.book import book
from gongkai.bodies.models import Body, Region, Role, Section


@dataclass
class Cast:
    body: Body
    other: Body
    supervision: Section
    licensing: Section
    clerk: Any
    reviewer: Any
    handler: Any
    finance: Any
    inspector: Any
    stranger: Any


def make_cast() -> Cast:
    region = Region.objects.create(code="99", name="示例市", level=Region.Level.CITY)
    body, other = (
        Body.objects.create(
            name=name, short_name=name, slug=slug, region=region, kind=Body.Kind.DEPARTMENT
        )
        for name, slug in (("示例市卫健委", "wjw"), ("示例市教育局", "jyj"))
    )
    supervision = create_section(body, "监督科", by=None)
    licensing = create_section(body, "许可科", by=None)

    def user(name: str, role: Role, at: Body, section: Section | None = None) -> Any:
        made = get_user_model().objects.create_user(name, password="x")
        grant_role(made, at, role, by=None, section=section)
        return made

    return Cast(
        body,
        other,
        supervision,
        licensing,
        user("clerk", Role.CLERK, body),
        user("reviewer", Role.REVIEWER, body),
        user("handler", Role.HANDLER, body, licensing),
        user("finance", Role.FINANCE, body),
        user("inspector", Role.INSPECTOR, body),
        user("stranger", Role.CLERK, other),
    )


def penalty(number: str = "示卫罚〔2026〕1号", **more: Any) -> dict[str, Any]:
    """The values of a penalty that says all it must."""
    return {
        "happened_on": date(2026, 3, 2),
        "number": number,
        "party_kind": "legal",
        "party": "示例医院",
        "content": "警告",
        "cause": "未按规定公示诊疗科目",
        "basis": "《医疗机构管理条例》",
        "has_social_impact": True,
    } | more


def a_penalty(cast: Cast, number: str = "示卫罚〔2026〕1号", **more: Any) -> Any:
    return actions.enter(book("penalties"), cast.body, penalty(number, **more), by=cast.clerk)
