"""A stranger's document is worked on in a process with limits; whatever happens to it is told."""

from __future__ import annotations

import sys

import pytest

from gongkai.documents.redact import worker
from gongkai.documents.safety import UnusableInput
from gongkai.documents.tests.redact_files import drawn


def test_work_that_takes_too_long_is_ended_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "SECONDS", 0.01)
    with pytest.raises(UnusableInput, match="已停止"):
        worker.isolated("pages", drawn(b""))


def test_a_process_that_dies_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(UnusableInput, match="没有成功"):
        worker.isolated("pages", drawn(b""))
