"""What is this file, by its content alone, and is there anything in it that acts by itself?

``identify(data, kinds)`` → ``Kind``; UnusableInput with one Chinese sentence for everything
that is not plainly one of the kinds: other formats, encrypted, damaged, with macros, scripts,
attachments, or growing beyond measure when opened.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pikepdf
from PIL import Image

from gongkai.documents.safety import (
    MAX_PIXELS,
    MAX_UNPACKED_BYTES,
    check_unpacked,
    member,
    open_zip,
    parse_xml,
    refuse,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is taken; the first extension is the usual one."""

    key: str
    short: str
    label: str
    media_type: str
    extensions: tuple[str, ...]


_OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS = {
    kind.key: kind
    for kind in (
        Kind("pdf", "PDF", "PDF 文件", "application/pdf", ("pdf",)),
        Kind("jpg", "JPG", "JPG 图片", "image/jpeg", ("jpg", "jpeg")),
        Kind("png", "PNG", "PNG 图片", "image/png", ("png",)),
        Kind("docx", "DOCX", "Word 文档", f"{_OFFICE}wordprocessingml.document", ("docx",)),
        Kind("xlsx", "XLSX", "Excel 表格", f"{_OFFICE}spreadsheetml.sheet", ("xlsx",)),
        Kind("txt", "TXT", "文本文件", "text/plain; charset=utf-8", ("txt",)),
    )
}
DEFAULT = tuple(KINDS)

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PACKED = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"#!")
_MARKUP = re.compile(
    rb"<\s*(!doctype|html|head|body|script|svg|iframe|object|embed|\?xml|\?php)", re.IGNORECASE
)
#: Actions of a PDF that do more than turn to a page or open a web address.
_ACTS = frozenset(
    [
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/GoToE",
        "/GoToR",
        "/Rendition",
        "/Movie",
        "/Sound",
        "/RichMediaExecute",
    ]
)
_MAX_OBJECTS = 300_000
_MAX_DEPTH = 60
#: One filter on another is ordinary, a third is not.
_MAX_FILTERS = 2
_WORD_ACTS = re.compile(rb"\bDDE(AUTO)?\b|MACROBUTTON", re.IGNORECASE)
_REMOTE = re.compile(r"^\s*(https?:|ftp:|file:\s*/*[^/\s]*\\\\|\\\\|//)", re.IGNORECASE)


def identify(data: bytes, kinds: tuple[str, ...] = DEFAULT) -> Kind:
    """The kind of the file when it is among ``kinds`` and harmless; UnusableInput otherwise."""
    key = _recognised(data)
    if key is None or key not in kinds:
        taken = "、".join(KINDS[k].short for k in kinds)
        what = KINDS[key].label if key else "这种文件"
        refuse(f"不能上传{what}，请另存为 {taken} 中的一种后再上传。")
    _CHECKS[key](data)
    return KINDS[key]


def _recognised(data: bytes) -> str | None:
    if data.startswith(b"PK\x03\x04"):
        return _zip_kind(data)
    if data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    _advise(data)
    return "txt" if _is_text(data) else None


