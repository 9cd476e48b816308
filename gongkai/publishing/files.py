"""Attachments: read before they are kept, written whole before the row, read back verified."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.db.models import Q

from gongkai.base.disk import write_synced
from gongkai.base.uploads import Checked
from gongkai.documents.incoming import KINDS
from gongkai.documents.readable import Readable, to_html
from gongkai.documents.readable.pdf import ARE_PICTURES
from gongkai.documents.safety import UnusableInput
from gongkai.publishing.actions.core import By
from gongkai.publishing.models import Document, PublishedFile

FOLDER = "documents"
#: What may be a picture of words.
SCANS = tuple(KINDS[kind].media_type for kind in ("pdf", "png", "jpg"))
#: Whole scans and those with pages among them that are pictures, which nobody has read yet.
UNREAD_SCANS = Q(recognised_at=None, media_type__in=SCANS) & (
    Q(text="") | Q(notice__endswith=ARE_PICTURES)
)
#: Hidden passages remembered of one file.
MOST_HIDDEN = 200


class FileDamaged(RuntimeError):
    """The bytes on disk are not those that were kept."""


def read(file: Checked) -> Readable:
    """The words of a file and what it hides; of what cannot be read only why.

    Takes a while with a long file: call it before anything is locked. The words of a scan are
    recognised later (``actions.recognise``).
    """
    return readable(file.data, file.media_type)


def readable(data: bytes, media_type: str, *, recognise: bool = False) -> Readable:
    """As ``documents.readable.to_html``; a refusal becomes the notice."""
    try:
        return to_html(data, media_type, recognise=recognise)
    except UnusableInput as no:
        return Readable("", "", notice=str(no))


def keep(
    document: Document, file: Checked, *, by: By, words: Readable | None = None
) -> PublishedFile:
    """Keep a file (already looked at by ``base.uploads``) beside a document.

    ``words``: what ``read`` found in it; read here when not said.
    """
    words = words or read(file)
    at = f"{FOLDER}/{secrets.token_hex(2)}/{secrets.token_hex(16)}"
    write_synced(Path(settings.MEDIA_ROOT) / at, file.data)
    return PublishedFile.objects.create(
        document=document,
        name=file.name,
        media_type=file.media_type,
        size=len(file.data),
        sha256=hashlib.sha256(file.data).hexdigest(),
        path=at,
        text=words.text,
        hidden=[asdict(one) for one in words.hidden[:MOST_HIDDEN]],
        notice=words.notice[:200],
        added_by=by,
    )


def content(file: PublishedFile) -> bytes:
    """The bytes as they were kept; FileDamaged when they are not."""
    data = (Path(settings.MEDIA_ROOT) / file.path).read_bytes()
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise FileDamaged(file.path)
    return data
