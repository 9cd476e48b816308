"""What a file is, is found by its content; what cannot be read says in one sentence what to do."""

from __future__ import annotations

import base64
import io
import quopri
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gongkai.annual_report.read import kinds, ocr, pdf, read
from gongkai.annual_report.read.document import Grid, Paragraph, UnusableInput
from gongkai.annual_report.read.safety import MAX_PAGES
from gongkai.annual_report.tests import files
from gongkai.documents import safety

TEXT = "示例市2023年政府信息公开工作年度报告\n一、总体情况\n全年收到申请12件。\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
OPEN = "application/vnd.oasis.opendocument."


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 40)) -> bytes:
    out = io.BytesIO()
    Image.new("L", size, 255).save(out, kind)
    return out.getvalue()


def refusal(data: bytes, name: str = "年报") -> str:
    with pytest.raises(UnusableInput) as caught:
        kinds.open_document(data, name)
    message = str(caught.value)
    assert message.endswith("。") and message.count("。") == 1, message
    assert "\n" not in message and "Traceback" not in message
    return message


@pytest.mark.parametrize("kind", ["html", "docx", "pdf", "xlsx", "json"])
def test_kinds_are_found_by_content_whatever_the_name_says(kind: str) -> None:
    assert kinds.detect(files.rendered(kind), "年报.dat") == kind


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP"])
def test_pictures_are_found_by_content(kind: str) -> None:
    assert kinds.detect(picture(kind), "年报.pdf") == "image"


def test_text_and_csv_are_told_apart() -> None:
    assert kinds.detect(TEXT.encode()) == "text"
    assert kinds.detect("项目,甲,乙\n规章,0,1\n规范性文件,2,3\n许可,4,5\n".encode()) == "csv"
    assert kinds.detect("甲,乙\n1,2\n".encode(), "年报.csv") == "csv"


def test_a_text_that_quotes_html_stays_text() -> None:
    assert kinds.detect(("# 报告\n" + TEXT + "见 <a href='x'>附件</a>").encode()) == "text"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"]
)
def test_every_encoding_of_chinese_offices_gives_the_same_text(encoding: str) -> None:
    document = kinds.open_document((TEXT * 5).encode(encoding), "年报.txt")
    texts = [b.text for b in document.blocks if isinstance(b, Paragraph)]
    assert texts[:3] == TEXT.split("\n")[:3]


def test_gb18030_html_is_read_although_it_says_utf8() -> None:
    html = f'<html><head><meta charset="utf-8"></head><body><p>{TEXT}</p></body></html>'
    document = kinds.open_document(html.encode("gb18030"), "年报.html")
    assert "一、总体情况" in document.blocks[0].text  # type: ignore[union-attr]


