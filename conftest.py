"""For every test of the repository: the size of random tests; nothing leaves this machine."""

from __future__ import annotations

import gc
import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

import gongkai.cli  # noqa: F401  (as in use, its words are Chinese before a command is made)

# The same examples every time: what fails, fails because of the change at hand. For nights and
# releases there are ever new ones: pytest --hypothesis-profile thorough.
_random: dict[str, Any] = {
    "deadline": None,
    "database": None,
    "suppress_health_check": [HealthCheck.too_slow],
}
settings.register_profile("usual", max_examples=20, derandomize=True, **_random)
# The same rules on a second database: half as many examples.
settings.register_profile("second", max_examples=10, derandomize=True, **_random)
settings.register_profile("thorough", max_examples=1000, **_random)
settings.load_profile("usual")

_connect = socket.socket.connect


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-only",
        action="store_true",
        help="only what uses the database: for a second database, where the rest is the same",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--database-only") and not config.getoption("--hypothesis-profile"):
        settings.load_profile("second")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # The demonstration is filled once when its tests come first: nobody takes them from the
    # process that began them.
    items.sort(key=lambda item: "seeded" not in getattr(item, "fixturenames", ()))
    if not config.getoption("--database-only"):
        return
    out = [item for item in items if not _uses_database(item)]
    config.hook.pytest_deselected(items=out)
    items[:] = [item for item in items if _uses_database(item)]


def pytest_collection_finish(session: pytest.Session) -> None:
    # What is loaded by now stays to the end: the collector need not go over it again and again,
    # and as little comes after it, it need not look as often.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _uses_database(item: pytest.Item) -> bool:
    if item.get_closest_marker("permissions") is not None:
        return False
    names = getattr(item, "fixturenames", ())
    return "db" in names or item.get_closest_marker("django_db") is not None


def _local_only(self: socket.socket, address: Any) -> None:
    if self.family != socket.AF_UNIX and not _is_local(str(address[0])):
        raise RuntimeError(f"a test tried to reach {address!r}; tests use this machine only")
    _connect(self, address)


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def nothing_outside() -> Iterator[None]:
    socket.socket.connect = _local_only  # type: ignore[method-assign, assignment]
    yield
    socket.socket.connect = _connect  # type: ignore[method-assign]
