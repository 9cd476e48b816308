"""The loop of a finding: 发现 → 确认 → 整改 → 复核 → 归档, and the way out 不成立."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from gongkai.base import audit
from gongkai.base.refusal import Overtaken, Refused
from gongkai.bodies.models import Role
from gongkai.bodies.queries import bodies_for, require_role
from gongkai.reporting.models import FoundProblem, ProblemStep
from gongkai.reporting.roles import FILERS, JUDGES, REVIEWERS

State = FoundProblem.State


@dataclass(frozen=True, slots=True)
class Move:
    """A legal step: its name on the button, who may take it, whether words are required."""

    from_state: State
    to_state: State
    verb: str
    roles: tuple[Role, ...]
    needs_note: bool
    hint: str


MOVES = (
    Move(State.FOUND, State.CONFIRMED, "确认问题", JUDGES, False, "问题属实，转入整改"),
    Move(State.FOUND, State.DISMISSED, "认定不成立", JUDGES, True, "写明为什么不是问题"),
    Move(State.CONFIRMED, State.MENDED, "报告整改完成", FILERS, True, "写明怎样整改"),
    Move(State.CONFIRMED, State.DISMISSED, "认定不成立", JUDGES, True, "写明为什么不是问题"),
    Move(State.MENDED, State.REVIEWED, "复核通过", REVIEWERS, False, "核对整改结果，由另一人办理"),
    Move(State.MENDED, State.CONFIRMED, "退回整改", REVIEWERS, True, "写明还差什么"),
    Move(State.REVIEWED, State.ARCHIVED, "归档", REVIEWERS, False, "办理完毕，存入档案"),
    Move(State.DISMISSED, State.FOUND, "重新打开", JUDGES, True, "写明为什么重新打开"),
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A move as a person sees it: possible, or why not."""

    move: Move
    why_not: str = ""
    needs_note: bool = False


def move_problem(
    problem: FoundProblem,
    to_state: str,
    note: str,
    *,
    by: AbstractBaseUser | None,
    seen: str | None = None,
) -> FoundProblem:
    """Take a finding one step through the loop.

    ``seen`` is the state the person had on the screen. The one who confirmed or mended a finding
    does not review it. An error confirmed, and any finding reviewed that the checks still report,
    needs words: they are what the public version rests on (ADR 0010).
    """
    note = note.strip()
    with transaction.atomic():
        problem = (
            FoundProblem.objects.select_for_update(of=("self",), no_key=True)
            .select_related("report__body")
            .get(pk=problem.pk)
        )
        body = problem.report.body
        if seen is not None and seen != problem.state:
            raise Overtaken(
                f"这个问题刚刚由他人办理，现在是“{problem.get_state_display()}”。请核对以后再办。"
            )
        move = next(
            (m for m in MOVES if (m.from_state, m.to_state) == (problem.state, to_state)), None
        )
        if move is None:
            wanted = dict(State.choices).get(to_state, to_state)
            raise Refused(
                f"问题现在是“{problem.get_state_display()}”，不能直接转为“{wanted}”。"
                "请按发现、确认、整改、复核、归档的次序办理。"
            )
        require_role(by, body, *move.roles)
        if why_not := _own_work(problem, move, by):
            raise Refused(why_not)
        if _needs_note(problem, move) and not note:
            raise Refused(f"请填写说明：{move.hint}。")
        if len(note) > 500:
            raise Refused("说明请控制在500字以内。")
        ProblemStep.objects.create(
            problem=problem, from_state=problem.state, to_state=to_state, note=note, by=by
        )
        audit.record(
            move.verb,
            problem,
            by=by,
            scope=body.slug,
            old={"状态": problem.get_state_display()},
            new={"状态": State(to_state).label, "说明": note},
        )
        problem.state = to_state
        problem.save(update_fields=["state"])
        return problem


def moves_for(problem: FoundProblem, by: AbstractBaseUser) -> list[Offer]:
    """The next steps from here, each possible for this person or with the reason why not."""
    offers = []
    for move in MOVES:
        if move.from_state != problem.state:
            continue
        why_not = ""
        if not bodies_for(by, *move.roles).filter(pk=problem.report.body_id).exists():
            names = "、".join(r.label for r in move.roles)
            why_not = f"由{names}办理"
        why_not = why_not or _own_work(problem, move, by)
        offers.append(Offer(move, why_not, _needs_note(problem, move)))
    return offers


def _needs_note(problem: FoundProblem, move: Move) -> bool:
    if move.needs_note:
        return True
    if move.to_state == State.CONFIRMED:
        return problem.level == "error"
    return move.to_state == State.REVIEWED and problem.gone_at is None


def _own_work(problem: FoundProblem, move: Move, by: AbstractBaseUser | None) -> str:
    """Why this person must not review: the latest round's confirming and mending were his."""
    if by is None or move.to_state != State.REVIEWED:
        return ""
    for step in problem.steps.order_by("-id"):
        if step.by_id == by.pk and step.to_state in (State.CONFIRMED, State.MENDED):
            what = "整改" if step.to_state == State.MENDED else "确认"
            return f"这个问题是您{what}的，请由另一人复核。"
        if step.to_state == State.FOUND:
            break
    return ""
