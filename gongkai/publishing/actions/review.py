"""The review: submitted, step by step, sent back, recalled; each step bound to what it saw."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from wagtail.models import TaskState, Workflow, WorkflowTask

from gongkai.base.refusal import Overtaken, Refused
from gongkai.bodies.acting import signature
from gongkai.bodies.models import Body
from gongkai.publishing.actions.core import (
    By,
    may_take,
    next_evaluation,
    on_document,
    record,
    today,
    wrote_in,
)
from gongkai.publishing.actions.normative import why_not_submitted
from gongkai.publishing.content import draft_of, fingerprint
from gongkai.publishing.grounds import is_ground
from gongkai.publishing.levels import Stage, in_order, stage, stages, tasks_of
from gongkai.publishing.models import (
    Document,
    PublishingSettings,
    ReviewState,
    ReviewTask,
    Way,
)
from gongkai.publishing.models.review import Step
from gongkai.publishing.models.settings import all_steps
from gongkai.publishing.required import missing
from gongkai.publishing.roles import WRITERS
from gongkai.publishing.scan import look

State = Document.State
Conclusion = ReviewState.Conclusion
#: Never left out, whatever a body sets (条例 Art 17).
ALWAYS = (Step.SECRECY, Step.SIGN)
#: How the name of an urgent way of review begins; the register and the check afterwards read it.
URGENT = "紧急："


def steps_for(body: Body, *, shows_money: bool, urgent: bool = False) -> list[str]:
    """The keys of the steps a document of this body takes, in order, with the levels it added.

    ``urgent``: what cannot wait still is reviewed first (条例 Art 17), but the section looks at
    it afterwards (``actions.upkeep.check_afterwards``).
    """
    found = PublishingSettings.objects.filter(body=body).first()
    wanted = {*(found.steps if found else all_steps()), *ALWAYS}
    if not shows_money:
        wanted.discard(Step.FINANCE)
    if urgent:
        wanted.discard(Step.SECTION)
    return in_order(wanted, body)


def submit(document: Document, *, by: By, seen: int | None = None) -> Way:
    """Hand the newest draft in for review. Refused while the machine's findings are open."""
    with on_document(document, by=by, roles=WRITERS, seen=seen) as document:
        if document.state not in (State.DRAFT, State.RETURNED, State.WITHDRAWN, State.KEPT):
            raise Refused("这份信息已经送审或者没有新的修改，不用再送。")
        if look(document):
            raise Refused("机器检查的问题还没有处理完，请逐条改正、遮盖或者说明后再送审。")
        draft = draft_of(document)
        if gaps := missing(draft):
            raise Refused("".join(sentence for _, sentence in gaps))
        if why_not := why_not_submitted(document, draft):
            raise Refused(why_not)
        urgent = bool(document.urgent_reason)
        steps = steps_for(document.body, shows_money=draft.shows_money, urgent=urgent)
        course = workflow(tuple(steps), urgent=urgent)
        # What was sent back is over: Wagtail lets only one review of a thing be open.
        for former in _ways(document).filter(status=Way.STATUS_NEEDS_CHANGES):
            former.cancel(user=by)
        way = Way.begin(document, course, by=by)
        document.state = State.REVIEW
        record(document, "送审", by=by, new={"标题": draft.title, "紧急": document.urgent_reason})
    return way


def review(
    document: Document,
    *,
    by: By,
    approve: bool,
    step: str = "",
    conclusion: str = "",
    ground: str = "",
    opinion: str = "",
    sha256: str = "",
) -> ReviewState:
    """Take the step that is due: pass it on, or send it back with an opinion.

    ``step``, ``sha256``: what the person had on the screen; Overtaken when it is not that any
    more. The secrecy review says a ``conclusion`` and, for what is not wholly public, its
    ``ground`` (条例 Arts 14–17) and ``opinion``. Nobody reviews a draft he wrote in.
    """
    with on_document(document, by=None) as document:  # which role, says the step
        state = due_step(document)
        if state is None:
            raise Refused("这份信息现在不在审查中。")
        task: ReviewTask = state.task.reviewtask
        due = stage(task.step)
        if step and step != task.step:
            raise Overtaken(f"这份信息刚刚有变动，现在是“{task.name}”，没有办理。")
        if by is not None and not may_take(by, document, due):
            raise PermissionDenied(f"“{task.name}”由其他岗位办理，请联系管理员。")
        if sha256 and sha256 != state.seen_sha256:
            raise Overtaken("这份信息刚刚有变动，没有办理。请看过最新内容后再办。")
        if by is not None and wrote_in(document, by):
            raise PermissionDenied("您参与过这一稿的起草，不能自己审查，请由其他人办理。")
        if state.seen_sha256 != fingerprint(draft_of(document)):
            raise Refused("内容与送审时不一致，请退回起草人重新送审。")
        opinion = opinion.strip()
        _check_opinion(due, approve, conclusion, ground, opinion)
        if due.secrecy:
            state.conclusion = conclusion
            state.ground = "" if conclusion == Conclusion.PUBLIC else ground.strip()
        state.by_name = signature(by, document.body, *due.roles)
        if approve:
            state.approve(user=by, comment=opinion)
            move_on(document, state.workflow_state)
        else:
            state.reject(user=by, comment=opinion)
            document.state = State.RETURNED
        record(
            document,
            task.name,
            by=by,
            new={"结果": "通过" if approve else "退回", "结论": state.get_conclusion_display()},
        )
    return state


