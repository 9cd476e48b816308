"""规范性文件 of table 二, from the register of normative documents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils import timezone

from gongkai.bodies.models import Body
from gongkai.law.formats import ReportFormat
from gongkai.publishing.models import Document
from gongkai.publishing.normative_register import Counts, normative_counts
from gongkai.reporting.compile.counting import Counted, Record, Records, Trace
from gongkai.reporting.compile.sources.source import Source

_ROW = "t2.normative_documents."


def _counts(body: Body, year: int) -> Counts:
    last = date(year, 12, 31)
    return normative_counts(body, date(year, 1, 1), last, last)


def _behind(body: Body, year: int) -> dict[str, Sequence[Document]]:
    """The documents behind each column, of both formats."""
    found = _counts(body, year)
    disclosed = [d for d in _public(found) if _day(d).year == year]
    return {
        "issued": found.made,
        "repealed": found.ended,
        "in_force": found.in_force,
        "new_made": found.made,
        "new_disclosed": disclosed,
        "total_disclosed": [d for d in found.in_force if _day(d).year <= year],
    }


def _public(found: Counts) -> list[Document]:
    """All documents of the register that the year has to do with, each once."""
    every = (*found.made, *found.ended, *found.in_force, *found.not_yet)
    return list({d.pk: d for d in every}.values())


def _day(document: Document) -> date:
    """The day of publication; for one that was taken over without it, its own day."""
    at = document.published_at
    return timezone.localdate(at) if at else document.formed_on


def _count(body: Body, year: int, form: ReportFormat) -> dict[str, Counted]:
    behind = _behind(body, year)
    cells = {}
    for address in form.addresses:
        if address.startswith(_ROW):
            documents = behind[address.removeprefix(_ROW)]
            cells[address] = Counted(len(documents), Trace.of(d.pk for d in documents))
    return cells


def _records(body: Body, year: int, form: ReportFormat, address: str) -> Records | None:
    if not address.startswith(_ROW):
        return None
    return Records(_behind(body, year)[address.removeprefix(_ROW)], _describe)


def _describe(document: Document) -> Record:
    label = f"{document.title}（{document.doc_number}）" if document.doc_number else document.title
    return Record(label, document.formed_on, document.get_absolute_url())


SOURCE = Source("normative", "行政规范性文件库", _count, _records)
