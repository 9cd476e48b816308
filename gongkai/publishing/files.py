"""Attachments on disk: written whole before the row, read back verified."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

from django.conf import settings

from gongkai.base.disk import write_synced
from gongkai.base.uploads import Checked
from gongkai.publishing.actions.core import By
from gongkai.publishing.models import Document, PublishedFile

FOLDER = "documents"


class FileDamaged(RuntimeError):
    """The bytes on disk are not those that were kept."""


def keep(document: Document, file: Checked, *, by: By) -> PublishedFile:
    """Keep a file (already looked at by ``base.uploads``) beside a document."""
    at = f"{FOLDER}/{secrets.token_hex(2)}/{secrets.token_hex(16)}"
    write_synced(Path(settings.MEDIA_ROOT) / at, file.data)
    return PublishedFile.objects.create(
        document=document,
        name=file.name,
        media_type=file.media_type,
        size=len(file.data),
        sha256=hashlib.sha256(file.data).hexdigest(),
        path=at,
        added_by=by,
    )


def content(file: PublishedFile) -> bytes:
    """The bytes as they were kept; FileDamaged when they are not."""
    data = (Path(settings.MEDIA_ROOT) / file.path).read_bytes()
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise FileDamaged(file.path)
    return data
