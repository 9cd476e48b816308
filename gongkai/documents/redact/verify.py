"""An independent look at a redacted file: is anything of the secrets still in it?

It shares no code with the taking out: it reads the text as pdfium or the bare XML gives it, and
searches every decompressed stream, string and part in the encodings in which text is stored.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator

import pikepdf
import pypdfium2

#: A secret shorter than this in bytes turns up in compressed data by chance.
MIN_BYTES = 6
#: Short numbers turn up among the coordinates of a drawing.
MIN_DIGITS = 8
_ENCODINGS = ("utf-8", "utf-16-be", "utf-16-le", "gb18030")
_BLANKS = re.compile(r"\s+")
_TAGS = re.compile(r"<[^>]*>")


def plain(text: str) -> str:
    """Text without blanks, full and half width alike: how secrets are compared."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text))


def pdf_text(data: bytes) -> str:
    """All text of a PDF as pdfium extracts it."""
    document = pypdfium2.PdfDocument(data)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def docx_text(data: bytes) -> str:
    """All text of a DOCX: every XML part with the tags taken away."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "\n".join(
            _TAGS.sub("", archive.read(name).decode("utf-8", "replace"))
            for name in sorted(archive.namelist())
            if name.endswith((".xml", ".rels"))
        )


def verify_pdf(data: bytes, secrets: Iterable[str]) -> list[str]:
    """The secrets that can still be found, by text or in any stream or string; [] when clean.

    Bookmarks, attachments, forms, scripts, metadata or layers that are still there are found as
    "元数据" whatever they say.
    """
    wanted = [s for s in dict.fromkeys(secrets) if plain(s)]
    text = plain(pdf_text(data))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pieces = list(_pdf_pieces(pdf))
        kept = set(pdf.Root.keys()) & _FORBIDDEN
        tidy = not kept and "/Info" not in pdf.trailer and data.count(b"%%EOF") == 1
    found = [s for s in wanted if plain(s) in text or _raw(s, pieces)]
    return found if tidy else [*found, "元数据"]


def verify_docx(data: bytes, secrets: Iterable[str]) -> list[str]:
    """The secrets that can still be found, across runs or in the bytes of any part."""
    wanted = [s for s in dict.fromkeys(secrets) if plain(s)]
    text = plain(docx_text(data))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        pieces = [archive.read(name) for name in archive.namelist()]
        names = set(archive.namelist())
    found = [s for s in wanted if plain(s) in text or _raw(s, pieces)]
    private = [n for n in names if n.startswith(("docProps/", "customXml/", "word/embeddings/"))]
    return [*found, "元数据"] if private else found


_FORBIDDEN = frozenset(
    [
        "/Metadata",
        "/Outlines",
        "/Names",
        "/AcroForm",
        "/StructTreeRoot",
        "/OCProperties",
        "/OpenAction",
        "/AA",
        "/PieceInfo",
        "/Dests",
        "/AF",
        "/Collection",
    ]
)


def _pdf_pieces(pdf: pikepdf.Pdf) -> Iterator[bytes]:
    """Every string and every decompressed stream, pictures excepted."""
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Stream):
            yield from _strings(thing, 0)
            if thing.get("/Subtype") == "/Image":
                continue
            try:
                yield thing.read_bytes()
            except pikepdf.PdfError:
                yield thing.read_raw_bytes()
        else:
            yield from _strings(thing, 0)


def _strings(thing: object, depth: int) -> Iterator[bytes]:
    if isinstance(thing, pikepdf.String):
        yield bytes(thing)
    elif isinstance(thing, pikepdf.Array) and depth < 60:
        for item in thing:
            yield from _strings(item, depth + 1)
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream) and depth < 60:
        for _, item in thing.items():  # a key that is not in UTF-8 cannot be asked for
            if not (isinstance(item, pikepdf.Object) and item.is_indirect):
                yield from _strings(item, depth + 1)


def _raw(secret: str, pieces: Iterable[bytes]) -> bool:
    needles = set()
    for text in (secret, plain(secret)):
        for encoding in _ENCODINGS:
            needle = text.encode(encoding, "ignore")
            if len(needle) >= (MIN_DIGITS if text.isascii() else MIN_BYTES):
                needles |= {needle, needle.hex().encode(), needle.hex().upper().encode()}
    return any(needle in piece for piece in pieces for needle in needles)
