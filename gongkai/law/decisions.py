"""Choosing the decision: the seven questions, legal combinations, the statistical row.

The questions are data (taxonomy/decision_tree.yaml); the decisions are the rows of table 三.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from gongkai.law.formats import ReportFormat, Row
from gongkai.law.taxonomy import Decision, decisions, load


@dataclass(frozen=True, slots=True)
class Option:
    """One answer: it leads to the ``next`` question, to a ``decision`` with its ``letter``,
    or to a letter whose result must be awaited (``wait``). ``also``: a letter sent besides.
    """

    key: str
    text: str
    next: str | None = None
    decision: str | None = None
    letter: str | None = None
    wait: str | None = None
    also: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """``step`` is one of the seven: 补不补, 是不是, 谁负责, 有没有, 给不给, 怎么给, 怎么答."""

    id: str
    step: str
    text: str
    article: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Conclusion:
    """Where the answers lead: a decision with its letter, or a letter to send and wait for.

    ``also`` are letters to be sent besides; ``articles`` the basis of the decision, or of the
    question that asks for the letter; ``path`` the answers used, in order.
    """

    decision: Decision | None
    letter: str
    also: tuple[str, ...]
    articles: tuple[str, ...]
    path: tuple[tuple[str, str], ...]

    @property
    def waiting(self) -> bool:
        return self.decision is None


@cache
def questions() -> dict[str, Question]:
    """Every question by id, in the order in which they are asked."""
    return {
        raw["id"]: Question(
            raw["id"],
            raw["step"],
            raw["text"],
            raw["article"],
            tuple(Option(**o) for o in raw["options"]),
        )
        for raw in load("decision_tree")["questions"]
    }


@cache
def _first_question() -> str:
    return str(load("decision_tree")["start"])


def choose(answers: Mapping[str, str]) -> Question | Conclusion:
    """Walk the questions: the next one that has no answer yet, or the conclusion.

    ``answers`` maps question ids to option keys; answers off the path are ignored. Raises
    ValueError (in Chinese) for an answer that the question does not have.
    """
    asked = questions()
    current = asked[_first_question()]
    path: list[tuple[str, str]] = []
    also: list[str] = []
    while True:
        key = answers.get(current.id)
        if key is None:
            return current
        option = next((o for o in current.options if o.key == key), None)
        if option is None:
            known = "、".join(o.key for o in current.options)
            raise ValueError(f"“{current.text}”没有“{key}”这个选项，请从 {known} 中选择。")
        path.append((current.id, key))
        if option.also:
            also.append(option.also)
        if option.next:
            current = asked[option.next]
            continue
        decision = decisions()[option.decision] if option.decision else None
        articles = decision.articles if decision else (current.article,)
        letter = option.letter or option.wait or ""
        return Conclusion(decision, letter, tuple(also), articles, tuple(path))


def missing_steps(decision: str, done: Collection[str]) -> tuple[str, ...]:
    """Steps that must have happened before ``decision`` and are not in ``done``.

    Steps: ``corrected`` (Art 30), ``correction_overdue`` (30), ``payment_overdue`` (fee),
    ``reasons_requested`` (35), ``third_party_consulted`` (32), ``answered_before`` (36(6)).
    KeyError for an unknown decision.
    """
    return tuple(step for step in decisions()[decision].needs if step not in done)


def check_items(items: Sequence[str]) -> list[str]:
    """What is illegal about answering the items of one application with these decisions.

    One Chinese sentence for each defect, naming the article; empty when the combination is
    legal. ``items`` are decision keys, one for each item applied for.
    """
    if not items:
        return ["至少要有一项答复决定（《条例》第三十六条）。"]
    known = decisions()
    found = [f"没有名为“{key}”的答复决定。" for key in dict.fromkeys(items) if key not in known]
    if found or len(set(items)) == 1:
        return found
    for key in dict.fromkeys(items):
        if known[key].whole:
            found.append(
                f"“{key}”是对整件申请不再处理，不能与其他决定并用（{known[key].articles[0]}）。"
            )
    return found


def statistical_decision(items: Sequence[str]) -> str:
    """The one row of table 三 under which an application with these items is counted. [C]

    Open with withheld counts as ``partial`` only (row text of table 三); open with 无法提供 or
    不予处理 and nothing withheld as ``granted``; else the first in the official order.
    Raises ValueError when :func:`check_items` finds a defect.
    """
    defects = check_items(items)
    if defects:
        raise ValueError("".join(defects))
    groups = {decisions()[key].group for key in items}
    if "partial" in groups or {"open", "deny"} <= groups:
        return "partial"
    if "open" in groups:
        return "granted"
    return next(key for key in decisions() if key in items)


def report_row(decision: str, report_format: ReportFormat) -> Row:
    """The row of table 三 in which ``decision`` is counted under this format.

    The 2019 format has one row 其他处理 for the three ``other_*`` decisions.
    """
    rows = {row.key: row for row in report_format.table3_rows}
    group = decisions()[decision].group
    return rows[decision] if decision in rows else rows[group]
