"""Files made for the tests: a DOCX from bare XML, a PDF from bare operators, pages as pictures."""

from __future__ import annotations

import io
import random
import zipfile
import zlib
from functools import cache

import pypdfium2

from gongkai.annual_report.model import Report
from gongkai.annual_report.render import render
from gongkai.annual_report.tests.layouts import made_up

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def zipped(members: dict[str, bytes | str]) -> bytes:
    """A ZIP file with these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(body: str, *, styles: str = "", numbering: str = "") -> bytes:
    """A Word document with this content of w:body, w:styles and w:numbering."""
    parts: dict[str, bytes | str] = {
        "word/document.xml": f'<w:document xmlns:w="{W}" xmlns:wps="urn:wps" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<w:body>{body}</w:body></w:document>"
    }
    if styles:
        parts["word/styles.xml"] = f'<w:styles xmlns:w="{W}">{styles}</w:styles>'
    if numbering:
        parts["word/numbering.xml"] = f'<w:numbering xmlns:w="{W}">{numbering}</w:numbering>'
    return zipped(parts)


def para(text: str, properties: str = "") -> str:
    """A w:p with one run."""
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def pdf(pages: list[tuple[bytes, bytes]], *, box: str = "0 0 595 842") -> bytes:
    """A PDF of pages, each (data of the content stream, its filter: ``/FlateDecode`` or empty)."""
    objects = [b"", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    kids = []
    for content, filters in pages:
        head = b"<</Length %d%s>>" % (len(content), b"/Filter" + filters if filters else b"")
        objects.append(head + b"stream\n" + content + b"\nendstream")
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Resources<</Font<</F1 3 0 R>>>>"
            b"/Contents %d 0 R>>" % (box.encode(), len(objects))
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[0] = b"<</Type/Catalog/Pages 2 0 R>>"
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    out = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    return out + head + table + tail


def inflating(pattern: bytes, megabytes: int) -> bytes:
    """Deflated data that grows to this many megabytes of a repeated pattern."""
    packer = zlib.compressobj(9)
    chunk = pattern * ((1 << 20) // len(pattern))
    return b"".join(packer.compress(chunk) for _ in range(megabytes)) + packer.flush()


@cache
def sample() -> Report:
    """A consistent report of a body that does not exist, with figures of one to four digits."""
    return made_up(random.Random(20), zeros=0.5)


@cache
def rendered(kind: str) -> bytes:
    """``sample`` as a file of this kind (html, docx, pdf, xlsx …)."""
    return render(sample(), kind)


def page_picture(data: bytes, page: int, dpi: int) -> object:
    """A page of a PDF as a Pillow image."""
    document = pypdfium2.PdfDocument(data)
    try:
        return document[page].render(scale=dpi / 72, grayscale=True).to_pil()
    finally:
        document.close()
