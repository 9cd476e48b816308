"""The text against the tables and against itself: what is a conflict and what is not."""

from __future__ import annotations

import pytest

from gongkai.annual_report.check import Finding, check
from gongkai.annual_report.check.samples import clean, put, with_text
from gongkai.annual_report.model import Report


def with_sentence(sentence: str, **cells: int) -> Report:
    """A clean report whose section 一 says one thing more."""
    report = with_text(clean(), 1, "组织业务培训2次", f"{sentence}，组织业务培训2次")
    return put(report, {k.replace("__", "."): v for k, v in cells.items()})


def rules(report: Report, *wanted: str) -> list[Finding]:
    return [f for f in check(report) if f.rule in wanted]


@pytest.mark.parametrize(
    "sentence",
    [
        "全年作出行政强制决定3件",
        "全年共实施行政强制3起",
        "实施行政强制3次",
        "收到15件政府信息公开申请",
        "全年接到信息公开申请15宗",
        "收到申请十五件",
        "新收政府信息公开申请15件",
        "上年结转5件",
        "结转下年度办理3件",
        "行政诉讼2件",
        "行政许可350件、行政处罚4件",
        "不予公开6件",
        "制发行政规范性文件2件",
        "全年现行有效的规范性文件共12件",
        "发生行政复议案件2件",
        "因政府信息公开引发的行政诉讼1件",
        "收取行政事业性收费120万元",
        "因政府信息公开被提起行政复议两件",
    ],
)
def test_a_figure_that_the_table_does_not_have_is_a_conflict(sentence: str) -> None:
    (found,) = rules(with_sentence(sentence), "C15")
    assert found.level == "error"
    assert found.addresses and found.quote and found.section == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "2022年作出行政强制决定3件",
        "作出行政强制决定比上年减少3件",
        "上半年作出行政强制决定3件",
        "开展行政强制业务培训3次",
        "公开行政许可事项清单56项",
        "12345热线受理投诉举报33件",
        "审查规范性文件11件",
        "解读规范性文件3件",
        "受理网络问政182件",
        "未发生行政复议、行政诉讼",
        "依据《行政许可法》第12条办理",
        "其中网上收到申请4件、信函收到申请2件",
        "办理建议提案7件，其中人大建议1件，政协提案6件",
    ],
)
def test_a_figure_of_something_else_is_no_conflict(sentence: str) -> None:
    assert rules(with_sentence(sentence), "C15", "C15a", "C20") == []


def test_an_approximate_figure_is_compared_as_a_range() -> None:
    fine = with_text(clean(), 1, "行政许可35件", "行政许可30余件")
    assert rules(fine, "C15") == []
    off = with_text(clean(), 1, "行政许可35件", "行政许可50余件")
    assert [f.level for f in rules(off, "C15")] == ["warn"]


def test_a_figure_of_another_scope_is_only_pointed_out() -> None:
    off = with_text(clean(), 1, "办理行政许可35件", "全系统办理行政许可350件")
    assert [f.level for f in rules(off, "C15")] == ["info"]


@pytest.mark.parametrize("said", ["2023年收到政府信息公开申请3件", "全年共收到申请三件"])
def test_a_smaller_total_is_a_conflict_though_another_sentence_agrees(said: str) -> None:
    """C15: what is said of all applications is no part of them."""
    (found,) = rules(with_sentence(said), "C15")
    assert (found.values["text"], found.values["table"]) == (3, 6)


@pytest.mark.parametrize(
    "said", ["通过网络收到申请3件", "收到涉及征地的申请3件", "本机关收到申请3件", "收到申请3件次"]
)
def test_a_part_of_the_applications_is_no_conflict(said: str) -> None:
    assert not rules(with_sentence(said), "C15")


def test_channels_that_add_up_to_the_table_are_no_conflict() -> None:
    report = with_text(
        clean(), 1, "共收到政府信息公开申请6件", "网上收到政府信息公开申请4件，信函收到申请2件"
    )
    assert rules(report, "C15") == []


def test_the_result_groups_are_sums_of_their_rows() -> None:
    report = with_text(clean(), 1, "本机关不掌握相关信息1件", "无法提供1件")
    assert rules(report, "C15") == []
    report = with_text(clean(), 1, "本机关不掌握相关信息1件", "无法提供2件")
    assert [f.values["table"] for f in rules(report, "C15")] == [1]


def test_all_done_contradicts_a_carry_forward() -> None:
    report = with_text(clean(), 1, "均依照", "所有申请均已按时办结，均依照")
    assert [f.addresses for f in rules(report, "C15a")] == [("t3.carried_forward.total",)]
    done = put(report, {"t3.carried_forward.natural": 0, "t3.carried_forward.total": 0})
    assert rules(done, "C15a") == []


def test_none_received_contradicts_a_filled_table() -> None:
    report = with_text(clean(), 1, "共收到政府信息公开申请6件", "未收到政府信息公开申请")
    assert [f.addresses for f in rules(report, "C15a")] == [("t3.new_received.total",)]


def test_parts_of_a_whole_are_added_up() -> None:
    text = "公开信息120条，其中政策文件{}条、工作动态80条、财政信息20条"
    for first, level in ((20, None), (30, "warn"), (15, "warn"), (2, "info")):
        report = with_text(clean(), 1, "政策文件20条", f"政策文件{first}条")
        assert [f.level for f in rules(report, "C16")] == ([level] if level else []), text


@pytest.mark.parametrize(
    "sentence",
    [
        "被申请行政调解2件，其中维持1件，纠正1件，被提起仲裁1件",
        "共收到来信12件，其中自然人来信10件，法人来信2件，上年结转1件",
    ],
)
def test_a_list_ends_where_it_has_come_to_its_total(sentence: str) -> None:
    assert rules(with_sentence(sentence), "C16") == []


def test_a_figure_with_parts_of_its_own_behind_a_semicolon_begins_another_list() -> None:
    sentence = "登记来信85件，其中手写57件；打印稿87件，其中彩印33件"
    assert not rules(with_sentence(sentence), "C16")


def test_an_open_list_may_hold_less_than_the_whole() -> None:
    report = with_text(clean(), 1, "财政信息20条", "财政信息10条等")
    assert rules(report, "C16") == []


def test_a_percentage_is_worked_out() -> None:
    assert rules(with_sentence("制发公文64件，公开24件，占37.5%"), "C16a") == []
    assert len(rules(with_sentence("制发公文64件，公开24件，占38.5%"), "C16a")) == 1


def test_the_same_site_with_two_totals_is_a_conflict_but_two_sites_are_not() -> None:
    other = with_sentence("全年通过示例县融媒体平台公开信息98条")
    assert rules(other, "C15b") == []
    same = with_sentence("全年通过示例县政府网站公开信息98条")
    assert len(rules(same, "C15b")) == 1
