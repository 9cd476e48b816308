"""The door for files: what kind is it (by content, never by name), and its text as blocks.

- ``detect(data, name)`` → one of ``KINDS``. ``json`` is a report of our own schema and goes to
  ``exchange.loads``; every other kind goes to ``open_document``.
- ``open_document(data, name)`` → ``Document``; ``open_path(path)`` checks the size before loading.
- ``Document.kind``: ``text`` and ``pdf`` come as lines (``Paragraph``), the others as paragraphs
  and grids; ``scan`` (PDF without text, picture) comes with the confidence of each cell.
- For a PDF ``pdf.grid_document(data, name)`` gives the second reading, by its ruled lines.

Errors: ``UnusableInput`` with one Chinese sentence that says what to do; nothing else.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from gongkai.annual_report.read.document import Document, UnusableInput
from gongkai.annual_report.read.safety import check_size, read_path
from gongkai.annual_report.read.web_archive import page_in
from gongkai.documents.encodings import decode
from gongkai.documents.safety import member, refuse

#: What ``detect`` can answer.
KINDS = ("text", "html", "pdf", "docx", "doc", "xlsx", "csv", "image", "json")
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"GIF8", b"BM")
_HTML = re.compile(r"<!doctype\s+html|<(html|head|body|table|div|p|meta|article|h[1-6])[\s>]", re.I)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def detect(data: bytes, name: str = "") -> str:
    """The kind of the file, one of ``KINDS``.

    The name decides only between text and CSV, which look alike. UnusableInput: a kind that
    cannot be read, with advice what to do.
    """
    check_size(len(data))
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(data)
    if data.startswith(_OLE):
        return _ole_kind(data)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if _is_image(data):
        return "image"
    _refuse_known(data)
    if data.startswith(b"{\\rtf"):
        return "doc"
    if page_in(data):
        return "html"
    return _text_kind(decode(data[:65536]), name)


def open_document(data: bytes, name: str, kind: str | None = None) -> Document:
    """The file as blocks in reading order; ``name`` is used in messages and for CSV only.

    ``kind``: what ``detect`` has said of it, where it has been asked already.
    """
    kind = kind or detect(data, name)
    if kind == "pdf":
        from gongkai.annual_report.read import pdf

        return pdf.text_document(data, name)
    if kind == "docx":
        from gongkai.annual_report.read.docx import docx_document

        return docx_document(data, name)
    if kind == "doc":
        from gongkai.annual_report.read.doc import doc_document

        return doc_document(data, name)
    if kind == "xlsx":
        from gongkai.annual_report.read.sheet import sheet_document

        return sheet_document(data, name)
    if kind == "image":
        from gongkai.annual_report.read.ocr import image_document

        return image_document(data, name)
    if kind == "json":
        refuse("这是年报数据（JSON），请直接作为年报数据导入，不用按文件识别。")
    text = decode(page_in(data) or data)
    if kind == "csv":
        from gongkai.annual_report.read.sheet import csv_document

        return csv_document(text, name)
    if kind == "html":
        from gongkai.annual_report.read.html import html_document

        return html_document(text, name)
    from gongkai.annual_report.read.text import text_document

    return text_document(text, name)


def open_path(path: Path) -> Document:
    """``open_document`` of a file whose size is checked before it is loaded."""
    return open_document(read_path(path), path.name)


def _is_image(data: bytes) -> bool:
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return True
    if data.startswith(b"BM"):
        return int.from_bytes(data[2:6], "little") in range(len(data) - 4, len(data) + 5)
    return data.startswith(_IMAGES)


def _zip_kind(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            encrypted = any(m.flag_bits & 1 for m in archive.infolist()[:20])
            open_kind = "content.xml" in names and member(archive, "mimetype", "文件")
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, RuntimeError, NotImplementedError):
        refuse("文件已经损坏，打不开，请重新下载或者用原软件另存一次后再试。")
    if "word/document.xml" in names or any(n.startswith("word/document") for n in names):
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        refuse("暂不能读取 XLSB 文件，请用 Excel 或者 WPS 打开后另存为 XLSX 再试。")
    if "OFD.xml" in names:
        refuse("暂不能读取 OFD 文件，请用阅读器打开后另存（或打印）为 PDF 再试。")
    if any(n.startswith("ppt/") for n in names):
        refuse("这是演示文稿（PPT），请提供年度报告的 DOCX、PDF 或者网页文件。")
    if open_kind and b"opendocument.text" in open_kind[:100]:
        return "doc"
    if open_kind and b"opendocument." in open_kind[:100]:
        refuse("暂不能读取 ODS、ODP 文件，请用原软件打开后另存为 XLSX、DOCX 或者 PDF 再试。")
    if encrypted:
        refuse("压缩包加了密码，请解压后选择其中的年度报告文件再试。")
    refuse("这是压缩包，请解压后选择其中的年度报告文件再试。")


def _ole_kind(data: bytes) -> str:
    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if has("EncryptedPackage"):
        refuse("文件加了密码，请用 Word 或者 WPS 打开，去掉密码另存一份后再试。")
    if has("WordDocument"):
        return "doc"
    if has("Workbook") or has("Book\0"):
        refuse("暂不能读取旧版 Excel（XLS）文件，请用 Excel 或者 WPS 打开后另存为 XLSX 再试。")
    refuse("认不出这个旧版 Office 文件，请用原软件打开后另存为 DOCX 或者 PDF 再试。")


def _refuse_known(data: bytes) -> None:
    if data.startswith((b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")):
        refuse("这是压缩包，请解压后选择其中的年度报告文件再试。")
    if data.startswith((b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe")):
        refuse("这是程序文件，不是年度报告，请检查文件来源。")
    if data[4:8] == b"ftyp":
        refuse("暂不能读取这种图片或者视频，请另存为 JPG 或者 PNG 图片后再试。")


def _text_kind(text: str, name: str) -> str:
    head = text[:4096].lstrip("\ufeff \t\r\n\0")
    if not head:
        refuse("文件里只有空白，请确认文件已经下载完整后再试。")
    if head[0] in "{[" and "gongkai-annual-report/" in text:
        return "json"
    if 'progid="Word.Document"' in head:
        return "doc"
    if head.startswith("<") and _HTML.search(text):
        return "html"
    if text.count("</") >= 8 and len(_HTML.findall(text)) >= 8:
        return "html"
    return "csv" if name.lower().endswith(".csv") or _looks_like_csv(text) else "text"


def _looks_like_csv(text: str) -> bool:
    """Several lines, each with two commas or more and none of the commas of Chinese prose."""
    if text.count(",") < 6:
        return False
    lines = [line for line in text.splitlines()[:12] if line.strip()][:-1]
    return len(lines) >= 3 and all(line.count(",") >= 2 and "，" not in line for line in lines)


__all__ = ["KINDS", "UnusableInput", "detect", "open_document", "open_path"]
