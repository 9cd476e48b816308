"""What strangers send: every hostile file is refused in a sentence, every honest one is kept."""

from __future__ import annotations

import io
import zipfile
import zlib

import pikepdf
import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict
from docx import Document
from PIL import Image
from xlsxwriter import Workbook

from gongkai.base.refusal import Refused
from gongkai.base.uploads import SafeFilesField, check_upload, safe_name
from gongkai.documents import incoming, safety

LONG = "申" * 300


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 8)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


def pdf(**more: object) -> bytes:
    made = pikepdf.new()
    made.add_blank_page()
    for key, value in more.items():
        made.Root[f"/{key}"] = value  # type: ignore[index]
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def word() -> bytes:
    document = Document()
    document.add_paragraph("申请书")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def sheet() -> bytes:
    out = io.BytesIO()
    with Workbook(out) as book:
        book.add_worksheet().write(0, 0, "名单")
    return out.getvalue()


def added(data: bytes, parts: dict[str, bytes | str]) -> bytes:
    """The package with further parts, or others in place of its own."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()


def refusal(name: str, data: bytes) -> str:
    with pytest.raises(Refused) as found:
        check_upload(name, data)
    text = str(found.value)
    assert text.endswith("。") and text.count("。") <= 2
    return text


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("申请.pdf", pdf(), "application/pdf"),
        ("照片.JPG", picture("JPEG"), "image/jpeg"),
        ("照片.png", picture(), "image/png"),
        ("说明.docx", word(), None),
        ("名单.xlsx", sheet(), None),
        ("说明.txt", "请公开名单。\n".encode(), "text/plain; charset=utf-8"),
        ("说明.txt", "请公开名单。\n".encode("gb18030"), "text/plain; charset=utf-8"),
    ],
)
def test_honest_files_are_kept_as_they_are(name: str, data: bytes, media_type: str | None) -> None:
    found = check_upload(name, data)
    assert found.data == data
    assert found.name == name.replace("JPG", "jpg")
    assert media_type in (None, found.media_type)


def test_a_file_is_what_it_contains_not_what_it_is_called() -> None:
    assert "内容却是PNG" in refusal("申请.pdf", picture()).replace(" ", "")
    assert "不一致" in refusal("申请.pdf.exe", pdf())
    assert check_upload("扫描件", pdf()).name == "扫描件.pdf"
    assert check_upload("照片.jpg", picture()).name == "照片.png"


def test_an_empty_and_a_huge_file_are_refused() -> None:
    assert "0 字节" in refusal("a.txt", b"")
    with pytest.raises(Refused, match="超过 2 KB 的上限，未上传"):
        check_upload("a.txt", b"x" * 3000, limit=2048)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"<?xml version='1.0'?><svg><script>alert(1)</script></svg>", "SVG"),
        (b"\n\n<!DOCTYPE html><p>x", "网页"),
        ("您好 <script>alert(1)</script>".encode(), "脚本"),
        ("好".encode() * 40000 + b"<iframe src=x>", "脚本"),
        (b"MZ\x90\0", "程序"),
        (b"#!/bin/sh\n", "程序"),
        (b"Rar!\x1a\x07", "压缩包"),
        (b"GIF89a", "JPG"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", "视频"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 64, "旧版"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "密码",
        ),
        (b"{\\rtf1}", "RTF"),
        (b"a\0b", "这种文件"),
        (b"junk%PDF-1.4", "夹带"),
    ],
)
def test_other_formats_are_refused_with_the_way_to_one_that_is_taken(
    data: bytes, said: str
) -> None:
    assert said in refusal("附件", data)


def test_archives_and_ofd_are_refused() -> None:
    assert "解压" in refusal("a.zip", _zip({"a.txt": b"x"}))
    assert "OFD" in refusal("a.ofd", _zip({"OFD.xml": b"<a/>"}))
    odt = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"}
    assert "ODT" in refusal("a.odt", _zip(odt))


def _zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", 8) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def test_macros_are_refused_whatever_the_file_is_called() -> None:
    assert "宏" in refusal("a.docx", added(word(), {"word/vbaProject.bin": b"x"}))
    assert "宏" in refusal("a.xlsx", added(sheet(), {"xl/vbaProject.bin": b"x"}))
    assert "宏" in refusal("a.xlsx", added(sheet(), {"xl/macrosheets/sheet1.xml": "<a/>"}))
    types = part(word(), "[Content_Types].xml").replace(
        "document.main+xml", "document.macroEnabled.main+xml"
    )
    assert "宏" in refusal("a.docx", added(word(), {"[Content_Types].xml": types}))


def test_what_calls_another_program_or_place_is_refused() -> None:
    relations = part(word(), "word/_rels/document.xml.rels").replace(
        "</Relationships>",
        '<Relationship Id="x" TargetMode="External" Target="https://example.com/a.dotm" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/>'
        "</Relationships>",
    )
    assert "外部" in refusal("a.docx", added(word(), {"word/_rels/document.xml.rels": relations}))
    body = part(word(), "word/document.xml").replace(
        "申请书</w:t>", "</w:t></w:r><w:r><w:instrText>DDEAUTO c:\\x</w:instrText>"
    )
    assert "调用其他程序" in refusal("a.docx", added(word(), {"word/document.xml": body}))
    package = "\x01Ole10Native".encode("utf-16-le")
    assert "嵌入" in refusal("a.docx", added(word(), {"word/embeddings/oleObject1.bin": package}))


def test_bombs_and_entities_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = added(word(), {"word/media/a.png": bytes(2 << 20)})
    assert "大得不正常" in refusal("a.docx", bomb)  # for how much it swells, however large
    assert safety.MAX_UNPACKED_BYTES == 256 << 20
    with monkeypatch.context() as patch:  # and for how large it is, however little it swells
        patch.setattr(safety, "MAX_RATIO", 1 << 30)
        assert check_upload("a.docx", bomb)
        patch.setattr(safety, "MAX_UNPACKED_BYTES", 2 << 20)
        assert "大得不正常" in refusal("a.docx", bomb)
    laughs = '<!DOCTYPE w [<!ENTITY a "哈哈">]><w>&a;</w>'
    assert "实体" in refusal("a.docx", added(word(), {"word/document.xml": laughs}))
    head = picture()
    ihdr = (60000).to_bytes(4, "big") * 2 + head[24:29]
    huge = head[:16] + ihdr + zlib.crc32(b"IHDR" + ihdr).to_bytes(4, "big") + head[33:]
    assert "大得不正常" in refusal("a.png", huge)


def test_a_pdf_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """``MAX_UNPACKED_BYTES`` of all streams together, here 2 MB of them."""
    made = pikepdf.open(io.BytesIO(pdf()))
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(bytes(1 << 20)) for _ in range(3)) + packer.flush()
    stream = pikepdf.Stream(made, body)
    stream.Filter = pikepdf.Name.FlateDecode
    made.Root.Bomb = made.make_indirect(stream)
    out = io.BytesIO()
    made.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    assert len(out.getvalue()) < 1 << 20
    assert check_upload("a.pdf", out.getvalue())
    assert incoming.MAX_UNPACKED_BYTES == safety.MAX_UNPACKED_BYTES
    monkeypatch.setattr(incoming, "MAX_UNPACKED_BYTES", 2 << 20)
    assert "大得不正常" in refusal("a.pdf", out.getvalue())


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"OpenAction": pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")}, "脚本"),
        ({"OpenAction": pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")}, "动作"),
        ({"Names": pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary())}, "嵌入"),
        ({"AcroForm": pikepdf.Dictionary(XFA="x")}, "动态表单"),
    ],
)
def test_a_pdf_that_acts_or_carries_files_is_refused(more: dict[str, object], said: str) -> None:
    assert said in refusal("a.pdf", pdf(**more))


def test_a_pdf_with_names_in_gbk_is_kept_and_looked_at() -> None:
    """Older Chinese programs name fonts so; what hides behind such a name is found too."""
    made = pikepdf.open(io.BytesIO(pdf()))
    made.Root["/ABCD"] = pikepdf.Dictionary(Kept=1)
    plain = io.BytesIO()
    made.save(plain, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    data = plain.getvalue().replace(b"/ABCD", b"/" + "宋体".encode("gbk"))
    assert check_upload("通知.pdf", data).media_type == "application/pdf"
    acting = data.replace(b"/Kept 1", b"/JS (1)")
    with pytest.raises(Refused, match="脚本"):
        check_upload("通知.pdf", acting)


def test_polyglots_are_refused() -> None:
    assert "夹带" in refusal("a.pdf", pdf() + _zip({"a.txt": b"x"}))
    assert "夹带" in refusal("a.pdf", pdf() + b"<html><script>1</script>")
    assert "夹带" in refusal("a.png", picture() + _zip({"a.txt": b"x"}))
    assert "夹带" in refusal("a.jpg", picture("JPEG") + b"<script>1</script>")
    assert "夹带" in refusal("a.jpg", picture("JPEG") + pdf())


def test_damaged_and_encrypted_files_are_refused() -> None:
    assert "损坏" in refusal("a.png", picture(size=(200, 200))[:100])
    assert "损坏" in refusal("a.docx", word()[:2000])
    assert "损坏" in refusal("a.pdf", b"%PDF-1.7 nothing")
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as made:
        made.save(out, encryption=pikepdf.Encryption(user="1", owner="2"))
    assert "密码" in refusal("a.pdf", out.getvalue())


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\用户\\申请.txt", "申请.txt"),
        ("申请\0.txt", "申请.txt"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie_ x.txt"),
        ("\u202etxt.exe申请.txt", "txt.exe申请.txt"),
        ("..txt", "附件.txt"),
        ("", "附件.txt"),
        ("CON.txt", "_CON.txt"),
        ("<b>.txt", "_b_.txt"),
    ],
)
def test_names_are_made_safe_never_refused(name: str, kept: str) -> None:
    assert check_upload(name, "好".encode()).name == kept


def test_a_name_of_300_characters_is_shortened_and_keeps_its_extension() -> None:
    kept = check_upload(f"{LONG}.txt", "好".encode()).name
    assert kept.endswith("申.txt") and len(kept.encode()) <= 200
    assert safe_name(f"{LONG}.txt", "txt") == kept


class Form(forms.Form):
    files = SafeFilesField(label="附件", max_files=2)


def sent(*files: tuple[str, bytes]) -> Form:
    given = [SimpleUploadedFile(name or "x", data) for name, data in files]
    return Form({}, MultiValueDict({"files": given}))


def test_the_field_gives_every_file_checked() -> None:
    form = sent(("a.txt", b"x"), ("b.pdf", pdf()))
    assert form.is_valid()
    assert [f.name for f in form.cleaned_data["files"]] == ["a.txt", "b.pdf"]


def test_the_field_names_the_file_that_is_wrong_and_counts() -> None:
    assert "“b.pdf”：" in sent(("a.txt", b"x"), ("b.pdf", b"MZ")).errors["files"][0]
    assert "最多上传 2 个" in sent(*[("a.txt", b"x")] * 3).errors["files"][0]
    assert sent().errors["files"] == ["请选择要上传的文件。"]
    assert "0 字节" in sent(("a.txt", b"")).errors["files"][0]


@pytest.mark.parametrize("name", ["bad.exe", "bad.EXE", "bad", "图片.png"])
def test_a_refused_file_is_called_by_its_own_name(name: str) -> None:
    with pytest.raises(forms.ValidationError) as no:
        SafeFilesField().clean([SimpleUploadedFile(name, b"MZ\0\0")])
    assert f"“{name.lower()}”：" in no.value.messages[0]
