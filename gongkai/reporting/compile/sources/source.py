"""What a source of numbers is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gongkai.bodies.models import Body
from gongkai.law.formats import ReportFormat
from gongkai.reporting.compile.counting import Counted, Records


@dataclass(frozen=True, slots=True)
class Source:
    """A register: its name, its cells of a year in few queries, and the records behind one cell.

    ``records`` gives None where a cell rests on no record (a zero by rule).
    """

    key: str
    title: str
    count: Callable[[Body, int, ReportFormat], Mapping[str, Counted]]
    records: Callable[[Body, int, ReportFormat, str], Records | None]
