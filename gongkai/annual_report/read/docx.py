"""DOCX → blocks: paragraphs with their printed numbers, headings by style, tables with spans.

Text is what a reader of the document sees: inserted text is in, deleted, moved-away and hidden
text is out, text boxes follow the paragraph they hang on, footnotes and comments are left out.
A number that Word makes itself (w:numPr) is written before the text: 一、总体情况.
"""

from __future__ import annotations

from typing import Any

from gongkai.annual_report.read.document import Document, UnusableInput
from gongkai.annual_report.read.grids import Raw, RawCell, RawParagraph, RawTable, settle
from gongkai.annual_report.read.safety import MAX_CHARACTERS
from gongkai.documents.docx_numbers import Numbering, Styles, is_hidden
from gongkai.documents.safety import member, open_zip, parse_xml, refuse

WHAT = "Word 文档"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
#: Strict Open XML has other names for the same elements.
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_TRANSITIONAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_GONE = frozenset(_W + t for t in ("del", "moveFrom", "instrText", "delText", "delInstrText"))
#: The number of a footnote must not run into the number before it.
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_P, _TBL, _T, _R, _PPR = (_W + t for t in ("p", "tbl", "t", "r", "pPr"))
_MAX_NESTED = 40


def docx_document(data: bytes, name: str) -> Document:
    """The document in these bytes. ``meta`` has title, author and dates where the file has them.

    UnusableInput: not a Word document, damaged, or without text.
    """
    archive = open_zip(data, WHAT)
    body = _part(archive, "word/document.xml")
    if body is None:
        refuse(f"{WHAT}里没有正文，请用 Word 或者 WPS 打开后另存为 DOCX 再试。")
    styles = Styles(_part(archive, "word/styles.xml"))
    reader = _Reader(styles, Numbering(_part(archive, "word/numbering.xml"), styles))
    root = body.find(f"{_W}body")
    blocks = settle(reader.blocks(root)) if root is not None else ()
    if not blocks:
        refuse(f"{WHAT}里没有文字；如果内容是图片，请另存为 PDF 后再试。")
    return Document(name, "docx", blocks, _meta(archive))


def _part(archive: Any, name: str) -> Any:
    data = member(archive, name, WHAT)
    if data is None:
        return None
    return parse_xml(data.replace(_STRICT, _TRANSITIONAL), WHAT)


def _meta(archive: Any) -> tuple[tuple[str, str], ...]:
    try:
        core = _part(archive, "docProps/core.xml")
    except UnusableInput:  # the properties say nothing that the text needs
        return ()
    found = []
    for child in core if core is not None else ():
        key = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
        if key in ("title", "creator", "created", "modified", "subject") and child.text:
            found.append((key, child.text.strip()))
    return tuple(found)


