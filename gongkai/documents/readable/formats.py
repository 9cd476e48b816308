"""How a spreadsheet shows a number: dates, percentages, decimals, thousands."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from gongkai.documents.readable.package import local

_BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%",
    **dict.fromkeys((*range(14, 18), *range(27, 32), 36, *range(50, 55), 57, 58), "yyyy-m-d"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56), "h:mm"),
    22: "yyyy-m-d h:mm", 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00",
}  # fmt: skip
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DAY_ZERO = datetime(1899, 12, 30)


class Formats:
    """xl/styles.xml: the number format of each cell style."""

    def __init__(self, root: Any) -> None:
        self._codes: list[str] = []
        own: dict[int, str] = {}
        for element in root.iter() if root is not None else ():
            name = local(element)
            if name == "numFmt" and element.get("numFmtId", "").isdigit():
                own[int(element.get("numFmtId"))] = element.get("formatCode", "")
            elif name == "cellXfs":
                for style in element:
                    number = style.get("numFmtId", "0") if isinstance(style.tag, str) else "0"
                    key = int(number) if number.isdigit() else 0
                    self._codes.append(own.get(key, _BUILT_IN.get(key, "")))

    def of(self, style: int) -> str:
        """The format code of a style, "" for General."""
        return self._codes[style] if style < len(self._codes) else ""


def shown(value: str, code: str) -> str:
    """The stored number as the sheet shows it; as it is where the format is a rare one."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value.strip()
    if not number.is_finite() or abs(number) > Decimal(10) ** 300:
        return value.strip()
    plain = _LITERAL.sub("", code.split(";")[0]).lower()
    if any(c in plain for c in "ymdhs") and "general" not in plain:
        return _date(number, plain)
    if "%" in plain:
        return f"{_rounded(number * 100, plain)}%"
    if plain and set(plain) & set("0#"):
        return _rounded(number, plain)
    text = f"{number.normalize():f}" if abs(number.adjusted()) < 30 else value
    # Fifteen digits are what Excel keeps.
    return f"{Decimal(f'{float(number):.15g}'):f}" if len(text) > 16 and "." in text else text


def _rounded(number: Decimal, code: str) -> str:
    places = min(len(re.findall(r"[0#?]", code.partition(".")[2])), 12) if "." in code else 0
    try:
        fixed = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    except InvalidOperation:
        return str(number)
    return f"{fixed:,f}" if "," in code else f"{fixed:f}"


def _date(number: Decimal, code: str) -> str:
    if not 0 <= number < 2_958_466:
        return str(number)
    moment = _DAY_ZERO + timedelta(seconds=round(float(number) * 86_400))
    with_day, with_hour = any(c in code for c in "yd"), "h" in code
    if with_day and with_hour:
        return f"{moment:%Y-%m-%d %H:%M}"
    return f"{moment:%Y-%m-%d}" if with_day or not with_hour else f"{moment:%H:%M}"
