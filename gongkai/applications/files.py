"""Files of a case: kept encrypted, on disk before the case knows of them, read back verified."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser

from gongkai.applications.models import Application, CaseFile
from gongkai.base import kept_files
from gongkai.base.kept_files import FileDamaged

__all__ = ["FOLDER", "FileDamaged", "content", "keep_file"]
FOLDER = "cases"


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
    kept = kept_files.keep(FOLDER, data)
    return CaseFile.objects.create(
        application=case,
        kind=kind,
        name=name,
        media_type=media_type,
        size=kept.size,
        sha256=kept.sha256,
        path=kept.path,
        for_applicant=for_applicant,
        added_by=by,
    )


def content(file: CaseFile) -> bytes:
    """The bytes as they were kept; FileDamaged when they are not."""
    return kept_files.read(file.path, file.sha256)
