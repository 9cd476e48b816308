"""A register as a workbook or CSV: out, and in again line by line.

Reading never half succeeds: every bad line comes back with its number and what is wrong;
``take_in`` takes all lines or none.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any, NamedTuple

import python_calamine
from django import forms
from django.core.exceptions import ValidationError

from gongkai.base.refusal import Refused
from gongkai.bodies.ledger.book import FILLED, Book, same, shown
from gongkai.bodies.ledger.forms import LineForm
from gongkai.bodies.ledger.heads import bare, find_head, is_wanted
from gongkai.bodies.ledger.queries import all_related, choices_of
from gongkai.bodies.models import Body, Section
from gongkai.documents.formulas import without_result
from gongkai.documents.safety import UnusableInput, check_unpacked, open_zip
from gongkai.documents.tables import armed_again, workbook

MOST_LINES = 200_000
#: So many bad lines are told; the rest is counted.
MOST_TOLD = 200
#: Stands for a cell whose formula has no result, and for one that a CSV file brings as text.
FORMULA = object()
_UNREADABLE = "这个文件读不出来，请用 Excel 或者 WPS 另存为 .xlsx 后再上传。"
_NO_SHEET = "这个文件不是表格，请上传 .xlsx 或者 .csv 文件。"
_TOTALS = {"合计", "总计", "小计", "本页小计"}
_YES, _NO = {"是", "√", "✓", "1", "true", "有"}, {"否", "×", "0", "false", "无", ""}


class Change(NamedTuple):
    """A line of the sheet that the register has already, with other values."""

    number: int
    line: Any
    values: dict[str, Any]


@dataclass(slots=True)
class Look:
    """What was found in a sheet: the values of its good lines, and the bad ones by number."""

    values: list[dict[str, Any]] = field(default_factory=list)
    #: The number of the line of each of them.
    numbers: list[int] = field(default_factory=list)
    #: The fields that have a column.
    columns: tuple[str, ...] = ()
    #: Lines that the register has already, word for word; and with other values.
    same: int = 0
    changes: list[Change] = field(default_factory=list)
    #: Heads of columns that the register does not have.
    unused: tuple[str, ...] = ()
    #: (number of the line, column, sentence), at most ``MOST_TOLD`` of them.
    wrong: list[tuple[int, str, str]] = field(default_factory=list)
    #: What stands there in the sheet, by line and column.
    written: dict[tuple[int, str], str] = field(default_factory=dict)
    bad_lines: int = 0

    def refuse(self, number: int, *wrong: tuple[str, str]) -> None:
        """A bad line: its number, and (column, sentence) of what is wrong."""
        self.bad_lines += 1
        told = [(number, column, sentence) for column, sentence in wrong]
        self.wrong += told[: max(MOST_TOLD - len(self.wrong), 0)]

    @property
    def lines(self) -> int:
        return len(self.values) + len(self.changes) + self.bad_lines


# --- in ---------------------------------------------------------------------------------------


def look(book: Book, body: Body, data: bytes, *, sections: Any = None) -> Look:
    """Every line of the sheet, cleaned as the form cleans it, with what is wrong in the others.

    ``sections`` are those in which the person may enter lines (None: all of the body). Refused:
    no sheet, no head that fits the book, too many lines.
    """
    rows = _rows(data)
    places, unused, rows = find_head(book, rows)
    cleaners = _cleaners(book, body, sections)
    found = Look(columns=tuple(places), unused=unused)
    seen: dict[tuple[Any, ...], int] = {}
    for number, row in rows:
        texts = {name: row[at] if at < len(row) else "" for name, at in places.items()}
        if not any(str(text).strip() for text in texts.values()):
            continue
        if found.lines >= MOST_LINES:
            raise Refused(f"表格超过 {MOST_LINES} 行，请分成几个文件导入。")
        if next((t for t in map(bare, row) if t), "").rstrip("：:") in _TOTALS:
            found.refuse(number, ("整行", "这是合计行，不是登记。请从表里删去这一行。"))
            continue
        wrong: list[tuple[str, str]] = []
        values: dict[str, Any] = {}
        for name, clean in cleaners.items():
            try:
                values[name] = clean(_value(texts.get(name, "")))
            except ValidationError as no:
                wrong.append((book.label(name), str(no.messages[0])))
        alone = {label for label, _ in wrong}
        wrong += [w for w in _together(book, values, seen, number) if w[0] not in alone]
        if wrong:
            found.refuse(number, *wrong)
            for name, text in texts.items():
                if len(found.wrong) < MOST_TOLD:
                    told = "（公式）" if text is FORMULA else _text(text)[:40]
                    found.written[number, book.label(name)] = told
        else:
            found.values.append(values)
            found.numbers.append(number)
    if not found.lines:
        raise Refused("表里没有可以导入的行，请在表头下面逐行填写后再上传。")
    return found


def _together(
    book: Book, values: dict[str, Any], seen: dict[tuple[Any, ...], int], number: int
) -> list[tuple[str, str]]:
    """What does not fit together, of the fields that could be read."""
    wrong = [
        (book.label(name), sentence)
        for name, sentence in (book.check(values) if book.check else {}).items()
    ]
    key = same(book, values) if values.keys() >= set(book.key) else ()
    if key and all(part not in ("", None) for part in key):
        if key in seen:
            wrong.append((book.label(book.key[-1]), f"和第 {seen[key]} 行重复"))
        seen.setdefault(key, number)
    return wrong


def _rows(data: bytes) -> Iterator[tuple[int, list[Any]]]:
    """The rows of the first sheet or of the CSV, numbered as the person sees them."""
    return _of_workbook(data) if data[:2] == b"PK" else _of_csv(data)


def _of_workbook(data: bytes) -> Iterator[tuple[int, list[Any]]]:
    try:
        with open_zip(data, "Excel 文件") as archive:
            check_unpacked(archive, "Excel 文件")
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = book.get_sheet_by_index(0)
        formulas = _formulas(data)
    except UnusableInput as no:
        raise Refused(str(no)) from None
    except Exception:
        raise Refused(_UNREADABLE) from None
    start = sheet.start[1] if sheet.start else 0
    for at, row in enumerate(sheet.iter_rows()):
        # Formulas may stand behind the last cell with a value, or before the first column read.
        places = [column - start for column in formulas.get(at, ()) if column >= start]
        if places:
            row = [*row, *[""] * (max(places) + 1 - len(row))]
        for place in places:
            row[place] = FORMULA
        yield at + 1, row


def _of_csv(data: bytes) -> Iterator[tuple[int, list[Any]]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Refused(_NO_SHEET)
    if "\0" in text:
        raise Refused(_NO_SHEET)
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline="")), 1):
            yield number, [FORMULA if len(c) > 1 and c[0] == "=" else c for c in row]
    except csv.Error:
        raise Refused(
            "这个 CSV 文件读不出来，请用 Excel 或者 WPS 另存为 .xlsx 后再上传。"
        ) from None


def _formulas(data: bytes) -> dict[int, set[int]]:
    """The columns of the formulas without a result, by row; from 0."""
    found: dict[int, set[int]] = {}
    for row, column in without_result(data):
        found.setdefault(row, set()).add(column)
    return found


def _value(cell: Any) -> Any:
    """The cell, unless it is a formula that says nothing."""
    if cell is FORMULA:
        raise ValidationError("这一格是公式，请改为文字后再导入。")
    return cell


def _cleaners(book: Book, body: Body, sections: Any) -> dict[str, Callable[[Any], Any]]:
    form = LineForm(book, body, sections=sections)
    return {name: _cleaner(book, name, form.fields[name], body) for name in book.sheet_fields}


def _cleaner(book: Book, name: str, control: forms.Field, body: Body) -> Callable[[Any], Any]:
    if isinstance(control, forms.ModelChoiceField):
        known = {bare(row): row for row in control.queryset}
        told = {}
        if point := book.points.get(name):
            others = {bare(row): row for row in all_related(book, name, body)}
            told = {text: point.refusal(row) for text, row in others.items() if text not in known}
        return _one_of(known, control, empty=None, told=told)
    if isinstance(control, forms.MultipleChoiceField):
        keys = {bare(label): key for key, label in choices_of(book, name)}
        return _several_of(keys)
    if isinstance(control, forms.ChoiceField):
        pairs = choices_of(book, name)
        known = {bare(label): key for key, label in pairs}
        keys = {str(key): key for key, _ in pairs}
        return _one_of(known, control, empty=control.initial or "", also=keys)
    if isinstance(control, forms.BooleanField):
        return _truth(bool(control.initial))
    if isinstance(control, forms.DateField):
        return _day(control)
    return lambda cell: _default(control, control.clean(_text(cell)))


def _default(control: forms.Field, value: Any) -> Any:
    """An empty cell of a field that has a value of its own means that value."""
    if value in (None, "") and control.initial not in (None, "") and not callable(control.initial):
        return control.initial
    return value


def _one_of(
    known: dict[str, Any],
    control: forms.Field,
    *,
    empty: Any,
    also: Mapping[str, Any] = MappingProxyType({}),
    told: Mapping[str, str] = MappingProxyType({}),
) -> Callable[[Any], Any]:
    """One of the words ``known``; ``also`` is taken and not offered, ``told`` says why not."""

    def clean(cell: Any) -> Any:
        text = bare(_text(cell))
        if not text:
            if control.required:
                raise ValidationError("请填写这一项。")
            return empty
        if text in told:
            raise ValidationError(told[text])
        if text not in known and text in also:
            return also[text]
        if text not in known:
            few = "、".join(list(known)[:6])
            raise ValidationError(
                f"没有“{text[:30]}”，可以填：{few}" if few else "还没有可选的内容"
            )
        return known[text]

    return clean


def _several_of(keys: dict[str, Any]) -> Callable[[Any], list[Any]]:
    def clean(cell: Any) -> list[Any]:
        parts = [bare(p) for p in _text(cell).replace(";", "；").replace("\n", "；").split("；")]
        if unknown := [p for p in parts if p and p not in keys]:
            raise ValidationError(f"没有“{unknown[0][:30]}”，多项之间用分号隔开")
        return [keys[p] for p in parts if p]

    return clean


def _truth(initial: bool) -> Callable[[Any], bool]:
    def clean(cell: Any) -> bool:
        text = _text(cell).lower()
        if not text:
            return initial
        if text not in _YES | _NO:
            raise ValidationError("请填“是”或者“否”。")
        return text in _YES

    return clean


def _day(control: forms.DateField) -> Callable[[Any], date | None]:
    known: dict[Any, date | None] = {}

    def clean(cell: Any) -> date | None:
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        # The same few hundred days stand in every line of a year.
        if cell not in known:
            known[cell] = control.clean(_text(cell))
        return known[cell]

    return clean


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, time):
        return cell.isoformat()
    text = str(cell).strip()
    return armed_again(text)


# --- out --------------------------------------------------------------------------------------


def head(book: Book) -> list[str]:
    """The names of the columns, as a sheet to be filled in has them."""
    return [
        f"{book.label(name)}{'（必填）' if is_wanted(book, name) else ''}"
        for name in book.sheet_fields
    ]


def row(book: Book, line: Any, *, closed: Collection[str] = ()) -> list[str]:
    """One line in words; what comes out can be read in again, but for the fields ``closed``."""
    return [
        FILLED if name in closed and getattr(line, name) else shown(book, line, name)
        for name in book.sheet_fields
    ]


def blank(book: Book, body: Body) -> bytes:
    """The sheet to be filled in: its head, and lists where there is something to choose from."""
    choices = {}
    for column, name in enumerate(book.sheet_fields):
        if name == "section":
            words = list(Section.objects.filter(body=body).values_list("name", flat=True))
        else:
            words = [label for _, label in choices_of(book, name, body)]
        if words:
            choices[column] = words
    return workbook(book.title, [head(book)], choices)
