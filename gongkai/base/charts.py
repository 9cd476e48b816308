"""Charts as SVG made on the server: labelled directly, from zero, no script, no style.

Each chart carries the sentence that says what one sees and the rows of the table beneath it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from django.utils.safestring import SafeString, mark_safe

Number = int | Decimal | None
BLUE, GREY, INK, LINE = "#0b4f9e", "#565f69", "#1f2328", "#d3d9e0"
#: How the series of a line chart differ: never by colour alone.
_LOOKS = (
    (BLUE, "", "circle"),
    (GREY, "7 4", "square"),
    (BLUE, "2 4", "diamond"),
    (GREY, "", "square"),
    (INK, "10 3 2 3", "circle"),
)
MOST_SERIES = len(_LOOKS)


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: caption, what one sees, the drawing, and the table: head and rows."""

    key: str
    title: str
    sentence: str
    svg: SafeString
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def percent(part: Number, whole: Number) -> str:
    """A share with at most one decimal."""
    assert part is not None and whole
    return f"{Decimal(part) * 100 / Decimal(whole):.1f}%".replace(".0%", "%")


def shown(value: Number) -> str:
    """A number, or 无数据 where there is none."""
    return "无数据" if value is None else f"{value}"


def bar_chart(
    key: str, title: str, sentence: str, rows: Sequence[tuple[str, Number]], whole: Number
) -> Chart:
    """Bars with their shares of ``whole`` in the table beneath."""
    table = tuple(
        (label, shown(v), percent(v, whole) if whole and v is not None else "—")
        for label, v in rows
    )
    return Chart(
        key, title, sentence, bars(rows, f"{title}条形图"), ("类别", "数量（件）", "占比"), table
    )


def bars(rows: Sequence[tuple[str, Number]], label: str) -> SafeString:
    """Horizontal bars from zero, each with its name and its number; no number: 无数据."""
    top = max((v for _, v in rows if v is not None), default=0) or 1
    # Names stand left of the bars; long ones take more of the width.
    left = min(200, max(124, 24 + 16 * max(len(name) for name, _ in rows)))
    width, step = 480 - left - 76, 34
    height = step * len(rows) + 8
    out = [_open(480, height, label)]
    for i, (name, value) in enumerate(rows):
        y = 4 + i * step
        short = name if len(name) <= 11 else f"{name[:10]}…"
        out.append(_text(left - 10, y + 21, short, anchor="end"))
        if value is None:
            out.append(_text(left + 6, y + 21, "无数据", fill=GREY))
            continue
        length = round(float(max(value, 0)) / float(top) * width, 1)
        out.append(f'<rect x="{left}" y="{y + 4}" width="{length}" height="24" fill="{BLUE}"/>')
        out.append(_text(left + length + 8, y + 21, str(value), weight="600"))
    out.append(f'<path d="M{left} 0V{height}" stroke="{GREY}" stroke-width="1"/></svg>')
    return mark_safe("".join(out))


def lines(
    labels: Sequence[str], series: Sequence[tuple[str, Sequence[Number]]], label: str
) -> SafeString:
    """Lines from zero, named at their end; a missing value breaks the line. At most five series."""
    if len(series) > MOST_SERIES:
        raise ValueError(f"at most {MOST_SERIES} series")
    top = _round_up(max((float(v) for _, vs in series for v in vs if v is not None), default=0))
    left, right, floor, ceiling = 52, 376, 230, 20
    x = [left + 20 + i * (right - left - 40) / max(len(labels) - 1, 1) for i in range(len(labels))]

    def height(value: Number) -> float:
        assert value is not None
        return round(floor - float(value) / top * (floor - ceiling), 1)

    out = [_open(480, 266, label)]
    for part in (0, 0.5, 1):
        y = round(floor - part * (floor - ceiling), 1)
        out.append(f'<path d="M{left} {y}H{right}" stroke="{LINE if part else GREY}"/>')
        out.append(_text(left - 8, y + 5, f"{top * part:g}", anchor="end", fill=GREY, size=14))
    for at, name in zip(x, labels, strict=True):
        out.append(_text(at, 254, name, anchor="middle", size=15))
    ends: list[float] = []
    for i, ((name, values), (colour, dash, shape)) in enumerate(zip(series, _LOOKS, strict=False)):
        path, numbers, pen, last = [], [], "M", None
        for at, value in zip(x, values, strict=True):
            if value is None:
                pen = "M"
                continue
            y = height(value)
            path.append(f"{pen}{at:.1f} {y}")
            pen, last = "L", y
            out.append(_marker(shape, at, y, colour))
            numbers.append(
                # Numbers of every other series stand below its points, out of the way.
                _text(
                    at,
                    y + 20 if i % 2 else y - 10,
                    str(value),
                    anchor="middle",
                    size=14,
                    weight="600",
                    fill=colour,
                )
            )
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        out.append(
            f'<path d="{"".join(path)}" fill="none" stroke="{colour}" stroke-width="2.5"{dashed}/>'
        )
        out += numbers
        if last is not None:
            while any(abs(last - other) < 20 for other in ends):
                last += 20
            ends.append(last)
            out.append(_marker(shape, right + 12, last - 5, colour))
            out.append(_text(right + 24, last, name, fill=colour, weight="600"))
    return mark_safe("".join(out) + "</svg>")


def _round_up(value: float) -> float:
    """The end of an axis: 1, 2, 4, 5, 6, 8 or 10 times a power of ten, not below the value."""
    if value <= 0:
        return 1
    power = 1.0
    while power * 10 < value:
        power *= 10
    while power > value:
        power /= 10
    return next(n * power for n in (1, 2, 4, 6, 8, 10) if n * power >= value)


def _open(width: int, height: int, label: str) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(label)}，'
        '数据见下表" xmlns="http://www.w3.org/2000/svg" font-size="16">'
    )


def _text(
    x: float,
    y: float,
    text: str,
    *,
    anchor: str = "start",
    fill: str = INK,
    size: int = 16,
    weight: str = "400",
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}" font-size="{size}"'
        f' font-weight="{weight}" stroke="#fff" stroke-width="4" paint-order="stroke">'
        f"{escape(text)}</text>"
    )


def _marker(shape: str, x: float, y: float, colour: str) -> str:
    match shape:
        case "circle":
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{colour}"/>'
        case "square":
            return f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="{colour}"/>'
    return (
        f'<path d="M{x:.1f} {y - 5.5:.1f}l5.5 5.5-5.5 5.5-5.5-5.5z" fill="#fff"'
        f' stroke="{colour}" stroke-width="2"/>'
    )
