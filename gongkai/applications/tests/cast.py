"""The people of an application, and an application to start a story with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from gongkai.applications import clock
from gongkai.applications.actions import handling
from gongkai.applications.actions.intake import Filed, Intake, file_application
from gongkai.applications.letters.templates import shipped
from gongkai.applications.models import Application, OfficeSettings
from gongkai.bodies.actions import grant_role
from gongkai.bodies.models import Body, Role, Section
from gongkai.bodies.tests.cast import Cast as Office
from gongkai.bodies.tests.cast import make_cast as make_office
from gongkai.bodies.tests.cast import person

APPLICANT = {
    "name": "周申请",
    "id_type": "居民身份证",
    "id_number": "11010519491231002X",
    "phone": "13800000000",
    "email": "zhou@example.com",
    "address": "示例县人民路1号",
    "post_code": "000000",
}


@dataclass
class Cast(Office):
    """The office of bodies.tests.cast with everyone who works on an application."""

    section: Section
    other_section: Section
    handler: User
    legal: User
    secrecy: User
    leader: User
    seal_keeper: User
    archivist: User


def set_up_office(body: Body, code: str = "示卫健") -> OfficeSettings:
    return OfficeSettings.objects.create(
        body=body,
        agency_code=code,
        government="示例县人民政府",
        upper="示例市卫生健康委员会",
        court="示例县人民法院",
        petition_channel="示例县信访局",
        payment_way="凭缴款码到任一代收银行缴纳",
    )


def make_cast() -> Cast:
    office = make_office()
    set_up_office(office.body)
    set_up_office(office.other_body, "示教")
    section = Section.objects.create(body=office.body, name="医政科")
    other_section = Section.objects.create(body=office.body, name="规划科")
    people: dict[str, Any] = {}
    for name, family, role in (
        ("handler", "陈", Role.HANDLER),
        ("legal", "吴", Role.LEGAL),
        ("secrecy", "郑", Role.SECRECY),
        ("leader", "冯", Role.LEADER),
        ("seal_keeper", "卫", Role.SEAL_KEEPER),
        ("archivist", "蒋", Role.ARCHIVIST),
    ):
        people[name] = person(name, family, role.label)
        place = section if role == Role.HANDLER else None
        grant_role(people[name], office.body, role, by=None, section=place)
    # As in every office that has worked for a day: else each test would note them anew.
    for code in ("L02", "L03", "L08", "L14", "L39"):
        shipped(code)
    known = {f.name: getattr(office, f.name) for f in fields(office)}
    return Cast(**known, section=section, other_section=other_section, **people)


@contextmanager
def undone() -> Iterator[None]:
    """What is done inside is taken back at its end: the next of a list finds the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def an_application(body: Body, *, on: date, channel: str = "in_person", **more: Any) -> Filed:
    """周申请 asks for the list of vaccination points; received on ``on`` when in person."""
    facts: dict[str, Any] = {
        "applicant_kind": "natural",
        "applicant": dict(APPLICANT),
        "subject": "全县预防接种门诊名单",
        "details": "请提供全县预防接种门诊的名称、地址和服务时间。",
    }
    return file_application(Intake(body=body, channel=channel, on=on, **(facts | more)), by=None)


def a_registered_application(cast: Cast, *, on: date, item: str = "名单") -> Application:
    """The same, registered by the clerk on that day."""
    with clock.on_day(on):
        case = an_application(cast.body, on=on).case
        return handling.register(
            case, applicant_kind="natural", subject=case.subject, items=[item], by=cast.clerk
        )
