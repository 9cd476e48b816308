"""`make demo`: one machine, SQLite under var/, demonstration data."""

import os
from contextlib import suppress
from tempfile import NamedTemporaryFile

from django.core.management.utils import get_random_secret_key

from gongkai.settings.base import *  # noqa: F403
from gongkai.settings.base import DATA_DIR, SECRET_KEY


def _kept_key() -> str:
    """A key of this installation's own, made at the first start and kept beside the database."""
    path = DATA_DIR / "secret-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Written whole beside it, then named: an interrupted start leaves no half key, and of two
        # starts at once the first one's key holds.
        with NamedTemporaryFile("w", dir=DATA_DIR, prefix="secret-key-") as fresh:
            fresh.write(get_random_secret_key())
            fresh.flush()
            with suppress(FileExistsError):
                os.link(fresh.name, path)
    return path.read_text()


SECRET_KEY = SECRET_KEY or _kept_key()
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
GONGKAI_DEMO = True
