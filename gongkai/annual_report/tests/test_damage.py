"""Damaged print: tables stay right or cells become None, never wrong."""

from __future__ import annotations

import random

import pytest

from gongkai.annual_report.model import Report
from gongkai.annual_report.read import read
from gongkai.annual_report.tests.damages import DAMAGES, Damage, lost_label, lost_value
from gongkai.annual_report.tests.layouts import LAYOUTS, Layout, made_up, spaced_lines

SEEDS = range(3)
#: Damage after which nothing may be missing: all that was printed is still there.
HARMLESS = (
    *("page_numbers", "blank_lines", "traditional", "full_width_digits", "thousands"),
    *("spaces_in_labels", "repeated_heading", "half_width_brackets", "carriage_returns"),
    *("misprinted_label", "non_standard_row"),
)


def _report(seed: int) -> Report:
    return made_up(random.Random(seed), "2021" if seed % 2 else "2019", zeros=0.4)


def _compare(report: Report, text: str) -> tuple[list[str], list[str]]:
    """Addresses of the wrong cells and of the missing ones."""
    (got,) = read(text.encode(), "made_up.txt")
    cells = dict(got.cells())
    wrong, missing = [], []
    for address, cell in report.cells():
        value = cells[address].value if address in cells else None
        if value is None:
            missing.append(address)
        elif value != cell.value:
            wrong.append(f"{address}: {cell.value} read as {value}")
    return wrong, missing


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_a_whole_report_is_read_in_every_layout(layout: Layout) -> None:
    for seed in SEEDS:
        report = _report(seed)
        assert _compare(report, layout(report)) == ([], [])


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_damage_never_makes_a_cell_wrong(layout: Layout, damage: Damage) -> None:
    for seed in SEEDS:
        report = _report(seed)
        text = damage(layout(report), random.Random(seed))
        wrong, missing = _compare(report, text)
        assert wrong == []
        if damage.__name__ in HARMLESS:
            assert missing == []


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_a_lost_number_costs_no_more_than_its_row(layout: Layout) -> None:
    for seed in range(6):
        report = _report(seed)
        text = lost_value(layout(report), random.Random(seed))
        wrong, missing = _compare(report, text)
        assert wrong == []
        assert len(missing) in (1, 2, 3, 7, 15)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_one_lost_label_loses_no_number(layout: Layout) -> None:
    for seed in range(6):
        report = _report(seed)
        text = lost_label(layout(report), random.Random(seed))
        assert _compare(report, text) == ([], [])


def test_what_is_lost_is_told_with_its_place() -> None:
    report = _report(1)
    text = spaced_lines(report)
    line = next(i for i, t in enumerate(text.split("\n"), 1) if t.startswith("2.重复申请"))
    cut = "\n".join(
        t.rsplit(" ", 1)[0] if i == line else t for i, t in enumerate(text.split("\n"), 1)
    )
    (got,) = read(cut.encode(), "cut.txt")
    notice = next(n for n in got.notices if n.code == "T3_ROW_UNREADABLE")
    assert notice.address == "t3.decline_repeat"
    assert notice.place is not None and notice.place.line == line
    assert all(c.value is None and c.confidence < 0.5 for c in (got.table3 or {})["decline_repeat"])


def test_numbers_printed_column_by_column_are_not_taken_for_rows() -> None:
    report = _report(1)
    assert report.table3 is not None
    assert report.layout is not None
    labels = [row.label for row in report.layout.table3_rows]
    values = [str(row[i].value) for i in range(7) for row in report.table3.values()]
    base = spaced_lines(report)
    head, tail = base.index("（本列"), base.index("四、政府信息公开行政")
    wrong, missing = _compare(report, "\n".join([base[:head], *labels, *values, base[tail:]]))
    assert wrong == []
    assert {a for a in missing if a.startswith("t3.")} == set(missing)


def test_numbers_before_their_labels_are_read() -> None:
    for seed in SEEDS:
        report = _report(seed)
        lines = []
        for line in spaced_lines(report).split("\n"):
            label, _, values = line.partition(" ")
            numbers = values.split()
            turned = 0 < len(numbers) < 8 and all(v.lstrip("-").isdigit() for v in numbers)
            lines += [values, label] if turned else [line]
        assert _compare(report, "\n".join(lines)) == ([], [])