def _advise(data: bytes) -> None:
    """Refuse the formats that people do send, each with the way to one that is taken."""
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            refuse("文件加了密码，请用 Word 或者 WPS 打开，去掉密码另存一份后再上传。")
        refuse(
            "这是旧版 Word、Excel 或者 WPS 文件，请用原来的软件打开，"
            "另存为 PDF、DOCX 或者 XLSX 后再上传。"
        )
    if data[4:8] == b"ftyp":
        if data[8:12] in (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"):
            refuse(
                "这是手机的 HEIC 图片，请在手机上另存为 JPG，"
                "或者在相机设置中选择“兼容性最佳”重新拍摄后再上传。"
            )
        refuse("不能上传音频、视频文件，请用文字说明，或者与受理机关联系当面提交。")
    if data.startswith((b"GIF8", b"BM", b"II*\0", b"MM\0*")) or data[8:12] == b"WEBP":
        refuse("不能上传这种图片，请另存为 JPG 或者 PNG 后再上传。")
    if data.startswith(_PACKED):
        refuse("不能上传压缩包，请解压后上传其中的文件。")
    if data.startswith(_PROGRAMS):
        refuse("不能上传程序或者脚本文件，请检查文件来源。")
    if data.startswith(b"{\\rtf"):
        refuse("不能上传 RTF 文件，请用 Word 或者 WPS 打开后另存为 DOCX 或者 PDF 再上传。")
    if _MARKUP.search(data[:65536]):
        refuse("不能上传网页、SVG 等含有标记或者脚本的文件，请打印或者另存为 PDF 后再上传。")
    if b"%PDF-" in data[:4096]:
        refuse("PDF 文件开头夹带了其他内容，请用阅读器打开后另存（或打印）为 PDF 再上传。")


def _is_text(data: bytes) -> bool:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not re.search(r"[\x00-\x08\x0e-\x1f\x7f]", text)
    return False


def _check_text(data: bytes) -> None:
    if _MARKUP.search(data):
        refuse("文本中含有网页标记或者脚本，请删去后另存，或者另存为 PDF 后再上传。")


# --- pictures ---------------------------------------------------------------------------------


def _check_picture(data: bytes) -> None:
    """Really decode it, after its size was read from its head."""
    if zipfile.is_zipfile(io.BytesIO(data)) or b"%PDF-" in data[:1024] + data[-65536:]:
        refuse("图片中夹带了其他文件，请重新截图或者另存为新的图片后再上传。")
    if re.search(rb"<script|<html|<svg|<\?php", data, re.IGNORECASE):
        refuse("图片中夹带了网页脚本，请重新截图或者另存为新的图片后再上传。")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
                if picture.width * picture.height <= MAX_PIXELS:
                    picture.load()
                    return
        except Image.DecompressionBombError:
            pass
        except Exception:  # every way a damaged picture can fail means the same to the user
            refuse("图片已经损坏，打不开，请重新拍摄或者另存一份后再上传。")
    refuse("图片的尺寸大得不正常，请缩小后再上传。")


# --- Word and Excel ---------------------------------------------------------------------------


def _zip_kind(data: bytes) -> str:
    with open_zip(data, "文件") as archive:
        names = set(archive.namelist())
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names:
        refuse("不能上传 XLSB 文件，请用 Excel 或者 WPS 打开后另存为 XLSX 再上传。")
    if "OFD.xml" in names:
        refuse("暂不能上传 OFD 文件，请用 OFD 阅读器打开后另存（或打印）为 PDF 再上传。")
    if {"mimetype", "content.xml"} <= names:
        refuse("不能上传 ODT、ODS 文件，请用原来的软件打开，另存为 PDF、DOCX 或者 XLSX 后再上传。")
    if any(n.startswith("ppt/") for n in names):
        refuse("不能上传演示文稿，请另存为 PDF 后再上传。")
    refuse("不能上传压缩包，请解压后上传其中的文件。")


def _check_office(data: bytes) -> None:
    what = "文件"
    with open_zip(data, what) as archive:
        names = archive.namelist()
        if len(set(names)) < len(names) or any(
            n.startswith(("/", "\\")) or ".." in re.split(r"[\\/]", n) for n in names
        ):
            refuse("文件的内部结构不正常，请用原来的软件另存一份后再上传。")
        if b"%PDF-" in data[:1024] or data[:2] != b"PK":
            refuse("文件中夹带了其他内容，请用原来的软件另存一份后再上传。")
        check_unpacked(archive, what)
        types = member(archive, "[Content_Types].xml", what) or b""
        if b"macroenabled" in types.lower() or any(_is_macro(n) for n in names):
            refuse("文件中含有宏，请另存为不含宏的 DOCX 或者 XLSX（或者 PDF）后再上传。")
        for name in names:
            if name.endswith((".xml", ".rels", ".vml")):
                _check_part(name, member(archive, name, what) or b"")
            elif "ole10native".encode("utf-16-le") in (member(archive, name, what) or b"").lower():
                refuse("文件中嵌入了其他程序或者文件，请去掉后另存，或者另存为 PDF 后再上传。")


def _is_macro(name: str) -> bool:
    low = name.lower()
    return (
        low.rsplit("/", 1)[-1].startswith(("vbaproject", "vbadata"))
        or "/macrosheets/" in low
        or "/activex/" in low
        or low.endswith((".exe", ".dll", ".js", ".vbs", ".bat", ".cmd", ".ps1", ".scr", ".html"))
    )


def _check_part(name: str, data: bytes) -> None:
    root = parse_xml(data, "文件") if data else None
    if root is None:
        return
    if name.endswith(".rels"):
        for relation in root:
            kind = str(relation.get("Type", "")).rsplit("/", 1)[-1].lower()
            outside = relation.get("TargetMode") == "External"
            if (
                outside
                and kind in ("attachedtemplate", "oleobject", "frame", "subdocument", "afchunk")
                and _REMOTE.match(str(relation.get("Target", "")))
            ):
                refuse("文件打开时会从外部取内容，请另存为 PDF 后再上传。")
    elif name.startswith("word/"):
        codes = "".join(
            [str(e.text or "") for e in root.iter("{*}instrText")]
            + [str(e.get(k)) for e in root.iter("{*}fldSimple") for k in e.keys()]  # noqa: SIM118
        )
        if _WORD_ACTS.search(codes.encode()):
            refuse("文件中含有会调用其他程序的域，请另存为 PDF 后再上传。")
    elif name.startswith("xl/externalLinks/") and next(root.iter("{*}ddeLink"), None) is not None:
        refuse("表格中含有会调用其他程序的链接，请断开链接后另存再上传。")


# --- PDF --------------------------------------------------------------------------------------


def _check_pdf(data: bytes) -> None:
    if zipfile.is_zipfile(io.BytesIO(data)):
        refuse("PDF 文件中夹带了压缩包，请用阅读器打开后另存（或打印）为 PDF 再上传。")
    end = data.rfind(b"%%EOF")
    if end >= 0 and _MARKUP.search(data[end:]):
        refuse("PDF 文件末尾夹带了其他内容，请用阅读器打开后另存（或打印）为 PDF 再上传。")
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) == 0:
                refuse("PDF 文件里没有页面，请检查后重新上传。")
            check_pdf_objects(pdf)
    except pikepdf.PasswordError:
        refuse("PDF 文件加了密码，请去掉密码另存一份后再上传。")
    except (pikepdf.PdfError, pikepdf.DataDecodingError, RecursionError):
        refuse("PDF 文件已经损坏，打不开，请用阅读器打开后另存（或打印）为 PDF 再上传。")


