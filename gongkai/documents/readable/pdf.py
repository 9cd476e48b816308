"""PDF for reading: the words of each page, and what the file carries unseen."""

from __future__ import annotations

import io
import re
import time
from collections import deque
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

from gongkai.documents.blocks import width
from gongkai.documents.pages import PDFIUM
from gongkai.documents.pdf_risk import ordinary
from gongkai.documents.readable import worker
from gongkai.documents.readable.model import Hidden, Readable, Writer
from gongkai.documents.readable.package import tucked
from gongkai.documents.safety import UnusableInput, refuse

WHAT = "PDF"
MAX_PAGES = 1_000
SECONDS = 60
#: How the notice ends that tells which pages are pictures.
ARE_PICTURES = "是图片，没有文字可以显示，请下载原件查看。"
#: Fewer characters than this: the page is a picture or blank.
FEW = 15
_PAGES_KEPT = 16
_ENDS = tuple("。！？；：…”）)!?;:")
_NUMBERED = re.compile(
    r"^\s*(第[一二三四五六七八九十百\d]+[章条节款项]|[一二三四五六七八九十]+、|（[一二三四五六七八九十\d]+）"
    r"|\d+[.、．]|附件|〔|[—\-\d\s]+$)"
)
_SPREAD = re.compile(r"(?<=[^\x00-\xff]) | (?=[^\x00-\xff])")
_PAGE_NUMBER = re.compile(r"^\s*[-—–－·第]*\s*\d{1,4}\s*[-—–－·页]*\s*$")
_KINDS = {"/Text", "/FreeText", "/Popup", "/Highlight", "/Underline", "/StrikeOut", "/Caret",
          "/Stamp", "/Ink", "/Square", "/Circle", "/FileAttachment"}  # fmt: skip
_FACTS = {"/Author": "作者", "/Subject": "主题", "/Keywords": "关键词", "/Company": "单位"}


def pdf_readable(data: bytes, *, recognise: bool = False) -> Readable:
    """The document for reading. UnusableInput: encrypted, damaged, too many pages, too slow."""
    if ordinary(data):
        pages, hidden = page_texts(data), [*unseen(data)]
    else:
        answer = worker.apart("pdf", data, seconds=SECONDS)
        pages = [(str(t), bool(p)) for t, p in answer["pages"]]
        hidden = [Hidden(*h) for h in answer["hidden"]]
    pictures = [n for n, (_, picture) in enumerate(pages, 1) if picture]
    notice = ""
    if pictures and recognise:
        from gongkai.documents.readable.ocr import page_lines

        try:
            for number, text in page_lines(data, pictures).items():
                pages[number - 1] = (text, False)
            pictures = [n for n in pictures if not pages[n - 1][0]]
        except UnusableInput as no:
            notice = str(no)
    if pictures and not notice:
        which = "全部页面" if len(pictures) == len(pages) else f"第{_listed(pictures)}页"
        notice = f"{which}{ARE_PICTURES}"
    writer = Writer()
    for number, (text, _) in enumerate(pages, 1):
        writer.section(f"第{number}页")
        for paragraph in joined(text):
            writer.paragraph(paragraph)
    return writer.readable(hidden, notice)


def _listed(numbers: list[int]) -> str:
    return "、".join(map(str, numbers[:8])) + ("等" if len(numbers) > 8 else "")


def joined(text: str) -> list[str]:
    """The lines of a page as paragraphs: a full line without an end runs on into the next."""
    lines = [_close(line.strip()) for line in text.splitlines()]
    lines = [line for line in lines if line and not _PAGE_NUMBER.match(line)]
    longest = sorted(map(width, lines))[int(len(lines) * 0.9)] if lines else 0
    found: list[str] = []
    runs_on = False
    for line in lines:
        if runs_on and not _NUMBERED.match(line):
            found[-1] += ("" if found[-1][-1] > "\xff" or line[0] > "\xff" else " ") + line
        else:
            found.append(line)
        runs_on = longest >= 16 and width(line) >= longest - 3 and not line.endswith(_ENDS)
    return found


