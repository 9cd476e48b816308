"""Attachments for reading: what a reader sees is shown, what is hidden is told, nothing breaks."""

from __future__ import annotations

import io
import re
import zipfile
from functools import cache

import docx
import pikepdf
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gongkai.documents.blocks import Cell, Document, Paragraph, Table
from gongkai.documents.incoming import KINDS
from gongkai.documents.pdf import pdf
from gongkai.documents.readable import Readable, to_html
from gongkai.documents.safety import UnusableInput

TYPES = {key: kind.media_type for key, kind in KINDS.items()}
TAGS = {"section", "h3", "h4", "p", "br", "div", "table", "tr", "td"}


@cache
def workbook() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"author": "王某某", "company": "某科室"})
    sheet = book.add_worksheet("门诊名单")
    sheet.merge_range(0, 0, 0, 2, "预防接种门诊名单")
    sheet.write_row(1, 0, ["名称", "接种率", "日期"])
    sheet.write(2, 0, "<b>城关</b>门诊")
    sheet.write(2, 1, 0.956, book.add_format({"num_format": "0.0%"}))
    sheet.write(2, 2, 46023, book.add_format({"num_format": "yyyy-mm-dd"}))
    sheet.write(3, 0, "隐藏行里的内容")
    sheet.set_row(3, None, None, {"hidden": True})
    sheet.write(2, 5, "隐藏列里的内容")
    sheet.set_column(5, 5, None, None, {"hidden": True})
    sheet.write_comment(2, 0, "这里要再核对")
    hidden = book.add_worksheet("底稿")
    hidden.write(0, 0, "底稿里的内容")
    hidden.hide()
    book.close()
    return out.getvalue()


@cache
def letter() -> bytes:
    out = io.BytesIO()
    made = docx.Document()
    made.core_properties.author = "李某某"
    made.add_heading("一、总体要求", 1)
    made.add_paragraph("看得见的正文。")
    made.add_paragraph("").add_run("隐藏的字").font.hidden = True
    table = made.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "合并的格"
    table.cell(1, 0).text, table.cell(1, 1).text = "甲", "<script>乙"
    made.save(out)
    change = (
        '<w:p><w:del w:author="赵某"><w:r><w:delText>删掉的话</w:delText></w:r></w:del>'
        '<w:ins w:author="赵某"><w:r><w:t>补上的话</w:t></w:r></w:ins></w:p></w:body>'
    )
    return changed(out.getvalue(), "word/document.xml", "</w:body>", change)


