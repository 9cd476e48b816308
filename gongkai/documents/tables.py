"""Rows out as CSV or a workbook; nothing that stands in them becomes a formula.

A cell of a workbook is written as text and needs no guard; a CSV file cannot say what is text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import xlsxwriter

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: A spreadsheet takes a longer text that opens with one of these as a formula.
ARMED = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: So many rows make one piece of a CSV file.
PIECE = 500
#: Longer lists of choices do not fit into a cell's rule.
_MOST_CHOICES = 250
#: Rows of an empty sheet that offer their choices.
_ROWS_WITH_CHOICES = 5_000


def unarmed(text: str) -> str:
    """A text that no spreadsheet program takes for a formula: an apostrophe is put before.

    A negative number stays one, and so does a mark that stands alone.
    """
    if len(text) < 2 or not text.startswith(ARMED):
        return text
    return text if text.lstrip("-").replace(".", "", 1).isdigit() else f"'{text}"


def armed_again(text: str) -> str:
    """What was written, from what ``unarmed`` made of it."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(ARMED) else text


def csv_pieces(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The rows as the pieces of a CSV file that Excel opens in Chinese; None is an empty cell."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    yield "\ufeff"
    for number, row in enumerate(rows, 1):
        writer.writerow([unarmed(cell) if isinstance(cell, str) else cell for cell in row])
        if number % PIECE == 0:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def csv_file(rows: Iterable[Iterable[Any]]) -> str:
    """The rows as one CSV file."""
    return "".join(csv_pieces(rows))


def workbook(
    title: str, rows: Iterable[Iterable[str]], choices: Mapping[int, Sequence[str]] | None = None
) -> bytes:
    """The rows as a workbook, the first one its head; ``choices`` by column become lists."""
    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(title[:31])
        bold = book.add_format({"bold": True, "bg_color": "#EEF3F9", "border": 1})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 40, 16)
        for column, words in (choices or {}).items():
            if words and sum(len(w) + 1 for w in words) < _MOST_CHOICES:
                rule = {"validate": "list", "source": list(words)}
                sheet.data_validation(1, column, _ROWS_WITH_CHOICES, column, rule)
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text, bold if number == 0 else None)
    return out.getvalue()
