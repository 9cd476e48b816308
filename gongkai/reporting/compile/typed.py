"""Numbers that a person typed into the text, held against the quantities that they speak of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gongkai.annual_report.check.narrative import Quantity, quantities
from gongkai.annual_report.check.subject import Passage, plain_text
from gongkai.annual_report.model import Section, shown
from gongkai.reporting.compile.narrative import NAME, part
from gongkai.reporting.compile.quantities import Known

#: Stands in for a name, so that what is named is not read as typed; no measure word follows it.
_BLANK = "□"


@dataclass(frozen=True, slots=True)
class Typed:
    """A typed number beside the noun of a quantity; ``agrees`` False: the two contradict."""

    part: str
    quote: str
    typed: str
    known: Known
    agrees: bool

    @property
    def message(self) -> str:
        where = f"“{part(self.part).title}”：“{self.quote}”"
        if self.agrees:
            return f"{where}，这个数可以换成【{self.known.name}】，以后随台账一起变。"
        return (
            f"{where}，手写的 {self.typed} 与【{self.known.name}】"
            f"{shown(self.known.value)}{self.known.unit}不一致。请核对，或者换成【{self.known.name}】。"
        )


def typed_numbers(texts: Mapping[str, str], known: Iterable[Known], year: int) -> list[Typed]:
    """Every typed number of the texts (part → wording) that speaks of a known quantity."""
    nouns = _nouns(known)
    found = []
    for key, text in texts.items():
        section = Section(part(key).section, "", text)
        passage = Passage(section, plain_text(NAME.sub(_BLANK, text)))
        for number in quantities(passage, year):
            if said_of := _spoken_of(number, nouns):
                agrees = said_of.value is not None and number.fits(said_of.value)
                value = f"{shown(number.value)}{number.unit}"
                found.append(Typed(key, number.quote, value, said_of, agrees))
    return found


def _nouns(known: Iterable[Known]) -> list[tuple[str, Known]]:
    """The words that speak of a quantity, the longest first."""
    pairs = [(noun, one) for one in known for noun in one.nouns if one.value is not None]
    return sorted(pairs, key=lambda pair: -len(pair[0]))


def _spoken_of(number: Quantity, nouns: list[tuple[str, Known]]) -> Known | None:
    """The quantity that a number of this year and of the whole of it speaks of."""
    if number.year is not None or number.partial or number.change or number.listed:
        return None
    near = number.text[number.clause_start : number.head_end]
    for noun, one in nouns:
        if noun in near and number.unit == one.unit:
            return one
    return None
