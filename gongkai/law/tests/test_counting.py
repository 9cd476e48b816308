"""Table 三 from applications: the chain of years always closes."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.law.counting import Counted, by_path, format_of, table3
from gongkai.law.taxonomy import applicant_kinds, decisions

KINDS = list(applicant_kinds())


@st.composite
def applications(draw: st.DrawFn) -> Counted:
    received = draw(st.dates(date(2018, 1, 1), date(2024, 12, 31)))
    if not draw(st.booleans()):
        return Counted(received, applicant=draw(st.sampled_from(KINDS)))
    done = received + timedelta(days=draw(st.integers(0, 500)))
    return Counted(
        received, done, draw(st.sampled_from(list(decisions()))), draw(st.sampled_from(KINDS))
    )


@given(st.lists(applications(), max_size=12))
def test_every_sum_closes_and_every_year_hands_over_to_the_next(found: Any) -> None:
    before = None
    for year in range(2018, 2027):
        cells = table3(found, year)
        for column in ("total", *KINDS):
            at = {row: values[column] for row, values in cells.items()}
            assert at["new_received"] + at["carried_over"] == (
                at["total_concluded"] + at["carried_forward"]
            )
            leaves = sum(at[key] for key in format_of(year).table3_leaves)
            assert leaves == at["total_concluded"]
            if before is not None:
                assert at["carried_over"] == before["carried_forward"][column]
        for values in cells.values():
            assert sum(values[k] for k in KINDS) == values["total"]
        before = cells


def test_the_day_of_the_reply_decides_the_year_on_both_sides_of_new_year() -> None:
    eve = Counted(date(2022, 12, 1), date(2022, 12, 31), "granted", "natural")
    new_year = Counted(date(2022, 12, 1), date(2023, 1, 1), "granted", "natural")
    cells = table3([eve, new_year], 2022)
    assert cells["granted"]["total"] == cells["carried_forward"]["total"] == 1
    assert table3([eve, new_year], 2023)["carried_over"]["natural"] == 1


def test_an_unknown_applicant_counts_in_the_total_only() -> None:
    cells = table3([Counted(date(2022, 1, 4))], 2022)
    assert cells["new_received"]["total"] == 1
    assert all(cells["new_received"][k] == 0 for k in KINDS)


def test_a_concluded_application_without_a_decision_is_not_guessed() -> None:
    with pytest.raises(ValueError, match="没有答复决定"):
        table3([Counted(date(2022, 1, 4), date(2022, 2, 4))], 2022)


def test_paths_keep_the_four_frame_rows_and_drop_empty_results() -> None:
    cells = table3([Counted(date(2020, 1, 4), date(2020, 1, 9), "other_unpaid")], 2020)
    assert by_path(cells, 2020) == {"一": 1, "二": 0, "三-(六)": 1, "三-(七)": 1, "四": 0}
