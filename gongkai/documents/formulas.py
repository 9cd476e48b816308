"""Cells of a workbook that hold a formula and no result: whoever reads values finds them empty."""

from __future__ import annotations

import posixpath
import re
import zipfile

from gongkai.documents.readable.package import local, optional, part
from gongkai.documents.safety import member, open_zip

_WHAT = "Excel 文件"
_PIECE = 1 << 20
_ANY = re.compile(rb"<(?:\w+:)?f[\s/>]")
#: A cell with a formula: its attributes, and its value where it has one.
_CELL = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\b[^>]*>([^<]*))?"
)
_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_KIND = re.compile(rb"""\bt=["'](\w+)["']""")


def without_result(data: bytes) -> set[tuple[int, int]]:
    """(row, column), from 0, of the formulas of the first sheet that have no result or an error.

    UnusableInput: the file is damaged or swollen.
    """
    with open_zip(data, _WHAT) as archive:
        path = _first_sheet(archive)
        if path not in archive.namelist() or not _has_formulas(archive, path):
            return set()
        raw = member(archive, path, _WHAT) or b""
    found = set()
    for cell in _CELL.finditer(raw):
        kind, place = _KIND.search(cell[1]), _PLACE.search(cell[1])
        named = kind[1] if kind else b""
        # A text may have been reckoned to be empty; a number may not.
        settled = cell[2] is not None and (bool(cell[2].strip()) or named == b"str")
        if place and (named == b"e" or not settled):
            found.add((int(place[2]) - 1, _column(place[1])))
    return found


def _first_sheet(archive: zipfile.ZipFile) -> str:
    workbook = part(archive, "xl/workbook.xml", _WHAT)
    links = optional(archive, "xl/_rels/workbook.xml.rels", _WHAT)
    sheets = workbook.iter() if workbook is not None else ()
    first = next((one for one in sheets if local(one) == "sheet"), None)
    if first is None or links is None:
        return ""
    wanted = {value for name, value in first.attrib.items() if str(name).endswith("}id")}
    target = next((str(one.get("Target", "")) for one in links if one.get("Id") in wanted), "")
    return posixpath.normpath(target.lstrip("/") if target[:1] == "/" else f"xl/{target}")


def _has_formulas(archive: zipfile.ZipFile, path: str) -> bool:
    """Whether there is one at all: most sheets have none and are not held whole."""
    rest = b""
    with archive.open(path) as sheet:
        while piece := sheet.read(_PIECE):
            if _ANY.search(rest + piece):
                return True
            rest = piece[-32:]
    return False


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