def _close(line: str) -> str:
    """A line that was spread to the width of the page, without its blanks between characters."""
    return _SPREAD.sub("", line) if line.count(" ") * 4 > len(line) else line


def page_texts(data: bytes) -> list[tuple[str, bool]]:
    """For each page its text, and whether it has a picture instead."""
    pages: list[tuple[str, bool]] = []
    recent: deque[Any] = deque(maxlen=_PAGES_KEPT)
    deadline = time.monotonic() + SECONDS
    with PDFIUM:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError:
            if pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD:
                refuse("PDF 加了密码，请去掉密码另存一份后再试。")
            refuse("PDF 已经损坏，打不开，请重新下载或者用原软件另存一次后再试。")
        try:
            if not 0 < len(document) <= MAX_PAGES:
                refuse(f"PDF 有 {len(document)} 页，不能在网页中阅读，请下载原件查看。")
            for number in range(len(document)):
                pages.append(_page(document, number, recent))
                if time.monotonic() > deadline:
                    refuse("PDF 的内容多得不正常，为安全起见没有读完，请拆成几个文件后再试。")
        finally:
            recent.clear()
            document.close()
    return pages


def _page(document: Any, number: int, recent: deque[Any]) -> tuple[str, bool]:
    try:
        page = document[number]
        recent.append(page)
        reader = page.get_textpage()
        try:
            text = str(reader.get_text_range())
        finally:
            reader.close()
        return text, len(text.strip()) < FEW and pdfium.FPDFPage_CountObjects(page) > 0
    except pypdfium2.PdfiumError:
        return "", False


def unseen(data: bytes) -> Iterator[Hidden]:
    """Properties, attached files, bookmarks, annotations and what forms were filled in with."""
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            for key, label in _FACTS.items():
                if value := _text(document.docinfo.get(key)):
                    yield Hidden("properties", f"文件属性·{label}", value[:200])
            yield from tucked("文件属性·标题", [_text(document.docinfo.get("/Title"))])
            if names := list(document.attachments):
                yield Hidden("embedded", f"附带的文件 {len(names)} 个", "\n".join(names)[:2_000])
            with document.open_outline() as outline:
                yield from tucked("书签", _titles(outline.root))
            for number, page in enumerate(document.pages, 1):
                if number > MAX_PAGES:
                    return
                yield from _annotations(page, number)
                yield from tucked(f"第{number}页表单", _filled(page))
    except Exception:  # every way a damaged file can fail; what was read stands
        return


def _annotations(page: Any, number: int) -> Iterator[Hidden]:
    found = page.obj.get("/Annots")
    for annotation in list(found)[:500] if isinstance(found, pikepdf.Array) else ():
        if not isinstance(annotation, pikepdf.Dictionary):
            continue
        if str(annotation.get("/Subtype", "")) in _KINDS:
            words = [_text(annotation.get(k)) for k in ("/T", "/Contents")]
            if text := "：".join(w for w in words if w):
                yield Hidden("annotation", f"第{number}页批注", text[:2_000])


def _titles(items: Any) -> Iterator[str]:
    for item in items:
        yield item.title
        yield from _titles(item.children)


def _filled(page: Any) -> Iterator[str]:
    """The words in the fields of a form; a field of several places says them above."""
    found = page.obj.get("/Annots")
    for field in list(found)[:500] if isinstance(found, pikepdf.Array) else ():
        if isinstance(field, pikepdf.Dictionary) and field.get("/Subtype") == "/Widget":
            above = field.get("/Parent")
            value = field.get("/V")
            if value is None and isinstance(above, pikepdf.Dictionary):
                value = above.get("/V")
            yield _text(value)


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, pikepdf.String) else ""
