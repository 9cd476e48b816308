"""`make demo`: one machine, SQLite under var/, demonstration data."""

import os
from collections.abc import Callable
from contextlib import suppress
from tempfile import NamedTemporaryFile

from cryptography.fernet import Fernet
from django.core.management.utils import get_random_secret_key

from gongkai.settings.base import *  # noqa: F403
from gongkai.settings.base import DATA_DIR, GONGKAI_DATA_KEYS, GONGKAI_SITE, SECRET_KEY


def _kept_key(name: str, make: Callable[[], str]) -> str:
    """A key of this installation's own, made at the first start and kept beside the database."""
    path = DATA_DIR / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Written whole beside it, then named: an interrupted start leaves no half key, and of two
        # starts at once the first one's key holds.
        with NamedTemporaryFile("w", dir=DATA_DIR, prefix=f"{name}-") as fresh:
            fresh.write(make())
            fresh.flush()
            with suppress(FileExistsError):
                os.link(fresh.name, path)
    return path.read_text()


SECRET_KEY = SECRET_KEY or _kept_key("secret-key", get_random_secret_key)
GONGKAI_DATA_KEYS = GONGKAI_DATA_KEYS or [
    _kept_key("data-key", lambda: Fernet.generate_key().decode())
]
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
GONGKAI_DEMO = True
# What a real site fills in is shown with made-up values, so that head and foot are whole.
GONGKAI_SITE = {
    **GONGKAI_SITE,
    "name": os.environ.get("GONGKAI_SITE_NAME", f"{GONGKAI_SITE['name']}（演示）"),
    "id_code": GONGKAI_SITE["id_code"] or "0000000000",
    "organiser": GONGKAI_SITE["organiser"] or "示例市人民政府办公室（演示）",
    "undertaker": GONGKAI_SITE["undertaker"] or "示例市政务公开办公室（演示）",
    "address": GONGKAI_SITE["address"] or "示例市示例路1号",
    "phone": GONGKAI_SITE["phone"] or "0000-0000000",
}
