"""What DOCX and XLSX have in common: the parts of the package and what they carry unseen."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree

from gongkai.documents.readable.embedded import embedded
from gongkai.documents.readable.model import Hidden
from gongkai.documents.safety import UnusableInput, member, parse_xml, refuse

_PROPERTIES = {
    "creator": "作者",
    "lastModifiedBy": "最后修改人",
    "manager": "主管",
    "company": "单位",
    "description": "备注",
    "keywords": "标记",
    "subject": "主题",
}
#: What WPS and Word note about themselves.
_TECHNICAL = re.compile(r"^(KSO|ICV$|ContentTypeId|_dlc|MSIP_|Generator)")
_EMBEDDED = re.compile(r"/((embeddings|externalLinks|activeX|ctrlProps)/|afchunk)[^/]+$")
#: Parts whose words are neither in the text nor in the cells.
_ASIDE = (
    (re.compile(r"/charts/[^/]+\.xml$"), "图表"),
    (re.compile(r"/diagrams/[^/]+\.xml$"), "示意图"),
    (re.compile(r"^customXml/[^/]+\.xml$"), "自定义数据"),
    (re.compile(r"/externalLinks/[^/]+\.xml$"), "外部链接带来的数据"),
    (re.compile(r"/glossary/document\.xml$"), "文档部件"),
)
#: Characters kept of what is tucked away in one place.
MOST_TUCKED = 20_000


def refuse_macros(archive: zipfile.ZipFile, what: str) -> None:
    """Refuse a package with programs in it."""
    if any(name.lower().endswith("vbaproject.bin") for name in archive.namelist()):
        refuse(f"{what}里有宏（程序），为安全起见没有打开，请另存为不含宏的文件后再试。")


def part(archive: zipfile.ZipFile, name: str, what: str) -> Any:
    """The root element of a part; None where there is none."""
    data = member(archive, name, what)
    return None if data is None else parse_xml(data, what)


def optional(archive: zipfile.ZipFile, name: str, what: str) -> Any:
    """As ``part``, and None for a part that is damaged: it says nothing that the text needs."""
    try:
        return part(archive, name, what)
    except UnusableInput:
        return None


def local(element: Any) -> str:
    """The name of an element without its namespace; "" for comments and the like."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def related(archive: zipfile.ZipFile, name: str, what: str) -> Iterator[tuple[str, str, str]]:
    """(id, kind, part) of what a part leads to inside the package."""
    folder, file = posixpath.split(name)
    root = optional(archive, f"{folder}/_rels/{file}.rels", what)
    for one in root if root is not None else ():
        if isinstance(one.tag, str) and one.get("TargetMode") != "External":
            target = one.get("Target", "")
            path = target[1:] if target.startswith("/") else posixpath.join(folder, target)
            kind = one.get("Type", "").rpartition("/")[2]
            yield one.get("Id", ""), kind, posixpath.normpath(path)


def tucked(place: str, words: Iterable[str]) -> Iterator[Hidden]:
    """Words of one place as one entry, a line for each; none where there are no words."""
    lines = dict.fromkeys(" ".join(word.split()) for word in words)
    if text := "\n".join(line for line in lines if line)[:MOST_TUCKED]:
        yield Hidden("tucked", place, text)


def alternative(root: Any) -> Iterator[str]:
    """The alternative texts of pictures and shapes."""
    for element in root.iter("{*}docPr", "{*}cNvPr"):
        yield from (element.get(key, "") for key in ("title", "descr"))


def carried(archive: zipfile.ZipFile, what: str, *, inside: bool = False) -> Iterator[Hidden]:
    """Properties, thumbnail, embedded files: in every kind of package.

    ``inside``: the package is itself embedded; what is in it is told and not opened.
    """
    for name in ("docProps/core.xml", "docProps/app.xml", "docProps/custom.xml"):
        root = optional(archive, name, what)
        for element in root.iter() if root is not None else ():
            label = _PROPERTIES.get(local(element)[:1].lower() + local(element)[1:])
            value = (element.text or "").strip()
            if name.endswith("custom.xml") and local(element) == "property":
                if _TECHNICAL.match(element.get("name", "")):
                    continue
                label = f"自定义属性“{element.get('name', '')[:30]}”"
                value = " ".join("".join(element.itertext()).split())
            if label and value:
                yield Hidden("properties", f"文件属性·{label}", value[:200])
            if local(element) == "title" and name.endswith("core.xml"):
                yield from tucked("文件属性·标题", [value])
    names = archive.namelist()
    for pattern, place in _ASIDE:
        roots = (optional(archive, name, what) for name in names if pattern.search(name))
        yield from tucked(
            place, (e.text or "" for root in roots if root is not None for e in root.iter("*"))
        )
    if any(n.startswith("docProps/thumbnail") for n in names):
        yield Hidden("thumbnail", "缩略图", "")
    if held := [n for n in names if _EMBEDDED.search(n)]:
        if inside:
            yield Hidden("embedded", f"没有打开的嵌入对象 {len(held)} 个", "")
        else:
            yield from embedded(archive, held, what)