@cache
def printed() -> bytes:
    blocks = (
        Paragraph(
            "为了让更多的人知道去哪里接种疫苗，现将全县预防接种门诊的名称、地址和服务时间予以公布。"
        ),
        Table(((Cell("名称"), Cell("时间")), (Cell("城关门诊"), Cell("周一至周五"))), (1, 1)),
    )
    made = pdf(Document("预防接种门诊名单", blocks))
    with pikepdf.open(io.BytesIO(made)) as document:
        document.docinfo["/Author"] = "孙某某"
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9],
            Contents=pikepdf.String("请删去第三行"),
        )  # fmt: skip
        document.pages[0].obj["/Annots"] = pikepdf.Array([document.make_indirect(note)])
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def changed(package: bytes, part: str, old: str, new: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old_zip, zipfile.ZipFile(out, "w", 8) as new_zip:
        for name in old_zip.namelist():
            data = old_zip.read(name)
            if name == part:
                data = data.decode().replace(old, new).encode()
            new_zip.writestr(name, data)
    return out.getvalue()


def safe(found: Readable) -> bool:
    return set(re.findall(r"</?([a-zA-Z][^\s/>]*)", found.html)) <= TAGS


def test_a_workbook_shows_its_visible_cells_as_the_program_would() -> None:
    found = to_html(workbook(), TYPES["xlsx"])
    assert 'colspan="3">预防接种门诊名单' in found.html and "95.6%" in found.text
    assert "2026-01-01" in found.text and "&lt;b&gt;城关" in found.html and safe(found)
    assert "隐藏" not in found.text and "底稿" not in found.text
    assert found.places == ((0, "门诊名单"),)


def test_what_a_workbook_hides_is_told_with_its_place() -> None:
    hidden = {(h.kind, h.text) for h in to_html(workbook(), TYPES["xlsx"]).hidden}
    assert {
        ("hidden_rows", "隐藏行里的内容"),
        ("hidden_columns", "隐藏列里的内容"),
        ("hidden_sheet", "底稿里的内容"),
        ("comment", "这里要再核对"),
        ("properties", "王某某"),
        ("properties", "某科室"),
    } <= hidden


def test_a_word_document_shows_what_word_shows() -> None:
    found = to_html(letter(), TYPES["docx"])
    assert "<h4>一、总体要求</h4>" in found.html and "看得见的正文。" in found.text
    assert 'colspan="2">合并的格' in found.html and "&lt;script&gt;乙" in found.html
    assert "补上的话" in found.text and "删掉的话" not in found.text and safe(found)
    assert "隐藏的字" not in found.text


def test_what_a_word_document_hides_is_told() -> None:
    hidden = {(h.kind, h.text) for h in to_html(letter(), TYPES["docx"]).hidden}
    assert {
        ("deletion", "删掉的话"),
        ("insertion", "补上的话"),
        ("hidden_text", "隐藏的字"),
        ("properties", "李某某"),
    } <= hidden


def test_a_pdf_is_read_page_by_page_and_its_notes_are_told() -> None:
    found = to_html(printed(), TYPES["pdf"])
    assert "接种门诊的名称、地址和服务时间予以公布。</p>" in found.html and safe(found)
    assert found.places[0] == (0, "第1页")
    assert {("annotation", "请删去第三行"), ("properties", "孙某某")} <= {
        (h.kind, h.text) for h in found.hidden
    }


def test_a_text_of_any_encoding_is_read() -> None:
    for encoding in ("utf-8", "gb18030", "utf-16"):
        assert to_html("第一行\n<第二行>".encode(encoding), TYPES["txt"]).html == (
            "<p>第一行</p><p>&lt;第二行&gt;</p>"
        )


def test_what_stands_beside_the_body_of_a_word_document_is_read() -> None:
    """Headers, footers and notes are seen; alternative texts and field codes are told."""
    out = io.BytesIO()
    made = docx.Document()
    made.add_paragraph("正文一句。")
    made.sections[0].header.paragraphs[0].text = "页眉里的字"
    made.sections[0].footer.paragraphs[0].text = "- 3 -"
    made.core_properties.title = "旧的标题"
    made.save(out)
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    drawn = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
    more = (
        '<w:p><w:r><w:footnoteReference w:id="2"/><w:instrText>LINK 域里的字</w:instrText>'
        f'<w:drawing><wp:inline xmlns:wp="{drawn}"><wp:docPr id="1" name="图" descr="图里的字"/>'
        "</wp:inline></w:drawing></w:r></w:p><w:sectPr"
    )
    notes = "".join(
        f'<w:footnote w:id="{n}"><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:footnote>'
        for n, words in ((2, "脚注里的字"), (3, "没有标记的脚注"))
    )
    package = changed(out.getvalue(), "word/document.xml", "<w:sectPr", more)
    link = '<Relationship Id="rId99" Type="x/footnotes" Target="footnotes.xml"/></Relationships>'
    package = changed(package, "word/_rels/document.xml.rels", "</Relationships>", link)
    whole = io.BytesIO(package)
    with zipfile.ZipFile(whole, "a") as archive:
        root = f'<w:footnotes xmlns:w="{space}">{notes}</w:footnotes>'
        archive.writestr("word/footnotes.xml", root)
        archive.writestr("customXml/item9.xml", "<a>数据里的字</a>")
    found = to_html(whole.getvalue(), TYPES["docx"])
    assert found.text.splitlines() == ["正文一句。", "页眉：页眉里的字", "脚注：脚注里的字"]
    tucked = "".join(h.text for h in found.hidden if h.kind == "tucked")
    assert all(words in tucked for words in ("域里", "图里", "数据里", "旧的标题"))


def test_what_no_cell_of_a_workbook_shows_is_read() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("甲")
        sheet.write_row(0, 0, ["名称", 1, 2])
        sheet.set_header('&C&"宋体"&10表头里的字')
        sheet.insert_textbox(3, 0, "文本框里的字", {"description": "替代的字"})
        sheet.write_formula(1, 0, '=IF(1=2,"公式里的字","好")', None, "好")
        sheet.data_validation(2, 0, 2, 0, {"validate": "list", "source": ["下拉里的字", "乙"]})
        sheet.data_validation(3, 3, 3, 3, {"validate": "any", "input_message": "提示里的字"})
        sheet.write_url(5, 0, "http://www.example.gov.cn/", string="网址", tip="链接里的字")
        book.define_name("备用", '="名称里的字"')
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=甲!$B$1:$C$1", "name": "图表里的字"})
        sheet.insert_chart(8, 0, chart)
    found = to_html(out.getvalue(), TYPES["xlsx"])
    assert "表头里的字" in found.text and "文本框里的字" in found.text and safe(found)
    assert "宋体" not in found.text
    tucked = "".join(h.text for h in found.hidden if h.kind == "tucked")
    for words in ("公式", "下拉", "提示", "链接", "名称", "图表"):
        assert f"{words}里的字" in tucked
    assert "替代的字" in tucked and {h.kind for h in found.hidden} == {"tucked"}


def with_inside(package: bytes, **files: bytes) -> bytes:
    whole = io.BytesIO(package)
    with zipfile.ZipFile(whole, "a") as archive:
        for name, data in files.items():
            archive.writestr(f"word/embeddings/{name}", data)
    return whole.getvalue()


def test_a_file_in_a_file_is_opened_one_level_deep() -> None:
    """The roster behind a table or a chart: its cells are read, seen in it or not."""
    deeper = with_inside(workbook(), c=letter())
    package = with_inside(letter(), a=deeper, b=printed(), old=b"\xd0\xcf\x11\xe0", big=bomb())
    found = to_html(package, TYPES["docx"])
    inside = {h.place: h.text for h in found.hidden if h.kind == "embedded"}
    assert [*inside] == ["嵌入的文件“a”", "嵌入的文件“b”", "没有打开的嵌入对象 2 个"]
    roster = inside["嵌入的文件“a”"]
    assert all(words in roster for words in ("城关", "底稿里的内容", "隐藏行里的内容", "再核对"))
    assert "看得见的正文" not in roster and "请删去第三行" in inside["嵌入的文件“b”"]
    assert "城关" not in found.text


def test_forms_and_bookmarks_of_a_pdf_are_read() -> None:
    with pikepdf.open(io.BytesIO(printed())) as document:
        field = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, Rect=[0, 0, 9, 9],
            FT=pikepdf.Name.Tx, T=pikepdf.String("a"), V=pikepdf.String("表单里的字"),
        )  # fmt: skip
        document.pages[0].obj["/Annots"] = pikepdf.Array([document.make_indirect(field)])
        with document.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("书签里的字", 0))
        out = io.BytesIO()
        document.save(out)
    tucked = {h.place: h.text for h in to_html(out.getvalue(), TYPES["pdf"]).hidden}
    assert tucked["书签"] == "书签里的字" and tucked["第1页表单"] == "表单里的字"


