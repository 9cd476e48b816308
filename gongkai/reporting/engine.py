"""The site's calls into the report engine: read a file, check a report."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from gongkai.annual_report import exchange
from gongkai.annual_report.check import Finding
from gongkai.annual_report.check import check as run
from gongkai.annual_report.model import Report
from gongkai.annual_report.read import read
from gongkai.annual_report.read.kinds import detect

#: What a JSON file can spell and neither a database nor a page can hold: NUL, half a character.
_NO_TEXT = re.compile("[\0\ud800-\udfff]")


def read_all(data: bytes, name: str) -> tuple[str, list[Report]]:
    """The kind of the file and every report in it, in their order.

    ``UnusableInput`` (one Chinese sentence) where the file cannot be read at all.
    """
    return detect(data, name), reports_in(data, name)


def reports_in(data: bytes, name: str) -> list[Report]:
    """Every report in the file, its text free of what can be neither stored nor shown."""
    return [_clean(report) for report in read(data, name)]


def _clean(report: Report) -> Report:
    data = exchange.to_dict(report)
    clean = _walked(data)
    return report if clean == data else exchange.from_dict(clean)


def _walked(value: Any) -> Any:
    if isinstance(value, str):
        return _NO_TEXT.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_walked(k): _walked(v) for k, v in value.items()}
    return [_walked(v) for v in value] if isinstance(value, list | tuple) else value


def check(
    report: Report,
    *,
    previous: Report | None = None,
    others: Sequence[Report] = (),
    parts: Sequence[Report] = (),
    disclosed_on: date | None = None,
    submitted_on: date | None = None,
    is_government: bool | None = None,
    known_refusals: int | None = None,
) -> list[Finding]:
    """Every finding of every rule; the neighbours switch on the rules that need them."""
    return list(
        run(
            report,
            previous=previous,
            others=others,
            parts=parts,
            published_on=disclosed_on,
            submitted_on=submitted_on,
            government=is_government,
            known_refusals=known_refusals,
        )
    )
