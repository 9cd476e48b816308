"""``redact_pdf``: a new PDF without what lies in the marks.

A page whose drawing is understood keeps its text; any other page with a mark becomes a picture
with the marks painted into its pixels. Only pages go over into the new file, and of a page only
its size, resources and content: no metadata, bookmarks, attachments, form fields, notes,
scripts, tags, earlier revisions or thumbnails.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import pikepdf
import pylopdf_fonts_zh_cn
from PIL import Image, ImageDraw, ImageFont

from gongkai.documents.redact import layout
from gongkai.documents.redact.content import Walker
from gongkai.documents.redact.fontwidths import Unsure
from gongkai.documents.redact.geometry import IDENTITY, Box, Sheet
from gongkai.documents.redact.resources import Used, own_resources
from gongkai.documents.redact.unicode_maps import shorten_maps
from gongkai.documents.safety import refuse

#: Dots per inch of a page that becomes a picture.
DPI = 200
QUALITY = 82
#: The smallest label that can be read, in points.
SMALLEST = 5.0
#: Pixels for a point in a label on a page that stays text.
LABEL_SCALE = 6


@dataclass(frozen=True, slots=True)
class Mark:
    """What is taken out: a box on page ``page`` (from 1) in the PDF's own coordinates, and the
    few words that are printed on the black."""

    page: int
    box: Box
    label: str = ""


@dataclass(frozen=True, slots=True)
class Redacted:
    """The new file, and the pages (from 1) that had to become pictures."""

    data: bytes
    pictures: tuple[int, ...]


def prepared(data: bytes) -> bytes:
    """The file as it would be released with nothing taken out: what a person looks at while
    choosing. Marks are placed on this one, because pages may have become pictures."""
    return redact_pdf(data, ()).data


def redact_pdf(data: bytes, marks: Iterable[Mark]) -> Redacted:
    """Take out everything under the marks.

    UnusableInput: the file cannot be opened, or a mark names a page that it does not have.
    """
    by_page: dict[int, list[Mark]] = {}
    for mark in marks:
        by_page.setdefault(mark.page, []).append(mark)
    try:
        pdf = pikepdf.open(io.BytesIO(data))
    except pikepdf.PdfError:
        refuse("PDF 文件打不开，可能已经损坏或者加了密码，请另存一份后再试。")
    with pdf, layout.opened(data) as shown:
        count = len(pdf.pages)
        if any(not 1 <= number <= count for number in by_page) or count != len(shown):
            refuse("处理清单中有这份文件没有的页码，请把它从清单中删去后再试。")
        pdf.flatten_annotations("all")
        used = Used()
        layers = "/OCProperties" in pdf.Root
        pictures = []
        for number in range(1, count + 1):
            where = layout.sheet(shown[number - 1])
            own = by_page.get(number, [])
            if not _as_text(pdf, number, where, own, used, layers, shown[number - 1]):
                pictures.append(number)
                _as_picture(pdf, number, where, own, shown[number - 1])
        shorten_maps(pdf, used.codes)
        return Redacted(_only_pages(pdf), tuple(pictures))


def _as_text(
    pdf: pikepdf.Pdf,
    number: int,
    where: Sheet,
    marks: list[Mark],
    used: Used,
    layers: bool,
    shown: Any,
) -> bool:
    """Write the page anew without the marked glyphs; False when that is not certain."""
    page = pdf.pages[number - 1]
    if layers or "/UserUnit" in page.obj:
        return False
    try:
        resources = own_resources(pdf, _inherited(page.obj, "/Resources") or {})
        boxes = [m.box for m in marks]
        here = Used()
        content = Walker(pdf, boxes, where.crop, here).walk(page, resources, IDENTITY)
    except (Unsure, pikepdf.PdfError, ValueError, TypeError, KeyError, IndexError, RecursionError):
        return False
    new = _kept(page.obj, resources, pdf.make_stream(content))
    for n, mark in enumerate(marks):
        _black(pdf, new, mark, where, n)
    if not _as_expected(pdf, new, shown, boxes):
        return False
    pdf.pages[number - 1] = pikepdf.Page(pdf.make_indirect(new))
    for font, codes in here.codes.items():
        used.codes.setdefault(font, set()).update(codes)
    return True


def _inherited(page: Any, key: str) -> Any:
    for _ in range(20):
        if key in page:
            return page[key]
        if "/Parent" not in page:
            break
        page = page["/Parent"]
    return None


def _kept(page: Any, resources: Any, content: Any) -> Any:
    new = pikepdf.Dictionary(Type=pikepdf.Name.Page, Resources=resources, Contents=content)
    for key in ("/MediaBox", "/CropBox", "/Rotate"):
        value = _inherited(page, key)
        if value is not None:
            new[key] = value
    if "/Group" in page:
        new.Group = page.Group
    return new


def _black(pdf: pikepdf.Pdf, page: Any, mark: Mark, where: Sheet, n: int) -> None:
    """A black picture with the label over the mark, upright as the page is shown."""
    seen = where.shown(mark.box)
    size = (max(1, round(seen.width * LABEL_SCALE)), max(1, round(seen.height * LABEL_SCALE)))
    fits = min(1.0, (4_000_000 / (size[0] * size[1])) ** 0.5)
    size = (max(1, int(size[0] * fits)), max(1, int(size[1] * fits)))
    picture = Image.new("L", size, 0)
    _label(picture, (0, 0, *size), mark.label, LABEL_SCALE * fits)
    if where.turn:
        picture = picture.rotate(where.turn, expand=True)
    stream = pdf.make_stream(picture.tobytes())
    stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    stream.Width, stream.Height = picture.size
    stream.ColorSpace, stream.BitsPerComponent = pikepdf.Name.DeviceGray, 8
    if "/XObject" not in page.Resources:
        page.Resources.XObject = pikepdf.Dictionary()
    name = f"/GongkaiBlack{n}"
    page.Resources.XObject[name] = stream
    b = mark.box
    draw = f"q {b.width:.3f} 0 0 {b.height:.3f} {b.x0:.3f} {b.y0:.3f} cm {name} Do Q\n"
    # The page's own drawing may leave its coordinates changed: it is closed in.
    inner = page.Contents.read_bytes()
    before = b"" if n else b"q\n"
    after = b"\n" if n else b"\nQ\n"
    page.Contents = pdf.make_stream(before + inner + after + draw.encode())


def _label(picture: Any, box: tuple[int, int, int, int], text: str, scale: float) -> None:
    """White words in the middle of the black, as large as fits, or none."""
    left, top, right, bottom = box
    if not text:
        return
    size = min((bottom - top) * 0.8, (right - left) * 0.94 / len(text), 11 * scale)
    if size < SMALLEST * scale:
        return
    ImageDraw.Draw(picture).text(
        ((left + right) / 2, (top + bottom) / 2),
        text,
        font=_font(int(size)),
        fill="white",
        anchor="mm",
    )


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(pylopdf_fonts_zh_cn.sans_path()), size)


def _as_expected(pdf: pikepdf.Pdf, page: Any, shown: Any, boxes: list[Box]) -> bool:
    """Ask pdfium, which knows nothing of how it was done: all outside is there, inside nothing.

    Without boxes there is nothing to get wrong, and the text may differ: pdfium prefers an
    ActualText, which is gone now, to what the glyphs say.
    """
    if not boxes:
        return True
    single = pikepdf.new()
    single.pages.append(pikepdf.Page(page if page.is_indirect else pdf.make_indirect(page)))
    out = io.BytesIO()
    single.save(out)
    with layout.opened(out.getvalue()) as after:
        left = [c for c in layout.characters(after[0]) if not c.text.isspace()]
        if any(b.covers(c.box) >= _SURE for c in left for b in boxes):
            return False
    visible = layout.sheet(shown).crop
    must = _bag(
        c
        for c in layout.characters(shown)
        if visible.meets(c.box) and all(b.covers(c.box) <= _TOUCHED for b in boxes)
    )
    have = _bag(left)
    return all(have.get(text, 0) >= count for text, count in must.items())


_SURE, _TOUCHED = 0.6, 0.05


def _bag(characters: Iterable[layout.Character]) -> dict[str, int]:
    found: dict[str, int] = {}
    for c in characters:
        if not c.text.isspace() and c.text != "\ufffd" and c.text.isprintable():
            found[c.text] = found.get(c.text, 0) + 1
    return found


def _as_picture(pdf: pikepdf.Pdf, number: int, where: Sheet, marks: list[Mark], shown: Any) -> None:
    """Put a picture of the page, the marks painted into it, in the page's place."""
    width, height = where.size
    picture = layout.drawn(shown, DPI / 72)
    across, along = picture.width / width, picture.height / height
    pen = ImageDraw.Draw(picture)
    for mark in marks:
        b = where.shown(mark.box)
        box = (
            max(0, int(b.x0 * across) - 1),
            max(0, int(b.y0 * along) - 1),
            min(picture.width, int(b.x1 * across) + 2),
            min(picture.height, int(b.y1 * along) + 2),
        )
        if box[0] >= box[2] or box[1] >= box[3]:
            continue
        pen.rectangle(box, fill="black")
        _label(picture, box, mark.label, along)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    stream = pdf.make_stream(out.getvalue())
    stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    stream.Width, stream.Height = picture.size
    stream.ColorSpace, stream.BitsPerComponent = pikepdf.Name.DeviceRGB, 8
    stream.Filter = pikepdf.Name.DCTDecode
    new = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=[0, 0, width, height],
        Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(Page=stream)),
        Contents=pdf.make_stream(f"q {width:.3f} 0 0 {height:.3f} 0 0 cm /Page Do Q".encode()),
    )
    pdf.pages[number - 1] = pikepdf.Page(pdf.make_indirect(new))


def _only_pages(pdf: pikepdf.Pdf) -> bytes:
    """The pages in a file that begins anew: nothing else of the old one is copied."""
    new = pikepdf.new()
    new.pages.extend(pdf.pages)
    new.Root.Lang = pikepdf.String("zh-CN")
    out = io.BytesIO()
    new.save(
        out,
        compress_streams=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        deterministic_id=True,
    )
    return out.getvalue()
