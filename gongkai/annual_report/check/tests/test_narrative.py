"""Numbers in the text: what is one, what is none, and of which year, scope and certainty."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gongkai.annual_report.check.narrative import Quantity, narrative_numbers, quantities
from gongkai.annual_report.check.samples import clean
from gongkai.annual_report.check.subject import Passage, plain_text
from gongkai.annual_report.model import Section


def counted(text: str, year: int = 2023) -> list[Quantity]:
    section = Section(1, "一、总体情况", text)
    return list(quantities(Passage(section, plain_text(text)), year))


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("共收到申请 26 件", 26, "件"),
        ("发布信息1,325条", 1325, "条"),
        ("发布信息1，325条", 1325, "条"),
        ("收到申请３件", 3, "件"),
        ("收到申请三件", 3, "件"),
        ("收到申请二十六件", 26, "件"),
        ("收到申请廿三件", 23, "件"),
        ("收到申请壹佰贰拾叁件", 123, "件"),
        ("发放一百零五份", 105, "份"),
        ("收到捐款244.43万元", Decimal("244.43"), "万元"),
        ("阅读量1.2万次", 12000, "次"),
        ("收到申请1件", 1, "件"),
    ],
)
def test_a_number_with_a_measure_word_is_read(text: str, value: object, unit: str) -> None:
    (found,) = counted(text)
    assert (found.value, found.unit) == (value, unit)


@pytest.mark.parametrize(
    "text",
    [
        "2023年1月1日起至12月31日止",
        "国令第711号",
        "国办公开办函〔2021〕30号",
        "电话：0391—8192467，邮编：454750",
        "条例第二十条第（一）项",
        "第36条规定",
        "12345热线",
        "《关于进一步做好3项工作的通知》",
        "作为一项重要工作，每次都有一个专人",
        "24小时内、五天内",
        "新时代",
        "零十一件",
        "加强队伍建设",
    ],
)
def test_years_articles_telephones_and_titles_are_no_quantities(text: str) -> None:
    assert counted(text) == []


@pytest.mark.parametrize(
    ("text", "fits", "fails"),
    [
        ("发布1000余条", [1000, 1001, 1400], [999, 2001]),
        ("发布30多条", [30, 39], [29, 50]),
        ("发布近100条", [90, 100], [101, 70]),
        ("发布约100条", [95, 105], [70, 130]),
        ("发布超过100条", [120], [99]),
        ("发布100条左右", [95, 105], [50]),
        ("发布3至5条", [3, 4, 5], [2, 6]),
        ("发布100条", [100], [99, 101]),
    ],
)
def test_an_approximate_number_fits_a_range(text: str, fits: list[int], fails: list[int]) -> None:
    (found,) = counted(text)
    assert [n for n in fits if not found.fits(n)] == []
    assert [n for n in fails if found.fits(n)] == []


def test_a_number_of_another_year_is_told_from_this_years() -> None:
    found = counted("2022年收到申请9件，2023年收到申请6件，比去年减少3件。上年结转申请2件。")
    assert [(q.value, q.year, q.change) for q in found] == [
        (9, 2022, False),
        (6, None, False),
        (3, 2022, True),
        (2, None, False),
    ]


def test_a_part_of_the_year_is_marked() -> None:
    found = counted("上半年收到申请2件，全年收到申请6件")
    assert [(q.value, q.partial) for q in found] == [(2, True), (6, False)]


def test_the_scope_words_are_kept() -> None:
    assert [q.scope for q in counted("全区收到申请21件，区政府本级收到申请5件")] == ["全区", "本级"]


def test_what_is_counted_and_what_stands_behind_among_them() -> None:
    found = counted("公开信息120条，其中政策文件20条、工作动态80条")
    assert [(q.what, q.listed) for q in found] == [
        ("公开信息", False),
        ("政策文件", True),
        ("工作动态", True),
    ]


def test_a_wrapped_line_does_not_cut_a_number_from_its_words() -> None:
    text = "截至目前四个平\n台发布信息共计 4752条，共收到申请\n3件。\n（二）依申请公开"
    assert [(q.value, q.unit) for q in counted(text)] == [(4, "个"), (4752, "条"), (3, "件")]


def test_the_plain_form_carries_quote_and_section() -> None:
    first = narrative_numbers(clean())[0]
    assert first["value"] == 120
    assert first["section"] == 1
    assert "120条" in first["quote"]
