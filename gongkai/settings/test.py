"""Tests: SQLite unless GONGKAI_DATABASE_URL names a PostgreSQL."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# Whatever folder the caller uses: a test must never write among somebody's real files.
_FOLDER = tempfile.mkdtemp(prefix="gongkai-test-")
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
Path(_FOLDER, "static").mkdir()
os.environ["GONGKAI_DATA_DIR"] = _FOLDER

from gongkai.settings.base import *  # noqa: E402, F403
from gongkai.settings.base import DATABASES, STORAGES  # noqa: E402

SECRET_KEY = "only-for-tests"
GONGKAI_DATA_KEYS = ["b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtMDE="]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
GONGKAI_DEMO = False
GONGKAI_PAGE_CACHE = 0
GONGKAI_APPEND_ONLY_DELETES = False
if template := os.environ.get("GONGKAI_TEST_TEMPLATE"):
    DATABASES["default"]["TEST"] = {"TEMPLATE": template}
