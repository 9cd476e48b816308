"""The site's calls into the report engine: read a file, check a report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from gongkai.annual_report.check import Finding
from gongkai.annual_report.check import check as run
from gongkai.annual_report.model import Report
from gongkai.annual_report.read import read
from gongkai.annual_report.read.kinds import detect


def read_all(data: bytes, name: str) -> tuple[str, list[Report]]:
    """The kind of the file and every report in it, in their order.

    ``UnusableInput`` (one Chinese sentence) where the file cannot be read at all.
    """
    return detect(data, name), read(data, name)


def check(
    report: Report,
    *,
    previous: Report | None = None,
    others: Sequence[Report] = (),
    disclosed_on: date | None = None,
    submitted_on: date | None = None,
    is_government: bool | None = None,
) -> list[Finding]:
    """Every finding of every rule; the neighbours switch on the rules that need them."""
    return list(
        run(
            report,
            previous=previous,
            others=others,
            published_on=disclosed_on,
            submitted_on=submitted_on,
            government=is_government,
        )
    )
