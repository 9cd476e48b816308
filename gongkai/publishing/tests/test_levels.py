"""The levels of review that a body adds: who takes them, where they stand, what holds for all."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from gongkai.base.refusal import Refused
from gongkai.bodies.models import Membership
from gongkai.publishing.actions.drafts import save_draft
from gongkai.publishing.actions.levels import MOST, end_level, save_level
from gongkai.publishing.actions.publish import publish
from gongkai.publishing.actions.review import due_step, review, steps_for, submit
from gongkai.publishing.desk.todo import document_todo
from gongkai.publishing.levels import key_of
from gongkai.publishing.models import Document, ReviewLevel, ReviewState
from gongkai.publishing.tests.cast import Cast, a_draft

SECOND = {"name": "分管领导审核", "role": "legal", "after": "secrecy"}


def a_level(cast: Cast, **values: Any) -> ReviewLevel:
    return save_level(cast.body, {**SECOND, **values}, by=cast.head)


def to_level(cast: Cast) -> Document:
    """A draft that waits at a level behind the secrecy review."""
    document = a_draft(cast)
    submit(document, by=cast.clerk)
    review(document, by=cast.reviewer, approve=True)
    review(document, by=cast.secrecy, approve=True, conclusion="public")
    return document


def waits_for(document: Document) -> str:
    state = due_step(document)
    return state.task.name if state else ""


def test_a_level_stands_where_the_body_put_it_and_is_never_left_out(cast: Cast) -> None:
    first = a_level(cast, name="办公室核稿", after="")
    second, third = a_level(cast), a_level(cast, name="保密办复审", form="secrecy")
    save_level(cast.body, {"order": 2}, by=cast.head, level=second)
    assert steps_for(cast.body, shows_money=False) == [
        *(key_of(first), "section", "secrecy", key_of(third), key_of(second), "sign"),
    ]
    after_money = a_level(cast, name="审计核对", after="finance")
    steps = steps_for(cast.body, shows_money=False, urgent=True)
    assert steps.index(key_of(after_money)) == steps.index("sign") - 1 and "finance" not in steps


def test_what_is_handed_in_passes_the_level_before_it_goes_out(cast: Cast) -> None:
    level = a_level(cast)
    document = to_level(cast)
    assert waits_for(document) == "分管领导审核"
    for nobody in (cast.reviewer, cast.secrecy, cast.leader, cast.stranger):
        with pytest.raises(PermissionDenied):
            review(document, by=nobody, approve=True)
    with pytest.raises(Refused):
        publish(document, by=cast.clerk)
    end_level(level, by=cast.head)  # for what comes later
    review(document, by=cast.legal, approve=True, opinion="同意")
    review(document, by=cast.leader, approve=True)
    release = publish(document, by=cast.clerk)
    seen = ReviewState.objects.filter(workflow_state=release.workflow_state)
    assert set(seen.values_list("seen_sha256", flat=True)) == {release.sha256}
    assert steps_for(cast.body, shows_money=False) == ["section", "secrecy", "sign"]


def test_a_change_at_the_level_sends_the_draft_back_to_the_beginning(cast: Cast) -> None:
    a_level(cast)
    document = to_level(cast)
    save_draft(document, {"text": "<p>改过</p>"}, by=cast.clerk)
    assert waits_for(document) == ""
    submit(document, by=cast.clerk)
    assert waits_for(document) == "科室初审"


def test_a_level_with_the_form_of_the_secrecy_review_can_withhold(
    client: Client, cast: Cast
) -> None:
    a_level(cast, form="secrecy")
    document = to_level(cast)
    with pytest.raises(Refused):
        review(document, by=cast.legal, approve=True)
    ground = {"ground": "deny_internal_affairs", "opinion": "内部事务信息"}
    review(document, by=cast.legal, approve=True, conclusion="withheld", **ground)
    review(document, by=cast.leader, approve=True)
    document.refresh_from_db()
    assert document.state == "kept"
    client.force_login(cast.head)
    for page in ("re-evaluation/", f"{document.pk}/evaluate/"):
        assert "第十六条" in client.get(f"/office/documents/{page}").content.decode(), page
    near = client.get("/office/documents/re-evaluation/").content.decode()
    assert '<span aria-hidden="true">●</span> <strong>期限充裕</strong>' in near


def test_a_section_takes_its_level_and_sees_the_document_as_long(
    client: Client, cast: Cast
) -> None:
    a_level(cast, role="", section=cast.section)
    document = to_level(cast)
    client.force_login(cast.handler)
    page = client.get(f"/office/documents/{document.pk}/review/")
    assert page.status_code == 200 and "请按照本机关的规定审查" in page.content.decode()
    assert document.title in client.get("/office/documents/?tab=review").content.decode()
    state = due_step(document)
    assert state is not None
    given = {"step": state.task.reviewtask.step, "sha256": state.seen_sha256, "approve": "1"}
    done = client.post(f"/office/documents/{document.pk}/review/", given)
    assert done.status_code == 302 and waits_for(document) == "领导签发"
    assert client.get(done["Location"]).status_code == 200
    assert client.get(f"/office/documents/{document.pk}/").status_code == 404


def test_nobody_takes_the_level_of_one_person_but_he(cast: Cast) -> None:
    a_level(cast, role="", person=cast.legal)
    document = to_level(cast)
    with pytest.raises(PermissionDenied):
        review(document, by=cast.head, approve=True)
    asked = {who: document_todo(who).review.count for who in (cast.legal, cast.head, cast.clerk)}
    assert asked == {cast.legal: 1, cast.head: 0, cast.clerk: 0}, "on his first page alone"
    review(document, by=cast.legal, approve=True)
    assert waits_for(document) == "领导签发"


def test_the_head_takes_the_level_of_who_wrote_it_or_left(cast: Cast) -> None:
    a_level(cast, role="", person=cast.clerk)
    document = to_level(cast)
    with pytest.raises(PermissionDenied):
        review(document, by=cast.clerk, approve=True)
    review(document, by=cast.head, approve=True)
    a_level(cast, name="二级核稿", role="", person=cast.legal, after="section")
    other = a_draft(cast, title="第二份")
    submit(other, by=cast.clerk)
    review(other, by=cast.reviewer, approve=True)
    Membership.objects.filter(user=cast.legal).delete()
    review(other, by=cast.head, approve=True)
    assert waits_for(other) == "保密审查"


def test_a_level_says_one_name_and_one_who_takes_it(cast: Cast) -> None:
    for wrong in (
        {"name": " "},
        {"name": "保密审查"},
        {"role": ""},
        {"person": cast.legal},
        {"role": "", "person": cast.stranger},
    ):
        with pytest.raises(Refused):
            a_level(cast, **wrong)
    for number in range(MOST):
        a_level(cast, name=f"第{number}级")
    with pytest.raises(Refused):
        a_level(cast, name="再一级")
    with pytest.raises(PermissionDenied):
        save_level(cast.body, SECOND, by=cast.clerk)


def test_two_bodies_with_levels_of_one_name_have_each_its_own(cast: Cast) -> None:
    ours = a_level(cast)
    document = to_level(cast)
    state = due_step(document)
    assert state is not None and state.task.reviewtask.level == ours
    end_level(ours, by=cast.head)
    theirs = a_level(cast)
    again = a_draft(cast, title="第二份")
    submit(again, by=cast.clerk)
    way = due_step(again).workflow_state  # type: ignore[union-attr]
    steps = [task.specific.step for task in way.workflow.tasks]
    assert key_of(theirs) in steps and key_of(ours) not in steps


def test_the_head_sets_levels_up_at_the_desk_and_the_register_shows_them(
    client: Client, cast: Cast
) -> None:
    client.force_login(cast.head)
    base = f"/office/documents/settings/{cast.body.slug}/"
    given = {**SECOND, "form": "opinion", "order": "1", "duty": "看口径"}
    assert client.post(f"{base}levels/new/", given | {"name": "保密审查"}).status_code == 422
    assert client.post(f"{base}levels/new/", given).status_code == 302
    level = ReviewLevel.objects.get()
    shown = client.get(base).content.decode()
    assert "分管领导审核" in shown and shown.index("保密审查") < shown.index("分管领导审核")
    assert client.get(f"{base}levels/{level.pk}/").status_code == 200
    document = to_level(cast)
    client.force_login(cast.legal)
    assert "看口径" in client.get(f"/office/documents/{document.pk}/review/").content.decode()
    review(document, by=cast.legal, approve=True, opinion="口径一致")
    register = client.get("/office/documents/secrecy-register/").content.decode()
    assert "分管领导审核" in register and "口径一致" in register
    for kind in ("pdf", "docx"):
        path = f"/office/documents/secrecy-register/register.{kind}"
        assert client.get(path).status_code == 200
    client.force_login(cast.head)
    assert client.post(f"{base}levels/{level.pk}/end/").status_code == 302
    level.refresh_from_db()
    assert level.ended_at is not None
    client.force_login(cast.clerk)
    assert client.get(f"{base}levels/new/").status_code in (302, 403, 404)
