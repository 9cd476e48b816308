import pytest

from gongkai.applications.tests.cast import make_cast
from gongkai.documents.redact import worker


@pytest.fixture(scope="session")
def make_people():
    return make_cast


@pytest.fixture
def in_a_child() -> None:
    """For a test in which an original is worked on in a process of its own, as in the office."""


@pytest.fixture(autouse=True)
def _worked_on_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else what that process would do is done here, without its start."""
    if "in_a_child" not in request.fixturenames:
        monkeypatch.setattr(worker, "_ask", worker.answered)
