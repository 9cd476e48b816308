"""A picture: what the camera or a program wrote into it beside what is seen."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress

from PIL import Image

from gongkai.documents.readable.model import Hidden
from gongkai.documents.readable.package import tucked

_GPS = 0x8825
_FACTS = {0x013B: "作者", 0x8298: "版权", 0x9C9D: "作者"}
_WORDS = (0x010E, 0x9C9B, 0x9C9C, 0x9C9E, 0x9C9F)


def written_into(data: bytes) -> Iterator[Hidden]:
    """Place, author and remarks of the EXIF block; nothing of a damaged one."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            facts = picture.getexif()
            place = facts.get_ifd(_GPS)
    except Exception:  # every way a damaged file can fail; the door has looked at the picture
        return
    if place:
        yield Hidden("location", "照片的拍摄地点", "")
    for key, label in _FACTS.items():
        if said := _text(facts.get(key)):
            yield Hidden("properties", f"文件属性·{label}", said[:200])
    yield from tucked("文件属性·说明", (_text(facts.get(key)) for key in _WORDS))


def _text(value: object) -> str:
    if isinstance(value, bytes):  # what Windows writes
        value = value.decode("utf-16-le", "ignore")
    if not isinstance(value, str):
        return ""
    with suppress(UnicodeError):  # the standard knows ASCII only; cameras write UTF-8 all the same
        value = value.encode("latin-1").decode("utf-8")
    return value.strip("\0 ")
