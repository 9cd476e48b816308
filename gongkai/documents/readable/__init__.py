"""Attachments for reading in a page: PDF, DOCX, XLSX, TXT → safe HTML, words, what is hidden.

Door: ``to_html(data, media_type)`` → ``Readable``. Only what a reader of the file sees is in its
``html`` and ``text``; what the file carries besides (comments, tracked changes, hidden sheets,
properties) is in ``hidden``, for the reviewer. Every refusal is one Chinese sentence
(``UnusableInput``); memory and time are bounded by counts, or by a process of its own.
"""

from __future__ import annotations

from gongkai.documents.incoming import KINDS
from gongkai.documents.readable.model import Hidden, Readable
from gongkai.documents.safety import UnusableInput, open_zip, refuse

__all__ = ["Hidden", "Readable", "UnusableInput", "is_readable", "to_html"]

_READ = {KINDS[key].media_type.split(";")[0]: key for key in ("pdf", "docx", "xlsx", "txt")}
#: A package that unpacks to more than this many bytes is read in a process of its own.
LARGE = 24 << 20
SECONDS = 90
_PICTURES = frozenset(("image/png", "image/jpeg"))


def is_readable(media_type: str) -> bool:
    """Whether files of this kind can be shown in a page."""
    return media_type.split(";")[0] in _READ


def to_html(data: bytes, media_type: str, *, recognise: bool = False) -> Readable:
    """The file for reading. ``recognise``: also read what is only a picture (extra ``ocr``).

    UnusableInput: not one of the kinds, damaged, encrypted, with macros, or of an abnormal size.
    """
    base = media_type.split(";")[0]
    if base in _PICTURES:
        from gongkai.documents.readable.ocr import recognised
        from gongkai.documents.readable.picture import written_into

        if recognise:
            return recognised(data)
        return Readable("", "", hidden=tuple(written_into(data)), notice="图片没有文字。")
    key = _READ.get(base)
    if key in ("docx", "xlsx") and _is_large(data):
        from gongkai.documents.readable import worker

        return worker.unpacked(worker.apart(key, data, seconds=SECONDS))
    return read_here(data, key, recognise=recognise)


def read_here(
    data: bytes, key: str | None, *, recognise: bool = False, inside: bool = False
) -> Readable:
    """As ``to_html``, by the key of the kind, in this process.

    ``inside``: it is embedded in another file; what it holds in turn is not opened.
    """
    if key == "pdf":
        from gongkai.documents.readable.pdf import pdf_readable

        return pdf_readable(data, recognise=recognise)
    if key == "docx":
        from gongkai.documents.readable.word import word_readable

        return word_readable(data, inside=inside)
    if key == "xlsx":
        from gongkai.documents.readable.sheet import sheet_readable

        return sheet_readable(data, inside=inside)
    if key == "txt":
        from gongkai.documents.readable.plain import plain_readable

        return plain_readable(data)
    refuse("这种文件不能在网页中阅读，请下载后打开。")


def _is_large(data: bytes) -> bool:
    with open_zip(data, "文件") as archive:
        return sum(member.file_size for member in archive.infolist()) > LARGE
