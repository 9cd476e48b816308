"""Words in pictures, by rapidocr in a process of its own (extra ``gongkai[ocr]``)."""

from __future__ import annotations

from importlib.util import find_spec

from gongkai.documents.readable import worker
from gongkai.documents.readable.model import Readable, Writer
from gongkai.documents.safety import refuse

#: For one file, and pages recognised of it.
SECONDS = 180
MAX_PAGES = 40


def installed() -> bool:
    """Whether the extra is there."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def page_lines(data: bytes, pages: list[int]) -> dict[int, str]:
    """Page number → its words, a line a line; UnusableInput without the extra or when too slow."""
    if not installed():
        refuse("文件里有图片，没有安装文字识别组件，没有读取其中的文字。")
    chosen = pages[:MAX_PAGES]
    answer = worker.apart("ocr", data, seconds=SECONDS, pages=chosen)
    return {int(number): str(text) for number, text in answer["pages"].items()}


def recognised(data: bytes) -> Readable:
    """A picture (PNG, JPEG) for reading."""
    writer = Writer()
    for text in page_lines(data, [1]).values():
        for line in text.splitlines():
            writer.paragraph(line)
    return writer.readable()
