"""Plain text for reading."""

from __future__ import annotations

from gongkai.documents.encodings import decode
from gongkai.documents.readable.model import Readable, Writer


def plain_readable(data: bytes) -> Readable:
    """A paragraph a line. UnusableInput: the bytes are not text."""
    writer = Writer()
    for line in decode(data).splitlines():
        if line.strip() and not writer.full:
            writer.paragraph(line.rstrip())
    return writer.readable()
