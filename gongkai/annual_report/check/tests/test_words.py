"""Wrong words: the lists are useful and accuse no right text."""

from __future__ import annotations

import pytest

from gongkai.annual_report.check import check
from gongkai.annual_report.check.data_files import load
from gongkai.annual_report.check.samples import clean, with_text
from gongkai.annual_report.check.scan import dictionary, doubled
from tests.shared import SHARED


def test_the_typo_list_is_long_and_every_word_is_found() -> None:
    words = load("typos")
    assert len(words) >= 150
    book = dictionary("typos")
    for wrong in words:
        assert wrong in {w.wrong for w, _ in book.hits(f"，{wrong}。")}, wrong


def test_a_wrong_word_within_a_wrong_word_is_one_finding() -> None:
    """C24a: who mends the longer one has mended both; two mistakes beside each other stay two."""
    said = "公众参予营商环竟，参予"
    report = with_text(clean(), 1, "组织业务培训2次", f"{said}，组织业务培训2次")
    found = [f.values["wrong"] for f in check(report) if f.rule == "C24a"]
    assert found == ["公众参予", "营商环竟", "参予"]


def test_the_right_word_is_not_itself_in_the_list() -> None:
    book = dictionary("typos")
    for wrong, entry in load("typos").items():
        right = entry if isinstance(entry, str) else entry["right"]
        assert [w.wrong for w, _ in book.hits(f"，{right}。")] == [], wrong


@pytest.mark.parametrize(
    "text",
    [
        "县政府政府信息公开办公室负责答复。",
        "一村一策、一件一件办理，方方面面都照顾到。",
        "公安权限内的事项日常办理，年末收到申请两件。",
        "最近一步步完善，灌渠和渠首工程信息均已公开。",
        "准确行使职权，规范行政行为，及时行文。",
        "社会义务监督员列席会议，逐条列举意见。",
        "库存再利用，水渠维修，项目日程表。",
        "行政复议、行政诉讼、规范性文件、政务公开、主动公开、依申请公开、监督保障。",
    ],
)
def test_right_text_is_not_accused(text: str) -> None:
    report = with_text(clean(), 5, "按月通报。", f"按月通报。{text}")
    assert [f.message for f in check(report) if f.rule == "C24a"] == []


def test_a_doubled_word_is_found_by_its_place() -> None:
    assert list(doubled("安排资金资金二十万元")) == [2]
    assert list(doubled("安排资金二十万元")) == []


def test_the_law_itself_has_no_wrong_word() -> None:
    texts = [] if SHARED is None else sorted((SHARED / "domain" / "law").glob("*.md"))
    for path in texts:
        text = path.read_text("utf-8")
        hits = [(w.wrong, text[s - 4 : s + 8]) for w, s in dictionary("typos").hits(text)]
        assert hits == [], path.name


def test_a_body_that_speaks_as_another_is_noticed() -> None:
    report = with_text(clean(), 5, "存在的主要问题：", "存在的主要问题：我委")
    assert [f.rule for f in check(report)] == ["C24b"]
    report = with_text(clean(), 5, "存在的主要问题：", "存在的主要问题：我局")
    assert check(report) == []


def test_another_countys_name_is_pointed_out() -> None:
    report = with_text(clean(), 1, "公开前逐件", "在临溪县政府网站开设专栏，公开前逐件")
    assert [(f.rule, f.level) for f in check(report)] == [("C24b", "info")]