def check_pdf_objects(pdf: pikepdf.Pdf) -> None:
    """UnusableInput where an object acts by itself, holds a file, or inflates beyond measure."""
    left = MAX_UNPACKED_BYTES
    for count, thing in enumerate(pdf.objects):
        if count > _MAX_OBJECTS:
            refuse("PDF 文件的结构复杂得不正常，请用阅读器打开后打印为 PDF 再上传。")
        _look(thing, 0)
        if isinstance(thing, pikepdf.Stream):
            left -= _inflated(thing, left)


def _look(thing: Any, depth: int) -> None:
    if depth > _MAX_DEPTH:
        refuse("PDF 文件的结构复杂得不正常，请用阅读器打开后打印为 PDF 再上传。")
    if isinstance(thing, pikepdf.Array):
        inside: list[Any] = list(thing)
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        _look_at_dictionary(thing)
        # Never by its key: names in other encodings than UTF-8 (GBK) cannot be asked for.
        inside = [value for _, value in thing.items()]
    else:
        return
    for item in inside:
        if isinstance(item, pikepdf.Object) and not item.is_indirect:
            _look(item, depth + 1)


def _look_at_dictionary(thing: Any) -> None:
    if "/JS" in thing or str(thing.get("/S", "")) in _ACTS:
        refuse("PDF 文件中含有脚本或者会自动执行的动作，请用阅读器打开后打印为 PDF 再上传。")
    if "/XFA" in thing:
        refuse("这是动态表单 PDF，请用阅读器打开后打印为 PDF 再上传。")
    if "/EmbeddedFiles" in thing or "/EF" in thing or thing.get("/Subtype") == "/RichMedia":
        refuse("PDF 文件中嵌入了其他文件，请用阅读器打开后打印为 PDF 再上传，附件可以另外上传。")
    if thing.get("/Subtype") == "/Image":
        width, height = thing.get("/Width", 0), thing.get("/Height", 0)
        if not all(isinstance(n, int) for n in (width, height)) or width * height > 4 * MAX_PIXELS:
            refuse("PDF 文件中的图片大得不正常，请缩小后另存再上传。")


def _inflated(stream: Any, left: int) -> int:
    """Bytes of the stream once inflated; UnusableInput beyond ``left``."""
    filters = stream.get("/Filter", [])
    names = [str(filters)] if isinstance(filters, pikepdf.Name) else [str(f) for f in filters]
    if len(names) > _MAX_FILTERS:
        refuse("PDF 文件的压缩方式不正常，请用阅读器打开后打印为 PDF 再上传。")
    total = 0
    if names[:1] in (["/FlateDecode"], ["/Fl"]):
        engine = zlib.decompressobj()
        waiting = bytes(stream.read_raw_bytes())
        while waiting:
            try:
                out = engine.decompress(waiting, 1 << 20)
            except zlib.error:
                break
            total += len(out)
            if total > left:
                refuse("PDF 文件解压后大得不正常，请用阅读器打开后打印为 PDF 再上传。")
            waiting = engine.unconsumed_tail
            if not out:
                break
    if len(names) == _MAX_FILTERS and names[1] in (
        "/FlateDecode",
        "/LZWDecode",
        "/RunLengthDecode",
    ):
        refuse("PDF 文件的压缩方式不正常，请用阅读器打开后打印为 PDF 再上传。")
    return total


_CHECKS: dict[str, Callable[[bytes], None]] = {
    "pdf": _check_pdf,
    "jpg": _check_picture,
    "png": _check_picture,
    "docx": _check_office,
    "xlsx": _check_office,
    "txt": _check_text,
}
