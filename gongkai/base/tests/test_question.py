"""The question that keeps machines out."""

from __future__ import annotations

import pytest

from gongkai.base import question

pytestmark = pytest.mark.django_db


def test_a_question_grows_old(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = question.ask("x")
    monkeypatch.setattr(question, "VALID", -1)
    assert question.refused(asked.token, "1", "x") == question.STALE
    assert question.refused("nonsense", "1", "x") == question.STALE


@pytest.mark.parametrize("text", ["12", "１２", "十二", " 十二。", "12只"])
def test_an_answer_may_be_written_in_any_way(text: str) -> None:
    assert question.number_of(text) == 12
