"""XLSX for reading: the visible sheets as tables, and apart from them what is hidden."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from gongkai.documents.readable.formats import Formats, shown
from gongkai.documents.readable.model import Hidden, Readable, Writer
from gongkai.documents.readable.package import (
    alternative,
    carried,
    local,
    optional,
    part,
    refuse_macros,
    related,
    tucked,
)
from gongkai.documents.safety import check_unpacked, member, open_zip, refuse

WHAT = "Excel 文件"
_MAX_SHEETS = 60
#: Cells read of a workbook, rows and columns shown of a sheet.
_MAX_CELLS = 300_000
_MAX_ROWS = 5_000
_MAX_COLUMNS = 200
_REFERENCE = re.compile(r"^([A-Z]{1,3})(\d{1,7})$")
_QUOTED = 2_000
#: Words inside a formula, and what a header says of its looks: &C&"宋体"&10.
_LITERAL = re.compile(r'"((?:[^"]|"")+)"')
_LOOKS = re.compile(r'&(?:"[^"]*"|\d+|[A-Za-z])')
_HEADS = ("oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter")
_TOLD = ("promptTitle", "prompt", "errorTitle", "error", "tooltip")


@dataclass(slots=True)
class _Sheet:
    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    #: What stands above and below the printed page; what no cell shows.
    heads: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def sheet_readable(data: bytes, *, inside: bool = False) -> Readable:
    """The workbook for reading. UnusableInput: damaged, encrypted, with macros, too large."""
    with open_zip(data, WHAT) as archive:
        refuse_macros(archive, WHAT)
        check_unpacked(archive, WHAT)
        workbook = part(archive, "xl/workbook.xml", WHAT)
        if workbook is None:
            refuse(f"{WHAT}里没有工作表，请用 Excel 或者 WPS 打开后另存为 XLSX 再试。")
        targets = _relations(archive, "xl/workbook.xml")
        sheets = [e for e in workbook.iter() if local(e) == "sheet"]
        if len(sheets) > _MAX_SHEETS:
            refuse(f"{WHAT}有 {len(sheets)} 张工作表，多得不正常，请拆成几个文件。")
        strings = _strings(archive)
        formats = Formats(optional(archive, "xl/styles.xml", WHAT))
        writer = Writer()
        hidden: list[Hidden] = []
        left = _MAX_CELLS
        for element in sheets:
            name = element.get("name", "")[:60]
            path = next(
                (targets.get(v, "") for k, v in element.attrib.items() if str(k).endswith("}id")),
                "",
            )
            raw = member(archive, path, WHAT) if path else None
            if raw is None:
                continue
            sheet = _read(raw, strings, formats, left)
            left -= len(sheet.cells)
            hidden.extend(_comments(archive, path, name))
            boxes, aside = _drawn(archive, path)
            hidden.extend(tucked(f"工作表“{name}”的公式、提示和替代文字", [*sheet.told, *aside]))
            if element.get("state", "visible") != "visible":
                hidden.append(Hidden("hidden_sheet", f"隐藏的工作表“{name}”", _words(sheet.cells)))
                hidden.extend(tucked(f"隐藏的工作表“{name}”", [*boxes, *sheet.heads]))
                continue
            hidden.extend(_unseen(sheet, name))
            writer.section(name)
            _write(writer, sheet)
            for words in dict.fromkeys([*boxes, *sheet.heads]):
                writer.paragraph(words)
        names = (e.text or "" for e in workbook.iter() if local(e) == "definedName")
        hidden.extend(tucked("定义的名称", (m for n in names for m in _LITERAL.findall(n))))
        hidden.extend(carried(archive, WHAT, inside=inside))
    return writer.readable(hidden)


def _relations(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    return {key: path for key, _, path in related(archive, name, WHAT)}


def _drawn(archive: zipfile.ZipFile, path: str) -> tuple[list[str], list[str]]:
    """The words of the shapes of a sheet that are seen, and those that are not."""
    seen: list[str] = []
    unseen: list[str] = []
    for _, kind, target in related(archive, path, WHAT):
        root = optional(archive, target, WHAT) if kind == "drawing" else None
        for anchor in root if root is not None else ():
            gone = any(e.get("hidden") in ("1", "true") for e in anchor.iter("{*}cNvPr"))
            for paragraph in anchor.iter("{*}p"):
                words = "".join(e.text or "" for e in paragraph.iter("{*}t")).strip()
                (unseen if gone else seen).append(words)
            unseen.extend(alternative(anchor))
    return [words for words in seen if words], unseen


def _strings(archive: zipfile.ZipFile) -> list[str]:
    data = member(archive, "xl/sharedStrings.xml", WHAT)
    found: list[str] = []
    if data is None:
        return found
    for element in _elements(data, "si"):
        words = (
            e.text or ""
            for e in element.iter()
            if local(e) == "t" and local(e.getparent()) != "rPh"
        )
        found.append("".join(words))
        if len(found) > _MAX_CELLS * 2:
            refuse(f"{WHAT}大得不正常，为安全起见没有读取，请拆成几个文件。")
        element.clear()
    return found


def _elements(data: bytes, *names: str) -> Iterator[Any]:
    """Elements of these names as they end; no entities, no DTD, no network."""
    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data[:65536]:
        refuse(f"{WHAT}里有不允许的实体定义，为安全起见没有打开，请用原软件另存一次后再试。")
    tags = [f"{{*}}{name}" for name in names]
    parser = etree.iterparse(
        io.BytesIO(data), events=("end",), tag=tags, resolve_entities=False, load_dtd=False,
        no_network=True, huge_tree=False,
    )  # fmt: skip
    try:
        for _, element in parser:
            yield element
    except (etree.XMLSyntaxError, ValueError):
        refuse(f"{WHAT}的内容已经损坏，读不出来，请用原软件另存一次后再试。")


def _read(data: bytes, strings: list[str], formats: Formats, left: int) -> _Sheet:
    sheet = _Sheet()
    more = (*_HEADS, "dataValidation", "hyperlink")
    for element in _elements(data, "col", "row", "c", "mergeCell", *more):
        name = local(element)
        if name == "c":
            place = place_of(element.get("r", ""))
            if place is None:
                continue
            _tell(sheet, element)
            text = _value(element, strings, formats)
            if text:
                sheet.cells[place] = text
                if len(sheet.cells) > left:
                    refuse(f"{WHAT}的单元格多得不正常，为安全起见没有读取，请拆成几个文件。")
        elif name == "row":
            if element.get("hidden") in ("1", "true"):
                sheet.hidden_rows.add(_int(element.get("r")) - 1)
            element.clear()
        elif name == "col":
            if element.get("hidden") in ("1", "true") and len(sheet.hidden_columns) < 2_000:
                first, last = _int(element.get("min")), _int(element.get("max"))
                sheet.hidden_columns.update(range(first - 1, min(last, first + 500)))
        elif name in _HEADS:
            if words := " ".join(_LOOKS.sub(" ", element.text or "").split()):
                sheet.heads.append(words)
        elif name in more:
            _tell(sheet, element)
        elif len(sheet.merges) < 20_000:
            first, _, last = element.get("ref", "").partition(":")
            if (start := place_of(first)) and (end := place_of(last)):
                sheet.merges.append((*start, *end))
    return sheet


def _tell(sheet: _Sheet, element: Any) -> None:
    """What no cell shows: the words in formulas and lists, prompts, tips."""
    if len(sheet.told) > _QUOTED:
        return
    sheet.told += [value for key in _TOLD if (value := element.get(key))]
    for formula in element.iter("{*}f", "{*}formula1"):
        if formula.text and '"' in formula.text:
            sheet.told += _LITERAL.findall(formula.text)


def place_of(reference: str) -> tuple[int, int] | None:
    """ "B3" → (2, 1)."""
    match = _REFERENCE.match(reference)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def _int(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 9 else 0


def _value(cell: Any, strings: list[str], formats: Formats) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return "".join(e.text or "" for e in cell.iter() if local(e) == "t").strip()
    value = next((c.text or "" for c in cell if local(c) == "v"), "")
    if kind == "s":
        index = _int(value)
        return strings[index].strip() if value and index < len(strings) else ""
    if kind == "b":
        return "是" if value == "1" else "否"
    if kind == "n":
        return shown(value, formats.of(_int(cell.get("s"))))
    return value.strip()


def _write(writer: Writer, sheet: _Sheet) -> None:
    all_rows = sorted({r for r, _ in sheet.cells} - sheet.hidden_rows)
    all_columns = sorted({c for _, c in sheet.cells} - sheet.hidden_columns)
    rows, columns = all_rows[:_MAX_ROWS], all_columns[:_MAX_COLUMNS]
    if not rows or not columns:
        writer.paragraph("（空白工作表）")
        return
    at_row = {r: i for i, r in enumerate(rows)}
    at_column = {c: i for i, c in enumerate(columns)}
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    for top, start, bottom, end in sheet.merges:
        if top not in at_row or start not in at_column or bottom - top > _MAX_ROWS:
            continue
        inside = [r for r in rows[at_row[top] : at_row[top] + bottom - top + 1] if r <= bottom]
        wide = [c for c in columns[at_column[start] :] if c <= end]
        if len(inside) * len(wide) > 20_000:
            continue
        spans[top, start] = (len(wide), len(inside))
        covered.update((r, c) for r in inside for c in wide)
    covered -= spans.keys()
    writer.table(
        [
            (sheet.cells.get((r, c), ""), *spans.get((r, c), (1, 1)))
            for c in columns
            if (r, c) not in covered
        ]
        for r in rows
    )
    writer.full = writer.full or len(rows) < len(all_rows) or len(columns) < len(all_columns)


def _words(cells: dict[tuple[int, int], str]) -> str:
    found = [cells[place][:_QUOTED] for place in sorted(cells)[:_QUOTED]]
    return "\t".join(found)[:_QUOTED]


def _unseen(sheet: _Sheet, name: str) -> Iterator[Hidden]:
    rows = {p: t for p, t in sheet.cells.items() if p[0] in sheet.hidden_rows}
    if rows:
        yield Hidden("hidden_rows", f"工作表“{name}”隐藏的行", _words(rows))
    columns = {p: t for p, t in sheet.cells.items() if p[1] in sheet.hidden_columns}
    if columns:
        yield Hidden("hidden_columns", f"工作表“{name}”隐藏的列", _words(columns))


def _comments(archive: zipfile.ZipFile, path: str, name: str) -> Iterator[Hidden]:
    for target in _relations(archive, path).values():
        if "omment" not in posixpath.basename(target):
            continue
        root = optional(archive, target, WHAT)
        for comment in root.iter() if root is not None else ():
            if local(comment) in ("comment", "threadedComment"):
                words = "".join(e.text or "" for e in comment.iter() if local(e) in ("t", "text"))
                if words.strip():
                    at = comment.get("ref", "")
                    yield Hidden(
                        "comment", f"工作表“{name}”批注 {at}".strip(), words.strip()[:_QUOTED]
                    )
