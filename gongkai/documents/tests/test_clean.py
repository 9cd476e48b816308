"""清除隐藏内容: what a reader does not see is in no part of the new file; what he sees stays."""

from __future__ import annotations

import io
import zipfile

import docx
import pikepdf
import pytest
import xlsxwriter
from docx.oxml import parse_xml
from PIL import Image

from gongkai.documents import blocks, pdf
from gongkai.documents.incoming import KINDS
from gongkai.documents.readable import to_html
from gongkai.documents.redact.verify import plain
from gongkai.documents.redact.worker import isolated
from gongkai.documents.safety import UnusableInput

SECRET = "不公开的内部意见"
XLSX, DOCX, PDF = (KINDS[kind].media_type for kind in ("xlsx", "docx", "pdf"))


def a_book(**more: bool) -> bytes:
    out = io.BytesIO()
    picture = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(picture, "PNG")
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet("名单")
        page.write_row(0, 0, ["机构", SECRET, "电话"])
        page.write_row(1, 0, ["示例市中心医院", SECRET, "0000-1234567"])
        page.write_row(2, 0, [SECRET, SECRET, SECRET])
        page.write_row(3, 0, ["示例市妇幼保健院", SECRET, 3])
        page.write_formula(4, 2, f'=IF(1,6,"{SECRET}")', value=6)
        page.set_column(1, 1, None, None, {"hidden": 1})
        page.set_row(2, None, None, {"hidden": True})
        page.write_comment(0, 0, SECRET)
        page.merge_range(6, 0, 7, 2, "合计两家")
        page.insert_image(9, 0, "a.png", {"image_data": picture, "description": SECRET})
        other = book.add_worksheet(SECRET)
        other.write(0, 0, SECRET)
        other.hide()
        book.define_name("备用", f'="{SECRET}"')
        book.set_properties({"author": SECRET, "company": SECRET})
        if more.get("chart"):
            chart = book.add_chart({"type": "line"})
            chart.add_series({"values": "=名单!$C$1:$C$4"})
            page.insert_chart(12, 0, chart)
        if more.get("merged"):
            page.merge_range(14, 1, 14, 2, "从隐藏的列开始")
    return out.getvalue()


def a_paper() -> bytes:
    paper = docx.Document()
    paper.add_paragraph("现将有关事项通知如下。")
    paper.add_paragraph("看得见的一句").add_run(SECRET).font.hidden = True
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    deleted = f"<w:del {space}><w:r><w:delText>{SECRET}</w:delText></w:r></w:del>"
    added = f"<w:ins {space}><w:r><w:t>补充的一句</w:t></w:r></w:ins>"
    last = paper.add_paragraph("最后一句")
    last._p.append(parse_xml(deleted))
    last._p.append(parse_xml(added))
    paper.sections[0].header.paragraphs[0].text = "示例市卫生健康委员会"
    paper.core_properties.author = paper.core_properties.comments = SECRET
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def a_page() -> bytes:
    text = blocks.Document("通知", (blocks.Paragraph("现将有关事项通知如下。"),))
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf.pdf(text))) as made:
        made.docinfo["/Author"] = SECRET
        with made.open_metadata() as facts:
            facts["dc:creator"] = [SECRET]
        made.attachments["底稿.txt"] = SECRET.encode()
        remark = {"Type": "/Annot", "Subtype": "/Text", "Rect": [9, 9, 20, 20], "Contents": SECRET}
        link = {"Type": "/Annot", "Subtype": "/Link", "Rect": [9, 9, 20, 20]}
        names = [
            pikepdf.Dictionary(
                {
                    f"/{k}": pikepdf.Name(v) if isinstance(v, str) and v.startswith("/") else v
                    for k, v in one.items()
                }
            )
            for one in (remark, link)
        ]
        made.pages[0].obj.Annots = pikepdf.Array([made.make_indirect(one) for one in names])
        made.save(out)
    return out.getvalue()


def everything(data: bytes) -> str:
    """All words of a package or a PDF, decompressed, in the encodings in which they stand."""
    if not data.startswith(b"%PDF"):
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            return "".join(parts.read(n).decode("utf-8", "replace") + n for n in parts.namelist())
    with pikepdf.open(io.BytesIO(data)) as made:
        out = io.BytesIO()
        made.save(
            out,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    raw = out.getvalue()
    return raw.decode("utf-8", "replace") + raw.decode("utf-16-be", "replace") + raw.hex()


CASES = (("clean_xlsx", XLSX, a_book), ("clean_docx", DOCX, a_paper), ("clean_pdf", PDF, a_page))


@pytest.mark.parametrize(("task", "media_type", "made"), CASES)
def test_what_is_hidden_is_in_no_part_and_what_is_seen_stays(task, media_type, made) -> None:  # type: ignore[no-untyped-def]
    data = made()
    before = to_html(data, media_type)
    assert before.hidden
    clean = isolated(task, data)[1]
    after = to_html(clean, media_type)
    assert list(after.hidden) == [] and plain(after.text) == plain(before.text)
    words = everything(clean)
    assert SECRET not in words and SECRET.encode("utf-16-be").hex() not in words
    assert isolated(task, clean)[1] == clean  # nothing is left to be done


def test_a_cleaned_workbook_opens_and_keeps_pictures_and_merged_cells() -> None:
    import python_calamine

    clean = isolated("clean_xlsx", a_book())[1]
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(clean))
    assert book.sheet_names == ["名单"]
    rows = book.get_sheet_by_name("名单").to_python()
    assert rows[1][0] == "示例市中心医院" and rows[1][2] == "0000-1234567" and rows[4][2] == 6
    assert not any(SECRET in str(cell) for row in rows for cell in row)
    with zipfile.ZipFile(io.BytesIO(clean)) as parts:
        assert any("/media/" in name for name in parts.namelist())
        assert b"mergeCell" in parts.read("xl/worksheets/sheet1.xml")


def test_what_cannot_be_made_anew_with_certainty_is_refused() -> None:
    for odd, why in (({"chart": True}, "图表"), ({"merged": True}, "合并")):
        with pytest.raises(UnusableInput, match=why):
            isolated("clean_xlsx", a_book(**odd))
    for task in ("clean_xlsx", "clean_docx", "clean_pdf"):
        with pytest.raises(UnusableInput):
            isolated(task, b"not a file at all")
