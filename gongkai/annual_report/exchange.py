"""The interchange form ``gongkai-annual-report/1``: Report ⇄ JSON, without loss.

The keys file, agency, year, format, scope, stat_period, table2, table3 and table4 are the
published schema; title, region, sections, headings, details and notices are our additions.
``narrative_numbers`` is drawn from the text (``check.narrative``) and ignored on the way back.
``details`` maps a cell address to its printed form, place and confidence where these say
more than the value does. Amounts stay exact: Decimal in the model, a JSON number outside.
"""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from typing import Any, cast

from gongkai.annual_report.model import (
    Cell,
    FormatId,
    Notice,
    Period,
    Place,
    Report,
    Scope,
    Section,
    Table2Row,
    Value,
)
from gongkai.law.formats import report_format

SCHEMA = "gongkai-annual-report/1"
#: The head of our CSV, which has one line a cell (written by render.data, read by cells_csv).
CSV_HEAD = ("地址", "表", "行", "列", "数值")
#: Table 三 and 四 have the same columns in every format.
T3_COLUMNS = [c.key for c in report_format("2021").table3_columns]
T4_COLUMNS = list(report_format("2021").table4_keys)
_AMOUNTS = {"amount", "fee_amount_wan"}


def to_dict(report: Report) -> dict[str, Any]:
    """The report as plain data, ready for ``dumps``."""
    return {
        "schema": SCHEMA,
        "file": report.file,
        "title": report.title,
        "agency": report.agency,
        "region": report.region,
        "year": report.year,
        "format": report.format,
        "scope": report.scope,
        "stat_period": report.period
        and {"start": report.period.start.isoformat(), "end": report.period.end.isoformat()},
        "table2": None if report.table2 is None else [_row2(row) for row in report.table2],
        "table3": report.table3
        and {
            "columns": T3_COLUMNS,
            "rows": {k: [c.value for c in cells] for k, cells in report.table3.items()},
        },
        "table4": report.table4
        and {"columns": T4_COLUMNS, "values": [c.value for c in report.table4]},
        "sections": [_section(s) for s in report.sections],
        "headings": [_section(s) for s in report.headings],
        "details": {a: d for a, c in report.cells() if (d := _detail(c))},
        "notices": [
            _drop_none(code=n.code, message=n.message, place=place_dict(n.place), address=n.address)
            for n in report.notices
        ],
    }


def dumps(data: Any, *, indent: int | None = 1) -> str:
    """JSON text in which a Decimal stands as the number it is ("60.1733"), never as a float."""
    text = json.dumps(data, ensure_ascii=False, indent=indent, default=_mark_decimal)
    return re.sub(r'"\\u0000([-+0-9.E]+)"', r"\1", text)


def from_dict(data: dict[str, Any]) -> Report:
    """The report that ``to_dict`` described. ValueError (Chinese) for any other document."""
    if data.get("schema") != SCHEMA:
        raise ValueError(f"这不是 {SCHEMA} 格式的年报数据，请检查文件来源。")
    try:
        return _from_dict(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"年报数据不完整或者格式不对（{error}），请重新导出后再试。") from error


def loads(text: str | bytes) -> Report:
    """``from_dict`` of JSON text; numbers with a point are read as Decimal."""
    try:
        data = json.loads(text, parse_float=Decimal)
    except RecursionError:
        raise ValueError("年报数据嵌套过深，请检查文件来源。") from None
    if not isinstance(data, dict):
        raise ValueError("年报数据应是一个 JSON 对象，请检查文件来源。")
    return from_dict(data)


def _mark_decimal(value: object) -> str:
    if isinstance(value, Decimal):
        return f"\0{value:f}"
    raise TypeError(type(value).__name__)


def _drop_none(**items: Any) -> dict[str, Any]:
    return {k: v for k, v in items.items() if v is not None}


def place_dict(place: Place | None) -> dict[str, Any] | None:
    """A place in the source as plain data."""
    if place is None:
        return None
    return _drop_none(page=place.page, line=place.line, cell=place.cell)


def _section(section: Section) -> dict[str, Any]:
    return {
        "number": section.number,
        "title": section.title,
        "text": section.text,
        "place": place_dict(section.place),
        "lines": list(section.lines),
    }


