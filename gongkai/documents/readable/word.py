"""DOCX for reading: what Word shows, and apart from it what Word hides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gongkai.documents.docx_numbers import Numbering, Styles, is_hidden
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
from gongkai.documents.safety import open_zip, refuse

WHAT = "Word 文档"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_GONE = frozenset(("del", "moveFrom", "instrText", "delText", "delInstrText", "fldData"))
_OPENED = frozenset(
    ("ins", "moveTo", "sdt", "sdtContent", "customXml", "smartTag", "hyperlink", "fldSimple", "r")
)
_MAX_DEPTH = 40
_MAX_CELLS = 60_000
#: Parts beside the body, by the kind of relation, and their heading.
_BESIDE = {"header": "页眉", "footer": "页脚", "footnotes": "脚注", "endnotes": "尾注"}
_PAGE_NUMBER = re.compile(r"^[\W\d第页共]*$")
#: A hidden passage is quoted up to here.
_QUOTED = 2_000


def word_readable(data: bytes, *, inside: bool = False) -> Readable:
    """The document for reading. UnusableInput: damaged, encrypted, with macros, too large."""
    with open_zip(data, WHAT) as archive:
        refuse_macros(archive, WHAT)
        root = part(archive, "word/document.xml", WHAT)
        body = None if root is None else next((c for c in root if local(c) == "body"), None)
        if body is None:
            refuse(f"{WHAT}里没有正文，请用 Word 或者 WPS 打开后另存为 DOCX 再试。")
        styles = Styles(optional(archive, "word/styles.xml", WHAT))
        numbering = Numbering(optional(archive, "word/numbering.xml", WHAT), styles)
        reader = _Reader(styles, numbering)
        reader.blocks(body, 0)
        beside = list(_beside(archive))
        shown = _marks(root)
        for kind, other in beside:
            reader.beside(_BESIDE[kind], other, shown)
        roots = [root, *(other for _, other in beside)]
        hidden = [h for one in roots for h in _hidden(one)]
        hidden += [*_comments(archive), *carried(archive, WHAT, inside=inside)]
        hidden += tucked("图片的替代文字", (w for one in roots for w in alternative(one)))
        codes = (e.text or "" for one in roots for e in one.iter(f"{_W}instrText"))
        hidden += tucked("域代码", codes)
    notice = "文件里的图片没有显示，请下载原件查看。" if reader.pictures else ""
    return reader.writer.readable(hidden, notice)


class _Reader:
    def __init__(self, styles: Styles, numbering: Numbering) -> None:
        self._styles, self._numbering = styles, numbering
        self._cells = _MAX_CELLS
        self._beside: set[str] = set()
        self.writer = Writer()
        self.pictures = False

    def blocks(self, parent: Any, depth: int) -> None:
        if depth > _MAX_DEPTH:
            refuse(f"{WHAT}的结构深得不正常，为安全起见没有读取，请另存一份后再试。")
        for child in parent:
            name = local(child)
            if name == "p":
                text, heading = self._paragraph(child, depth)
                if text:
                    self.writer.paragraph(text, "h4" if heading else "p")
            elif name == "tbl":
                self.writer.table(self._table(child, depth + 1))
            elif name in _OPENED:
                self.blocks(child, depth + 1)
            elif name == "AlternateContent":
                self.blocks(_chosen(child), depth + 1)

    def beside(self, heading: str, root: Any, marks: frozenset[str]) -> None:
        """Header, footer or notes, under their heading; each paragraph once, no page numbers."""
        said: list[str] = []
        for paragraph in root.iter(f"{_W}p"):
            note = next(paragraph.iterancestors(f"{_W}footnote", f"{_W}endnote"), None)
            if note is not None and f"{local(note)}{note.get(f'{_W}id')}" not in marks:
                continue
            if next(paragraph.iterancestors(f"{_W}txbxContent"), None) is not None:
                continue  # read with the paragraph that it hangs on
            text = "".join(self._runs(paragraph, 0)).strip()
            if text and text not in self._beside and not _PAGE_NUMBER.match(text):
                self._beside.add(text)
                said.append(text)
        for text in said:
            self.writer.paragraph(f"{heading}：{text}")

    def _paragraph(self, paragraph: Any, depth: int) -> tuple[str, bool]:
        properties = paragraph.find(f"{_W}pPr")
        text = "".join(self._runs(paragraph, depth)).strip()
        if not text:
            return "", False
        style = self._styles.of(properties)
        number = self._numbering.next(properties, style)
        return number + text, self._styles.is_heading(properties, style)

    def _runs(self, parent: Any, depth: int) -> Iterator[str]:
        if depth > _MAX_DEPTH:
            refuse(f"{WHAT}的结构深得不正常，为安全起见没有读取，请另存一份后再试。")
        for child in parent:
            name = local(child)
            if name == "t":
                yield child.text or ""
            elif name == "tab":
                yield "\t"
            elif name in ("br", "cr"):
                yield "\n"
            elif name in ("drawing", "pict", "object"):
                self.pictures = self.pictures or any(
                    local(e) in ("blip", "imagedata") for e in child.iter()
                )
                yield from self._boxes(child, depth + 1)
            elif name == "AlternateContent":
                yield from self._runs(_chosen(child), depth + 1)
            elif name in _GONE or (name == "r" and is_hidden(child)):
                continue
            elif name in _OPENED:
                yield from self._runs(child, depth + 1)

    def _boxes(self, drawing: Any, depth: int) -> Iterator[str]:
        """The words of text boxes, after the paragraph they hang on."""
        for box in drawing.iter(f"{_W}txbxContent"):
            for paragraph in box.iter(f"{_W}p"):
                yield "\n" + "".join(self._runs(paragraph, depth + 1))

    def _table(self, table: Any, depth: int) -> list[list[tuple[str, int, int]]]:
        if depth > _MAX_DEPTH:
            refuse(f"{WHAT}的结构深得不正常，为安全起见没有读取，请另存一份后再试。")
        rows: list[list[list[Any]]] = []
        above: dict[int, list[Any]] = {}
        for row in _inside(table, "tr"):
            if row.find(f"{_W}trPr/{_W}del") is not None:
                continue
            cells: list[list[Any]] = []
            started: dict[int, list[Any]] = {}
            column = 0
            for cell in _inside(row, "tc"):
                self._cells -= 1
                if self._cells < 0:
                    refuse(f"{WHAT}里的表格大得不正常，为安全起见没有读取，请拆成几个文件。")
                width = _span(cell)
                merge = cell.find(f"{_W}tcPr/{_W}vMerge")
                goes_on = merge is not None and merge.get(f"{_W}val") != "restart"
                if goes_on and column in above:
                    above[column][2] += 1
                    started[column] = above[column]
                else:
                    made = [self._cell(cell, depth), width, 1]
                    cells.append(made)
                    if merge is not None:
                        started[column] = made
                column += width
            above = started
            rows.append(cells)
        return [[(str(c[0]), int(c[1]), int(c[2])) for c in row] for row in rows]

    def _cell(self, cell: Any, depth: int) -> str:
        lines = []
        for child in cell.iter(f"{_W}p"):
            text, _ = self._paragraph(child, depth)
            if text:
                lines.append(text)
        return "\n".join(lines)


def _chosen(alternate: Any) -> Any:
    for child in alternate:
        if local(child) in ("Choice", "Fallback"):
            return child
    return ()


def _inside(parent: Any, wanted: str) -> Iterator[Any]:
    for child in parent:
        name = local(child)
        if name == wanted:
            yield child
        elif name in _OPENED:
            yield from (c for c in child.iter(f"{_W}{wanted}"))


def _span(cell: Any) -> int:
    found = cell.find(f"{_W}tcPr/{_W}gridSpan")
    try:
        return 1 if found is None else max(1, min(int(found.get(f"{_W}val", "1")), 200))
    except ValueError:
        return 1


def _said(element: Any) -> str:
    words = (e.text or "" for e in element.iter() if local(e) in ("t", "delText"))
    return "".join(words).strip()[:_QUOTED]


def _beside(archive: Any) -> Iterator[tuple[str, Any]]:
    """(kind, root) of headers, footers and notes."""
    for _, kind, path in related(archive, "word/document.xml", WHAT):
        root = optional(archive, path, WHAT) if kind in _BESIDE else None
        if root is not None:
            yield kind, root


def _marks(root: Any) -> frozenset[str]:
    """The notes that the body still points to: "footnote2"."""
    return frozenset(
        f"{kind}{mark.get(f'{_W}id')}"
        for kind in ("footnote", "endnote")
        for mark in root.iter(f"{_W}{kind}Reference")
        if next(mark.iterancestors(f"{_W}del", f"{_W}moveFrom"), None) is None
    )


def _hidden(root: Any) -> Iterator[Hidden]:
    """Tracked changes and hidden text of the body, each kind together."""
    found: dict[str, list[str]] = {}
    who: dict[str, str] = {}
    for element in root.iter(f"{_W}ins", f"{_W}del", f"{_W}moveFrom", f"{_W}moveTo", f"{_W}r"):
        name = local(element)
        if name == "r":
            if not is_hidden(element):
                continue
            kind = "hidden_text"
        else:
            kind = "deletion" if name in ("del", "moveFrom") else "insertion"
            who.setdefault(kind, element.get(f"{_W}author", ""))
        if said := _said(element):
            found.setdefault(kind, []).append(said)
    names = {"deletion": "修订·已删除", "insertion": "修订·插入", "hidden_text": "隐藏文字"}
    for kind, texts in found.items():
        by = f"（{who[kind]}）" if who.get(kind) else ""
        yield Hidden(kind, names[kind] + by, "\n".join(texts)[:_QUOTED])


def _comments(archive: Any) -> Iterator[Hidden]:
    root = optional(archive, "word/comments.xml", WHAT)
    for comment in root.iter(f"{_W}comment") if root is not None else ():
        by = comment.get(f"{_W}author", "")
        yield Hidden("comment", f"批注（{by}）" if by else "批注", _said(comment))
