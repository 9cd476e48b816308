"""A web page kept as one file (MHTML): how Word writes 单个文件网页, often under the name .doc."""

from __future__ import annotations

import base64
import binascii
import quopri
import re

#: The head of the whole, and of each part, ends within so many bytes.
_HEAD = 4096
_BOUNDARY = re.compile(rb'boundary="?([^"\r\n;]{1,200})', re.IGNORECASE)
_BLANK = re.compile(rb"\r?\n\r?\n")
#: The page itself is the first part of it; pictures and styles follow.
_PARTS = 50


def page_in(data: bytes) -> bytes | None:
    """The HTML of the page in an archive; None: it is no such archive, or has no page."""
    head = data[:_HEAD].lower()
    boundary = _BOUNDARY.search(data[:_HEAD])
    if not boundary or b"mime-version:" not in head or b"multipart/related" not in head:
        return None
    for part in data.split(b"\n--" + boundary[1], _PARTS)[1:]:
        end = _BLANK.search(part, 0, _HEAD)
        if end and b"text/html" in (fields := part[: end.start()].lower()):
            return _decoded(part[end.end() :], fields)
    return None


def _decoded(body: bytes, fields: bytes) -> bytes | None:
    if b"quoted-printable" in fields:
        return quopri.decodestring(body)
    if b"base64" not in fields:
        return body
    try:
        return base64.b64decode(body)
    except binascii.Error:
        return None
