"""The text of a compiled report, filled from its own cells: text and table cannot disagree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import F, Q

from gongkai.annual_report.model import Report
from gongkai.applications.statistics.proofs import Carried
from gongkai.bodies.models import Body
from gongkai.reporting.compile.models import Computation, NarrativeTemplate, NarrativeText
from gongkai.reporting.compile.narrative import Words, changed_names, names, paragraphs, parts
from gongkai.reporting.compile.quantities import from_tables, kept
from gongkai.reporting.compile.report import sections
from gongkai.reporting.models import AnnualReport, ReportVersion


def previous_version(report: AnnualReport) -> ReportVersion | None:
    """Last year's report of the same body."""
    return version_of(report.body_id, report.year - 1)


def version_of(body: int, year: int) -> ReportVersion | None:
    """The report of a body and year: the version the public sees, else the newest."""
    versions = ReportVersion.objects.filter(report__body=body, report__year=year)
    shown = Q(report__published=None) | Q(report__published=F("pk"))
    return versions.filter(shown).order_by("-number").first()


def carried_forward(body: Body, year: int) -> Carried | None:
    """What the report of a year carried forward, for the statistics; None where none says it."""
    version = version_of(body.pk, year)
    if version is None:
        return None
    said = "t3.carried_forward."
    cells = version.as_report.cells()
    found = {a.removeprefix(said): c.number for a, c in cells if a.startswith(said)}
    numbers = {column: number for column, number in found.items() if number is not None}
    return Carried(f"{year}年年报第{version.number}版", numbers) if numbers else None


def words_for(stored: AnnualReport, content: Report, computation: Computation) -> Words:
    """What the text of this report may name, with the numbers of ``content``."""
    return _words(stored, content, computation.quantities, _last_year(stored))


def _last_year(stored: AnnualReport) -> Report | None:
    former = previous_version(stored)
    return former.as_report if former else None


def _words(
    stored: AnnualReport, content: Report, quantities: Mapping[str, Any], former: Report | None
) -> Words:
    known = kept(quantities)
    # The tables come last: of two numbers with one name the report prints that of the table.
    known |= from_tables(content, former)
    said = {n: e["text"] for n, e in quantities.items() if "text" in e}
    return Words(stored.body, stored.year, known, said)


def unfilled(content: Report) -> list[str]:
    """Names that still stand in the text of a report because they have no number."""
    return names("\n".join(section.text for section in content.sections))


def texts_of(stored: AnnualReport) -> dict[str, str]:
    """Part → wording: the task's own, with names."""
    own = NarrativeText.objects.filter(compilation__report=stored.pk)
    return dict(own.values_list("part", "text"))


def writer(stored: AnnualReport, computation: Computation) -> Callable[[Report], Report]:
    """What puts its six sections into a report, the numbers in them taken from its own cells."""
    texts, former = texts_of(stored), _last_year(stored)

    def written(content: Report) -> Report:
        layout = content.layout
        assert layout is not None  # compiled reports always have a statutory format
        words = _words(stored, content, computation.quantities, former)
        found = sections(layout, paragraphs(texts, words))
        return replace(content, sections=found, headings=found)

    return written


def outdated(version: ReportVersion, quantities: Mapping[str, Any]) -> list[str]:
    """What the text of a version would say otherwise with these quantities, as sentences.

    ``quantities`` is what the registers say now (``compute.named``). Names that the text does
    not use do not matter. [] where it would read the same.
    """
    stored, content, computation = version.report, version.as_report, version.computation
    layout = content.layout
    assert computation is not None and layout is not None  # a compiled version has both
    former = _last_year(stored)
    now = _words(stored, content, quantities, former)
    then = _words(stored, content, computation.quantities, former)
    texts = texts_of(stored)
    told = [
        f"【{name}】取数时为“{was or '空'}”，现在为“{is_now or '空'}”"
        for name, was, is_now in changed_names("\n".join(texts.values()), then, now)
    ]
    if told:
        return told
    as_now = sections(layout, paragraphs(texts, now))
    written = {s.number: s.text for s in content.sections}
    # The same names and another reading: last year's report has changed since.
    return [
        f"“{s.title}”里引用的上年数有变化" for s in as_now if s.text != written.get(s.number, "")
    ]


def wording_of(stored: AnnualReport) -> dict[str, str]:
    """The wording with which a body's report begins: its own templates, else the shipped ones."""
    own = dict(NarrativeTemplate.objects.filter(body=stored.body_id).values_list("part", "text"))
    return {one.key: own.get(one.key, one.text) for one in parts()}