def test_what_the_camera_wrote_into_a_photograph_is_told() -> None:
    picture = Image.new("RGB", (8, 8), "red")
    facts = picture.getexif()
    facts[0x9C9D], facts[0x010E] = "王某某".encode("utf-16-le"), "remark"
    facts.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=facts)
    found = {(h.kind, h.text) for h in to_html(out.getvalue(), TYPES["jpg"]).hidden}
    assert found == {("location", ""), ("properties", "王某某"), ("tucked", "remark")}
    bare = io.BytesIO()
    Image.new("RGB", (8, 8)).save(bare, "PNG")
    assert to_html(bare.getvalue(), TYPES["png"]).hidden == ()
    assert to_html(out.getvalue()[:60], TYPES["jpg"]).hidden == ()


def encrypted() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(printed())) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    return out.getvalue()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", 8) as archive:
        archive.writestr("word/document.xml", b"<w>" + b" " * (60 << 20))
    return out.getvalue()


def with_entities() -> bytes:
    entity = '<!DOCTYPE a [<!ENTITY b "cc">]><w:document'
    return changed(letter(), "word/document.xml", "<w:document", entity)


def with_macros() -> bytes:
    out = io.BytesIO(workbook())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("make", "kind", "says"),
    [
        (encrypted, "pdf", "密码"),
        (bomb, "docx", "大得不正常"),
        (with_entities, "docx", "实体"),
        (with_macros, "xlsx", "宏"),
        (lambda: b"PK\x03\x04rubbish", "docx", "损坏"),
        (lambda: b"%PDF-1.4 rubbish", "pdf", "损坏"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(make, kind: str, says: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UnusableInput, match=says) as no:
        to_html(make(), TYPES[kind])
    assert str(no.value).count("。") == 1


def test_a_cell_that_repeats_a_long_text_does_not_fill_the_memory() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("长")
    for row in range(2_000):
        sheet.write_row(row, 0, ["长" * 20_000] * 4)
    book.close()
    found = to_html(out.getvalue(), TYPES["xlsx"])
    assert "前面的部分" in found.notice and len(found.html) < 4_000_000


@pytest.mark.parametrize("key", ["docx", "xlsx", "pdf"])
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(key: str, data: st.DataObject) -> None:
    whole = {"docx": letter, "xlsx": workbook, "pdf": printed}[key]()
    spoilt = bytearray(whole)
    for at in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=8)):
        spoilt[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(len(whole) // 2, len(whole)))
    try:
        assert safe(to_html(bytes(spoilt[:cut]), TYPES[key]))
    except UnusableInput as no:
        assert str(no).endswith("。")


@given(data=st.data())
def test_a_document_with_any_markup_inside_gives_safe_html(data: st.DataObject) -> None:
    """The XML itself is damaged, so that the package opens and the reader meets the damage."""
    names = ["w:p", "w:r", "w:tbl", "w:tr", "w:tc", "w:del", "w:ins", "w:t", "w:sdt", "w:vMerge"]
    old, new = data.draw(st.sampled_from(names)), data.draw(st.sampled_from(names))
    try:
        assert safe(to_html(changed(letter(), "word/document.xml", old, new), TYPES["docx"]))
    except UnusableInput as no:
        assert str(no).endswith("。")
