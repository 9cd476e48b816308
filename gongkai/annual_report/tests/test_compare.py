"""Comparison: differences only where both numbers are known, and the chain of carried cases."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from gongkai.annual_report.compare import compare, difference, growth, to_dict
from gongkai.annual_report.exchange import dumps
from gongkai.annual_report.model import Cell, FormatId, Report, Value
from gongkai.annual_report.render.tests import cast

GRANTED = "t3.granted.natural"


def report(
    year: int,
    figures: dict[str, Value] | None = None,
    agency: str | None = "示例市教育局",
    format_id: FormatId | None = None,
) -> Report:
    found = figures or {}
    return cast.report(
        format_id or ("2019" if year < 2021 else "2021"),
        lambda address, _: found.get(address, 0),
        year=year,
        agency=agency,
    )


@pytest.mark.parametrize(
    ("earlier", "later", "change", "ratio"),
    [
        (4, 5, 1, Decimal("0.2500")),
        (4, 0, -4, Decimal("-1.0000")),
        (Decimal("1.5"), Decimal("3"), Decimal("1.5"), Decimal("1.0000")),
        (0, 5, 5, None),
        (-3, 5, 8, None),
        (None, 5, None, None),
        (5, None, None, None),
        ("/", 5, None, None),
        (5, "-", None, None),
    ],
)
def test_a_difference_needs_two_numbers_and_a_growth_a_positive_base(
    earlier: Value, later: Value, change: Value, ratio: Decimal | None
) -> None:
    assert difference(earlier, later) == change
    assert growth(earlier, later) == ratio


def test_years_of_a_body_are_sorted_and_each_compared_with_the_one_before() -> None:
    found = compare([report(y, {GRANTED: n}) for y, n in ((2023, 9), (2021, 4), (2022, 6))])
    assert found.kind == "years"
    assert [side.year for side in found.sides] == [2021, 2022, 2023]
    line = found.line(GRANTED)
    assert line is not None
    assert line.values == (4, 6, 9)
    assert line.differences == (None, 2, 3)
    assert line.growths == (None, Decimal("0.5000"), Decimal("0.5000"))


def test_bodies_of_a_year_are_all_compared_with_the_first() -> None:
    found = compare(
        [report(2022, {GRANTED: n}, f"示例{n}局") for n in (5, 7, 3)],
    )
    assert found.kind == "bodies"
    line = found.line(GRANTED)
    assert line is not None and line.differences == (None, 2, -2)
    assert found.carries == ()


def test_a_mixed_set_is_compared_within_each_body_only() -> None:
    reports = [
        report(2021, {GRANTED: 1}, "甲局"),
        report(2022, {GRANTED: 5}, "乙局"),
        report(2022, {GRANTED: 3}, "甲局"),
    ]
    found = compare(reports)
    line = found.line(GRANTED)
    assert found.kind == "mixed" and found.notes
    assert line is not None
    assert line.bases == (None, None, 0)
    assert line.differences == (None, None, 2)
    assert {(c.earlier, c.later) for c in found.carries} == {(0, 2)}


def test_a_blank_cell_is_not_taken_for_zero() -> None:
    found = compare([report(2021, {GRANTED: None}), report(2022, {GRANTED: 6})])
    line = found.line(GRANTED)
    assert line is not None
    assert (line.states, line.differences) == (("blank", "number"), (None, None))


def test_other_handling_is_the_sum_of_the_three_where_the_forms_differ() -> None:
    parts: dict[str, Value] = {
        f"t3.other_{p}.natural": n for p, n in (("uncorrected", 1), ("unpaid", 2), ("other", 4))
    }
    found = compare([report(2020, {"t3.other.natural": 5}), report(2021, parts)])
    line = found.line("t3.other.natural")
    assert line is not None
    assert (line.values, line.states, line.differences) == ((5, 7), ("number", "sum"), (None, 2))
    part = found.line("t3.other_unpaid.natural")
    assert part is not None and part.states == ("none", "number")


def test_other_handling_is_no_sum_when_one_of_the_three_is_blank() -> None:
    parts: dict[str, Value] = {"t3.other_unpaid.natural": None}
    found = compare([report(2020), report(2021, parts)])
    line = found.line("t3.other.natural")
    assert line is not None
    assert (line.values[1], line.states[1], line.differences[1]) == (None, "blank", None)


def test_reports_that_agree_in_the_three_rows_have_no_summed_row() -> None:
    found = compare([report(2021), report(2022)])
    assert found.line("t3.other.natural") is None
    assert found.line("t3.other_other.natural") is not None


def test_decisions_mean_the_same_in_both_forms_and_other_columns_are_not_matched() -> None:
    found = compare(
        [
            report(2020, {"t2.licensing.decisions": 10, "t2.regulations.new_made": 3}),
            report(2021, {"t2.licensing.decisions": 12, "t2.regulations.issued": 3}),
        ]
    )
    decisions = found.line("t2.licensing.decisions")
    made, issued = found.line("t2.regulations.new_made"), found.line("t2.regulations.issued")
    assert decisions is not None and decisions.differences == (None, 2)
    assert made is not None and made.states == ("number", "none")
    assert issued is not None and issued.states == ("none", "number")
    assert made.differences == issued.differences == (None, None)


def test_the_chain_says_where_carried_cases_got_lost() -> None:
    earlier = report(2021, {"t3.carried_forward.natural": 3, "t3.carried_forward.total": None})
    later = report(2022, {"t3.carried_over.natural": 2})
    chain = {c.column: c.agrees for c in compare([earlier, later]).carries}
    assert chain["natural"] is False
    assert chain["total"] is None
    assert chain["commercial"] is True


def test_a_year_that_is_missing_breaks_the_chain_and_is_named() -> None:
    found = compare([report(2019), report(2022)])
    assert found.carries == ()
    assert any("2020—2021" in note for note in found.notes)


def test_a_body_whose_name_was_not_read_is_said_to_be_taken_for_the_same() -> None:
    found = compare([report(2021), report(2022, agency=None)])
    assert found.kind == "years"
    assert any("没有读出机关名称" in note for note in found.notes)


def test_a_report_from_before_the_forms_has_no_such_cells() -> None:
    old = replace(report(2018), format="older", table2=None, table3=None, table4=None)
    line = compare([old, report(2019)]).line(GRANTED)
    assert line is not None and line.states == ("none", "number")


def test_every_cell_of_every_report_is_in_the_comparison() -> None:
    reports = [report(2020), report(2021), cast.report("2021", year=2022, collapsed=True)]
    reports = [replace(r, agency="示例市教育局") for r in reports]
    found = {line.address for line in compare(reports).lines}
    assert found >= {address for r in reports for address, _ in r.cells()}


def test_plain_data_keeps_decimals_exact() -> None:
    fee = "t2.fees.fee_amount_wan"
    reports = [report(2021, {fee: Decimal("0.1")}), report(2022, {fee: Decimal("0.3")})]
    text = dumps(to_dict(compare(reports)))
    cells = {c["address"]: c for c in json.loads(text, parse_float=Decimal)["cells"]}
    assert cells[fee]["values"] == [Decimal("0.1"), Decimal("0.3")]
    assert cells[fee]["differences"] == [None, Decimal("0.2")]


def test_one_report_alone_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="至少需要两份"):
        compare([report(2021)])


def test_the_way_to_compare_can_be_given() -> None:
    found = compare([report(2022, agency="甲局"), report(2021, agency="甲委")], kind="years")
    assert [s.year for s in found.sides] == [2021, 2022]
    assert any("不一致" in note for note in found.notes)


def test_a_cell_keeps_its_mark() -> None:
    first = report(2021).with_cells({GRANTED: Cell("/")})
    line = compare([first, report(2022)]).line(GRANTED)
    assert line is not None and line.states[0] == "mark" and line.values[0] == "/"
