"""Encrypted files on disk: whole before a row knows of them, read back verified, swept later.

A room keeps a row for each file with its ``path`` and ``sha256`` and says with
``sealed.register_folder`` which folder of MEDIA_ROOT is its own.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from gongkai.base.disk import write_synced
from gongkai.base.sealed import seal, unseal

#: A file without a row may belong to a deed that is just being done: it is left for a day.
YOUNG_SECONDS = 24 * 3600


class FileDamaged(RuntimeError):
    """The bytes on disk are not those that were kept."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the bytes lie, and what they are known by."""

    path: str
    sha256: str
    size: int


def keep(folder: str, data: bytes) -> Kept:
    """Keep the bytes (already looked at by ``base.uploads``) sealed in a folder of MEDIA_ROOT.

    A row undone leaves at most a file without a row, which ``sweep`` removes.
    """
    at = f"{folder}/{secrets.token_hex(2)}/{secrets.token_hex(16)}"
    write_synced(Path(settings.MEDIA_ROOT) / at, seal(data))
    return Kept(at, hashlib.sha256(data).hexdigest(), len(data))


def read(path: str, sha256: str) -> bytes:
    """The bytes as they were kept; FileDamaged when they are not."""
    data = unseal((Path(settings.MEDIA_ROOT) / path).read_bytes())
    if hashlib.sha256(data).hexdigest() != sha256:
        raise FileDamaged(path)
    return data


def unlink(paths: Iterable[str]) -> None:
    """Take files from the disk; one that is gone already is no error."""
    for path in paths:
        (Path(settings.MEDIA_ROOT) / path).unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Swept:
    """``erased``: files of erased rows still on disk; ``orphans``: files without a row."""

    erased: int
    orphans: int


def sweep(folder: str, rows: Mapping[str, datetime | None], *, young: int = YOUNG_SECONDS) -> Swept:
    """Remove files that should be gone: after a deed undone, or an erasure cut off.

    ``rows``: path → when it was erased, of every row. ``young``: seconds for which a file
    without a row is left alone.
    """
    root = Path(settings.MEDIA_ROOT)
    erased = orphans = 0
    for path in sorted(p for p in (root / folder).rglob("*") if p.is_file()):
        at = path.relative_to(root).as_posix()
        if path.name.startswith("."):
            continue  # half written by a change of keys, which sweeps its own
        if at in rows:
            if rows[at] is not None:
                path.unlink(missing_ok=True)
                erased += 1
        elif time.time() - path.stat().st_mtime >= young:
            path.unlink(missing_ok=True)
            orphans += 1
    return Swept(erased, orphans)