def _detail(cell: Cell) -> dict[str, Any]:
    plain = "" if cell.value is None else str(cell.value)
    printed = cell.printed if cell.printed not in (None, plain) else None
    if isinstance(cell.value, Decimal) and printed is None and str(float(cell.value)) != plain:
        printed = plain  # the zeros of "18.2400", which a JSON number loses
    return _drop_none(
        printed=printed,
        place=place_dict(cell.place),
        confidence=cell.confidence if cell.confidence < 1 else None,
    )


def _row2(row: Table2Row) -> dict[str, Any]:
    out: dict[str, Any] = {
        "item": row.item,
        "row": row.key,
        "label": row.label,
        "cells": {k: c.value for k, c in row.cells.items()},
    }
    raw = {
        k: c.printed
        for k, c in row.cells.items()
        if c.printed not in (None, "", str(c.value)) and c.value is not None
    }
    if raw:
        out["raw"] = raw
    uncertain = [k for k, c in row.cells.items() if c.confidence < 0.5]
    if uncertain:
        out["uncertain"] = uncertain
    if "amount" in row.cells:
        out["amount_unit"] = row.amount_unit
    return out


def _from_dict(data: dict[str, Any]) -> Report:
    details = data.get("details") or {}

    def cell(address: str, value: Any, column: str = "", row: dict[str, Any] | None = None) -> Cell:
        detail = details.get(address, {})
        if row and address not in details:  # from another program: only what the row says
            detail = {"printed": row["raw"][column]} if column in row.get("raw", ()) else {}
            if column in row.get("uncertain", ()):
                detail["confidence"] = 0.4
        return _cell(value, detail, amount=column in _AMOUNTS)

    table2 = data.get("table2")
    table3 = data.get("table3")
    table4 = data.get("table4")
    period = data.get("stat_period")
    return Report(
        format=cast(FormatId, _one_of(data["format"], "2019", "2021", "older")),
        year=data.get("year"),
        agency=data.get("agency"),
        region=data.get("region"),
        title=data.get("title"),
        file=data.get("file"),
        scope=cast(Scope, _one_of(data.get("scope", "full"), "full", "excerpt")),
        period=period
        and Period(date.fromisoformat(period["start"]), date.fromisoformat(period["end"])),
        sections=tuple(_read_section(s) for s in data.get("sections", ())),
        headings=tuple(_read_section(s) for s in data.get("headings", ())),
        table2=None
        if table2 is None
        else tuple(
            Table2Row(
                row["item"],
                row["row"],
                row["label"],
                {k: cell(f"t2.{row['row']}.{k}", v, k, row) for k, v in row["cells"].items()},
                row.get("amount_unit"),
            )
            for row in table2
        ),
        table3=table3
        and {
            key: tuple(
                cell(f"t3.{key}.{column}", v) for column, v in zip(T3_COLUMNS, values, strict=True)
            )
            for key, values in table3["rows"].items()
        },
        table4=table4
        and tuple(cell(f"t4.{k}", v) for k, v in zip(T4_COLUMNS, table4["values"], strict=True)),
        notices=tuple(
            Notice(n["code"], n["message"], _read_place(n.get("place")), n.get("address"))
            for n in data.get("notices", ())
        ),
    )


def _one_of(value: str, *allowed: str) -> str:
    if value not in allowed:
        raise ValueError(value)
    return value


def _cell(value: Any, detail: dict[str, Any], *, amount: bool) -> Cell:
    if isinstance(value, bool) or not (
        value is None or isinstance(value, int | float | Decimal) or value in ("/", "-")
    ):
        raise ValueError(value)
    if isinstance(value, float):
        value = Decimal(str(value))
    if amount and isinstance(value, int):
        value = Decimal(value)
    if isinstance(value, Decimal) and (exact := _exact(detail.get("printed"), value)) is not None:
        value = exact
    return Cell(
        cast(Value, value),
        detail.get("printed", None if value is None else str(value)),
        _read_place(detail.get("place")),
        float(detail.get("confidence", 1.0)),
    )


def _exact(printed: str | None, value: Decimal) -> Decimal | None:
    """The printed form as a number, if it is the value with all its decimals."""
    if printed is None or not re.fullmatch(r"-?\d+(\.\d+)?", printed):
        return None
    exact = Decimal(printed)
    return exact if exact == value else None


def _read_place(raw: dict[str, Any] | None) -> Place | None:
    return Place(**raw) if raw else None


def _read_section(raw: dict[str, Any]) -> Section:
    return Section(
        raw["number"],
        raw["title"],
        raw["text"],
        _read_place(raw.get("place")),
        tuple(raw.get("lines", ())),
    )
