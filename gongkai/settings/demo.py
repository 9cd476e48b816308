"""`make demo`: one machine, SQLite under var/, demonstration data."""

from django.core.management.utils import get_random_secret_key

from gongkai.settings.base import *  # noqa: F403
from gongkai.settings.base import DATA_DIR, SECRET_KEY


def _kept_key() -> str:
    """A key of this installation's own, made at the first start and kept beside the database."""
    path = DATA_DIR / "secret-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(get_random_secret_key())
    return path.read_text()


SECRET_KEY = SECRET_KEY or _kept_key()
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
GONGKAI_DEMO = True
