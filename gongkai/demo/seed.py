"""Fill the site with the demonstration; every step is skipped where its result is there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from gongkai.annual_report.model import Report
from gongkai.bodies import actions as bodies
from gongkai.bodies.calendars import one_calendar
from gongkai.bodies.models import Body, Person, Post, Region, Role, Section
from gongkai.demo import cases, documents, twins
from gongkai.demo.accounts import PASSWORD, DemoPerson, people
from gongkai.demo.data import load
from gongkai.demo.publishing import publishing
from gongkai.demo.registers import registers
from gongkai.demo.reports import reports
from gongkai.reporting import actions as reporting
from gongkai.reporting.models import AnnualReport, FoundProblem
from gongkai.reporting.search import keep_in_step

State = FoundProblem.State
MADE_UP = "shilishi-wjw"
#: The report that is still being worked on: a text with mistakes for the clerk to find.
DRAFT, DRAFT_YEAR = "shilishi-wjw-2025.txt", 2025
#: The made-up report that was published with a slip and corrected afterwards.
CORRECTED_YEAR = 2024
#: The day of the following January on which it makes its reports public.
PUBLIC_ON = 20
SINCE = date(2020, 1, 1)


def seed() -> Iterator[str]:
    """Do what is missing, step by step; yields the name of each step before it is done."""
    facts = load("bodies.yaml")
    for name, step in (
        ("行政区划", lambda: _regions(facts["regions"])),
        ("机关和科室", lambda: _bodies(facts["bodies"], facts["sections"])),
        ("人员和账号", lambda: [_person(p) for p in people()]),
    ):
        yield name
        with transaction.atomic():
            step()
    names = {b["slug"]: b["name"] for b in facts["bodies"]}
    for source, publish in (
        ("reports_published.yaml", _publish_as_it_was),
        ("reports_made_up.yaml", _publish_by_hand),
    ):
        for slug, report in reports(source, names):
            if not _stored(slug, report.year):
                yield f"{names[slug]}{report.year}年年报"
                with transaction.atomic():
                    publish(Body.objects.get(slug=slug), report)
    if not _stored(MADE_UP, DRAFT_YEAR):
        yield f"{names[MADE_UP]}{DRAFT_YEAR}年年报（办理中）"
        with transaction.atomic():
            _draft(Body.objects.get(slug=MADE_UP))
    cases.offices()
    rooms = (cases.applications(), documents.documents(), registers(), twins.steps())
    steps = (*chain.from_iterable(rooms), *publishing())
    for name, replay in steps:
        yield name
        with transaction.atomic(), one_calendar():  # no step enters days off
            replay()


def _stored(slug: str, year: int | None) -> bool:
    return AnnualReport.objects.filter(body__slug=slug, year=year).exists()


def _regions(entries: list[list[Any]]) -> None:
    known = {r.code: r for r in Region.objects.all()}
    for code, name, level, above in entries:
        if code not in known:
            region = Region(code=code, name=name, level=level, parent=known.get(above))
            bodies.save(region, by=None)
            known[code] = region


def _bodies(entries: list[dict[str, Any]], sections: list[list[str]]) -> None:
    known = {b.slug: b for b in Body.objects.all()}
    for entry in entries:
        if entry["slug"] in known:
            continue
        facts = dict(entry)
        above = known.get(facts.pop("supervised_by", ""))
        body = bodies.create_body(
            by=None,
            region=Region.objects.get(code=facts.pop("region")),
            kind=facts.pop("kind", Body.Kind.DEPARTMENT),
            is_made_up=facts.pop("made_up", False),
            supervised_by=above,
            **facts,
        )
        known[body.slug] = body
    for order, (slug, name, *told) in enumerate(sections, 1):
        if not Section.objects.filter(body=known[slug], name=name).exists():
            facts = dict(zip(("duties", "phone"), told, strict=True))
            bodies.create_section(known[slug], name, by=None, order=order, **facts)


def _person(facts: DemoPerson) -> None:
    """The account with its post and role; one that exists keeps its password."""
    users = get_user_model().objects
    if users.filter(username=facts.username).exists():
        return
    make = users.create_user if facts.role else users.create_superuser
    user = make(facts.username, first_name=facts.name)
    user.password = _password()
    user.save(update_fields=["password"])
    if not facts.role:
        return
    body = Body.objects.get(slug=facts.body)
    person = Person(name=facts.name, user=user)
    bodies.save(person, by=None)
    section = Section.objects.filter(body=body, name=facts.section).first()
    post = Post(
        person=person,
        body=body,
        section=section,
        title=facts.title,
        in_leading_group=facts.leading,
        group_role=Post.GroupRole.DEPUTY if facts.leading else "",
        from_on=SINCE,
    )
    bodies.save(post, by=None)
    works_in = section if facts.role == Role.HANDLER else None
    bodies.grant_role(user, body, Role(facts.role), by=None, section=works_in)


@cache
def _password() -> str:
    """What is stored of the password that all share and everybody is told: reckoned once."""
    return make_password(PASSWORD)


def _who(role: Role) -> AbstractBaseUser:
    username = next(p.username for p in people() if p.role == role)
    user: AbstractBaseUser = get_user_model().objects.get(username=username)
    return user


def _publish_as_it_was(body: Body, report: Report) -> None:
    """A real body's figures: its mistakes are shown, not mended."""
    version = reporting.import_data(report, body=body, by=None, note="按公布的数字录入").version
    for problem in reporting.open_errors(version.report):
        note = "该机关公布的年报就是这样写的，按原样保存。"
        reporting.move_problem(problem, State.CONFIRMED, note, by=None)
    reporting.publish_report(version, by=None)


