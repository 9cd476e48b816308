"""Files of a case: kept encrypted, on disk before the case knows of them, read back verified."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser

from gongkai.applications.models import Application, CaseFile
from gongkai.base.disk import write_synced
from gongkai.base.sealed import seal, unseal

FOLDER = "cases"


class FileDamaged(RuntimeError):
    """The bytes on disk are not those that were kept."""


def keep_file(
    case: Application | None,
    kind: str,
    name: str,
    data: bytes,
    media_type: str,
    *,
    by: AbstractBaseUser | None,
    for_applicant: bool = False,
) -> CaseFile:
    """Keep the bytes (already looked at by ``base.uploads``) as a file of the case.

    The encrypted file is whole on disk before the row exists; a row undone leaves at most a
    file without a row, which ``gongkai site sweep_files`` removes.
    """
    at = f"{FOLDER}/{secrets.token_hex(2)}/{secrets.token_hex(16)}"
    write_synced(Path(settings.MEDIA_ROOT) / at, seal(data))
    return CaseFile.objects.create(
        application=case,
        kind=kind,
        name=name,
        media_type=media_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        path=at,
        for_applicant=for_applicant,
        added_by=by,
    )


def content(file: CaseFile) -> bytes:
    """The bytes as they were kept; FileDamaged when they are not."""
    data = unseal((Path(settings.MEDIA_ROOT) / file.path).read_bytes())
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise FileDamaged(file.path)
    return data
