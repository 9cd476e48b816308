"""What a rule returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from gongkai.annual_report.model import Place

Level = Literal["error", "warn", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of one rule.

    ``rule`` is C01…C28 (a suffix as in C24a tells variants apart), ``message`` a Chinese
    sentence that names table, row, column and values; ``addresses`` are the cells concerned,
    ``section`` and ``quote`` the sentence; ``values`` the numbers compared.
    """

    rule: str
    level: Level
    message: str
    addresses: tuple[str, ...] = ()
    section: int | None = None
    quote: str | None = None
    place: Place | None = None
    source: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
