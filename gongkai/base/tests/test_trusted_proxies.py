"""Behind a trusted server REMOTE_ADDR is the visitor's; from anyone else the header is nothing."""

import importlib

import pytest
from django.core import wsgi as django_wsgi

from gongkai import wsgi


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch):
    """Load the application with a trusted proxy around a stand-in that tells its REMOTE_ADDR."""
    monkeypatch.setenv("GONGKAI_TRUSTED_PROXIES", "127.0.0.1")
    monkeypatch.setattr(
        django_wsgi, "get_wsgi_application", lambda: lambda environ, start: environ["REMOTE_ADDR"]
    )
    application = importlib.reload(wsgi).application
    yield lambda peer, told: application(
        {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": told}, lambda *_: None
    )
    monkeypatch.undo()
    importlib.reload(wsgi)


def test_the_trusted_server_is_believed(seen) -> None:
    assert seen("127.0.0.1", "203.0.113.9") == "203.0.113.9"


def test_a_visitor_who_sends_the_header_himself_is_not(seen) -> None:
    assert seen("198.51.100.7", "203.0.113.9") == "198.51.100.7"
