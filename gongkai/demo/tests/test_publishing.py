"""Beside and after publication nothing is empty, and nothing stands under a real body."""

from __future__ import annotations

from django.db.models import F

from gongkai.bodies.models import Body
from gongkai.demo.publishing import publishing
from gongkai.publishing.actions.review import due_step
from gongkai.publishing.models import (
    Column,
    Document,
    ImportRun,
    Post,
    Proposal,
    ReviewLevel,
    TransferBatch,
)


def test_transfers_proposals_posts_an_import_and_a_level_are_there(seeded: None) -> None:
    body = Body.objects.get(slug="shilishi-wjw")
    batches = TransferBatch.objects.filter(body=body)
    assert set(batches.values_list("state", flat=True)) == {"sent", "received"}
    assert all(batch.items.exists() for batch in batches)
    assert batches.get(state="received").receipt is not None
    proposals = Proposal.objects.filter(body=body)
    assert set(proposals.values_list("state", flat=True)) == {"open", "published", "refused"}
    # What several applicants asked for, beside what citizens suggested.
    assert len(set(proposals.values_list("kind", flat=True))) == 2
    posts = Post.objects.filter(channel__body=body)
    assert set(posts.values_list("state", flat=True)) == {"written", "checked", "posted"}
    posted = posts.filter(state="posted")
    assert all(post.address or post.proof for post in posted)
    assert not posted.exclude(release=F("document__release")).exists()
    run = ImportRun.objects.get(body=body)
    assert (run.taken, len(run.refused)) == (3, 1)
    waiting = Document.objects.filter(imported__run=run)
    assert {document.state for document in waiting} == {"review"}
    level = ReviewLevel.objects.get()
    (at_level,) = Document.objects.filter(body=level.body, state="review")
    due = due_step(at_level)
    assert due is not None and due.task.reviewtask.step == f"level-{level.pk}"
    assert level.body.is_made_up and not Document.objects.filter(body__is_made_up=False).exists()
    assert list(publishing()) == []


def test_no_column_of_the_commission_is_empty_and_its_first_leader_is_named(seeded: None) -> None:
    body = Body.objects.get(slug="shilishi-wjw")
    filled = Document.objects.filter(body=body, live=True).values("column")
    assert list(Column.objects.filter(body=body).exclude(pk__in=filled)) == []
    assert body.posts.filter(in_leading_group=True, title="主任").count() == 1
