"""Bytes → text: UTF-8 (with or without BOM), UTF-16, GB18030, found by content."""

from __future__ import annotations

import codecs

from gongkai.documents.safety import refuse

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Control characters that text does not have.
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\r\f\v\x1a\x1b")


def decode(data: bytes) -> str:
    """The text of a file in any encoding that Chinese offices use.

    A few broken bytes (a download cut in the middle of a character) become U+FFFD.
    UnusableInput: the bytes are not text.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data.decode(encoding, "replace").replace("\0", "")
    if b"\0" in data[:4096]:
        return _utf16(data)
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if controls > 16 + len(data) // 200:
        _not_text()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    best, broken = "", len(data) + 1
    for encoding in ("gb18030", "utf-8"):
        text = data.decode(encoding, "replace")
        count = text.count("\ufffd")
        if count < broken:
            best, broken = text, count
    # A truncated or slightly damaged text is still text; a tenth of rubbish is not.
    if broken * 10 > len(best) + 10 or not _plausible(best):
        _not_text()
    return best


def _utf16(data: bytes) -> str:
    """UTF-16 without BOM: half of the bytes of digits and line ends are zero."""
    even, odd = data[0:4096:2].count(0), data[1:4096:2].count(0)
    encoding = "utf-16-be" if even > odd else "utf-16-le"
    text = data.decode(encoding, "replace")
    if text.count("\ufffd") * 50 > len(text) or not _plausible(text):
        _not_text()
    return text


def _plausible(text: str) -> bool:
    """Whether nearly all characters are ASCII, Chinese or the punctuation between them."""
    sample = text[:20_000]
    odd = sum(
        1
        for c in sample
        if not (
            c in "\t\n\r\f"
            or " " <= c <= "~"
            or "\u4e00" <= c <= "\u9fff"
            or "\u3000" <= c <= "\u303f"
            or "\uff00" <= c <= "\uffef"
            or "\u2000" <= c <= "\u25ff"
            or "\u00a0" <= c <= "\u00d7"
            or "\u3400" <= c <= "\u4dbf"
            or c == "\ufeff"
        )
    )
    return odd * 10 <= len(sample)


def _not_text() -> None:
    refuse("认不出这个文件的格式，请提供 TXT、HTML、DOCX、PDF、XLSX 或者图片格式的文件。")
