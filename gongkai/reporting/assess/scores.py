"""What the records propose for each of those assessed, and what was confirmed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gongkai.bodies.ledger.book import book
from gongkai.bodies.ledger.queries import entries
from gongkai.bodies.models import Body, Section
from gongkai.registers.models import Assessment
from gongkai.reporting.assess.measures import MEASURES, Measure, Scope
from gongkai.reporting.assess.models import AssessmentScheme
from gongkai.reporting.compile.counting import Record

UNKNOWN = "未核实"
BOOK = "assessments"


def plain(points: Decimal | None) -> str:
    """5, 9.5; 未核实 for what is not known."""
    return UNKNOWN if points is None else f"{points.normalize():f}"


@dataclass(frozen=True, slots=True)
class Taken:
    """One measure on one assessed: the records found; None where nothing is known of it."""

    measure: Measure
    each: Decimal
    records: tuple[Record, ...] | None

    @property
    def off(self) -> Decimal | None:
        if self.records is None:
            return None
        number = len(self.records)
        return self.each * (min(number, 1) if self.measure.once else number)

    @property
    def words(self) -> str:
        """逾期公开2条，扣10分."""
        if self.records is None or self.off is None:
            return f"{self.measure.label}{UNKNOWN}（{self.measure.unknown}）"
        number = f"{len(self.records)}{self.measure.unit}"
        return f"{self.measure.label}{number}，扣{plain(self.off)}分"


@dataclass(frozen=True, slots=True)
class PartScore:
    """One part: what is proposed (None: not known), and the confirmed line, if there is one."""

    part: str
    label: str
    full: Decimal
    taken: tuple[Taken, ...]
    line: Assessment | None

    @property
    def proposal(self) -> Decimal | None:
        """What is left of the points, not below 0; None where any measure knows nothing."""
        offs = [one.off for one in self.taken]
        known = [off for off in offs if off is not None]
        if not offs or len(known) < len(offs):
            return None
        return max(Decimal(0), self.full - sum(known, Decimal(0)))

    @property
    def score(self) -> Decimal | None:
        return self.line.score if self.line else None

    @property
    def words(self) -> str:
        """Why so much is proposed; of what was looked at and not found nothing is said."""
        told = [one.words for one in self.taken if one.records is None or one.records]
        return "；".join(told) or ("没有发现扣分情形" if self.taken else "由考核人评定")

    @property
    def told(self) -> str:
        """5, 建议 5, 未核实: as the list shows it."""
        if self.score is not None:
            return plain(self.score)
        return UNKNOWN if self.proposal is None else f"建议 {plain(self.proposal)}"


@dataclass(frozen=True, slots=True)
class Row:
    """One who is assessed: ``key`` is the id of the body or section."""

    key: int
    name: str
    parts: tuple[PartScore, ...]

    @property
    def total(self) -> Decimal | None:
        """The sum of the confirmed scores; None until every part is confirmed."""
        scores = [one.score for one in self.parts]
        known = [score for score in scores if score is not None]
        return sum(known, Decimal(0)) if known and len(known) == len(scores) else None

    @property
    def open(self) -> int:
        return sum(one.score is None for one in self.parts)

    @property
    def outcome(self) -> str:
        """等次、奖惩 of all parts."""
        told = (one.line.outcome for one in self.parts if one.line)
        return "；".join(dict.fromkeys(filter(None, told)))


def assessed(scheme: AssessmentScheme) -> dict[int, str]:
    """Key → name: the bodies that the office supervises itself, or its own sections.

    Whose score was confirmed stands here under the name of then, also when he has left since.
    """
    if scheme.kind == AssessmentScheme.Kind.BODIES:
        rows: Any = Body.objects.filter(supervised_by=scheme.body_id).order_by("name")
    else:
        rows = Section.objects.filter(body=scheme.body_id).order_by("order", "pk")
    return dict(rows.values_list("pk", "name")) | {int(k): v for k, v in scheme.names.items()}


def lines(scheme: AssessmentScheme) -> dict[tuple[str, str], Assessment]:
    """The confirmed lines of the register by name and part."""
    rows = entries(book(BOOK), scheme.body).filter(scheme=scheme.title)
    return {(one.assessed, one.part): one for one in rows}


def results_for(bodies: Iterable[int]) -> list[tuple[AssessmentScheme, Assessment]]:
    """What the offices above have confirmed for some bodies, by their schemes; newest first."""
    keys = [str(pk) for pk in bodies]
    if not keys:
        return []
    schemes = {
        (one.body_id, one.title): one
        for one in AssessmentScheme.objects.filter(
            kind=AssessmentScheme.Kind.BODIES, names__has_any_keys=keys
        )
    }
    found = entries(book(BOOK)).filter(
        body__in={body for body, _ in schemes}, scheme__in={title for _, title in schemes}
    )
    told = [
        (scheme, one)
        for one in found.exclude(score=None).order_by("assessed", "pk")
        if (scheme := schemes.get((one.body_id, one.scheme)))
        and one.assessed in {scheme.names.get(key) for key in keys}
    ]
    return sorted(told, key=lambda pair: -pair[0].year)


def rows_of(scheme: AssessmentScheme, only: Iterable[int] | None = None) -> list[Row]:
    """Everybody's scores (or those of some): so many queries, however many there are."""
    names = assessed(scheme)
    if only is not None:
        names = {key: name for key, name in names.items() if key in set(only)}
    sections = scheme.kind == AssessmentScheme.Kind.SECTIONS
    bodies = (scheme.body_id,) if sections else tuple(names)
    scope = Scope(scheme.year, bodies, scheme.body_id, sections)
    wanted = {key for part in scheme.parts for key in part["takes"] if key in MEASURES}
    known: dict[str, set[int]] = {}
    found: dict[str, dict[int | None, list[Record]]] = {}
    asked: dict[Any, set[int]] = {}
    for key in wanted:
        one = MEASURES[key]
        if one.known not in asked:
            asked[one.known] = one.known(scope)
        known[key] = asked[one.known]
        found[key] = defaultdict(list)
        for of, record in one.find(scope):
            found[key][of].append(record)
    confirmed = lines(scheme)
    return [
        Row(
            pk,
            name,
            tuple(
                PartScore(
                    part["part"],
                    Assessment.Part(part["part"]).label,
                    Decimal(part["full"]),
                    tuple(
                        Taken(
                            MEASURES[key],
                            Decimal(each),
                            tuple(found[key][pk]) if pk in known[key] else None,
                        )
                        for key, each in part["takes"].items()
                        if key in MEASURES
                    ),
                    confirmed.get((name, part["part"])),
                )
                for part in scheme.parts
            ),
        )
        for pk, name in names.items()
    ]