class _Reader:
    """One pass over the body; the numbering counts as it goes."""

    def __init__(self, styles: Styles, numbering: Numbering) -> None:
        self._styles = styles
        self._numbering = numbering
        self._left = MAX_CHARACTERS
        self._carried = ""

    def blocks(self, parent: Any, depth: int = 0) -> list[Raw]:
        """Paragraphs and tables that are children of this element, wrappers opened."""
        if depth > _MAX_NESTED:
            refuse(f"{WHAT}的结构深得不正常，为安全起见没有读取，请另存一份后再试。")
        out: list[Raw] = []
        for child in parent.iterchildren():
            tag = child.tag
            if tag == _P:
                out.extend(self._paragraph(child, depth))
            elif tag == _TBL:
                out.append(self._table(child, depth + 1))
            elif tag == f"{_MC}AlternateContent":
                choice = child.find(f"{_MC}Choice")
                if choice is None:
                    choice = child.find(f"{_MC}Fallback")
                if choice is not None:
                    out.extend(self.blocks(choice, depth + 1))
            elif (
                isinstance(tag, str)
                and tag.startswith(_W)
                and tag not in _GONE
                and not tag.endswith("Pr")
            ):  # sdt, sdtContent, customXml, ins, moveTo, smartTag
                out.extend(self.blocks(child, depth + 1))
        return out

    def _paragraph(self, paragraph: Any, depth: int) -> list[Raw]:
        parts: list[str] = []
        boxes: list[Any] = []
        _text(paragraph, parts, boxes)
        properties = paragraph.find(_PPR)
        text = "".join(parts)
        self._left -= len(text)
        if self._left < 0:
            refuse(f"{WHAT}的文字多得不正常，为安全起见没有读取，请只保留年度报告后再试。")
        style = self._styles.of(properties)
        out: list[Raw] = []
        if _mark_deleted(properties):
            # Its end was deleted: the text runs on into the next paragraph.
            self._carried += text
        else:
            text, self._carried = self._carried + text, ""
            if text.strip():
                number = self._numbering.next(properties, style)
                heading = self._styles.is_heading(properties, style)
                lines = [line.strip() for line in (number + text.strip()).split("\n")]
                out.extend(RawParagraph(line, heading) for line in lines if line)
        for box in boxes:
            out.extend(self.blocks(box, depth + 1))
        return out

    def _table(self, table: Any, depth: int) -> RawTable:
        if depth > _MAX_NESTED:
            refuse(f"{WHAT}的结构深得不正常，为安全起见没有读取，请另存一份后再试。")
        rows: list[list[RawCell]] = []
        above: dict[int, RawCell] = {}  # column → the cell that a vMerge there continues
        for row in _descend(table, f"{_W}tr", f"{_W}tbl"):
            properties = row.find(f"{_W}trPr")
            if properties is not None and properties.find(f"{_W}del") is not None:
                continue
            before = _number(properties, "gridBefore", 0)
            cells = [RawCell([], before)] if before else []
            column = before
            started: dict[int, RawCell] = {}
            for element in _descend(row, f"{_W}tc", f"{_W}tr"):
                cell_properties = element.find(f"{_W}tcPr")
                width = max(1, _number(cell_properties, "gridSpan", 1))
                merge = _merge(cell_properties, "vMerge")
                if _merge(cell_properties, "hMerge") == "continue" and cells:
                    cells[-1].colspan += width
                    column += width
                    continue
                if merge == "continue" and column in above:
                    above[column].rowspan += 1
                    started[column] = above[column]
                    above[column].blocks.extend(self.blocks(element, depth))
                else:
                    cell = RawCell(self.blocks(element, depth), width)
                    cells.append(cell)
                    if merge is not None:
                        started[column] = cell
                column += width
            above = started
            after = _number(properties, "gridAfter", 0)
            if after:
                cells.append(RawCell([], after))
            rows.append(cells)
        return RawTable(rows)


def _descend(parent: Any, wanted: str, stop: str) -> Any:
    """Children with this tag, also inside sdt, customXml and ins, but not in a nested table."""
    stack = list(parent.iterchildren())[::-1]
    while stack:
        element = stack.pop()
        if element.tag == wanted:
            yield element
        elif (
            isinstance(element.tag, str)
            and element.tag not in _GONE
            and element.tag != stop
            and not element.tag.endswith("Pr")
        ):
            stack.extend(list(element.iterchildren())[::-1])


def _number(properties: Any, name: str, default: int) -> int:
    element = None if properties is None else properties.find(f"{_W}{name}")
    try:
        return default if element is None else min(int(element.get(f"{_W}val", default)), 1000)
    except ValueError:
        return default


def _merge(properties: Any, name: str) -> str | None:
    element = None if properties is None else properties.find(f"{_W}{name}")
    if element is None:
        return None
    return "restart" if element.get(f"{_W}val") == "restart" else "continue"


def _mark_deleted(properties: Any) -> bool:
    return properties is not None and properties.find(f"{_W}rPr/{_W}del") is not None


def _raised(text: Any) -> str | None:
    """The text of a raised run (the number of a footnote) in raised digits; None if it is none."""
    style = text.getparent().find(f"{_W}rPr/{_W}vertAlign")
    if style is None or style.get(f"{_W}val") != "superscript":
        return None
    return (text.text or "").translate(_SUPERSCRIPT)


def _text(element: Any, parts: list[str], boxes: list[Any]) -> None:
    """Visible text below the element into ``parts``; text boxes into ``boxes``."""
    stack = list(element.iterchildren())[::-1]
    while stack:
        child = stack.pop()
        tag = child.tag
        if not isinstance(tag, str) or tag in _GONE or tag == _PPR:
            continue
        if tag == _T:
            parts.append(_raised(child) or child.text or "")
        elif tag == f"{_W}tab":
            parts.append("\t")
        elif tag in (f"{_W}br", f"{_W}cr"):
            parts.append("\n")
        elif tag == f"{_W}noBreakHyphen":
            parts.append("-")
        elif tag == f"{_W}txbxContent":
            boxes.append(child)
        elif tag == _R and is_hidden(child):
            continue
        elif tag == f"{_MC}AlternateContent":
            choice = child.find(f"{_MC}Choice")
            fallback = child.find(f"{_MC}Fallback")
            picked = choice if choice is not None else fallback
            if picked is not None:
                stack.append(picked)
        else:
            stack.extend(list(child.iterchildren())[::-1])
