"""Whose report it is, of which year, over which period."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

from gongkai.annual_report.model import Period
from gongkai.annual_report.read.interpret.headings import is_title
from gongkai.annual_report.read.interpret.lines import Line, normalise

_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_DATE = r"(\d{4})年?(\d{1,2})月(\d{1,2})日?"
_LOST_SIGNS = re.compile(r"(20\d\d)(\d)(\d)日|(20\d\d)(\d\d)(\d\d)日|(?<=[至到~-])(\d\d)(\d\d)日")
_PERIOD = re.compile(
    _DATE + r"起?(?:开始)?,?(?:至|到|-|~)+(?:(\d{4})年?)?(?:(\d{1,2})月)?(\d{1,2})(?!\d)日?"
)
_PERIOD_WORDS = re.compile("统计|所列数据|数据.{0,4}期限|时间范围|涵盖|起止时间")
_YEAR_IN_TITLE = re.compile(r"(?<!\d)(20\d{2})(?:年|-|—|度|政府|信息|$)")
_YEAR = re.compile(r"(?<!\d)(20[0-3]\d)年")
_CHINESE_YEAR = re.compile(r"二[〇零○][〇零○一二三四五六七八九]{2}(?=年)")
_SHORT = {
    "卫生健康委": "卫生健康委员会",
    "发展改革委": "发展和改革委员会",
    "卫健委": "卫生健康委员会",
    "卫计委": "卫生和计划生育委员会",
    "发改委": "发展和改革委员会",
    "科委": "科学技术委员会",
    "住建委": "住房和城乡建设委员会",
    "国资委": "国有资产监督管理委员会",
    "农委": "农业农村委员会",
    "建委": "城乡建设委员会",
    "经信委": "经济和信息化委员会",
}
_PLACE = re.compile(
    r"(?:[\u4e00-\u9fff]{2,7}?(?:省|自治区|特别行政区))?"
    r"(?:[\u4e00-\u9fff]{2,8}?(?:自治州|地区|盟|市|州(?![市县区镇乡])))?"
    r"(?:[\u4e00-\u9fff]{1,8}?(?:自治县|自治旗|新区|开发区|示范区|县|区|市|旗))?"
    r"(?:[\u4e00-\u9fff]{1,8}?(?:镇|乡|街道))?"
)
_NAME = (
    r"(?:[\u4e00-\u9fff]{2,26}?(?:人民政府|委员会|局|厅|办事处|中心)|"
    r"[\u4e00-\u9fff]{0,10}?(?:卫健委|卫计委|发改委|国资委|住建委|科委|农委))"
)
_HERE = r"(?:[\u4e00-\u9fff]{1,8}?[省市县区旗镇乡])"
#: Phrases in which a report names its own body.
_BY = (
    re.compile(rf"由({_NAME})(?:办公室)?(?:负责|汇总)?(?:编制|起草|公布|发布)"),
    re.compile(rf"与({_NAME})(?:[\u4e00-\u9fff]{{0,14}}?(?:办公室|科|股|处|室|中心))?联系"),
    re.compile(rf"20\d\d年度?(?:以来)?,?({_HERE}{_NAME})(?=[,按认坚始深严在高紧全持以])"),
    re.compile(rf"(?:向社会公布|公布|现将)({_HERE}{_NAME})20\d\d年"),
)
_NAMED_ABOVE = re.compile(
    r"(?:关于)?(?:20\d\d年度?)?[\u4e00-\u9fff()]{2,24}(?:府|局|委|会|厅|办|镇|乡|处|院|心|道|站|队)(?:20\d\d年?度?)?|20\d\d年?度?"
)
_TITLE_LEAD = re.compile(r"^Page\s*\d+\s*-\s*|^(?:名\s*称|标\s*题|题\s*名|正文)\s*[:：]?\s*")
_SIGNED = re.compile(r"[\u4e00-\u9fff]{4,26}(?:人民政府|委员会|局|厅|办事处|办公室)")


def title_of(lines: list[Line], titles: list[int]) -> tuple[str | None, list[int]]:
    """The printed title (lines joined) and the lines that it stands on.

    Of several, the first that names the body and the year; a name printed above belongs to it.
    """
    best: tuple[int, str | None, list[int]] = (-1, None, [])
    for at in titles:
        here = [at]
        text = _TITLE_LEAD.sub("", lines[at].raw.strip().strip("#* "))
        if not is_title(lines[at]):
            text += lines[at + 1].raw.strip()
            here.append(at + 1)
        if at and _from_title(text) is None and _NAMED_ABOVE.fullmatch(lines[at - 1].compact):
            text = lines[at - 1].raw.strip().strip("#* ") + text
            here.insert(0, at - 1)
        worth = 2 * (_from_title(text) is not None) + (re.search(r"20\d\d", text) is not None)
        if worth > best[0]:
            best = (worth, text, here)
    return best[1], best[2]


def agency_of(title: str | None, lines: list[Line], text: str, meta: dict[str, str]) -> str | None:
    """The body's name: from the title, widened by the text where that says it in full.

    ``text`` is the running text, normalised and without spaces; ``lines`` all lines, for a
    signature at the end.
    """
    stated = [m[1] for pattern in _BY for m in pattern.finditer(text[:6000])]
    stated += [line.compact for line in lines[-6:] if _SIGNED.fullmatch(line.compact)]
    names = [_spelt_out(s) for s in map(_trimmed, stated) if s and len(s) <= 30]
    name = _from_title(title) if title else None
    if name:
        name = _spelt_out(name)
        longer = [s for s in names if name in s and len(s) > len(name)]
        return max(longer, key=len) if longer else name
    for key in ("agency", "发布机构", "ContentSource"):
        if meta.get(key):
            return meta[key]
    return names[0] if names else None


def _from_title(title: str) -> str | None:
    text = _with_arabic_year("".join(normalise(title).split()))
    text = re.sub(r"^(?:关于|正文|附件\d?[:：]?)", "", text)
    found = re.match(
        r"(?:20\d{2}年度?)?([\u4e00-\u9fff()、]+?)(?:关于)?(?=20\d{2}|政[府务]信息|政务公开|信息公开)",
        text,
    )
    name = _trimmed(found[1]) if found else None
    return None if name in ("政府", "政务", "年度") else name


def _with_arabic_year(text: str) -> str:
    return _CHINESE_YEAR.sub(lambda year: year[0].translate(_DIGITS), text)


def _trimmed(name: str) -> str | None:
    name = re.sub(r"^(?:年度?|关于|本报告|公布|和|由|与|向|的)+", "", name).strip("()、")
    name = re.sub(r"(?:关于|的|年度?)$", "", name)
    return name if len(name) >= 2 and not name.startswith("中华人民共和国") else None


def _spelt_out(name: str) -> str:
    for short, full in _SHORT.items():
        if name.endswith(short) and not name.endswith(full):
            return name[: -len(short)] + full
    return name


def region_of(agency: str | None) -> str | None:
    """The place names that the body's name starts with; None if it has none."""
    if not agency:
        return None
    found = _PLACE.match(agency)
    place = found[0] if found else ""
    return place if len(place) >= 2 else None


