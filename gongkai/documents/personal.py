"""Where a text seems to hold personal data: suggestions for a person, never a verdict."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

#: Weights and check characters of the 18-digit identity number (GB 11643).
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
#: The characters of a 统一社会信用代码 in their order (GB 32100).
_CODE_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
#: Full-width digits and letters for comparing; each stays one character.
_HALF = {
    c: c - 0xFEE0 for a, z in ("０９", "ＡＺ", "ａｚ", "＠＠") for c in range(ord(a), ord(z) + 1)
}
_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ＠]")
_SEP = r"[ \-—–－\u00a0]?"
#: No part of a longer number or of a decimal; a full stop may follow.
_BEFORE, _AFTER = r"(?<!\d)(?<!\d\.)", r"(?!\d|\.\d)"


@dataclass(frozen=True, slots=True)
class Found:
    """Characters ``start`` to ``end`` of the text, and what they look like."""

    kind: str
    start: int
    end: int


def personal_data(text: str) -> list[Found]:
    """Identity numbers, phones, bank cards, e-mail and postal addresses, names after a label.

    In order of place; of overlapping finds the first kind of that order wins.
    """
    if _WIDE.search(text):
        text = text.translate(_HALF)
    found: list[Found] = []
    taken = [False] * len(text)
    for kind, pattern, holds in _KINDS:
        for match in _addresses(text) if pattern is _ADDRESS else pattern.finditer(text):
            group = 1 if pattern.groups else 0
            start, end = match.span(group)
            if any(taken[start:end]) or not holds(match[group]):
                continue
            taken[start:end] = [True] * (end - start)
            found.append(Found(kind, start, end))
    return sorted(found, key=lambda f: f.start)


def is_identity_number(text: str) -> bool:
    """Eighteen characters with a possible date of birth and the right check character."""
    number = re.sub(r"[\s\-]", "", text).upper()
    if not re.fullmatch(r"[1-9]\d{16}[\dX]", number):
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(w * int(d) for w, d in zip(_WEIGHTS, number, strict=False))
    return _CHECKS[total % 11] == number[17]


def is_credit_code(text: str) -> bool:
    """Whether ``text`` can be a 统一社会信用代码 (GB 32100: 18 characters, the last one checks)."""
    code = "".join(text.split()).upper()
    if len(code) != 18 or any(c not in _CODE_LETTERS for c in code):
        return False
    total = sum(_CODE_LETTERS.index(c) * pow(3, at, 31) for at, c in enumerate(code[:17]))
    return code[17] == _CODE_LETTERS[-total % 31]


def is_card_number(text: str) -> bool:
    """16 to 19 digits that pass the Luhn check."""
    digits = [int(c) for c in text if c.isdigit()]
    if not 16 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def _always(text: str) -> bool:
    return True


_ADDRESS = re.compile(
    r"(?![住址在])(?:[\u4e00-\u9fff]{2,8}?(?:省|自治区|市|县|区|旗|州)){0,4}"
    r"[\u4e00-\u9fff]{1,12}?(?:街道|大道|镇|乡|村|路|街|巷|胡同|小区|花园|新村|组)"
    r"[\u4e00-\u9fff\dA-Za-z\-－—]{0,20}?\d{1,5}\s?(?:号楼|号院|号|弄|幢|栋|室|单元|组|户)"
    r"(?:[\dA-Za-z一二三四五六七八九十\-]{0,6}(?:号楼|楼|层|室|单元|栋|幢|户|号))*"
    # The number of the flat, where the word for it is left out.
    r"(?:(?<=[元栋幢楼])\d{2,4}(?!\d))?"
)
#: All that an address is written with; without a street and a number in it there is none.
_ADDRESS_RUN = re.compile(
    r"[\u4e00-\u9fff\dA-Za-z\-－—]++"
    r"(?:(?<=\d)\s(?=[号弄幢栋室单组户])[\u4e00-\u9fff\dA-Za-z\-－—]++)*"
)
_STREET_AND_NUMBER = re.compile(r"[道镇乡村路街巷同区园组].*\d\s?[号弄幢栋室单组户]", re.DOTALL)


def _addresses(text: str) -> Iterator[re.Match[str]]:
    """Every match of an address, looked for only where one can be: the pattern is a slow one."""
    for run in _ADDRESS_RUN.finditer(text):
        if _STREET_AND_NUMBER.search(text, *run.span()):
            yield from _ADDRESS.finditer(text, *run.span())


#: Just before an address: whose it is.
_OFFICE_BEFORE = re.compile(
    r"(?:(?:办公|机构|单位|注册|经营|营业|邮寄|寄送|接收|受理|提交|报名|现场|服务|接种|采血|"
    r"培训|会议|活动|举办)(?:地址|地点|场所)"
    r"|(?:[院所站局厅馆店]|中心|委员会|卫健委|政府|公司|门诊部?|药房|学校|幼儿园|大厅|窗口|"
    r"办公室|查阅点)[\s，,；;、]*(?:地址|地点|位于|设在)?)"
    r"[\s:：，,（(]*$"
)
_HOME_BEFORE = re.compile(
    r"(?:(?<!居民)住址|住所|户籍(?:地址?|所在地)?|户口(?:地址|所在地)?|居住(?:地址?|于|在)?|现住|"
    r"家住|住在|籍贯"
    r"|(?:患者|病人|家属|申请人|投诉人|举报人|收件人|当事人|本人|个人|家庭)的?(?:地址)?)"
    r"[\s:：，,（(]*$"
)
_HOME_IN = re.compile(r"^(?:家庭|现住|居住|患者|住)|小区|花园|新村|家属[院楼]|公寓|单元|\d户|组\d")


def whose_address(text: str, found: Found) -> str:
    """“home”, “office” or “unclear”: what the words of an address, and those before it, say.

    An office's address is public (条例 Art 20 item 2), a person's is not (Art 15).
    """
    before = text[max(0, found.start - 24) : found.start]
    home = _HOME_BEFORE.search(before) or _HOME_IN.search(text[found.start : found.end])
    office = _OFFICE_BEFORE.search(before)
    if home and not office:
        return "home"
    return "office" if office and not home else "unclear"


_KINDS: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    (
        "身份证号码",
        re.compile(rf"(?<![\dA-Za-z])[1-9](?:{_SEP}\d){{16}}{_SEP}[\dXx](?![\dA-Za-z])"),
        is_identity_number,
    ),
    # The number of a 医师资格证书 ends with it: year, province and kind (nine digits) before.
    (
        "身份证号码",
        re.compile(r"(?<![\dA-Za-z])(?:19|20)\d{7}([1-9]\d{16}[\dXx])(?![\dA-Za-z])"),
        is_identity_number,
    ),
    # Called so: a mistyped one, and one of fifteen digits, give the person away too.
    (
        "身份证号码",
        re.compile(
            rf"(?:身份证(?!明)|身份号|证件号)[^\d\n，。；]{{0,12}}(\d(?:{_SEP}\d){{13,17}}[\dXx]?)"
            r"(?![\dA-Za-z])"
        ),
        _always,
    ),
    (
        "护照、通行证号码",
        re.compile(r"(?:护照|通行证)[^\dA-Za-z\n，。；]{0,8}([A-Za-z]{1,2}\d{7,9})(?![\dA-Za-z])"),
        _always,
    ),
    ("银行卡号", re.compile(rf"{_BEFORE}\d(?:{_SEP}\d){{15,18}}{_AFTER}"), is_card_number),
    (
        "银行账号",
        re.compile(
            rf"(?:卡号|[账帐][号户])[^\d\n，。；]{{0,8}}(\d(?:{_SEP}\d){{11,20}}){_AFTER}(?![A-Za-z])"
        ),
        _always,
    ),
    (
        "手机号码",
        re.compile(rf"(?:{_BEFORE}|(?<=(?<!\d)86))1[3-9]\d{_SEP}\d{{4}}{_SEP}\d{{4}}{_AFTER}"),
        _always,
    ),
    (
        "固定电话",
        re.compile(
            r"(?<![\d\-])(?:0\d{2,3}[\-—–－ ]{1,2}|[（(]0\d{2,3}[)）][\- ]?)\d{7,8}(?![\d\-])"
        ),
        _always,
    ),
    ("固定电话", re.compile(r"(?:电话|座机|传真)[:：]\s{0,3}(\d{7,8})(?![\d\-])"), _always),
    (
        "电子邮箱",
        re.compile(r"(?<![\w.])[\w.+\-]{1,64}@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+", re.ASCII),
        _always,
    ),
    ("住址", _ADDRESS, _always),
    (
        "姓名",
        re.compile(
            r"(?:姓\s*名|联系人|投诉人|举报人|申请人|患者|家属|法定代表人|经办人|负责人)"
            r"\s*[:：]\s*([\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,6}·[\u4e00-\u9fff]{1,8})"
            r"(?![\u4e00-\u9fff])"
        ),
        _always,
    ),
)
