"""The text of a compiled report: names, sentences that choose their wording, typed numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gongkai.bodies.models import Body
from gongkai.law.formats import FORMAT_IDS, report_format
from gongkai.reporting.compile import actions
from gongkai.reporting.compile.formulas import formulas
from gongkai.reporting.compile.narrative import Words, names, paragraphs, parts, sentences
from gongkai.reporting.compile.quantities import Known
from gongkai.reporting.compile.sources import SOURCES
from gongkai.reporting.compile.text import unfilled, words_for
from gongkai.reporting.compile.typed import typed_numbers
from gongkai.reporting.tests.cast import Cast

LICENCES = Known("行政许可决定数", "件", "表二", 56, 40, ("行政许可决定", "行政许可"))
FEES = Known("行政事业性收费金额", "万元", "表二", Decimal("0.5122"), None, ("行政事业性收费",))
APPLICATIONS = Known("新收申请数", "件", "表三", 0, 0)


def words(*known: Known, **said: str) -> Words:
    body = Body(name="示例县卫生健康委员会")
    return Words(body, 2025, {k.name: k for k in known}, said)


def test_names_are_filled_with_this_year_last_year_and_the_change() -> None:
    text = "许可【行政许可决定数】件（上年【行政许可决定数·上年】件）【行政许可决定数·比上年】。"
    assert words(LICENCES).fill(text) == "许可56件（上年40件），比上年增加16件。"


def test_no_change_is_told_where_last_year_is_not_known_or_nothing_was_in_both() -> None:
    assert words(FEES).fill("收费【行政事业性收费金额】万元【行政事业性收费金额·比上年】。") == (
        "收费0.5122万元。"
    )
    assert words(APPLICATIONS).fill("没有收到【新收申请数·比上年】。") == "没有收到。"


def test_a_sentence_is_worded_by_its_numbers() -> None:
    none = words(APPLICATIONS).fill("【申请情况】")
    assert none.startswith("全年没有收到政府信息公开申请")
    # Not kept is not 0: that there was none is not said then.
    assert words(Known("新收申请数", "件", "表三", None)).fill("【申请情况】") == ""
    some = words(Known("新收申请数", "件", "表三", 6, 4)).fill("【申请情况】")
    assert some.startswith("全年收到政府信息公开申请6件，比上年增加2件")


def test_a_name_without_a_number_stays_and_one_without_a_meaning_is_told() -> None:
    there = words(Known("采购金额", "万元", "表二", None))
    assert there.fill("采购【采购金额】万元。") == "采购【采购金额】万元。"
    assert there.unknown("采购【采购金额】万元，【采购的钱】，【采购金额·前年】。") == [
        "采购的钱",
        "采购金额·前年",
    ]


def test_an_empty_part_has_no_heading_and_section_six_is_never_empty() -> None:
    texts = {p.key: "" for p in parts()}
    assert paragraphs(texts, words()) == {6: ["无。"]}


def typed(text: str, *known: Known) -> list[tuple[str, bool]]:
    found = typed_numbers({"disclosure": text}, known, 2025)
    return [(t.typed, t.agrees) for t in found]


def test_a_typed_number_beside_the_noun_of_a_quantity_is_compared() -> None:
    assert typed("全年作出行政许可决定60件。", LICENCES) == [("60件", False)]
    assert typed("全年作出行政许可决定56件。", LICENCES) == [("56件", True)]
    assert typed("收取行政事业性收费0.6万元。", LICENCES, FEES) == [("0.6万元", False)]


@pytest.mark.parametrize(
    "text",
    [
        "全年作出行政许可决定【行政许可决定数】件。",
        "2024年作出行政许可决定40件。",
        "行政许可决定比上年增加16件。",
        "行政许可事项12项。",
        "全年组织培训3次。",
        "全年作出行政许可决定超过50件。",
    ],
)
def test_what_is_named_or_said_of_something_else_is_no_contradiction(text: str) -> None:
    assert all(agrees for _, agrees in typed(text, LICENCES))


@pytest.mark.parametrize("format_id", FORMAT_IDS)
def test_every_cell_of_a_format_has_a_rule_and_a_register(format_id: str) -> None:
    told = formulas(format_id)
    assert tuple(told) == report_format(format_id).addresses
    for one in told.values():
        assert one.source in SOURCES
        assert one.words.endswith("。") and "{" not in one.words


@pytest.mark.django_db
@pytest.mark.parametrize("year", [2020, 2025])
def test_every_name_in_the_shipped_wording_means_something(people: Cast, year: int) -> None:
    task = actions.start(people.body, year, by=people.clerk)
    version = task.report.latest
    assert version is not None and version.computation is not None
    there = words_for(task.report, version.as_report, version.computation)
    wording = [one.text for one in parts()]
    for lines in sentences().values():
        wording += [line.text for line in lines if line.any_of and _may_hold(line.any_of, there)]
    assert there.unknown("".join(wording)) == []
    assert unfilled(version.as_report) == names(there.said["问题情况"])


@pytest.mark.django_db
def test_every_condition_of_a_sentence_is_a_known_number(people: Cast) -> None:
    known: set[str] = set()
    for year in (2020, 2025):
        task = actions.start(people.body, year, by=people.clerk)
        version = task.report.latest
        assert version is not None and version.computation is not None
        known |= set(words_for(task.report, version.as_report, version.computation).known)
    asked = {n for s in sentences().values() for line in s for n in (*line.any_of, *line.none_of)}
    assert asked <= known


def _may_hold(any_of: tuple[str, ...], there: Words) -> bool:
    """Whether the format of the year has the numbers that the line waits for."""
    return bool(set(any_of) & set(there.known))
