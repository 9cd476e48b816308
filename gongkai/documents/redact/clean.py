"""清除隐藏内容: a file made anew with what its reader sees, and nothing else.

A DOCX loses what a redaction drops of it too; a workbook keeps its visible cells as values. Nothing
is covered or marked as deleted: what is hidden is not in the new file. A PDF: ``clean_pdf``.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

from gongkai.documents.readable.package import local, refuse_macros
from gongkai.documents.readable.sheet import place_of
from gongkai.documents.redact.package import Package, bare_picture
from gongkai.documents.safety import check_unpacked, member, open_zip, parse_xml, refuse

WHAT = "Excel 文件"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ID, _EMBED = f"{{{_REL}}}id", f"{{{_REL}}}embed"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_SHEET_ML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
#: What stays of the parts; the rest names what is not seen, or reckons with it.
_OF_WORKBOOK = ("workbookPr", "bookViews", "sheets")
_OF_SHEET = (
    *("dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "mergeCells"),
    *("printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks"),
    "drawing",
)
_STRINGS, _STYLES, _THEME = "xl/sharedStrings.xml", "xl/styles.xml", "xl/theme/theme1.xml"
_CHARTS = "表格里有图表，图表里存着数据，不能保证清除干净。请在原软件中把图表换成图片后重新上传。"
_MERGED = (
    "有合并的单元格从隐藏的行或者列开始，清除以后看得见的内容会少。请在原软件中处理后重新上传。"
)
_TOO_MANY = "合并的单元格大得不正常，没有清除，请在原软件中清除后重新上传。"
_MOST_COVERED = 2_000_000


def clean_docx(data: bytes) -> bytes:
    """Without comments, tracked changes (accepted), hidden text, properties, embedded files.

    UnusableInput: damaged, or with charts, which cannot be taken apart with certainty.
    """
    return Package(data).save()


def clean_xlsx(data: bytes) -> bytes:
    """The visible cells as values; hidden sheets, rows, columns, comments, formulas are gone.

    UnusableInput: damaged, encrypted, with macros, with charts, or with merged cells that begin
    in what is hidden.
    """
    with open_zip(data, WHAT) as archive:
        refuse_macros(archive, WHAT)
        check_unpacked(archive, WHAT)
        return _Workbook(archive).save()


class _Workbook:
    """The parts of the new workbook, by name, with their content types and relations."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.parts: dict[str, bytes] = {}
        self.kinds: dict[str, str] = {}
        self.used: set[int] = set()
        book = self._tree("xl/workbook.xml")
        if book is None:
            refuse(f"{WHAT}里没有工作表，请用 Excel 或者 WPS 打开后另存为 XLSX 再试。")
        relations = dict(self._relations("xl/workbook.xml"))
        _keep(book, _OF_WORKBOOK)
        for view in _all(book, "workbookView"):
            view.attrib.pop("activeTab", None)
            view.attrib.pop("firstSheet", None)
        shown: list[tuple[str, str, str]] = []
        for sheet in _all(book, "sheet"):
            target = relations.get(sheet.get(_ID, ""), "")
            if sheet.get("state", "visible") != "visible" or target not in archive.namelist():
                sheet.getparent().remove(sheet)
                continue
            sheet.set(_ID, f"rId{len(shown) + 1}")
            name = f"xl/worksheets/sheet{len(shown) + 1}.xml"
            shown.append((f"rId{len(shown) + 1}", "worksheet", name))
            self._sheet(target, name)
        if not shown:
            refuse(f"{WHAT}里没有看得见的工作表，请在原软件中处理后重新上传。")
        links = list(shown)
        for path, kind in ((_STYLES, "styles"), (_THEME, "theme"), (_STRINGS, "sharedStrings")):
            tree = self._tree(path)
            if tree is None:
                continue
            if path == _STRINGS:
                self._blank_unused(tree)
            links.append((f"rId{len(links) + 1}", kind, path))
            self._put(path, tree, kind)
        self._put("xl/workbook.xml", book, "sheet.main")
        self._relate("xl/workbook.xml", links)
        self._relate("", [("rId1", "officeDocument", "xl/workbook.xml")])

    def save(self) -> bytes:
        """The package: every part has the same time, when it was made is nobody's business."""
        types = etree.Element(f"{{{_TYPES}}}Types", nsmap={None: _TYPES})  # type: ignore[dict-item]
        ends = {name.rsplit(".", 1)[-1].lower() for name in self.parts if "/media/" in name}
        defaults = {"xml": "application/xml"}
        defaults["rels"] = "application/vnd.openxmlformats-package.relationships+xml"
        defaults |= {end: "image/jpeg" if end == "jpg" else f"image/{end}" for end in ends}
        for end, kind in defaults.items():
            etree.SubElement(types, f"{{{_TYPES}}}Default", Extension=end, ContentType=kind)
        for name, kind in self.kinds.items():
            etree.SubElement(
                types, f"{{{_TYPES}}}Override", PartName=f"/{name}", ContentType=_content_type(kind)
            )
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
            for name, part in {"[Content_Types].xml": _bytes(types), **self.parts}.items():
                info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                made.writestr(info, part, zipfile.ZIP_DEFLATED)
        return out.getvalue()

    def _tree(self, name: str) -> Any:
        raw = member(self.archive, name, WHAT)
        if raw is None:
            return None
        root = parse_xml(raw, WHAT)
        for note in list(root.xpath("//comment()|//processing-instruction()")):
            if note.getparent() is not None:
                note.getparent().remove(note)
        for more in _all(root, "extLst"):
            more.getparent().remove(more)
        return root

    def _relations(self, name: str) -> Iterator[tuple[str, str]]:
        """(id, part) of what a part leads to inside the package."""
        folder, file = posixpath.split(name)
        raw = member(self.archive, f"{folder}/_rels/{file}.rels", WHAT)
        for one in parse_xml(raw, WHAT) if raw is not None else ():
            if local(one) == "Relationship" and one.get("TargetMode") != "External":
                target = str(one.get("Target", ""))
                joined = posixpath.join(folder, target)
                path = target[1:] if target.startswith("/") else posixpath.normpath(joined)
                yield str(one.get("Id")), path

    def _put(self, name: str, root: Any, kind: str) -> None:
        self.parts[name], self.kinds[name] = _bytes(root), kind

    def _relate(self, name: str, links: list[tuple[str, str, str]]) -> None:
        root = etree.Element(f"{{{_PACKAGE}}}Relationships", nsmap={None: _PACKAGE})  # type: ignore[dict-item]
        for key, kind, target in links:
            etree.SubElement(
                root,
                f"{{{_PACKAGE}}}Relationship",
                Id=key,
                Type=f"{_REL}/{kind}",
                Target=f"/{target}",
            )
        folder, file = posixpath.split(name)
        self.parts[f"{folder}/_rels/{file}.rels".lstrip("/")] = _bytes(root)

    def _sheet(self, target: str, name: str) -> None:
        root = self._tree(target)
        relations = dict(self._relations(target))
        _keep(root, _OF_SHEET)
        for setup in _all(root, "pageSetup"):
            setup.attrib.pop(_ID, None)
        unseen = _Unseen(root)
        for row in _all(root, "row"):
            for cell in [one for one in row if local(one) == "c"]:
                if unseen.holds(cell.get("r", ""), row):
                    row.remove(cell)
                    continue
                self._value_only(cell)
        for drawing in _all(root, "drawing"):
            path = relations.get(drawing.get(_ID, ""), "")
            number = name.removesuffix(".xml").rsplit("sheet", 1)[-1]
            if self._drawing(path, f"xl/drawings/drawing{number}.xml"):
                drawing.set(_ID, "rId1")
                self._relate(name, [("rId1", "drawing", f"xl/drawings/drawing{number}.xml")])
            else:
                root.remove(drawing)
        self._put(name, root, "worksheet")

    def _value_only(self, cell: Any) -> None:
        for key in ("cm", "vm", "ph"):
            cell.attrib.pop(key, None)
        for one in list(cell):
            if local(one) not in ("v", "is"):
                cell.remove(one)
            elif local(one) == "v" and cell.get("t") == "s" and (one.text or "").isdigit():
                self.used.add(int(one.text))
        for aid in [one for one in cell.iter() if local(one) in ("rPh", "phoneticPr")]:
            aid.getparent().remove(aid)

    def _blank_unused(self, strings: Any) -> None:
        """Strings of cells that are gone; the others keep their numbers."""
        for number, one in enumerate([e for e in strings if local(e) == "si"]):
            if number not in self.used:
                for child in list(one):
                    one.remove(child)
                etree.SubElement(one, f"{{{etree.QName(one).namespace}}}t").text = ""
            for aid in [e for e in one.iter() if local(e) in ("rPh", "phoneticPr")]:
                aid.getparent().remove(aid)

    def _drawing(self, path: str, name: str) -> bool:
        """Keep the pictures and shapes that are seen; False where none is."""
        root = self._tree(path)
        if root is None:
            return False
        if _all(root, "graphicFrame"):
            refuse(_CHARTS)
        for properties in _all(root, "cNvPr"):
            if properties.get("hidden") in ("1", "true"):
                _anchor(properties).clear()
                continue
            for key in ("descr", "title"):
                properties.attrib.pop(key, None)
            for child in list(properties):
                properties.remove(child)
        for anchor in [one for one in root if len(one) == 0]:
            root.remove(anchor)
        relations = dict(self._relations(path))
        links: list[tuple[str, str, str]] = []
        for picture in [e for e in root.iter() if isinstance(e.tag, str) and e.get(_EMBED)]:
            image = relations.get(picture.get(_EMBED), "")
            data = member(self.archive, image, WHAT) if image else None
            if data is None:
                continue
            key = f"rId{len(links) + 1}"
            picture.set(_EMBED, key)
            links.append((key, "image", image))
            self.parts[image] = bare_picture(data)
        if not len(root):
            return False
        self._put(name, root, "drawing")
        self._relate(name, links)
        return True


