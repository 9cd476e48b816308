"""清除隐藏内容 of a PDF; beside ``clean``, which does without the library that this needs."""

from __future__ import annotations

import io
from typing import Any

import pikepdf

from gongkai.documents.safety import refuse

#: Kinds of annotations that say something of those who worked on a PDF.
_REMARKS = frozenset(
    [
        *("/Text", "/FreeText", "/Popup", "/Highlight", "/Underline", "/StrikeOut", "/Caret"),
        *("/Squiggly", "/Stamp", "/Ink", "/Square", "/Circle", "/Line", "/FileAttachment"),
    ]
)
_ABOUT = ("/Metadata", "/PieceInfo", "/Thumb", "/LastModified", "/AA")


def clean_pdf(data: bytes) -> bytes:
    """Only the pages, without remarks, properties, attachments, bookmarks and scripts.

    UnusableInput: the file cannot be opened.
    """
    try:
        pdf = pikepdf.open(io.BytesIO(data))
    except pikepdf.PdfError:
        refuse("PDF 文件打不开，可能已经损坏或者加了密码，请另存一份后再试。")
    with pdf:
        for page in pdf.pages:
            _drop_remarks(page)
        if "/AcroForm" in pdf.Root:
            pdf.generate_appearance_streams()
            pdf.flatten_annotations("print")
        for one in pdf.objects:
            if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
                for key in _ABOUT:
                    if key in one:
                        del one[key]
        new = pikepdf.new()
        new.pages.extend(pdf.pages)
        new.Root.Lang = pikepdf.String("zh-CN")
        out = io.BytesIO()
        new.save(out, compress_streams=True, deterministic_id=True)
        return out.getvalue()


def _drop_remarks(page: Any) -> None:
    found = page.obj.get("/Annots")
    if not isinstance(found, pikepdf.Array):
        return
    kept = [
        one
        for one in found
        if isinstance(one, pikepdf.Dictionary) and str(one.get("/Subtype", "")) not in _REMARKS
    ]
    page.obj.Annots = pikepdf.Array(kept)
