"""The twins' reports, compiled from their registers as a clerk would do it."""

from __future__ import annotations

from gongkai.bodies.models import Body
from gongkai.demo.twins.lines import Team
from gongkai.reporting.compile import actions as compiling


def compile_report(body: Body, year: int, by: Team) -> None:
    """Count, draft the text from the templates, check."""
    compiling.start(body, year, by=by.keeper)
