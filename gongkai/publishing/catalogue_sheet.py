"""The standard catalogue as a workbook in the columns of its form, out and in.

Reading never half succeeds: every line comes back with what is wrong in it, and
``actions.catalogue.take_in`` takes all lines or none.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import python_calamine
import xlsxwriter

from gongkai.base.refusal import Refused
from gongkai.documents.safety import UnusableInput, check_unpacked, open_zip
from gongkai.law.taxonomy import catalogue_channels
from gongkai.publishing.models import CatalogueItem

#: The columns: head, and below it where a head has several.
COLUMNS = (
    ("序号", ""),
    ("公开事项", "一级事项"),
    ("公开事项", "二级事项"),
    ("公开内容（要素）", ""),
    ("公开依据", ""),
    ("公开时限", ""),
    ("公开主体", ""),
    ("公开渠道和载体", ""),
    ("公开对象", "全社会"),
    ("公开对象", "特定群体"),
    ("公开方式", "主动"),
    ("公开方式", "依申请"),
    ("公开层级", "县级"),
    ("公开层级", "乡级"),
)
_WIDTHS = (8, 14, 26, 40, 36, 20, 16, 30, 8, 12, 8, 8, 8, 8)
_NAMES = tuple(below or head for head, below in COLUMNS)
_TICKS = "■☑√✓✔"
_CHANNEL = re.compile(rf"[{_TICKS}]\s*([^■□☑☐√✓✔\n]+)")
_NUMBERED = re.compile(r"^\s*(?:\d{1,2}|[（(]\d{1,2}[）)])\s*[.、．,，]?\s*(?=\D)")
_BARE = re.compile(r"[\s（）()、，,/]+")
MOST_ROWS = 5_000


@dataclass(slots=True)
class Line:
    """One line of the workbook: its number there, its values, what is wrong in it."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def write(title: str, items: Iterable[CatalogueItem]) -> bytes:
    """The items as a workbook; nothing in it becomes a formula."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("标准目录")
        big = book.add_format({"bold": True, "align": "center", "font_size": 16})
        head = book.add_format(
            {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
        )
        plain = book.add_format({"border": 1, "text_wrap": True, "valign": "vcenter"})
        sheet.merge_range(0, 0, 0, len(COLUMNS) - 1, title, big)
        at = 0
        while at < len(COLUMNS):
            name = COLUMNS[at][0]
            end = at
            while end + 1 < len(COLUMNS) and COLUMNS[end + 1][0] == name:
                end += 1
            if end > at:
                sheet.merge_range(1, at, 1, end, name, head)
                for column in range(at, end + 1):
                    sheet.write_string(2, column, COLUMNS[column][1], head)
            else:
                sheet.merge_range(1, at, 2, at, name, head)
            at = end + 1
        for row, item in enumerate(items, 3):
            for column, text in enumerate(_cells(item)):
                sheet.write_string(row, column, text, plain)
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(3, 3)
        sheet.set_landscape()
        sheet.repeat_rows(1, 2)
        sheet.fit_to_pages(1, 0)
    return out.getvalue()


def _cells(item: CatalogueItem) -> Iterable[str]:
    yes = "√"
    group = item.audience == CatalogueItem.Audience.GROUP
    proactive = item.manner == CatalogueItem.Manner.PROACTIVE
    ticks = "\n".join(
        f"{'■' if key in item.channels else '□'}{one.label}"
        for key, one in catalogue_channels().items()
    )
    return (
        item.code,
        item.level1,
        item.level2,
        item.elements,
        item.basis,
        item.limit,
        item.publisher,
        ticks,
        "" if group else yes,
        (item.audience_note or yes) if group else "",
        yes if proactive else "",
        "" if proactive else yes,
        yes if item.at_county else "",
        yes if item.at_township else "",
    )


def read(data: bytes) -> list[Line]:
    """The lines of a workbook with what is wrong in each.

    Refused: no workbook, or its head is not that of the standard catalogue.
    """
    try:
        with open_zip(data, "Excel 文件") as archive:
            check_unpacked(archive, "Excel 文件")
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except UnusableInput as no:
        raise Refused(str(no)) from None
    except Exception:
        raise Refused("这个文件读不出来，请用 Excel 或者 WPS 另存为 .xlsx 后再上传。") from None
    if len(rows) > MOST_ROWS:
        raise Refused(f"表格超过 {MOST_ROWS} 行，请分成几个文件导入。")
    first, places = _head(rows)
    lines: list[Line] = []
    level1 = ""
    codes: set[str] = set()
    for number, row in enumerate(rows[first:], first + 1):
        texts = {name: _text(row, at) for name, at in places.items()}
        if not any(texts.values()):
            continue
        level1 = texts["一级事项"] or level1
        line = _line(number, texts | {"一级事项": level1})
        code = line.values["code"]
        if code and code in codes:
            line.wrong.append(f"序号“{code}”在表里重复")
        codes.add(code)
        lines.append(line)
    if not lines:
        raise Refused("表里没有公开事项，请核对后重新上传。")
    return lines


def _head(rows: list[list[Any]]) -> tuple[int, dict[str, int]]:
    """The row after the head, and where each column stands."""
    wanted = {_BARE.sub("", name): name for name in _NAMES}
    for at, row in enumerate(rows[:15]):
        if "序号" not in [_BARE.sub("", str(cell)) for cell in row]:
            continue
        places: dict[str, int] = {}
        below = rows[at + 1] if at + 1 < len(rows) else []
        used_below = False
        for cells in (row, below):
            for column, cell in enumerate(cells):
                name = wanted.get(_BARE.sub("", str(cell)))
                if name and name not in places:
                    places[name] = column
                    used_below |= cells is below
        missing = [name for name in _NAMES if name not in places]
        if missing:
            raise Refused(f"表头缺少“{'、'.join(missing)}”，请按标准目录的格式整理后再导入。")
        return at + 1 + used_below, places
    raise Refused("没有找到以“序号”开头的表头，请按标准目录的格式整理后再导入。")


def _text(row: list[Any], at: int) -> str:
    value = row[at] if at < len(row) else ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "\n".join(line.strip() for line in str(value).strip().splitlines() if line.strip())


def _line(number: int, texts: dict[str, str]) -> Line:
    line = Line(number)
    code = texts["序号"]
    if code.isdecimal() and len(code) % 2:  # a spreadsheet has eaten the leading zero
        code = f"0{code}"
    elements = [_NUMBERED.sub("", one) for one in texts["公开内容（要素）"].splitlines()]
    for name, limit in (("一级事项", 60), ("二级事项", 120), ("公开时限", 200), ("公开主体", 120)):
        if len(texts[name]) > limit:
            line.wrong.append(f"“{name}”超过 {limit} 字")
    for name in ("一级事项", "二级事项", "公开内容（要素）", "公开时限"):
        if not texts[name]:
            line.wrong.append(f"没有填写“{name}”")
    if not re.fullmatch(r"[0-9A-Za-z.-]{1,12}", code):
        line.wrong.append("“序号”要是数字，例如 0101")
    group, everybody = texts["特定群体"], texts["全社会"]
    if bool(group) == bool(everybody):
        line.wrong.append("“公开对象”要在全社会、特定群体中选一个")
    proactive, asked = texts["主动"], texts["依申请"]
    if bool(proactive) == bool(asked):
        line.wrong.append("“公开方式”要在主动、依申请中选一个")
    if not (texts["县级"] or texts["乡级"]):
        line.wrong.append("没有填写“公开层级”")
    line.values = {
        "code": code[:12],
        "level1": " ".join(texts["一级事项"].split())[:60],
        "level2": " ".join(texts["二级事项"].split())[:120],
        "elements": "\n".join(one for one in elements if one),
        "basis": texts["公开依据"],
        "limit": " ".join(texts["公开时限"].split())[:200],
        "publisher": " ".join(texts["公开主体"].split())[:120],
        "channels": _channels(texts["公开渠道和载体"], line),
        "audience": "group" if group else "all",
        "audience_note": "" if len(group) < 2 else " ".join(group.split())[:100],
        "manner": "on_application" if asked else "proactive",
        "at_county": bool(texts["县级"]),
        "at_township": bool(texts["乡级"]),
    }
    return line


def _channels(text: str, line: Line) -> list[str]:
    known = {_BARE.sub("", one.label): key for key, one in catalogue_channels().items()}
    chosen = set()
    for found in _CHANNEL.findall(text):
        key = known.get(_BARE.sub("", found)) or known.get(
            _BARE.sub("", re.split(r"[（(]", found)[0])
        )
        if key:
            chosen.add(key)
        else:
            line.wrong.append(f"不认识的公开渠道“{found.strip()}”")
    if not chosen:
        line.wrong.append("“公开渠道和载体”没有选（■）")
    return [key for key in catalogue_channels() if key in chosen]
