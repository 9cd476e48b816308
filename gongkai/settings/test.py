"""Tests: SQLite unless GONGKAI_DATABASE_URL names a PostgreSQL."""

import os
import tempfile

os.environ.setdefault("GONGKAI_DATA_DIR", tempfile.mkdtemp(prefix="gongkai-test-"))

from gongkai.settings.base import *  # noqa: F403
from gongkai.settings.base import STORAGES

SECRET_KEY = "only-for-tests"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
GONGKAI_DEMO = False
GONGKAI_APPEND_ONLY_DELETES = False
