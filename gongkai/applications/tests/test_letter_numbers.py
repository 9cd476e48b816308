"""Document numbers: one serial for all letters of a case, no number given twice (D.5)."""

from __future__ import annotations

from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from gongkai.applications.actions.core import on_case
from gongkai.applications.letters.compose import draft_letter
from gongkai.applications.models import Letter
from gongkai.applications.tests.cast import Cast, an_application
from gongkai.law.letters import document_number
from gongkai.law.taxonomy import letters

NUMBERED = [n for n, letter in letters().items() if letter.suffix]
ON = date(2026, 11, 2)


@given(st.lists(st.sampled_from(NUMBERED), max_size=12), st.integers(1, 9999))
def test_letters_of_one_case_are_told_apart_whatever_their_kinds(
    kinds: list[str], serial: int
) -> None:
    """Kinds that share a suffix (告) are counted together."""
    given_out: list[str] = []
    counted: Counter[str | None] = Counter()
    for kind in kinds:
        counted[letters()[kind].suffix] += 1
        copy = counted[letters()[kind].suffix]
        given_out.append(document_number(kind, code="示卫健", serial=serial, on=ON, copy=copy))
    assert len(set(given_out)) == len(given_out)


def test_no_two_letters_of_a_body_get_the_same_number(cast: Cast) -> None:
    for code in ("L14", "L15", "L14", "L25", "L04", "L14"):
        case = an_application(cast.body, on=ON).case
        with on_case(case, by=None) as case:
            for other in ("L04", code, "L36", code):
                draft_letter(case, other, by=None, values={})
    numbers = list(Letter.objects.values_list("number", flat=True))
    assert len(numbers) == len(set(numbers)) == 24
