"""The twins' reports: compiled from their registers, some on their way, one published."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth import get_user_model

from gongkai.bodies import actions as bodies
from gongkai.bodies.models import Body, Role
from gongkai.demo.twins.lines import Team
from gongkai.reporting import actions as reporting
from gongkai.reporting.compile import actions as compiling
from gongkai.reporting.compile.text import texts_of
from gongkai.reporting.models import AnnualReport
from gongkai.reporting.route import actions as route
from gongkai.reporting.route import summed

#: The accounts that review (for the sections, for law and secrecy), and that accept for the
#: government above.
REVIEWER, INSPECTOR = "huishen", "duban"


def compile_report(body: Body, entry: dict[str, Any], by: Team) -> AnnualReport:
    """Count, draft the text from the templates, add what this body tells beside them, check."""
    task = compiling.start(body, entry["year"], by=by.keeper)
    given = texts_of(task.report)
    texts = {part: f"{given[part]}\n{text}" for part, text in entry.get("text", {}).items()}
    texts |= entry.get("wording", {})
    if texts:
        compiling.write_text(task, texts, by=by.keeper)
    if "until" in entry:
        _go(task.report, entry["until"], by)
    return task.report


def _go(report: AnnualReport, until: str, by: Team) -> None:
    """On its way: every step by the one whose it is, until the state named."""
    users = get_user_model().objects
    reviewer, inspector = users.get(username=REVIEWER), users.get(username=INSPECTOR)
    for role in (Role.LEGAL, Role.SECRECY, Role.REVIEWER):
        bodies.grant_role(reviewer, report.body, role, by=None)
    route.send(report, by=by.keeper)
    if until == "returned":
        route.add_remark(report, "s5.1", "措施请写明完成时间。", by=reviewer)
        route.send_back(report, by=reviewer)
        return
    for who in (reviewer, reviewer, by.publisher):
        route.pass_on(report, by=who)
    reporting.note_dates(
        report,
        submitted_on=date(report.year + 1, 1, 11),
        disclosed_on=date(report.year + 1, 1, 19),
        by=by.keeper,
    )
    route.submit(report, by=by.keeper)
    assert report.body.supervised_by is not None
    bodies.grant_role(inspector, report.body.supervised_by, Role.INSPECTOR, by=None)
    route.pass_on(report, by=inspector)
    if until == "published":
        newest = AnnualReport.objects.get(pk=report.pk).latest
        assert newest is not None
        reporting.publish_report(newest, by=by.publisher)


def roll_up(government: Body, year: int, by: Team) -> None:
    """The government's report as the sum of its ten bodies."""
    bodies.grant_role(by.keeper, government, Role.CLERK, by=None)
    bodies.grant_role(by.publisher, government, Role.HEAD, by=None)
    compiling.start(government, year, by=by.keeper)
    summed.make_version(government, year, by=by.keeper)
