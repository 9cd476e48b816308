"""Files inside a DOCX or XLSX: opened one level deep, so that their words are read too."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from gongkai.documents.readable.model import Hidden
from gongkai.documents.safety import UnusableInput, member, open_zip

#: Files opened of one package, bytes of one (unpacked too), characters kept of its words.
MOST = 10
LARGEST = 24 << 20
MOST_WORDS = 200_000
_KINDS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}


def embedded(archive: zipfile.ZipFile, names: list[str], what: str) -> Iterator[Hidden]:
    """What the readers of this folder find in each; one entry says how many stay unopened.

    ``names``: the parts of the package that are files or objects of other programs.
    """
    closed = len(names)
    files = [name for name in names if not name.endswith(".xml")]
    for name in files[:MOST]:
        try:
            words = _words(archive, name, what)
        except UnusableInput:
            words = None
        if words is not None:
            closed -= 1
            yield Hidden("embedded", f"嵌入的文件“{name.rpartition('/')[2][:30]}”", words)
    if closed:
        yield Hidden("embedded", f"没有打开的嵌入对象 {closed} 个", "")


def _words(archive: zipfile.ZipFile, name: str, what: str) -> str | None:
    """Everything written in the file, seen or not; None for other kinds and what is too large."""
    from gongkai.documents.readable import read_here

    if archive.getinfo(name).file_size > LARGEST:
        return None
    data = member(archive, name, what) or b""
    if (key := _kind(data)) is None:
        return None
    found = read_here(data, key, inside=True)
    said = [found.text, *(one.text for one in found.hidden)]
    return "\n".join(text for text in said if text)[:MOST_WORDS]


def _kind(data: bytes) -> str | None:
    if data[:1024].lstrip().startswith(b"%PDF-"):
        return "pdf"
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return None
    with open_zip(data, "文件") as archive:
        if sum(one.file_size for one in archive.infolist()) > LARGEST:
            return None
        names = set(archive.namelist())
    return next((key for part, key in _KINDS.items() if part in names), None)
