"""Published reports for the tests of the public pages."""

from __future__ import annotations

from django.test import Client

from gongkai.annual_report.model import Report
from gongkai.bodies.models import Body
from gongkai.reporting import actions
from gongkai.reporting.models import AnnualReport
from gongkai.reporting.tests.cast import sound_report


def publish(body: Body, year: int, received: int = 3, report: Report | None = None) -> AnnualReport:
    """A published report of the body; errors in it are confirmed as they stand."""
    content = report or sound_report(year, received=received, agency=body.name)
    filed = actions.import_data(content, body=body, by=None, year=year)
    for problem in actions.open_errors(filed.version.report):
        actions.move_problem(problem, "confirmed", note="原文如此", by=None)
    actions.publish_report(filed.version, by=None)
    return AnnualReport.objects.get(body=body, year=year)


def html(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()
