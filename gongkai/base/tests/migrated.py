"""The migrations run once: their SQLite database is kept, and every later one begins as its copy.

The name of the file tells what it was made from, so a changed migration or another version of
Django makes a new one. What follows ``migrate`` (rights, triggers) is done for every database.
"""

from __future__ import annotations

import fcntl
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "build" / "migrated"


def _file() -> Path:
    digest = sha256(repr((sqlite3.sqlite_version, settings.INSTALLED_APPS)).encode())
    for path in sorted([*ROOT.glob("gongkai/*/migrations/*.py"), *ROOT.glob("*.lock")]):
        digest.update(path.name.encode() + path.read_bytes())
    return FOLDER / f"{digest.hexdigest()[:20]}.sqlite3"


class Migrated:
    """The kept file, and the lock under which it comes to be: one process makes it."""

    def __init__(self) -> None:
        self._lock: IO[str] | None = None
        self._memory: sqlite3.Connection | None = None
        name = connection.creation._get_test_db_name() if connection.vendor == "sqlite" else ""
        if "mode=memory" not in name:
            return
        FOLDER.mkdir(parents=True, exist_ok=True)
        self._lock = (FOLDER / "lock").open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self._file = _file()
        if self._file.exists():
            # A database in memory lives as long as somebody is connected to it.
            self._memory = sqlite3.connect(name, uri=True)
            with closing(sqlite3.connect(self._file)) as file:
                file.backup(self._memory)
            self._lock.close()

    @property
    def copied(self) -> bool:
        """The database is there already, with everything in it."""
        return self._memory is not None

    def done(self) -> None:
        """The database is there: keep it for the others."""
        if self._memory:
            self._memory.close()
        elif self._lock:
            for old in FOLDER.glob("*.sqlite3"):
                old.unlink()
            young = self._file.with_suffix(".young")
            connection.ensure_connection()
            with closing(sqlite3.connect(young)) as file:
                connection.connection.backup(file)
            young.rename(self._file)
            self._lock.close()
