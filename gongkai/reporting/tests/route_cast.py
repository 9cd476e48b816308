"""What the stories of the way of a report share; its people are in conftest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import User

from gongkai.bodies.actions import grant_role
from gongkai.bodies.models import Role
from gongkai.registers.models import LicenceDecision
from gongkai.reporting.actions import move_problem
from gongkai.reporting.compile import actions as compiling
from gongkai.reporting.models import AnnualReport
from gongkai.reporting.route import actions
from gongkai.reporting.tests.cast import Cast, make_cast, person

YEAR = 2025
LICENCES = "t2.licensing.decisions"


@dataclass
class Office(Cast):
    """The body has people for the legal and the secrecy review; its report is compiled."""

    legal: User
    secrecy: User
    report: AnnualReport


def make_office() -> Office:
    """For a module whose every test begins with a compiled report (its ``make_people``)."""
    return office_of(make_cast())


def office_of(people: Cast) -> Office:
    legal, secrecy = person("fazhi", "周", "法制"), person("baomi", "吴", "保密")
    grant_role(legal, people.body, Role.LEGAL, by=None)
    grant_role(secrecy, people.body, Role.SECRECY, by=None)
    licences(people, 3)
    return Office(**vars(people), legal=legal, secrecy=secrecy, report=compiled(people))


def licences(people: Cast, number: int, first: int = 1) -> None:
    LicenceDecision.objects.bulk_create(
        LicenceDecision(
            body=people.body,
            number=f"示许{n}",
            party="示例药房",
            content="准予",
            happened_on=date(YEAR, 3, 2),
        )
        for n in range(first, first + number)
    )


def compiled(people: Cast) -> AnnualReport:
    task = compiling.start(people.body, YEAR, by=people.clerk)
    compiling.write_text(task, {"problems": "解读形式单一，明年增加图解。"}, by=people.clerk)
    report = task.report
    settle(report, people)
    return report


def settle(report: AnnualReport, people: Cast) -> None:
    """Every error said to be known."""
    for problem in report.problems.filter(level="error", gone_at=None, state="found"):
        move_problem(problem, "confirmed", "已核实", by=people.clerk)


def to_signed(report: AnnualReport, people: Cast) -> None:
    actions.send(report, by=people.clerk)
    for who in (people.legal, people.secrecy, people.head):
        actions.pass_on(report, by=who)


def to_accepted(report: AnnualReport, people: Cast) -> None:
    to_signed(report, people)
    actions.submit(report, by=people.clerk)
    actions.pass_on(report, by=people.inspector)