def recall(document: Document, why: str, *, by: By) -> None:
    """Stop a review that runs or is done: the draft starts anew. Inside ``on_document``."""
    for state in _ways(document).filter(status=Way.STATUS_IN_PROGRESS):
        state.cancel(user=by)
    document.state, document.publish_at = State.DRAFT, None
    record(document, "撤回送审", by=by, new={"原因": why})


def take_back(document: Document, *, by: By) -> Document:
    """The writer takes his draft back from the review."""
    with on_document(document, by=by, roles=WRITERS) as document:
        if document.state not in (State.REVIEW, State.APPROVED):
            raise Refused("这份信息现在不在审查中，不用撤回。")
        recall(document, "起草人撤回", by=by)
    return document


def due_step(document: Document) -> ReviewState | None:
    """The step a document waits for."""
    ways = _ways(document).filter(status=Way.STATUS_IN_PROGRESS).select_related("workflow")
    way = ways.first()
    if way is None:
        return None
    waiting = ReviewState.objects.filter(workflow_state=way, status=TaskState.STATUS_IN_PROGRESS)
    state = waiting.select_related("task__reviewtask").first()
    if state is not None:
        # What is in hand, so that going on to the next step does not read it again.
        way.content_object, way.current_task_state = document, state
        state.workflow_state = way
    return state


def approved_way(document: Document) -> Way | None:
    """The finished review of the newest draft; None when there is none or it saw another one."""
    way = _ways(document).order_by("-pk").first()
    if way is None or way.status != Way.STATUS_APPROVED:
        return None
    sha256 = fingerprint(draft_of(document))
    seen = ReviewState.objects.filter(workflow_state=way).values_list("status", "seen_sha256")
    return way if seen and set(seen) == {(TaskState.STATUS_APPROVED, sha256)} else None


def workflow(steps: tuple[str, ...], *, urgent: bool = False) -> Workflow:
    """The Wagtail workflow of these steps, made when it is asked for the first time.

    Levels of two bodies may bear the same name: it is the tasks that make it the same one.
    """
    name = (URGENT if urgent else "") + "、".join(one.name for one in stages(steps))
    tasks = [task.pk for task in tasks_of(steps)]
    for known in Workflow.objects.filter(name=name).order_by("pk"):
        links = known.workflow_tasks.order_by("sort_order")
        if list(links.values_list("task_id", flat=True)) == tasks:
            return known
    made = Workflow.objects.create(name=name)
    for order, task in enumerate(tasks):
        WorkflowTask.objects.create(workflow=made, task_id=task, sort_order=order)
    return made


def _ways(document: Document) -> Any:
    return Way.objects.for_instance(document)


def _check_opinion(due: Stage, approve: bool, conclusion: str, ground: str, opinion: str) -> None:
    if not approve and not opinion:
        raise Refused("请写明退回的原因，让起草人知道怎样修改。")
    if due.secrecy and approve:
        if conclusion not in (Conclusion.PUBLIC, Conclusion.ON_APPLICATION, Conclusion.WITHHELD):
            raise Refused("请选择保密审查的结论；需要删去内容的，请退回修改。")
        if conclusion != Conclusion.PUBLIC and not (is_ground(ground.strip()) and opinion):
            raise Refused("不主动公开的，请选择依据并写明理由。")


def move_on(document: Document, way: Any) -> None:
    """After the last step was passed: what the secrecy review withholds never becomes public."""
    if way.status != Way.STATUS_APPROVED:
        return
    verdicts = ReviewState.objects.filter(workflow_state=way).exclude(conclusion="")
    kept = verdicts.exclude(conclusion=Conclusion.PUBLIC).exists()
    draft = draft_of(document)
    if kept or draft.attribute != Document.Attribute.PUBLIC:
        document.state = State.KEPT
        document.re_evaluate_on = document.re_evaluate_on or next_evaluation(today())
    else:
        document.state = State.APPROVED
