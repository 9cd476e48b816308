"""Where the numbers come from: one module for each room that keeps registers."""

from __future__ import annotations

from gongkai.reporting.compile.sources import cases, normative, registers, regulations
from gongkai.reporting.compile.sources.source import Source

#: By key, in the order in which they are asked.
SOURCES: dict[str, Source] = {
    source.key: source
    for source in (regulations.SOURCE, normative.SOURCE, *registers.SOURCES, *cases.SOURCES)
}

__all__ = ["SOURCES", "Source"]
