"""Papers bound into one PDF, behind a front that lists them with the page each begins on."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pikepdf
from PIL import Image

from gongkai.applications.actions.redact import GUARDED
from gongkai.applications.files import FileDamaged, content
from gongkai.applications.models import CaseFile
from gongkai.documents.blocks import Document, Paragraph
from gongkai.documents.pdf import pdf

#: A4 at this many dots an inch: what a scanned letter is shown at.
_DPI = 150
_A4 = (int(210 / 25.4 * _DPI), int(297 / 25.4 * _DPI))


@dataclass(frozen=True, slots=True)
class Piece:
    """Some pages, and how the bookmark that leads to them is called."""

    title: str
    pages: pikepdf.Pdf


def bind(
    front: Callable[[list[int]], bytes],
    pieces: Sequence[Piece],
    *,
    title: str,
    rest: Sequence[Piece] = (),
) -> bytes:
    """The front, the listed pieces, and what comes after them unlisted.

    ``front`` makes the first pages as a PDF when it is told on which page each piece begins; it
    has as many pages whatever the numbers are. ``title``: the front's own bookmark.
    """
    starts, page = [], len(opened(front([0] * len(pieces))).pages) + 1
    for piece in [*pieces, *rest]:
        starts.append(page)
        page += len(piece.pages.pages)
    bound = opened(front(starts[: len(pieces)]))
    with bound.open_outline() as outline:
        outline.root.clear()  # of the front by itself
        outline.root.append(pikepdf.OutlineItem(title, 0))
        for piece, start in zip([*pieces, *rest], starts, strict=True):
            bound.pages.extend(piece.pages.pages)
            outline.root.append(pikepdf.OutlineItem(piece.title, start - 1))
    out = io.BytesIO()
    bound.save(out)
    return out.getvalue()


def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


def paper(file: CaseFile | None, *, whole: bool) -> tuple[pikepdf.Pdf | None, str]:
    """The pages of a paper, or None and why it is not bound in.

    ``whole`` False leaves out originals and identity papers, for those who may not open them.
    """
    if file is None:
        return None, "原件为纸质材料，另附。"
    if file.erased_at is not None:
        return None, "电子文件已经按规定清除。"
    if not whole and file.kind in GUARDED:
        return None, "原件为受限材料，由有权查看信息原件的人员另附。"
    try:
        pages = _pages(file)
    except (FileDamaged, OSError, pikepdf.PdfError):
        return None, "电子文件读不出来，请联系管理员从备份恢复，另附。"
    return pages, "" if pages else "原件为不能合订的电子文件，另附。"


def _pages(file: CaseFile) -> pikepdf.Pdf | None:
    """The file's pages; None for a kind that has none."""
    data = content(file)
    if file.media_type == "application/pdf":
        return opened(data)
    if file.media_type.startswith("image/"):
        return opened(_picture(data))
    if file.media_type.startswith("text/plain"):
        words = data.decode("utf-8", "replace").splitlines()
        return opened(pdf(Document(file.get_kind_display(), tuple(map(Paragraph, words)))))
    return None


def _picture(data: bytes) -> bytes:
    """A picture on an A4 page, as large as fits."""
    with Image.open(io.BytesIO(data)) as read:
        picture = read.convert("RGB")
    picture.thumbnail(_A4)
    page = Image.new("RGB", _A4, "white")
    page.paste(picture, ((_A4[0] - picture.width) // 2, (_A4[1] - picture.height) // 2))
    out = io.BytesIO()
    page.save(out, "PDF", resolution=_DPI)
    return out.getvalue()
