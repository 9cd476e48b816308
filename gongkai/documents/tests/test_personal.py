"""Personal data in a text: what is found where the slow pattern is not tried everywhere."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.documents.personal import _ADDRESS, personal_data, whose_address

#: What addresses are made of, and what stands between and instead of it.
PIECES = (
    *"示例省市县区旗州街道大镇乡村路巷胡同小花园新组号楼院弄幢栋室单元户层住址在",
    *("1", "12", "12345", "A", "-", "—", " ", "\n", "，", "。", "（", "二", "\u00a0"),
)


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_addresses_are_those_that_the_pattern_finds_in_the_whole_text(text: str) -> None:
    found = [(f.start, f.end) for f in personal_data(text) if f.kind == "住址"]
    assert found == [match.span() for match in _ADDRESS.finditer(text)]


def test_an_address_is_found_with_the_space_before_its_unit() -> None:
    text = "地址：示例市示例路12 号3单元402室，其余公开。"
    (found,) = personal_data(text)
    assert text[found.start : found.end] == "示例市示例路12 号3单元402室"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("身份证号990121198503070017，手机", "990121198503070017"),  # the check digit is wrong
        ("证件号码：410101900307851。", "410101900307851"),
        ("公民身份号码 110101 19900307 8515", "110101 19900307 8515"),
        ("户主（110101 19900307 8515）", "110101 19900307 8515"),
        ("户主1101 0119 9003 0785 15", "1101 0119 9003 0785 15"),
        ("联系+8613800138000", "13800138000"),
        ("编号18613800138000", None),
        ("护照号：E12345678", "E12345678"),
        ("汇入账号6228 4800 1234 5678 901。", "6228 4800 1234 5678 901"),
        ("联系１３８００１３８０００", "１３８００１３８０００"),
        ("流水号990121198503070017", None),
        ("身份证明材料编号202611220000001", None),
        ("身份证复印件2份，共计123456789012345元", None),
    ],
)
def test_a_number_that_is_called_so_is_found_though_it_is_mistyped_or_wide(
    text: str, number: str | None
) -> None:
    found = [text[f.start : f.end] for f in personal_data(text)]
    assert found == ([number] if number else [])


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("办公地址：示例市示例路1号", "office"),
        ("示例县妇幼保健院\n示例县东风路33号\n工作日", "office"),
        ("接种门诊设在示例镇卫生院（示例镇文明街5号）", "office"),
        ("名称：示例口腔门诊部，地址：示例区和平路100号", "office"),
        ("与信息公开办公室联系(地址: 示例市示例大道东段18号)", "unclear"),
        ("地址：示例大道90号，邮编：000000", "unclear"),
        ("示例甲，示例市胜利路27号", "unclear"),
        ("示例小区卫生服务站 示例小区3号楼", "unclear"),
        ("住址：示例市示例路1号", "home"),
        ("家庭住址\n示例县东风路33号", "home"),
        ("申请人地址：示例市胜利路27号4号楼302室", "home"),
        ("通讯地址：示例县阳光花园9号楼3单元1201", "home"),
        ("户籍地址：示例省示例县示例村8组15号", "home"),
    ],
)
def test_an_address_is_of_an_office_or_of_a_home_by_what_is_said_before_it(
    text: str, whose: str
) -> None:
    """Art 20 item 2 wants the one published, Art 15 keeps the other in."""
    (found,) = [f for f in personal_data(text) if f.kind == "住址"]
    assert whose_address(text, found) == whose


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("电话: 0000—8192467)", "0000—8192467"),
        ("咨询（0000）8192467。", "（0000）8192467"),
        ("联系电话：8192467", "8192467"),
        ("手机138—0000—0000", "138—0000—0000"),
        ("患者住在示例街道光明小区12栋3单元601", "3单元601"),
        ("示例某13900001234.pdf", "13900001234"),
        ("Tel.13900001234.", "13900001234"),
        ("卡号 6222020200112233446.", "6222020200112233446"),
    ],
)
def test_a_number_is_found_whole_as_offices_write_it(text: str, passage: str) -> None:
    """What is left of a number after masking still gives the person away."""
    (found,) = personal_data(text)
    assert text[found.start : found.end].endswith(passage)


@pytest.mark.parametrize("text", ["系数0.13900001234", "13900001234.5 元", "1390000123.4"])
def test_a_decimal_is_no_number_of_a_phone(text: str) -> None:
    assert personal_data(text) == []


def test_the_identity_number_in_the_number_of_a_doctors_certificate_is_found() -> None:
    """医师资格证书编码 is nine digits and the 身份证号; another number of its length is nothing."""
    own = "110101199001011237"
    text = f"医师资格证书 200111110{own}，2001年颁发。"
    (found,) = personal_data(text)
    assert (found.kind, text[found.start : found.end]) == ("身份证号码", own)
    assert not personal_data(f"流水号 200111110{own[:-1]}8。")
