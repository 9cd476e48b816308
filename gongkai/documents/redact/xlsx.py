"""XLSX: a passage goes out of every part of the workbook, not only out of what is shown."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from gongkai.documents.readable.package import local, refuse_macros
from gongkai.documents.safety import check_unpacked, open_zip, refuse

WHAT = "Excel 文件"
MARK = "■"
#: Elements whose words may be cut into several runs: strings, comments, paragraphs of drawings.
_PARAGRAPHS = ("si", "is", "comment", "p", "text")
#: Parts of the package that hold words.
_WORDS = (".xml", ".rels", ".vml")
_PARSER = {"resolve_entities": False, "load_dtd": False, "no_network": True}


def without(data: bytes, secret: str) -> bytes:
    """The workbook with every character of ``secret`` as ■, wherever it stands.

    Shared strings, cells (a number too, whatever its notation), formulas, comments, drawings,
    caches and properties. The same bytes when it stands nowhere. UnusableInput: damaged,
    encrypted, with macros, or the passage could not be taken out of a part.
    """
    pattern = re.compile(r"\s*".join(re.escape(c) for c in secret if not c.isspace()))
    if not pattern.pattern:
        return data
    made = io.BytesIO()
    changed = False
    with open_zip(data, WHAT) as archive, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        refuse_macros(archive, WHAT)
        check_unpacked(archive, WHAT)
        for member in archive.infolist():
            part = archive.read(member)
            covered = _part(part, pattern) if member.filename.endswith(_WORDS) else None
            changed |= covered is not None
            new.writestr(member.filename, covered or part)
    return made.getvalue() if changed else data


def _part(part: bytes, pattern: re.Pattern[str]) -> bytes | None:
    """The part without the passage; None where it does not hold it."""
    root = _root(part)
    if not _cover(root, pattern):
        return None
    if _cover(root, pattern):
        refuse("有一处没有遮盖干净，请在原文件中删去后重新上传。")
    covered: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return covered


def _root(part: bytes) -> Any:
    if b"<!DOCTYPE" in part[:4096] or b"<!ENTITY" in part[:65536]:
        refuse(f"{WHAT}里有不允许的实体定义，为安全起见没有打开，请用原软件另存一次后再试。")
    try:
        return etree.fromstring(part, etree.XMLParser(**_PARSER))  # type: ignore[arg-type]
    except etree.XMLSyntaxError:
        refuse(f"{WHAT}的内容已经损坏，读不出来，请用原软件另存一次后再试。")


def _cover(root: Any, pattern: re.Pattern[str]) -> bool:
    """Whether something was covered in the part."""
    found = False
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            continue
        name = local(element)
        if name == "c":
            found |= _cell(element, pattern)
        elif name in _PARAGRAPHS:
            found |= _paragraph(element, pattern)
        for key, value in element.attrib.items():
            if pattern.search(value):
                element.set(key, _covered(value, pattern))
                found = True
        for side in ("text", "tail"):
            words = getattr(element, side)
            if words and pattern.search(words):
                setattr(element, side, _covered(words, pattern))
                found = True
    return found


def _cell(cell: Any, pattern: re.Pattern[str]) -> bool:
    """A cell whose value or formula says it becomes a text; a shared string is its own part."""
    parts = {local(one): one for one in cell if isinstance(one.tag, str)}
    value, formula = parts.get("v"), parts.get("f")
    told = (formula.text or "") if formula is not None else ""
    shown = (value.text or "") if value is not None and cell.get("t") != "s" else ""
    forms = [form for form in _forms(shown, cell.get("t", "n")) if pattern.search(form)]
    if not forms and not pattern.search(told):
        return False
    if formula is not None:
        cell.remove(formula)
    if forms:
        namespace = etree.QName(cell).namespace
        cell.remove(value)
        cell.set("t", "inlineStr")
        inline = etree.SubElement(cell, f"{{{namespace}}}is")
        etree.SubElement(inline, f"{{{namespace}}}t").text = _covered(forms[0], pattern)
    return True


def _forms(value: str, kind: str) -> Iterator[str]:
    yield value
    if kind == "n" and value:
        try:
            yield format(Decimal(value), "f").removesuffix(".0")
        except InvalidOperation:
            return


def _paragraph(element: Any, pattern: re.Pattern[str]) -> bool:
    """Words in several runs: the first takes all of them, the reading aid goes."""
    runs = [e for e in element.iter() if local(e) == "t"]
    words = "".join(run.text or "" for run in runs if local(run.getparent()) != "rPh")
    if len(runs) < 2 or not pattern.search(words):
        return False
    for run in runs:
        run.text = ""
    runs[0].text = _covered(words, pattern)
    return True


def _covered(text: str, pattern: re.Pattern[str]) -> str:
    return pattern.sub(lambda m: "".join(c if c.isspace() else MARK for c in m[0]), text)