def year_of(
    title: str | None, period: Period | None, text: str, name: str
) -> tuple[int | None, str]:
    """The report year and what it rests on: "title", "period", "text", "file" or ""."""
    if title:
        plain = _with_arabic_year("".join(normalise(title).split()))
        if found := _YEAR_IN_TITLE.search(plain):
            return int(found[1]), "title"
    if period:
        return period.end.year, "period"
    years = Counter(int(y) for y in _YEAR.findall(text[:3000]))
    in_file = re.search(r"(?<!\d)(20[0-3]\d)(?!\d{3})", name)
    if years:
        most = years.most_common(2)
        if len(most) == 1 or most[0][1] > most[1][1]:
            return most[0][0], "text"
        if in_file and int(in_file[1]) in years:
            return int(in_file[1]), "text"
        return max(y for y, n in most if n == most[0][1]), "text"
    return (int(in_file[1]), "file") if in_file else (None, "")


def period_of(text: str) -> Period | None:
    """The statistics period as written, even if wrong; None if none is stated.

    ``text`` is normalised, without spaces. A lost 年 ("20191月1日") is read, as the month
    leaves no doubt.
    """
    for at in (m.start() for m in _PERIOD_WORDS.finditer(text)):
        window = text[at : at + 70]
        if "〇" in window or "零" in window or "二" in window:
            window = _chinese_dates(window)
        window = _LOST_SIGNS.sub(_with_signs, window)
        if found := _PERIOD.search(window):
            try:
                start = date(int(found[1]), int(found[2]), int(found[3]))
                end = date(int(found[4] or found[1]), int(found[5] or found[2]), int(found[6]))
            except ValueError:
                continue
            return Period(start, end)
    return None


def _with_signs(match: re.Match[str]) -> str:
    """ "20201231日", printed in a font that lost 年 and 月: only one reading is possible."""
    *year, month, day = (g for g in match.groups() if g)
    return f"{year[0]}年{month}月{day}日" if year else f"{month}月{day}日"


def _chinese_dates(text: str) -> str:
    """ "二〇二〇年一月一日" in digits."""

    def number(match: re.Match[str]) -> str:
        word = match[1]
        if "十" in word:
            tens, _, ones = word.partition("十")
            tens_digit = tens.translate(_DIGITS) or "1"
            value = int(tens_digit) * 10 + int(ones.translate(_DIGITS) or 0)
            return f"{value}{match[2]}"
        return word.translate(_DIGITS) + match[2]

    return re.sub(r"([〇零○一二三四五六七八九十]{1,4})([年月日])", number, text)