def test_a_download_cut_inside_a_character_is_still_text() -> None:
    document = kinds.open_document(TEXT.encode()[:-5], "年报.txt")
    assert len(document.blocks) == 3


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空的"),
        (b" \n\t ", "空白"),
        (b"Rar!\x1a\x07\x00" + bytes(100), "解压"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(100), "解压"),
        (b"\x1f\x8b\x08" + bytes(100), "解压"),
        (b"MZ" + bytes(100), "程序"),
        (bytes(range(256)) * 40, "认不出"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(100), "JPG"),
        (OLE + "Workbook".encode("utf-16-le"), "XLSX"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (OLE, "另存"),
        (files.zipped({"OFD.xml": "<x/>"}), "OFD"),
        (files.zipped({"mimetype": f"{OPEN}spreadsheet", "content.xml": "<x/>"}), "ODS"),
        (files.zipped({"mimetype": "application/epub+zip", "content.xml": "<x/>"}), "压缩包"),
        (files.zipped({"xl/workbook.bin": b"x"}), "XLSB"),
        (files.zipped({"ppt/slides/slide1.xml": "<x/>"}), "PPT"),
        (files.zipped({"年报.txt": TEXT}), "压缩包"),
        (b"PK\x03\x04" + bytes(60), "损坏"),
        (files.rendered("docx")[:9000], "损坏"),
        (files.rendered("pdf")[:300], "损坏"),
        (files.pdf([(b"", b"")]), "空白"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(data: bytes, words: str) -> None:
    assert words in refusal(data)


def test_rubbish_is_never_taken_for_text() -> None:
    import random

    for seed in range(20):
        assert refusal(random.Random(seed).randbytes(5000))


def test_a_large_file_is_refused_before_it_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = tmp_path / "年报.pdf"
    with large.open("wb") as stream:
        stream.truncate(500 << 20)  # sparse: nothing is written
    monkeypatch.setattr(Path, "open", lambda *_, **__: pytest.fail("the file was opened"))
    with pytest.raises(UnusableInput, match="500 MB，超过 64 MB"):
        kinds.open_path(large)


def test_folders_and_missing_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match="文件夹"):
        kinds.open_path(tmp_path)
    with pytest.raises(UnusableInput, match="找不到"):
        kinds.open_path(tmp_path / "没有.txt")
    (tmp_path / "空.txt").touch()
    with pytest.raises(UnusableInput, match="0 字节"):
        kinds.open_path(tmp_path / "空.txt")


def test_a_zip_bomb_in_word_clothes_is_refused_without_unpacking(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bomb = files.zipped({"word/document.xml": bytes(30 << 20)})
    assert len(bomb) < 1 << 20
    assert "解压后大得不正常" in refusal(bomb)  # a thousandfold
    monkeypatch.setattr(safety, "MAX_RATIO", 1 << 40)
    monkeypatch.setattr(safety, "MAX_UNPACKED_BYTES", 20 << 20)
    assert "解压后大得不正常" in refusal(bomb)  # more than all parts may have together


def test_a_zip_whose_header_lies_about_the_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety, "MAX_RATIO", 1 << 40)
    monkeypatch.setattr(safety, "MAX_MEMBER_BYTES", 1 << 20)
    bomb = files.zipped({"word/document.xml": b"<a>" + bytes(3 << 20)})
    assert "大得不正常" in refusal(bomb)


def test_a_workbook_with_many_members_is_refused() -> None:
    many = {f"xl/{i}.xml": "" for i in range(safety.MAX_MEMBERS + 1)}
    assert "部件多" in refusal(files.zipped({"xl/workbook.xml": "<x/>", **many}))


def test_xml_entities_are_refused() -> None:
    laughs = (
        '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "哈哈哈哈">'
        + "".join(
            f'<!ENTITY {c} "{f"&{p};" * 10}">' for p, c in zip("abcdefgh", "bcdefghi", strict=True)
        )
        + "]><w>&i;</w>"
    )
    assert "实体" in refusal(files.zipped({"word/document.xml": laughs}))
    padded = '<?xml version="1.0"?>' + " " * 5000 + laughs[21:]
    assert "实体" in refusal(files.zipped({"word/document.xml": padded}))
    outside = '<!DOCTYPE w SYSTEM "file:///etc/passwd"><w/>'
    assert "实体" in refusal(files.zipped({"word/document.xml": outside}))


def test_deeply_nested_documents_are_refused_or_read_without_end() -> None:
    deep = "<w:tbl><w:tr><w:tc>" * 60 + files.para("深") + "</w:tc></w:tr></w:tbl>" * 60
    assert "深" in refusal(files.docx(deep))
    html = "<div>" * 5_000 + "一、总体情况" + "</div>" * 5_000
    assert kinds.open_document(b"<html>" + html.encode(), "a.html").blocks
    assert "深" in refusal(b"<html>" + b"<div>" * 200_000)
    unclosed = "".join(f"<b class={n}>" for n in range(3_000)) + "<p>" * 3_000
    assert "深" in refusal(b"<html>" + unclosed.encode())
    tables = "<table><tr><td>" * 500 + "一、总体情况"
    assert "结构" in refusal(b"<html>" + tables.encode())


def test_spans_that_cover_millions_of_cells_are_refused() -> None:
    row = "<tr>" + '<td colspan="200" rowspan="60000">1</td>' * 5 + "</tr>"
    table = f"<table>{row}{'<tr><td>2</td></tr>' * 900}</table>"
    assert "表格大得不正常" in refusal(f"<html><body>{table}".encode())


def test_a_pdf_that_inflates_a_thousandfold_is_stopped_outside_this_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bomb = files.pdf([(files.inflating(b"q ", 10), b"/FlateDecode")])
    assert len(bomb) < 11_000
    # A quarter of what the process apart may take: 2 GB would have to be filled, too.
    monkeypatch.setattr(pdf, "MEMORY", pdf.MEMORY // 4)
    assert "大得不正常" in refusal(bomb)


def test_a_pdf_with_too_many_pages_is_refused() -> None:
    count = MAX_PAGES + 1
    assert f"{count} 页" in refusal(files.pdf([(b"", b"")] * count))


def test_pdf_pages_of_absurd_size_are_read() -> None:
    text = b"BT /F1 9 Tf 9 9 Td (" + b"2023 12 34 " * 3 + b") Tj ET"
    document = kinds.open_document(files.pdf([(text, b"")], box="0 0 14400000 14400000"), "a.pdf")
    assert document.kind == "pdf" and len(document.blocks) == 1


def test_an_encrypted_pdf_asks_for_one_without_password() -> None:
    locked = files.pdf([(b"", b"")]).replace(
        b"trailer<<",
        b"trailer<</Encrypt<</Filter/Standard/V 1/R 2/P -4/O("
        + b"a" * 32
        + b")/U("
        + b"b" * 32
        + b")>>/ID[(aaaaaaaaaaaaaaaa)(aaaaaaaaaaaaaaaa)]",
    )
    assert "密码" in refusal(locked)


def test_a_jpeg_named_pdf_is_read_as_the_picture_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "installed", lambda: False)
    message = refusal(picture("JPEG"), "年报.pdf")
    assert "图片" in message and "gongkai[ocr]" in message


def test_old_word_files_say_what_to_do_without_libreoffice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    odt = files.zipped({"mimetype": f"{OPEN}text", "content.xml": ""})
    old_word = OLE + "WordDocument".encode("utf-16-le")
    for data, kind in ((old_word, "DOC"), (b"{\\rtf1 x}", "RTF"), (odt, "ODT")):
        message = refusal(data)
        assert "LibreOffice" in message and "DOCX" in message and kind in message


@pytest.mark.parametrize("way", ["quoted-printable", "base64", "8bit"])
def test_a_web_page_kept_as_one_file_is_read_as_the_page(way: str) -> None:
    page = files.rendered("html").decode().replace("utf-8", "gb2312").encode("gb18030")
    body = {"quoted-printable": quopri.encodestring, "base64": base64.encodebytes}
    part = body[way](page) if way in body else page
    data = (
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="----=_x"\r\n\r\n'
        b"------=_x\r\nContent-Location: file:///C:/a.htm\r\nContent-Transfer-Encoding: "
        b'%s\r\nContent-Type: text/html; charset="gb2312"\r\n\r\n%s\r\n------=_x--\r\n'
    ) % (way.encode(), part)
    (report,) = read(data, "年报.doc")
    found, told = ({a: c.value for a, c in r.cells()} for r in (report, files.sample()))
    assert found == told


def test_an_enormous_picture_is_refused_by_its_header() -> None:
    head = bytearray(picture("BMP"))
    head[18:26] = (60_000).to_bytes(4, "little") + (60_000).to_bytes(4, "little")
    assert "60000" in refusal(bytes(head), "年报.bmp")


SEEDS = ["html", "docx", "xlsx", "csv", "json", "pdf"]
TEXTS = [TEXT.encode("gb18030") * 30, TEXT.encode("utf-16") * 30]
BASES = [*(files.rendered(kind) for kind in SEEDS), *TEXTS]


@given(
    base=st.sampled_from(range(len(BASES))),
    where=st.floats(0, 1),
    cut=st.integers(0, 4000),
    put=st.binary(max_size=60),
    name=st.sampled_from(["年报.pdf", "年报.csv", "年报.docx", ""]),
)
def test_a_damaged_file_raises_nothing_but_a_refusal(
    base: int, where: float, cut: int, put: bytes, name: str
) -> None:
    patched = pytest.MonkeyPatch()
    patched.setattr(ocr, "installed", lambda: False)
    data = BASES[base]
    at = int(where * len(data))
    try:
        read(data[:at] + put + data[at + cut :], name)
    except UnusableInput as error:
        assert str(error).endswith("。")
    finally:
        patched.undo()


def test_a_document_says_where_everything_stands() -> None:
    for kind in ("html", "docx", "xlsx", "pdf"):
        for block in kinds.open_document(files.rendered(kind), "年报").blocks:
            assert block.place is not None
            if isinstance(block, Grid):
                assert all(cell.place and cell.place.cell for row in block.rows for cell in row)
