"""What DOCX and XLSX have in common: the parts of the package and what they carry unseen."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

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
_EMBEDDED = re.compile(r"/(embeddings|externalLinks|activeX|ctrlProps)/[^/]+$")


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


def carried(archive: zipfile.ZipFile, what: str) -> Iterator[Hidden]:
    """Properties, thumbnail, embedded files: in every kind of package."""
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
    names = archive.namelist()
    if any(n.startswith("docProps/thumbnail") for n in names):
        yield Hidden("thumbnail", "缩略图", "")
    if inside := [n for n in names if _EMBEDDED.search(n)]:
        yield Hidden("embedded", f"嵌入的对象 {len(inside)} 个", "")
