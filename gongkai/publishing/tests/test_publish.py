"""Nothing becomes public but what was reviewed, and exactly that."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.forms import model_to_dict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from gongkai.base import guards, search
from gongkai.base.audit import name_of
from gongkai.base.refusal import Refused
from gongkai.bodies.acting import hand_over
from gongkai.bodies.models import Body, Membership, Role
from gongkai.publishing import constraints
from gongkai.publishing.actions.columns import set_up_columns
from gongkai.publishing.actions.drafts import create_document, save_draft
from gongkai.publishing.actions.publish import publish, withdraw
from gongkai.publishing.actions.review import review, submit
from gongkai.publishing.content import fingerprint, snapshot
from gongkai.publishing.desk.columns import limits
from gongkai.publishing.desk.todo import document_todo
from gongkai.publishing.models import Column, Document, Release, ReviewState, Way
from gongkai.publishing.tests.cast import Cast, a_draft, passed, published, reviewed


def test_a_draft_goes_through_every_step_and_then_to_the_public(cast: Cast) -> None:
    document = a_draft(cast)
    assert document.state == "draft" and str(document.due_on) == "2026-03-30"
    document = reviewed(cast, document)
    assert document.state == "approved" and not document.live
    with CaptureQueriesContext(connection) as asked:
        publish(document, by=cast.clerk)
    # Its key changes: who holds the end of the trail may be about to name it (a deadlock else).
    trail = ["base_audithead" in query["sql"] for query in asked].index(True)
    assert trail < ['UPDATE "publishing_document"' in query["sql"] for query in asked].index(True)
    document.refresh_from_db()
    assert document.live and document.index_number == "shili-health/2026-00001"
    assert [hit.url for hit in search.search("接种")] == [document.get_absolute_url()]


@pytest.mark.parametrize("conclusion", ["public", "withheld"])
@pytest.mark.parametrize("more", [{}, {"shows_money": True, "urgent_reason": "防汛"}])
def test_what_passed_in_one_is_as_what_was_reviewed(
    cast: Cast, more: dict[str, object], conclusion: str
) -> None:
    """Else the tests that start from ``passed`` told of documents that no review leaves."""

    def rows(document: Document) -> list[dict[str, object]]:
        document.refresh_from_db()
        (way,) = Way.objects.for_instance(document)
        states = list(ReviewState.objects.filter(workflow_state=way).order_by("pk"))
        assert {state.revision_id for state in states} == {document.latest_revision_id}
        assert all(state.finished_at for state in states)
        assert way.current_task_state_id == states[-1].pk
        own = {"id", "version", "object_id", "revision", "workflow_state", "taskstate_ptr"}
        own |= {"latest_revision", "current_task_state", "finished_at"}
        return [
            {name: value for name, value in model_to_dict(row).items() if name not in own}
            for row in (document, way, *states)
        ]

    one = reviewed(cast, a_draft(cast, **more), conclusion=conclusion)
    other = passed(cast, a_draft(cast, **more), conclusion=conclusion)
    assert rows(one) == rows(other)


def test_who_acts_for_the_leader_signs_with_both_names(cast: Cast) -> None:
    """外出代行 (docs/operations.md 四之三)."""
    held = Membership.objects.get(user=cast.leader, body=cast.body, role=Role.LEADER)
    hand_over(held, cast.legal, timezone.localdate(), by=cast.leader)
    document = a_draft(cast)
    submit(document, by=cast.clerk)
    for who in (cast.reviewer, cast.secrecy):
        told = document_todo(who).review.documents
        assert [one.acting for one in told] == [""]
        verdict = {"conclusion": "public"} if who == cast.secrecy else {}
        review(document, by=who, approve=True, **verdict)
    (told,) = document_todo(cast.legal).review.documents
    assert told.acting == name_of(held.user)
    review(document, by=cast.legal, approve=True)
    names = ReviewState.objects.order_by("pk").values_list("by_name", flat=True)
    both = f"{name_of(cast.legal)}（代 {name_of(held.user)}）"
    assert [name for name in names if "代" in name] == [both]


def test_what_was_not_reviewed_is_not_published(cast: Cast) -> None:
    document = a_draft(cast)
    with pytest.raises(Refused):
        publish(document, by=cast.head)
    submit(document, by=cast.clerk)
    with pytest.raises(Refused):
        publish(document, by=cast.head)


def test_a_change_after_the_approval_goes_back_to_the_draft(cast: Cast) -> None:
    document = reviewed(cast, a_draft(cast))
    save_draft(document, {"text": "<p>改过的内容。</p>"}, by=cast.clerk)
    document.refresh_from_db()
    assert document.state == "draft"
    with pytest.raises(Refused):
        publish(document, by=cast.clerk)


def test_what_was_sent_back_is_handed_in_again_mended_or_not(cast: Cast) -> None:
    document = a_draft(cast)
    for text in ("<p>现将名称予以公布。</p>", "<p>现将名称和时间予以公布。</p>", ""):
        submit(document, by=cast.clerk)
        review(document, by=cast.reviewer, approve=False, opinion="请核对")
        document.refresh_from_db()
        assert document.state == "returned"
        if text:
            save_draft(document, {"text": text}, by=cast.clerk)
    reviewed(cast, document)
    assert publish(document, by=cast.clerk).number == 1


def test_nobody_reviews_his_own_draft(cast: Cast) -> None:
    document = a_draft(cast)
    save_draft(document, {"summary": "由审核人改过"}, by=None)
    from gongkai.bodies.actions import grant_role
    from gongkai.bodies.models import Role

    grant_role(cast.reviewer, cast.body, Role.CLERK, by=None)
    save_draft(document, {"summary": "由审核人又改过"}, by=cast.reviewer)
    submit(document, by=cast.clerk)
    with pytest.raises(PermissionDenied, match="起草"):
        review(document, by=cast.reviewer, approve=True)


def test_an_update_of_a_public_document_needs_its_own_review_and_a_note(cast: Cast) -> None:
    document = published(cast)
    save_draft(document, {"title": "关于公布预防接种门诊的通知（更新）"}, by=cast.clerk)
    document.refresh_from_db()
    assert document.title == "关于公布预防接种门诊的通知" and document.state == "draft"
    document = reviewed(cast, document)
    with pytest.raises(Refused, match="更正"):
        publish(document, by=cast.clerk)
    publish(document, by=cast.clerk, note="更新门诊名单")
    document.refresh_from_db()
    assert document.title.endswith("（更新）") and document.releases.count() == 2


def test_a_repeal_marks_the_older_document(cast: Cast) -> None:
    old = published(cast)
    change = {"document": old.pk, "does": "repeals", "on": "2026-03-05"}
    new = published(cast, title="关于废止旧通知的通知", changes=[change])
    old.refresh_from_db()
    assert old.validity == "repealed"
    withdraw(new, "误发", by=cast.head)
    old.refresh_from_db()
    assert old.validity == "valid"


def test_an_update_that_repeals_nothing_any_more_gives_the_older_document_back(cast: Cast) -> None:
    old = published(cast)
    change = {"document": old.pk, "does": "repeals", "on": "2026-03-05"}
    new = published(cast, title="关于修改旧通知的通知", changes=[change])
    draft = save_draft(new, {"changes": []}, by=cast.clerk)
    publish(passed(cast, draft), by=cast.clerk, note="更正：不再废止")
    old.refresh_from_db()
    assert old.validity == "valid" and not new.changes_made.exists()


def _repeals(cast: Cast, body: Body, old: Document) -> Document:
    column = Column.objects.create(
        body=body, key="new", name="通知公告", block=Column.Block.NOTICE, description="通知"
    )
    change = {"document": old.pk, "does": "repeals", "on": "2026-03-05"}
    return create_document(body, column, "关于废止的通知", by=None, changes=[change])


def test_a_joint_issuer_or_a_superior_repeals_and_nobody_else(cast: Cast) -> None:
    old = published(cast)
    assert _repeals(cast, cast.government, old).changes, "it supervises the body"
    with pytest.raises(Refused, match="下级机关"):
        _repeals(cast, cast.other_body, old)
    joint = published(cast, issuer=f"{cast.body.name}、{cast.other_body.name}", doc_number="")
    Column.objects.filter(body=cast.other_body).delete()
    assert _repeals(cast, cast.other_body, joint).changes


def test_what_the_secrecy_review_withholds_stays_inside(cast: Cast) -> None:
    document = reviewed(cast, a_draft(cast), conclusion="withheld")
    assert document.state == "kept"
    with pytest.raises(Refused):
        publish(document, by=cast.head)


@pytest.fixture
def guarded(cast: Cast) -> Cast:
    guards.install(connection, constraints.guards)
    return cast


def test_the_database_refuses_to_show_what_no_review_saw(guarded: Cast) -> None:
    document = a_draft(guarded)
    with pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(live=True, year=2026, serial=1)
    shown = published(guarded)
    for change in ({"title": "改"}, {"text": "改"}, {"attachments": [1]}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Document.objects.filter(pk=shown.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(
            live=True, year=2026, serial=9, release=shown.release
        )


def test_the_database_shows_nothing_again_that_was_taken_down(guarded: Cast) -> None:
    """docs/adr/0019: live by the release that is the last deed, and by no older one."""
    shown = published(guarded)
    first = shown.release
    save_draft(shown, {"title": "关于公布预防接种门诊的通知（更新）"}, by=guarded.clerk)
    publish(reviewed(guarded, shown), by=guarded.clerk, note="更新")
    rows = Document.objects.filter(pk=shown.pk)

    def refused(**facts: object) -> bool:
        try:
            with transaction.atomic():
                rows.update(**facts)
        except DatabaseError:
            return True
        return False

    older = {name: getattr(shown, name) for name in ("title", "text")} | {"release": first}
    assert refused(**older), "back to what it said before"
    assert refused(live=False), "hidden without a withdrawal"
    withdraw(shown, "误发", by=guarded.head)
    assert rows.get().state == "withdrawn"
    for facts in (
        {"live": True},
        {"live": True, "state": "published"},
        {"state": "published"},
        {"live": True, "state": "published", "withdrawn_at": None, **older},
        {"release": None},
        {"withdrawn_at": None},
    ):
        assert refused(**facts), facts
    with pytest.raises(DatabaseError), transaction.atomic():
        Release.objects.filter(pk=first.pk).update(number=9)
    save_draft(shown, {"text": "<p>改正以后再公布。</p>"}, by=guarded.clerk)
    publish(reviewed(guarded, shown), by=guarded.clerk, note="改正误发的内容")
    assert rows.get().live


def test_the_database_refuses_a_release_without_its_review(guarded: Cast) -> None:
    shown = published(guarded)
    document = a_draft(guarded)
    way = submit(document, by=guarded.clerk)
    for facts in (
        {"document": document, "workflow_state": way, "sha256": "x"},
        {"document": shown, "workflow_state": way, "sha256": shown.release.sha256},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            Release.objects.create(
                number=7, content={}, at=shown.published_at, by_name="甲", **facts
            )


def test_what_was_reviewed_before_a_field_came_keeps_its_fingerprint(cast: Cast) -> None:
    """An empty 解读形式 is no part of the content: a review that ran meanwhile still holds."""
    draft = a_draft(cast)
    assert "explains_by" not in snapshot(draft)
    before = fingerprint(draft)
    draft.explains_by = "video"
    assert snapshot(draft)["explains_by"] == "video" and fingerprint(draft) != before


def test_a_budget_is_public_within_twenty_days_of_the_calendar(cast: Cast, client: Client) -> None:
    """DOMAIN T21: from the approval, not in working days; other columns count those."""
    column = next(one for one in set_up_columns(cast.body, by=cast.head) if one.key == "budget")
    approved = date(2026, 9, 28)  # before a week of holidays
    facts = {"formed_on": date(2026, 8, 3), "changed_on": approved}
    document = a_draft(cast, column=column, title="2026年部门预算", **facts)
    assert document.due_on == approved + timedelta(days=20)
    assert a_draft(cast, formed_on=approved).due_on > document.due_on
    client.force_login(cast.clerk)
    page = client.get(reverse("desk-document", args=[document.pk])).content.decode()
    assert "按日历日计算" in page and "自批复之日（2026-09-28）次日起" in page
    assert ("publication.budget_days", "20日：部门预算决算公开（《预算法》第十四条）") in limits()
