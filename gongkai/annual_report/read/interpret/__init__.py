"""What a document says: blocks → reports.

Door: ``interpret(document) -> list[Report]``. Steps, one module each: lines (normalise) →
headings (sections, where one report ends and the next begins) → runs (label text and the
numbers after it) → align (runs to the official rows) → tables → identity (who, when).
"""

from gongkai.annual_report.read.interpret.report import interpret

__all__ = ["interpret"]
