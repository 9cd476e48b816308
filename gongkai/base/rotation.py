"""A new data key: everything sealed is encrypted again with it, while the site goes on.

Every value is replaced on its own and only where it is still what was read, every file whole or
not at all: killed in the middle, each is sealed with the old key or with the new one, and the
next run does what is left. Marks stay as they are: they hang on the oldest key.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.db.models import F, TextField
from django.db.models.functions import Cast

from gongkai.base.sealed import SealedTextField, folders, reseal

_HALF = ".resealing-"
BATCH = 500


@dataclass(slots=True)
class Report:
    """``values`` and ``files`` sealed anew; ``unreadable``: what no configured key opens."""

    values: int = 0
    files: int = 0
    unreadable: list[str] = field(default_factory=list)


def rotate() -> Report:
    """Seal everything with the newest key that is not yet."""
    report = Report()
    for model in apps.get_models():
        for one in sealed_fields(model):
            while _values(model, one, report):
                pass  # somebody wrote meanwhile: look once more
    for path in _encrypted_files():
        _file(path, report)
    return report


def sealed_fields(model: type[models.Model]) -> list[SealedTextField]:
    """The fields of a model that the database holds encrypted."""
    return [f for f in model._meta.local_concrete_fields if isinstance(f, SealedTextField)]


def all_open() -> bool:
    """Whether the configured keys open the newest value of every sealed column."""
    for model in apps.get_models():
        for one in sealed_fields(model):
            stored = model._base_manager.annotate(token=Cast(F(one.attname), TextField()))
            newest = stored.exclude(token=None).exclude(token="").order_by("-pk")
            token = newest.values_list("token", flat=True).first()
            if token and reseal(token.encode()) is None:
                return False
    return True


def _is_newest(token: bytes) -> bool:
    try:
        Fernet(settings.GONGKAI_DATA_KEYS[0]).decrypt(token)
    except InvalidToken:
        return False
    return True


def _values(model: type[models.Model], one: SealedTextField, report: Report) -> int:
    """One pass over a column; how many values somebody else changed under our hands."""
    rows = (
        model._base_manager.annotate(token=Cast(F(one.attname), TextField()))
        .order_by("pk")
        .values_list("pk", "token")
    )
    quote = connection.ops.quote_name
    table, column, key = (
        quote(name)
        for name in (model._meta.db_table, one.column, model._meta.pk.column)  # type: ignore[union-attr]
    )
    missed, last = 0, None
    while True:
        batch = list((rows if last is None else rows.filter(pk__gt=last))[:BATCH])
        if not batch:
            return missed
        last = batch[-1][0]
        for pk, token in batch:
            if not token or _is_newest(token.encode()):
                continue
            fresh = reseal(token.encode())
            name = f"{model._meta.label} {pk} {one.name}"
            if fresh is None:
                if name not in report.unreadable:
                    report.unreadable.append(name)
                continue
            with connection.cursor() as cursor:
                cursor.execute(
                    f"UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s",
                    [fresh.decode(), pk, token],
                )
                done = cursor.rowcount
            report.values += done
            missed += 1 - done


def _encrypted_files() -> Iterator[Path]:
    for folder in folders():
        root = Path(settings.MEDIA_ROOT) / folder
        for path in sorted(p for p in root.rglob("*") if p.is_file()):
            if path.name.startswith(_HALF):
                path.unlink()  # of a run that was killed
            else:
                yield path


def _file(path: Path, report: Report) -> None:
    try:
        token = path.read_bytes()
    except FileNotFoundError:  # erased since we looked
        return
    if _is_newest(token):
        return
    fresh = reseal(token)
    if fresh is None:
        report.unreadable.append(str(path.relative_to(settings.MEDIA_ROOT)))
        return
    half = path.with_name(_HALF + secrets.token_hex(8))
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(fresh)
        stream.flush()
        os.fsync(stream.fileno())
    if not path.exists():
        half.unlink()
        return
    half.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    report.files += 1
