"""What hinders a version from being sent on its way, in sentences: for the deed and its page."""

from __future__ import annotations

from datetime import date, timedelta

from gongkai.annual_report.check import RULES
from gongkai.annual_report.check.subject import Subject
from gongkai.annual_report.check.thresholds import period_of
from gongkai.annual_report.model import Report
from gongkai.documents.blocks import chinese_date
from gongkai.reporting.compile.text import unfilled
from gongkai.reporting.models import ReportVersion


def obstacles(version: ReportVersion, today: date) -> list[str]:
    """Why this version cannot be sent on ``today``, the gravest first; [] where it can.

    Findings and remarks are counted elsewhere: each of them has a page of its own.
    """
    content = version.as_report
    found = [words] if (words := not_over(version.report.year, today)) else []
    found += [f"正文没有写完：{words}" for words in empty_sections(content)]
    if version.computation_id and (names := unfilled(content)):
        found.append(
            f"正文里还有没写完的地方：{bracketed(names)}。"
            "请到正文里改写，或者补登台账后重新取数，再送。"
        )
    return found


def not_over(year: int, today: date) -> str:
    """The sentence that the reporting period still runs and when it can be sent; "" after it."""
    last = period_of(year)[1]
    if today > last:
        return ""
    first = last + timedelta(days=1)
    return (
        f"{year}年还没有结束（统计期间到{chinese_date(last)}为止），"
        f"{chinese_date(first)}起才能送审。在此以前可以编制草稿，到时请重新取数。"
    )


def empty_sections(content: Report) -> list[str]:
    """What C26 says about sections without text. No word of a person makes them sendable."""
    return [finding.message for finding in RULES["C26"].function(Subject(content))]


def bracketed(names: list[str]) -> str:
    """Names as they stand in the text."""
    return "".join(f"【{name}】" for name in names)
