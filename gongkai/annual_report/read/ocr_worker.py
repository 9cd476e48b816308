"""The process behind ``ocr``: a file on standard input → blocks as JSON on standard output.

``python -m gongkai.annual_report.read.ocr_worker [PAGE,PAGE…]``
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pypdfium2
from PIL import Image, ImageOps

from gongkai.annual_report.read.document import UnusableInput
from gongkai.annual_report.read.pdf import opened
from gongkai.annual_report.read.safety import MAX_SCANNED_PAGES
from gongkai.documents.safety import MAX_PIXELS, refuse

#: Dots per inch at which a PDF page is drawn; pictures are brought to about the same size.
DPI = 200
#: A drawn page is not larger than this: A3 at 200 dpi.
_PAGE_PIXELS = 8_000_000


def main() -> None:
    """Read, recognise, answer; refusals are answered too, as ``{"error": sentence}``."""
    data = sys.stdin.buffer.read()
    wanted = {int(p) for p in sys.argv[1].split(",")} if len(sys.argv) > 1 else None
    answer: dict[str, Any]
    try:
        blocks: list[dict[str, Any]] = []
        reader = None
        for number, image in _pages(data, wanted):
            if image.min() > 200:  # nothing is drawn on it
                continue
            if reader is None:
                # Three seconds of loading, which a picture that is refused does not cost.
                from gongkai.annual_report.read.ocr_page import Reader

                reader = Reader()
            blocks.extend(reader.blocks(image, number))
        answer = {"blocks": blocks}
    except UnusableInput as error:
        answer = {"error": str(error)}
    sys.stdout.write(json.dumps(answer))


def _pages(data: bytes, wanted: set[int] | None) -> Iterator[tuple[int, Any]]:
    if b"%PDF-" in data[:1024]:
        yield from _pdf_pages(data, wanted)
    else:
        yield from _pictures(data)


def _pdf_pages(data: bytes, wanted: set[int] | None) -> Iterator[tuple[int, Any]]:
    with opened(data) as document:
        numbers = [n for n in range(1, len(document) + 1) if wanted is None or n in wanted]
        _check_count(len(numbers))
        for number in numbers:
            try:
                page = document[number - 1]
                width, height = page.get_size()
                area = max(width * height, 1.0)
                scale = min(DPI / 72, (_PAGE_PIXELS / area) ** 0.5)
                drawn = page.render(scale=scale, grayscale=True, may_draw_forms=False)
                pixels = drawn.to_numpy()
                yield number, np.ascontiguousarray(pixels[..., 0] if pixels.ndim > 2 else pixels)
                page.close()
            except (pypdfium2.PdfiumError, ValueError):
                continue


def _pictures(data: bytes) -> Iterator[tuple[int, Any]]:
    Image.MAX_IMAGE_PIXELS = None  # the check below is ours, with a sentence of its own
    try:
        picture = Image.open(io.BytesIO(data))
        frames = getattr(picture, "n_frames", 1)
        _check_count(frames)
        for number in range(frames):
            picture.seek(number)
            width, height = picture.size
            if width * height > MAX_PIXELS:
                refuse(
                    f"图片太大（{width} × {height}），为安全起见没有打开，"
                    "请按 200 dpi 重新扫描后再试。"
                )
            yield number + 1, _grey(picture)
    except UnusableInput:
        raise
    except Exception as error:  # Pillow's plugins fail in every way on damaged pictures
        raise UnusableInput(
            "图片已经损坏，打不开，请重新扫描或者另存为 PNG 图片后再试。"
        ) from error


def _grey(picture: Image.Image) -> Any:
    """The picture upright, on white where it is transparent, near the size of a 200 dpi page."""
    picture = ImageOps.exif_transpose(picture)
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        white = Image.new("RGBA", layered.size, "white")
        picture = Image.alpha_composite(white, layered)
    if picture.mode.startswith("I"):
        picture = picture.convert("F").point(lambda v: v / 256).convert("L")
    picture = picture.convert("L")
    area = picture.width * picture.height
    if area > _PAGE_PIXELS:
        shrink = (_PAGE_PIXELS / area) ** 0.5
        size = max(1, int(picture.width * shrink)), max(1, int(picture.height * shrink))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    return np.asarray(picture)


def _check_count(count: int) -> None:
    if count > MAX_SCANNED_PAGES:
        refuse(
            f"扫描件有 {count} 页，超过 {MAX_SCANNED_PAGES} 页的上限，请只保留年度报告部分后再试。"
        )


if __name__ == "__main__":
    main()
