"""The question that keeps machines out."""

from __future__ import annotations

import re

import pytest

from gongkai.base import question

pytestmark = pytest.mark.django_db


def test_questions_are_plain_sums_in_words_as_they_are_spoken() -> None:
    forms = set()
    for _ in range(300):
        said = question.ask("x").text
        assert re.fullmatch(
            "[一二三四五六七八九十]+[加减][一二三四五六七八九]等于几？"
            "|有[一两三四五六七八九]个苹果，再拿来[一两三四五六七八九]个，一共几个？",
            said,
        ), said
        forms.add(re.sub("[一二两三四五六七八九十]", "", said.replace("一共", "共")))
    assert len(forms) == 3


def test_a_question_grows_old(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = question.ask("x")
    monkeypatch.setattr(question, "VALID", -1)
    assert question.refused(asked.token, "1", "x") == question.STALE
    assert question.refused("nonsense", "1", "x") == question.STALE


@pytest.mark.parametrize("text", ["12", "１２", "十二", " 十二。", "12个"])
def test_an_answer_may_be_written_in_any_way(text: str) -> None:
    assert question.number_of(text) == 12
