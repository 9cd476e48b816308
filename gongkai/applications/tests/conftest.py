from collections.abc import Callable

import pytest

from gongkai.applications.tests.cast import make_cast
from gongkai.documents.redact import worker

_in_a_process = worker._ask


@pytest.fixture(scope="session")
def make_people():
    return make_cast


@pytest.fixture(autouse=True)
def in_a_child(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """What a process of its own would do with an original is done here, without its start; from
    the call of what this gives on it is done there, as in the office."""
    monkeypatch.setattr(worker, "_ask", worker.answered)
    return lambda: monkeypatch.setattr(worker, "_ask", _in_a_process)
