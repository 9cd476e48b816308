"""The people of a publication, and a document to start a story with."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from gongkai.base.audit import name_of
from gongkai.bodies.actions import grant_role
from gongkai.bodies.models import Role, Section
from gongkai.bodies.tests.cast import Cast as Office
from gongkai.bodies.tests.cast import make_cast as make_office
from gongkai.bodies.tests.cast import person
from gongkai.publishing.actions.columns import set_up_columns
from gongkai.publishing.actions.core import on_document
from gongkai.publishing.actions.drafts import create_document
from gongkai.publishing.actions.publish import publish
from gongkai.publishing.actions.review import (
    due_step,
    move_on,
    review,
    steps_for,
    submit,
    workflow,
)
from gongkai.publishing.content import draft_of, fingerprint
from gongkai.publishing.levels import tasks_of
from gongkai.publishing.models import Column, Document, Release, ReviewState, Way
from gongkai.publishing.models.review import Step


@dataclass
class Cast(Office):
    """The office of bodies.tests.cast with everyone who takes part in a publication."""

    section: Section
    column: Column
    handler: User
    secrecy: User
    finance: User
    leader: User
    legal: User
    #: Holds every role of the review, and is bound by the same rules.
    admin: User

    def who(self, step: str) -> User:
        """Who takes a step of the review."""
        return {
            Step.SECTION: self.reviewer,
            Step.SECRECY: self.secrecy,
            Step.FINANCE: self.finance,
            Step.SIGN: self.leader,
        }[Step(step)]


def make_cast() -> Cast:
    office = make_office()
    section = Section.objects.create(body=office.body, name="医政科")
    column = Column.objects.create(
        body=office.body,
        key="notices",
        name="通知公告",
        block=Column.Block.NOTICE,
        description="本机关的通知、公告",
    )
    people: dict[str, Any] = {}
    for name, family, role in (
        ("handler", "陈", Role.HANDLER),
        ("secrecy", "郑", Role.SECRECY),
        ("finance", "孙", Role.FINANCE),
        ("leader", "冯", Role.LEADER),
        ("legal", "褚", Role.LEGAL),
    ):
        people[name] = person(name, family, role.label)
        place = section if role == Role.HANDLER else None
        grant_role(people[name], office.body, role, by=None, section=place)
    known = {f.name: getattr(office, f.name) for f in fields(office)}
    admin = User.objects.create_superuser("root", password="a-long-passphrase-1")
    for role in (Role.CLERK, Role.REVIEWER, Role.SECRECY, Role.FINANCE, Role.LEADER, Role.HEAD):
        grant_role(admin, office.body, role, by=None)
    workflow(tuple(steps_for(office.body, shows_money=False)))  # as after the first review
    return Cast(**known, section=section, column=column, admin=admin, **people)


def make_site() -> Cast:
    """The same, and every column that the body is to have."""
    cast = make_cast()
    set_up_columns(cast.body, by=cast.head)
    return cast


def a_draft(cast: Cast, **more: Any) -> Document:
    """A notice on vaccination points, by the clerk."""
    facts: dict[str, Any] = {
        "title": "关于公布预防接种门诊的通知",
        "formed_on": date(2026, 3, 2),
        "doc_number": "示卫发〔2026〕1号",
        "theme": "卫生健康",
        "text": "<p>现将全县预防接种门诊的名称和服务时间予以公布。</p>",
    }
    column = more.pop("column", cast.column)
    return create_document(cast.body, column, by=cast.clerk, **(facts | more))


def _verdict(step: str, conclusion: str) -> dict[str, str]:
    """What is said at a step: the secrecy review concludes, and says why it withholds."""
    if step != Step.SECRECY:
        return {}
    if conclusion == "public":
        return {"conclusion": conclusion}
    why = {"ground": "deny_internal_affairs", "opinion": "内部事务信息"}
    return {"conclusion": conclusion, **why}


def reviewed(cast: Cast, document: Document, *, conclusion: str = "public") -> Document:
    """Through all steps of the review, each by the one whose step it is."""
    submit(document, by=cast.clerk)
    while (state := due_step(document)) is not None:
        step = state.task.reviewtask.step
        review(document, by=cast.who(step), approve=True, **_verdict(step, conclusion))
    document.refresh_from_db()
    return document


def passed(cast: Cast, document: Document, *, conclusion: str = "public") -> Document:
    """What ``reviewed`` leaves behind (``test_publish`` compares them), for tests of what comes
    after a review: one deed in place of four, and nothing of it in the trail.
    """
    with on_document(document, by=None) as document:
        draft = draft_of(document)
        urgent = bool(document.urgent_reason)
        steps = steps_for(document.body, shows_money=draft.shows_money, urgent=urgent)
        way = Way(
            content_type=document.get_content_type(),
            base_content_type=document.get_base_content_type(),
            object_id=str(document.pk),
            workflow=workflow(tuple(steps), urgent=urgent),
            requested_by=cast.clerk,
            status=Way.STATUS_APPROVED,
        )
        way.save()
        for task in tasks_of(steps):
            said = _verdict(task.step, conclusion)
            last = ReviewState.objects.create(
                workflow_state=way,
                revision=document.latest_revision,
                task=task,
                status=ReviewState.STATUS_APPROVED,
                finished_at=timezone.now(),
                finished_by=cast.who(task.step),
                by_name=name_of(cast.who(task.step)),
                seen_sha256=fingerprint(draft),
                comment=said.pop("opinion", ""),
                **said,
            )
        Way.objects.filter(pk=way.pk).update(current_task_state=last)
        move_on(document, way)
    return document


def published(cast: Cast, **more: Any) -> Document:
    """A document that the public sees."""
    document = passed(cast, a_draft(cast, **more))
    release: Release = publish(document, by=cast.clerk)
    found: Document = Document.objects.get(pk=release.document_id)
    return found
