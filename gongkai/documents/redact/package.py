"""A DOCX as a bare document: everything that is not what the reader sees is gone.

Tracked changes are accepted, comments, hidden text, field codes, links, embedded objects, alt
texts, bookmarks, properties, thumbnails and revision numbers dropped; only parts that the
document, its headers, footers and notes still lead to go into the new package.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree
from PIL import Image

from gongkai.documents.docx_numbers import is_hidden
from gongkai.documents.readable.package import local
from gongkai.documents.safety import MAX_PIXELS, check_unpacked, member, open_zip, parse_xml, refuse

WHAT = "Word 文档"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_MAIN = "word/document.xml"
#: Relationship types that are followed; everything else stays behind.
_FOLLOWED = frozenset(
    [
        "header",
        "footer",
        "footnotes",
        "endnotes",
        "styles",
        "numbering",
        "fontTable",
        "settings",
        "theme",
        "image",
    ]
)
#: Parts with text of the document, by the type of the relationship that leads to them.
_TEXT = ("header", "footer", "footnotes", "endnotes")
_LABELS = {"header": "页眉", "footer": "页脚", "footnotes": "脚注", "endnotes": "尾注"}


def _w(names: str) -> frozenset[str]:
    return frozenset(f"{W}{n}" for n in names.split())


#: Elements that go with all that is in them.
_GONE = _w(
    "del moveFrom delText delInstrText rPrChange pPrChange sectPrChange tblPrChange "
    "tcPrChange trPrChange tblPrExChange tblGridChange numberingChange cellDel "
    "commentRangeStart commentRangeEnd commentReference annotationRef bookmarkStart "
    "bookmarkEnd moveFromRangeStart moveFromRangeEnd moveToRangeStart moveToRangeEnd "
    "customXmlInsRangeStart customXmlInsRangeEnd customXmlDelRangeStart "
    "customXmlDelRangeEnd proofErr permStart permEnd sdtPr sdtEndPr smartTagPr "
    "customXmlPr lastRenderedPageBreak control movie bgSound tblCaption tblDescription"
)
#: Elements that go while their content stays.
_UNWRAPPED = _w("ins moveTo smartTag customXml sdt sdtContent hyperlink fldSimple dir bdo")
_OTHER_GONE = ("OLEObject", "docId", "chartTrackingRefBased", "extLst")
_SETTINGS = _w(
    "rsids docVars attachedTemplate mailMerge writeProtection documentProtection "
    "attachedSchema saveThroughXslt linkStyles activeWritingStyle schemaLibrary "
    "trackRevisions revisionView docId captions"
)
#: Relationships and elements with text that cannot be taken apart with certainty.
_UNKNOWN = ("chart", "diagram", "afchunk", "subdocument")
_A_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"
_CHARTS = "文档中有图表、SmartArt 或者嵌入的文档，不能保证删除干净，请另存为 PDF 后再处理。"
_PAGE_FIELD = re.compile(r"^\s*(PAGE|NUMPAGES|SECTIONPAGES)\b[\s\\*A-Za-z]*$")


class Package:
    """The cleaned parts: ``texts`` (label, tree) in reading order, and everything to be saved."""

    def __init__(self, data: bytes) -> None:
        with open_zip(data, WHAT) as archive:
            check_unpacked(archive, WHAT)
            self._raw = {n: member(archive, n, WHAT) or b"" for n in archive.namelist()}
        if _MAIN not in self._raw:
            refuse("这不是 Word 文档（DOCX），请另存为 DOCX 或者 PDF 后再处理。")
        self.trees: dict[str, Any] = {}
        self.relations: dict[str, dict[str, tuple[str, str]]] = {}
        self.texts: list[tuple[str, Any]] = []
        self._add(_MAIN, "正文")
        self._drop_lost_notes()

    def _drop_lost_notes(self) -> None:
        """A note whose mark was deleted is not shown, and goes."""
        for _, root in self.texts:
            for kind in ("footnote", "endnote"):
                if root.tag != f"{W}{kind}s":
                    continue
                marks = {e.get(f"{W}id") for e in self.trees[_MAIN].iter(f"{W}{kind}Reference")}
                for note in list(root):
                    if note.get(f"{W}type") is None and note.get(f"{W}id") not in marks:
                        root.remove(note)

    def _add(self, name: str, label: str = "") -> None:
        if name in self.trees or name not in self._raw:
            return
        root = parse_xml(self._raw[name], WHAT)
        self.trees[name] = root
        self.relations[name] = {
            key: (kind, target)
            for key, kind, target in self._relations(name)
            if kind in _FOLLOWED and target in self._raw
        }
        _clean(root)
        if any(e.text for e in root.iter(_A_TEXT)) and label:
            refuse(_CHARTS)
        if label:
            self.texts.append((label, root))
        for kind, target in sorted(self.relations[name].values()):
            if kind != "image":
                self._add(target, _LABELS.get(kind, ""))

    def _relations(self, name: str) -> Iterator[tuple[str, str, str]]:
        folder, file = posixpath.split(name)
        raw = self._raw.get(f"{folder}/_rels/{file}.rels")
        if raw is None:
            return
        for relation in parse_xml(raw, WHAT).iter(f"{_PACKAGE}Relationship"):
            kind = str(relation.get("Type", "")).rsplit("/", 1)[-1]
            if kind.lower().startswith(_UNKNOWN):
                refuse(_CHARTS)
            if relation.get("TargetMode") == "External":
                continue
            target = str(relation.get("Target", ""))
            path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            yield str(relation.get("Id")), kind, posixpath.normpath(path)

    def save(self) -> bytes:
        """The package anew: only what is led to, no properties."""
        out = io.BytesIO()
        kinds: dict[str, str] = {}
        images: set[str] = set()
        waiting = [_MAIN]
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            while waiting:
                name = waiting.pop()
                root = self.trees[name]
                kept = self._still_used(name)
                _drop_dead(root, set(kept))
                _write(archive, name, etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
                _write(archive, *_relations_part(name, kept))
                for kind, target in kept.values():
                    if kind == "image":
                        images.add(target)
                    elif target not in kinds and target != _MAIN:
                        kinds[target] = kind
                        waiting.append(target)
            for image in sorted(images):
                _write(archive, image, bare_picture(self._raw[image]))
            _write(archive, *_relations_part("", {"rId1": ("officeDocument", _MAIN)}))
            _write(archive, "[Content_Types].xml", _content_types(kinds, images))
        return out.getvalue()

    def _still_used(self, name: str) -> dict[str, tuple[str, str]]:
        """Relationships that the part names, and those that hold without being named."""
        used = {
            str(value)
            for element in self.trees[name].iter()
            for key, value in element.attrib.items()
            if str(key).startswith(_R)
        }
        return {
            key: (kind, target)
            for key, (kind, target) in self.relations[name].items()
            if key in used or kind not in ("image", "header", "footer")
        }


def _write(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    # A fixed time: when the file was made is nobody's business.
    archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)


def _relations_part(name: str, kept: dict[str, tuple[str, str]]) -> tuple[str, bytes]:
    folder, file = posixpath.split(name)
    root = etree.Element(f"{_PACKAGE}Relationships", nsmap=_default(_PACKAGE[1:-1]))
    for key, (kind, target) in kept.items():
        etree.SubElement(
            root, f"{_PACKAGE}Relationship", Id=key, Type=_RELATION + kind, Target=f"/{target}"
        )
    path = f"{folder}/_rels/{file}.rels" if name else "_rels/.rels"
    return path, etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _default(space: str) -> Any:
    return {None: space}


def _content_types(kinds: dict[str, str], images: set[str]) -> bytes:
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    root = etree.Element(f"{{{space}}}Types", nsmap=_default(space))
    ends = {image.rsplit(".", 1)[-1].lower() for image in images}
    types = {"rels": "application/vnd.openxmlformats-package.relationships+xml"}
    types |= {end: _MEDIA.get(end, f"image/{end}") for end in ends}
    for end, kind in {"xml": "application/xml", **types}.items():
        etree.SubElement(root, f"{{{space}}}Default", Extension=end, ContentType=kind)
    base = "application/vnd.openxmlformats-officedocument."
    for name, kind in {_MAIN: "", **kinds}.items():
        what = "wordprocessingml.document.main" if name == _MAIN else f"wordprocessingml.{kind}"
        what = "theme" if kind == "theme" else what
        etree.SubElement(
            root, f"{{{space}}}Override", PartName=f"/{name}", ContentType=f"{base}{what}+xml"
        )
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


_MEDIA = {
    "jpg": "image/jpeg",
    "emf": "image/x-emf",
    "wmf": "image/x-wmf",
    "svg": "image/svg+xml",
    "tif": "image/tiff",
}


def bare_picture(data: bytes) -> bytes:
    """A photograph without what the camera wrote into it (place, thumbnail); others as they are."""
    if not data.startswith((b"\xff\xd8\xff", b"\x89PNG")):
        return data
    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                refuse("文档中的图片大得不正常，请缩小后另存再处理。")
            out = io.BytesIO()
            kind = picture.format or "PNG"
            bare = Image.new(picture.mode, picture.size)
            if picture.mode == "P" and picture.getpalette():
                bare.putpalette(picture.getpalette() or [])
            bare.paste(picture)
            bare.save(out, kind, **({"quality": 90} if kind == "JPEG" else {}))
            return out.getvalue()
    except (OSError, ValueError, Image.DecompressionBombError):
        refuse("文档中的图片已经损坏，请用 Word 或者 WPS 另存一次后再处理。")


# --- cleaning one part --------------------------------------------------------------------------


def _clean(root: Any) -> None:
    for comment in list(root.xpath("//comment()|//processing-instruction()")):
        _remove(comment)
    _choose_one_drawing(root)
    _drop_field_codes(root)
    for element in list(root.iter()):
        if (
            (element.tag == f"{W}r" and is_hidden(element))
            or element.tag in _GONE
            or (element.tag in _SETTINGS and root.tag == f"{W}settings")
            or local(element) in _OTHER_GONE
        ):
            _remove(element)
        elif element.tag in _UNWRAPPED and not _PAGE_FIELD.match(element.get(f"{W}instr", "")):
            _unwrap(element)
    for element in root.iter():
        for key in list(element.attrib):
            name = etree.QName(key).localname
            if name.startswith("rsid") or name in ("paraId", "textId", "author", "date"):
                del element.attrib[key]
        if local(element) in ("docPr", "cNvPr"):
            element.set("name", f"图片{element.get('id', '')}")
            for key in ("descr", "title"):
                element.attrib.pop(key, None)
            for child in list(element):
                _remove(child)
        elif local(element) in ("shape", "rect", "imagedata", "shapetype"):
            for key in list(element.attrib):
                if etree.QName(key).localname in ("alt", "title", "href", "gfxdata"):
                    del element.attrib[key]


def _remove(element: Any) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _unwrap(element: Any) -> None:
    parent = element.getparent()
    if parent is None:
        return
    at = parent.index(element)
    for child in reversed(list(element)):
        parent.insert(at, child)
    parent.remove(element)


def _choose_one_drawing(root: Any) -> None:
    """Of a drawing and its stand-in for old programs, which says the same again, keep the first."""
    for element in list(root.iter("{*}AlternateContent")):
        choice = next(element.iterchildren("{*}Choice"), None)
        if choice is None:
            choice = next(element.iterchildren("{*}Fallback"), None)
        if choice is None:
            _remove(element)
            continue
        parent = element.getparent()
        at = parent.index(element)
        for child in reversed(list(choice)):
            parent.insert(at, child)
        parent.remove(element)


def _drop_field_codes(root: Any) -> None:
    """Keep what a field shows and drop what it says; page numbers stay alive."""
    open_fields: list[bool] = []
    for element in list(root.iter(f"{W}fldChar", f"{W}instrText")):
        kind = element.get(f"{W}fldCharType")
        if kind == "begin":
            for child in list(element):
                element.remove(child)
            open_fields.append(bool(_PAGE_FIELD.match(_field_code(element))))
        keeps = bool(open_fields) and open_fields[-1]
        if kind == "end" and open_fields:
            open_fields.pop()
        if not keeps:
            _remove(element)


def _field_code(begin: Any) -> str:
    """What is written between the beginning of a field and its next mark."""
    code = ""
    for run in begin.getparent().itersiblings():
        if run.find(f"{W}fldChar") is not None:
            break
        code += "".join(t.text or "" for t in run.iter(f"{W}instrText"))
    return code


def _drop_dead(root: Any, kept: set[str]) -> None:
    """Take away what leads to a part that is not there any more."""
    for element in list(root.iter()):
        for key, value in list(element.attrib.items()):
            if str(key).startswith(_R) and value not in kept:
                del element.attrib[key]
                if etree.QName(element).localname.startswith(("embed", "headerRef", "footerRef")):
                    _remove(element)
