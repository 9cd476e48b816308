"""Names in a PDF are read in the encodings in which programs write them."""

from __future__ import annotations

import io

import pikepdf
from pikepdf import Dictionary, Name

from gongkai.documents.redact.pdf import prepared, redact_pdf
from gongkai.documents.redact.verify import pdf_text, plain, verify_pdf
from gongkai.documents.tests.redact_files import a_form, drawn, face, marks_for


def in_gbk(data: bytes, **named: str) -> bytes:
    """The file with names as older Chinese programs write them; both are as long."""
    plain_one = io.BytesIO()
    pdf = pikepdf.open(io.BytesIO(data))
    pdf.save(
        plain_one,
        compress_streams=False,
        stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
    )
    data = plain_one.getvalue()
    for old, new in named.items():
        data = data.replace(f"/{old}".encode(), b"/" + new.encode("gbk"))
    return data


def test_names_in_gbk_leave_the_page_as_text() -> None:
    words = b"BT /SONG 12 Tf 50 200 Td (Tel 13800001234 end) Tj ET"

    def a_gbk_form(pdf: pikepdf.Pdf) -> Dictionary:
        font = face()
        font.BaseFont = Name.SONG
        pdf.pages[0].Resources.Font.SONG = font
        return Dictionary(XOBJ=a_form(words)(pdf).X)

    content = words + b" q 1 0 0 1 0 -100 cm /XOBJ Do Q"
    data = in_gbk(drawn(content, XObject=a_gbk_form), SONG="宋体", XOBJ="图章")
    done = redact_pdf(data, marks_for(data, ["13800001234"]))
    assert done.pictures == () and verify_pdf(done.data, ["13800001234"]) == []
    assert plain(pdf_text(done.data)) == "TelendTelend"
    assert pdf_text(prepared(data)).count("13800001234") == 2
