"""For every test of the repository: nothing may reach beyond this machine."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest

_connect = socket.socket.connect


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
