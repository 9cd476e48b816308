"""The people and papers of the stories: a clerk, a reviewer, a head, an inspector, a stranger."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User

from gongkai.annual_report.exchange import dumps, to_dict
from gongkai.annual_report.model import Cell, Report, Section, Table2Row
from gongkai.bodies.actions import grant_role
from gongkai.bodies.models import Body, Region, Role
from gongkai.law.formats import report_format


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


def sound_report(year: int = 2023, *, received: int = 3, agency: str = "") -> Report:
    """A consistent report of the 2021 format: ``received`` applications, all granted."""
    layout = report_format("2021")
    table2 = tuple(
        Table2Row(
            block.item,
            row.key,
            row.label,
            {c.key: _zero(c.kind == "amount") for c in block.columns},
            "万元" if any(c.kind == "amount" for c in block.columns) else None,
        )
        for block in layout.table2
        for row in block.rows
    )
    zero = Cell(0, "0")
    some = Cell(received, str(received))
    filled = {"new_received", "granted", "total_concluded"}
    width = len(layout.table3_columns)
    table3 = {
        row.key: (some, *(zero,) * (width - 2), some) if row.key in filled else (zero,) * width
        for row in layout.table3_rows
    }
    texts = (
        f"{year}年，本机关认真做好政府信息公开工作。主动公开、依申请公开、政府信息管理、"
        "政府信息公开平台建设、监督保障各项工作有序开展。",
        "",
        "",
        "",
        "部分信息更新不够及时。下一步将按月检查各栏目。",
        f"本年度没有发出收费通知，收取信息处理费0元。统计期为{year}年1月1日至12月31日。",
    )
    sections = tuple(
        Section(number, title, text)
        for number, (title, text) in enumerate(zip(layout.sections, texts, strict=True), 1)
    )
    agency = agency or "示例县卫生健康委员会"
    return Report(
        format="2021",
        year=year,
        agency=agency,
        title=f"{agency}{year}年政府信息公开工作年度报告",
        sections=sections,
        headings=sections,
        table2=table2,
        table3=table3,
        table4=(zero,) * len(layout.table4_keys),
    )


def faulty_report(year: int = 2023) -> Report:
    """The sound report with a total that does not add up (one finding of level error at least)."""
    report = sound_report(year)
    return report.with_cells({"t3.granted.total": Cell(5, "5")})


def as_file(report: Report) -> bytes:
    """The report as the bytes of a file that the engine reads back exactly."""
    return dumps(to_dict(replace(report, file=None))).encode()


def _zero(amount: bool) -> Cell:
    return Cell(Decimal("0.0000"), "0.0000") if amount else Cell(0, "0")
