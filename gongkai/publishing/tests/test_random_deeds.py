"""Whatever is done in whatever order: the public sees only what a whole review has seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.base import guards
from gongkai.base.refusal import Refused
from gongkai.base.uploads import check_upload
from gongkai.publishing import constraints
from gongkai.publishing.actions.drafts import attach, create_document, save_draft
from gongkai.publishing.actions.findings import answer
from gongkai.publishing.actions.levels import end_level, save_level
from gongkai.publishing.actions.mask import mask
from gongkai.publishing.actions.publish import publish, publish_due, schedule, withdraw
from gongkai.publishing.actions.review import review, submit, take_back
from gongkai.publishing.actions.upkeep import check_afterwards, evaluate
from gongkai.publishing.content import draft_of, fingerprint, snapshot
from gongkai.publishing.levels import levels_of
from gongkai.publishing.models import Document, Release, ReviewState
from gongkai.publishing.models.review import Step
from gongkai.publishing.tests.cast import Cast, a_draft, make_cast

WHO = (
    *("clerk", "handler", "reviewer", "secrecy", "finance", "leader", "head", "stranger", "legal"),
    *("admin", "admin"),
)
TEXTS = ("<p>甲</p>", "<p>乙，电话 13900001234</p>", "<p>丙</p><table><tr><td>1</td></tr></table>")
Deed = Callable[[Cast, Document, Any, int], object]


def _finding(document: Document) -> Any:
    found = document.findings.filter(state="open").first()
    if found is None:
        raise Refused("没有")
    return found


def _file(document: Document, by: Any, n: int) -> None:
    attach(document, [check_upload(f"{n}.txt", b"%d" % n, kinds=("txt",))], by=by)


def _detach(document: Document, by: Any) -> None:
    save_draft(document, {"attachments": draft_of(document).attachments[1:]}, by=by)


def _conclude(cast: Cast, d: Document, by: Any, n: int, **more: Any) -> None:
    review(d, by=by, **({"approve": True, "conclusion": "public"} | more))


def _step_by_its_reviewer(cast: Cast, d: Document, by: Any, n: int) -> None:
    """The way to an approval is long: mostly the right one takes the step that is due."""
    for step in (*Step, *levels_of(cast.body)):
        who = cast.who(step) if isinstance(step, Step) else cast.legal
        try:
            review(d, by=who, approve=True, conclusion="public")
        except (Refused, PermissionDenied):
            continue


def _level(cast: Cast, by: Any, n: int) -> None:
    """A level more, taken by one person, a section or a role; or one less."""
    found = levels_of(cast.body)
    if len(found) > 1:
        end_level(found[n % 2], by=by)
        return
    takes = ({"role": "legal"}, {"section": cast.section}, {"person": cast.legal})[n % 3]
    form, after = ("opinion", "secrecy")[n % 2], ("", "section", "secrecy", "finance")[n % 4]
    save_level(cast.body, {"name": f"第{n}级", "form": form, "after": after, **takes}, by=by)


DEEDS: tuple[Deed, ...] = (
    lambda c, d, by, n: save_draft(d, {"text": TEXTS[n % 3]}, by=by),
    lambda c, d, by, n: save_draft(d, {"title": f"第{n}个标题", "urgent_reason": ""}, by=by),
    lambda c, d, by, n: save_draft(d, {"urgent_reason": "紧急", "keywords": str(n)}, by=by),
    lambda c, d, by, n: save_draft(d, {"shows_money": bool(n % 2)}, by=by),
    lambda c, d, by, n: save_draft(
        d,
        {
            "attribute": "withheld",
            "withheld_ground": "deny_internal_affairs",
            "withheld_reason": "内部",
        },
        by=by,
    ),
    lambda c, d, by, n: save_draft(d, {"attribute": "public"}, by=by),
    lambda c, d, by, n: _file(d, by, n),
    lambda c, d, by, n: _detach(d, by),
    lambda c, d, by, n: answer(_finding(d), "这是编造的号码", by=by),
    lambda c, d, by, n: mask(_finding(d), by=by),
    lambda c, d, by, n: submit(d, by=by),
    lambda c, d, by, n: submit(d, by=c.clerk),
    lambda c, d, by, n: take_back(d, by=by),
    _conclude,
    lambda c, d, by, n: _conclude(c, d, by, n, approve=False, opinion="退回"),
    lambda c, d, by, n: _conclude(
        c, d, by, n, conclusion="withheld", ground="deny_security", opinion="不宜公开"
    ),
    _step_by_its_reviewer,
    _step_by_its_reviewer,
    lambda c, d, by, n: publish(d, by=by, note="更新"),
    lambda c, d, by, n: publish(d, by=c.clerk, note="更新"),
    lambda c, d, by, n: schedule(d, timezone.now() + timedelta(minutes=n + 1), by=by, note="更新"),
    lambda c, d, by, n: publish_due(timezone.now() + timedelta(hours=1)),
    lambda c, d, by, n: withdraw(d, "误发", by=by),
    lambda c, d, by, n: evaluate(d, "open", "可以公开了", by=by),
    lambda c, d, by, n: check_afterwards(d, "fine", "无误", by=by),
    lambda c, d, by, n: _level(c, by, n),
    lambda c, d, by, n: _level(c, c.head, n),
    lambda c, d, by, n: create_document(c.body, c.column, "又一份", by=by),
)
steps = st.lists(
    st.tuples(
        st.integers(0, len(DEEDS) - 1),
        st.sampled_from(WHO),
        st.integers(0, 1),
        st.integers(0, 5),
    ),
    min_size=4,
    max_size=22,
)


def only_reviewed_content_is_public() -> None:
    """The row of every public document is word for word what each step of its review saw."""
    for document in Document.objects.filter(live=True).select_related("release"):
        release = document.release
        assert release is not None and release.document_id == document.pk
        assert fingerprint(document) == release.sha256
        assert document.attribute == "public"
        way = release.workflow_state
        assert way.status == "approved" and way.object_id == str(document.pk)
        states = list(
            ReviewState.objects.filter(workflow_state=way).select_related("task__reviewtask")
        )
        assert {state.status for state in states} == {"approved"}
        passed = {state.task_id for state in states}
        assert set(way.workflow.tasks.values_list("pk", flat=True)) == passed
        assert {state.seen_sha256 for state in states} == {release.sha256}
        taken = {state.task.reviewtask.step for state in states}
        assert {Step.SECRECY, Step.SIGN} <= taken
        assert not document.shows_money or Step.FINANCE in taken
        assert all(state.conclusion in ("", "public") for state in states)
        wrote = set(
            document.revisions.filter(created_at__lte=release.at).values_list("user", flat=True)
        )
        reviewers = {state.finished_by_id for state in states}
        earlier = Release.objects.filter(document=document, number=release.number - 1).first()
        if earlier is None:
            assert not wrote & reviewers


@pytest.fixture
def stage(db: None, settings: Any, tmp_path: Path) -> Cast:
    settings.MEDIA_ROOT = tmp_path
    guards.install(connection, constraints.guards)
    return make_cast()


@pytest.fixture
def drafts(stage: Cast) -> list[Document]:
    return [a_draft(stage), a_draft(stage, title="第二份", section=stage.section)]


@settings(
    max_examples=settings.default.max_examples * 4 // 5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(told=steps)
def test_no_sequence_of_deeds_shows_what_was_not_reviewed(
    stage: Cast, drafts: list[Document], told: list[tuple[int, str, int, int]]
) -> None:
    with transaction.atomic():
        for deed, who, which, n in told:
            document = Document.objects.get(pk=drafts[which].pk)
            try:
                with transaction.atomic():
                    DEEDS[deed](stage, document, getattr(stage, who), n)
            except (Refused, PermissionDenied):
                continue  # nothing was done: what was begun is rolled back
            only_reviewed_content_is_public()
        transaction.set_rollback(True)


def test_the_story_of_the_deeds_reaches_the_public_at_all(stage: Cast, client: Client) -> None:
    """The property would hold of a house that never publishes: here it does."""
    document = a_draft(stage)
    told = [(11, "clerk"), (16, "clerk"), (19, "clerk")]
    for deed, who in told:
        DEEDS[deed](stage, Document.objects.get(pk=document.pk), getattr(stage, who), 1)
    only_reviewed_content_is_public()
    document.refresh_from_db()
    assert document.live and document.release.content == snapshot(document)  # type: ignore[union-attr]