def _publish_by_hand(body: Body, report: Report) -> None:
    """The made-up body's report as its people would do it."""
    clerk, head = _who(Role.CLERK), _who(Role.HEAD)
    version = reporting.import_data(report, body=body, by=clerk).version
    stored = version.report
    _note_dates(stored, clerk)
    for problem in reporting.open_errors(stored):
        note = "属实：表中漏计2件，公开后按程序更正。"
        reporting.move_problem(problem, State.CONFIRMED, note, by=clerk)
    reporting.publish_report(version, by=head)
    stored.refresh_from_db()
    stored.published_at = _january(report.year, PUBLIC_ON)
    stored.save(update_fields=["published_at"])
    keep_in_step(stored)
    if report.year == CORRECTED_YEAR:
        _correct_in_public(stored)


def _note_dates(report: AnnualReport, clerk: AbstractBaseUser) -> None:
    reporting.note_dates(
        report,
        submitted_on=_january(report.year, 12).date(),
        disclosed_on=_january(report.year, PUBLIC_ON).date(),
        by=clerk,
    )


def _january(year: int, day: int) -> datetime:
    """The morning of a day of the January in which the report of a year is made public."""
    return timezone.make_aware(datetime(year + 1, 1, day, 9, 30))


def _correct_in_public(report: AnnualReport) -> None:
    """A slip found after publication: corrected, reviewed by another, published as an erratum."""
    clerk, reviewer, head = _who(Role.CLERK), _who(Role.REVIEWER), _who(Role.HEAD)
    confirmed = list(report.problems.filter(state=State.CONFIRMED))
    reason = "漏计12月办结的2件行政处罚，经核对案件台账应为133件。"
    version = reporting.correct_cell(report, "t2.penalty.decisions", "133", reason, by=clerk)
    for problem in confirmed:
        reporting.move_problem(problem, State.MENDED, "已按台账更正。", by=clerk)
        reporting.move_problem(problem, State.REVIEWED, "与案件台账核对一致。", by=reviewer)
        reporting.move_problem(problem, State.ARCHIVED, "", by=reviewer)
    reporting.publish_report(version, by=head, note="行政处罚处理决定数量由131件更正为133件。")


def _draft(body: Body) -> None:
    """A report filed as a text, not yet public, its findings at different places of the loop."""
    clerk = _who(Role.CLERK)
    data = files("gongkai.demo.data").joinpath(DRAFT).read_bytes()
    name = f"{body.name}{DRAFT_YEAR}年政府信息公开工作年度报告.txt"
    report = reporting.file_report(data, name, body=body, by=clerk).version.report
    for rule, steps in {
        "C11": [(State.CONFIRMED, "日期笔误，修改文稿后重新录入。")],
        "C15": [
            (State.CONFIRMED, "正文与表格不一致，正在核对台账。"),
            (State.MENDED, "经核对台账应为121件，已通知修改表格。"),
        ],
    }.items():
        for problem in report.problems.filter(rule=rule, gone_at=None):
            for state, note in steps:
                reporting.move_problem(problem, state, note, by=clerk)
