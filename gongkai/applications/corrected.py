"""补正 that came in: from which day the reply is counted, and what is asked for since (Art 30)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gongkai.applications import clock
from gongkai.applications.files import FileDamaged, content
from gongkai.applications.models import Application, CaseFile
from gongkai.base.sealed import KeyMissing

#: Under this name the words of a correction are kept.
WORDS = "补正说明.txt"
#: Longer words are not put into the sentence of a letter.
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Corrected:
    """The day on which it came; the words, "" where they came as files only or are erased."""

    on: date
    words: str


def corrected(case: Application) -> Corrected | None:
    """The correction of the case; None where none came."""
    found = clock.outcome(case).case.correction
    if found is None or found.received is None:
        return None
    kept = case.files.filter(kind=CaseFile.Kind.CORRECTION, erased_at=None).order_by("-pk")
    return Corrected(found.received, _words(next((f for f in kept if f.name == WORDS), None)))


def _words(file: CaseFile | None) -> str:
    if file is None:
        return ""
    try:
        return content(file).decode("utf-8", "replace").strip()
    except (FileDamaged, KeyMissing, OSError):
        return ""


def in_a_sentence(words: str) -> str:
    """The words on one line, without the full stop; "" where they are too long for a letter."""
    line = "，".join(
        part.strip(" 　。；;") for part in words.splitlines() if part.strip(" 　。；;")
    )
    return line if len(line) <= LONGEST else ""