class _Unseen:
    """The rows and columns of a sheet that are hidden, and the cells that a merged one covers."""

    def __init__(self, root: Any) -> None:
        self.rows = {
            int(row.get("r", "0")) - 1
            for row in _all(root, "row")
            if row.get("hidden") in ("1", "true")
        }
        self.columns = [
            (int(col.get("min", "0")) - 1, int(col.get("max", "0")) - 1)
            for col in _all(root, "col")
            if col.get("hidden") in ("1", "true")
        ]
        self.covered: set[tuple[int, int]] = set()
        filled = {place_of(cell.get("r", "")) for cell in _all(root, "c") if len(cell)}
        for merged in _all(root, "mergeCell"):
            first, _, last = merged.get("ref", "").partition(":")
            start, end = place_of(first), place_of(last)
            if start is None or end is None:
                continue
            rows, columns = range(start[0], end[0] + 1), range(start[1], end[1] + 1)
            if len(self.covered) + len(rows) * len(columns) > _MOST_COVERED:
                refuse(_TOO_MANY)
            self.covered |= {(r, c) for r in rows for c in columns} - {start}
            if self._hidden(start) and not self._all_hidden(start, end) and start in filled:
                refuse(_MERGED)

    def holds(self, reference: str, row: Any) -> bool:
        """Whether the cell is not seen."""
        at = place_of(reference)
        if at is None:
            return row.get("hidden") in ("1", "true")
        return at in self.covered or self._hidden(at)

    def _hidden(self, at: tuple[int, int]) -> bool:
        return at[0] in self.rows or any(low <= at[1] <= high for low, high in self.columns)

    def _all_hidden(self, start: tuple[int, int], end: tuple[int, int]) -> bool:
        rows = all(row in self.rows for row in range(start[0], end[0] + 1))
        wide = any(low <= start[1] and end[1] <= high for low, high in self.columns)
        return rows or wide


def _all(root: Any, name: str) -> list[Any]:
    return [one for one in root.iter() if local(one) == name]


def _keep(root: Any, names: tuple[str, ...]) -> None:
    for child in list(root):
        if local(child) not in names:
            root.remove(child)


def _anchor(element: Any) -> Any:
    """The child of the drawing in which the element stands."""
    while element.getparent().getparent() is not None:
        element = element.getparent()
    return element


def _bytes(root: Any) -> bytes:
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return data


def _content_type(kind: str) -> str:
    office = "application/vnd.openxmlformats-officedocument."
    return f"{office}{kind}+xml" if kind in ("theme", "drawing") else f"{_SHEET_ML}.{kind}+xml"
