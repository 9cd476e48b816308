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


def test_what_the_page_asks_before_a_release_is_answered_by_the_process_too() -> None:
    data = worker.isolated("prepare", drawn(b""))[1]
    pages, _ = worker.isolated("pages", data)
    assert len(pages) == 1
    assert worker.isolated("page", data, number=1, scale=1)[1].startswith(b"\x89PNG")
    assert worker.isolated("boxes", data, chosen=[])[0] is not None
