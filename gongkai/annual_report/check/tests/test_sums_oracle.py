"""C01–C05 and C28 against a naive check that adds up cell by cell."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gongkai.annual_report.check import check
from gongkai.annual_report.check.samples import clean
from gongkai.annual_report.check.subject import T3_COLUMNS, T4_KEYS
from gongkai.annual_report.model import Cell, Report
from gongkai.law.formats import report_format

ROWS = tuple(r.key for r in report_format("2021").table3_rows)
LEAVES = report_format("2021").table3_leaves
BARE = replace(clean(), sections=(), headings=())

small = st.integers(0, 3)
value = st.one_of(small, small, small, st.sampled_from([None, "/"]))


@st.composite
def tables(draw: st.DrawFn) -> Report:
    """A consistent table 三, then a few cells changed, blanked or marked; table 四 likewise."""
    table = {row: [draw(small) for _ in range(6)] for row in LEAVES}
    table["carried_forward"] = [draw(small) for _ in range(6)]
    table["carried_over"] = [0] * 6
    table["total_concluded"] = [sum(table[row][c] for row in LEAVES) for c in range(6)]
    table["new_received"] = [
        table["total_concluded"][c] + table["carried_forward"][c] for c in range(6)
    ]
    cells: dict[str, list[object]] = {k: [*v, sum(v)] for k, v in table.items()}
    for _ in range(draw(st.integers(0, 3))):
        cells[draw(st.sampled_from(ROWS))][draw(st.integers(0, 6))] = draw(value)
    fours: list[object] = []
    for _ in range(3):
        block = [draw(small) for _ in range(4)]
        fours += [*block, sum(block)]
    for _ in range(draw(st.integers(0, 2))):
        fours[draw(st.integers(0, 14))] = draw(value)
    return replace(
        BARE,
        table3={row: tuple(Cell(v) for v in cells[row]) for row in ROWS},  # type: ignore[arg-type]
        table4=tuple(Cell(v) for v in fours),  # type: ignore[arg-type]
    )


def number(report: Report, address: str) -> int | None:
    found = report.value(address)
    return found if isinstance(found, int) else None


def wrong_sum(report: Report, parts: list[str], total: str) -> bool:
    """A total that the parts cannot make: blanks may hide something, marks hold nothing."""
    whole = number(report, total)
    if whole is None or all(isinstance(report.value(p), str) for p in parts):
        return False
    known = sum(number(report, p) or 0 for p in parts)
    if any(report.value(p) is None for p in parts):
        return known > whole
    return known != whole


def naive(report: Report) -> set[tuple[str, str]]:
    out: set[tuple[str, str]] = set()
    for column in T3_COLUMNS:
        four = [
            f"t3.{row}.{column}"
            for row in ("new_received", "carried_over", "total_concluded", "carried_forward")
        ]
        values = [report.value(a) for a in four]
        if None not in values and not all(isinstance(v, str) for v in values):
            a, b, c, d = (number(report, x) or 0 for x in four)
            if a + b != c + d:
                out.add(("C01", column))
        if wrong_sum(
            report, [f"t3.{row}.{column}" for row in LEAVES], f"t3.total_concluded.{column}"
        ):
            out.add(("C03", column))
    for row in ROWS:
        if wrong_sum(report, [f"t3.{row}.{c}" for c in T3_COLUMNS[:6]], f"t3.{row}.total"):
            out.add(("C02", row))
    for block in ("review", "direct", "after_review"):
        parts = [f"t4.{block}_{c}" for c in ("upheld", "corrected", "other", "pending")]
        if wrong_sum(report, parts, f"t4.{block}_total"):
            out.add(("C04", block))
    return out


def found(report: Report) -> set[tuple[str, str]]:
    out: set[tuple[str, str]] = set()
    for finding in check(report):
        first = finding.addresses[0] if finding.addresses else ""
        if finding.rule in ("C01", "C03"):
            out.add((finding.rule, first.split(".")[2]))
        elif finding.rule == "C02":
            out.add((finding.rule, first.split(".")[1]))
        elif finding.rule == "C04":
            out.add((finding.rule, first.removeprefix("t4.").rpartition("_")[0]))
    return out


@given(tables())
def test_the_sums_of_tables_three_and_four_are_those_of_the_naive_check(report: Report) -> None:
    assert found(report) == naive(report)


@given(tables(), tables())
def test_carried_over_is_compared_column_by_column_with_last_year(
    now: Report, before: Report
) -> None:
    before = replace(before, year=(now.year or 0) - 1)
    wanted = set()
    for column in T3_COLUMNS:
        a = number(now, f"t3.carried_over.{column}")
        b = number(before, f"t3.carried_forward.{column}")
        if a is not None and b is not None and a != b:
            wanted.add(f"t3.carried_over.{column}")
    assert {f.addresses[0] for f in check(now, previous=before) if f.rule == "C05"} == wanted


@given(tables(), st.lists(tables(), min_size=1, max_size=3))
def test_a_roll_up_is_the_sum_of_its_parts_cell_by_cell(whole: Report, parts: list[Report]) -> None:
    wrong, unknown = set(), set()
    for address, _ in whole.cells():
        stated = number(whole, address)
        if stated is None and address[:2] != "t2":
            continue
        if address.startswith("t2"):
            continue
        known = sum(number(p, address) or 0 for p in parts)
        blank = any(p.value(address) is None for p in parts)
        if blank and known <= (stated or 0):
            unknown.add(address)
        elif known != stated:
            wrong.add(address)
    result = [f for f in check(whole, parts=parts) if f.rule == "C28"]
    three_and_four = [a for f in result for a in f.addresses if not a.startswith("t2")]
    assert {a for f in result if f.level == "error" for a in f.addresses if a[:2] != "t2"} == wrong
    assert set(three_and_four) == wrong | unknown


def test_table_four_has_fifteen_cells() -> None:
    assert len(T4_KEYS) == 15


def test_a_doubtful_cell_in_a_failing_sum_is_said_to_be_so() -> None:
    report = clean()
    report = report.with_cells({"t4.review_upheld": Cell(3, "3", confidence=0.6)})
    messages = [f.message for f in check(report) if f.rule == "C04"]
    assert messages and "识别把握不高" in messages[0]
    sure = report.with_cells({"t4.review_upheld": Cell(3, "3")})
    assert "识别把握不高" not in next(f.message for f in check(sure) if f.rule == "C04")
