"""The site's calls into the report engine: read a file, check a report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from gongkai.annual_report import exchange
from gongkai.annual_report.check.finding import Finding
from gongkai.annual_report.model import Report
from gongkai.annual_report.read.kinds import detect


def read_all(data: bytes, name: str) -> tuple[str, list[Report]]:
    """The kind of the file and every report in it, in their order.

    ``UnusableInput`` (one Chinese sentence) where the file cannot be read at all.
    """
    kind = detect(data, name)
    if kind == "json":
        return kind, [exchange.loads(data)]
    from gongkai.annual_report.read.read import read

    return kind, list(read(data, name))


def check(
    report: Report,
    *,
    previous: Report | None = None,
    others: Sequence[Report] = (),
    disclosed_on: date | None = None,
    is_government: bool | None = None,
) -> list[Finding]:
    """Every finding of every rule; the neighbours switch on the rules that need them."""
    from gongkai.annual_report.check import check as run

    return list(
        run(
            report,
            previous=previous,
            others=others,
            published_on=disclosed_on,
            government=is_government,
        )
    )
