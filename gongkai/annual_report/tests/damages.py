"""The ways in which the print of a report is damaged.

Every damage is a function (text, random → text) that may be applied to any of the layouts.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

Damage = Callable[[str, random.Random], str]

_LABEL = re.compile(r"\d\.[\u4e00-\u9fff“”、，]{4,}|（[一二七]）[\u4e00-\u9fff]{2,}")


def _labels(text: str) -> list[re.Match[str]]:
    return list(_LABEL.finditer(text))


def lost_label(text: str, rng: random.Random) -> str:
    found = rng.choice(_labels(text) or list(re.finditer("行政许可", text)))
    return text[: found.start()] + text[found.end() :]


def two_lost_labels(text: str, rng: random.Random) -> str:
    return lost_label(lost_label(text, rng), rng)


def misprinted_label(text: str, rng: random.Random) -> str:
    found = rng.choice(_labels(text) or list(re.finditer("行政许可", text)))
    at = rng.randrange(found.start() + 2, found.end())
    return text[:at] + rng.choice("囗口目曰言丄") + text[at + 1 :]


def lost_value(text: str, rng: random.Random) -> str:
    """One number of a table gone without a trace."""
    found = rng.choice(_numbers(text))
    return text[: found.start()] + text[found.end() :]


def _numbers(text: str) -> list[re.Match[str]]:
    start = text.index("二、主动公开")
    end = text.index("五、存在的")
    return list(
        re.compile(r"(?<![\d.、（第保留-])-?\d+(?![\d.位年月日条）])").finditer(text, start, end)
    )


def lost_row(text: str, rng: random.Random) -> str:
    """A whole line gone."""
    lines = text.split("\n")
    inside = [i for i, line in enumerate(lines) if re.search(r"\d\s*[|\s]*$", line)]
    del lines[rng.choice(inside)]
    return "\n".join(lines)


def page_numbers(text: str, rng: random.Random) -> str:
    lines = text.split("\n")
    for page, at in enumerate(sorted(rng.sample(range(5, len(lines)), 3)), 1):
        lines.insert(at + page, f"- {page} -")
    return "\n".join(lines)


def blank_lines(text: str, rng: random.Random) -> str:
    return "\n".join(line + "\n" * rng.choice((0, 0, 1, 2)) for line in text.split("\n"))


_TRADITIONAL = str.maketrans(
    "规许处罚强征费采购总计数请机构关结转续办类国诉讼审维问题进况项应",
    "規許處罰強徵費採購總計數請機構關結轉續辦類國訴訟審維問題進況項應",
)


def traditional(text: str, rng: random.Random) -> str:
    return text.translate(_TRADITIONAL)


def full_width_digits(text: str, rng: random.Random) -> str:
    return text.translate(str.maketrans("0123456789", "０１２３４５６７８９"))


def thousands(text: str, rng: random.Random) -> str:
    return re.sub(r"(?<![\d.])(\d{1,3})(\d{3})(?![\d年.])", r"\1,\2", text)


def spaces_in_labels(text: str, rng: random.Random) -> str:
    return re.sub(r"(\d)\.(?=[\u4e00-\u9fff])", r"\1. ", text).replace("总计", "总 计")


def non_standard_row(text: str, rng: random.Random) -> str:
    """A row that no format has, before the row of refusals on enforcement files."""
    for form in ("\n7.属于行政执法案卷", "\n\n7.属于行政执法案卷", " 7.属于行政执法案卷"):
        if form in text:
            filler = "9 9 9 9 9 9 9"
            if "\n\n" in form:
                filler = "\n\n" + "\n\n".join(["9"] * 7)
            return text.replace(form, f"{form[:-10]}另：涉及历史遗留资料的申请 {filler}{form}", 1)
    return text


def repeated_heading(text: str, rng: random.Random) -> str:
    return text.replace("一、总体情况", "一、总体情况\n一、总体情况", 1)


def half_width_brackets(text: str, rng: random.Random) -> str:
    return text.replace("（", "(").replace("）", ")").replace("，", ",").replace("：", ":")


def carriage_returns(text: str, rng: random.Random) -> str:
    return text.replace("\n", "\r\n")


DAMAGES: dict[str, Damage] = {
    f.__name__: f
    for f in (
        lost_label,
        two_lost_labels,
        misprinted_label,
        lost_value,
        lost_row,
        page_numbers,
        blank_lines,
        traditional,
        full_width_digits,
        thousands,
        spaces_in_labels,
        non_standard_row,
        repeated_heading,
        half_width_brackets,
        carriage_returns,
    )
}
