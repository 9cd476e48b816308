"""依申请转主动公开: what applications propose is decided here, and they are told."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from gongkai.applications.actions.side import SideIntake, file_side
from gongkai.applications.models import CaseNote, SideRequest
from gongkai.applications.tests.cast import an_application, set_up_office
from gongkai.base.refusal import Refused
from gongkai.publishing.actions import proposals
from gongkai.publishing.actions.drafts import save_draft
from gongkai.publishing.actions.publish import publish
from gongkai.publishing.models import Proposal
from gongkai.publishing.tests.cast import Cast, passed, published


def a_suggestion(cast: Cast) -> SideRequest:
    intake = SideIntake("suggestion", cast.body, "公开全县急救站点名单", "方便群众。")
    return file_side(intake).request


def test_a_suggestion_becomes_a_document_and_its_citizen_is_told_where(cast: Cast) -> None:
    side = a_suggestion(cast)
    assert (proposals.collect(cast.body), proposals.collect(cast.body)) == (1, 0)
    proposal = Proposal.objects.get()
    with pytest.raises(PermissionDenied):
        proposals.accept(proposal, by=cast.stranger, column=cast.column)
    document = proposals.accept(proposal, by=cast.clerk, column=cast.column)
    side.refresh_from_db()
    assert document.title == side.subject and side.state != "answered"
    told = {"text": "<p>急救站点名单。</p>", "theme": "卫生健康"}
    save_draft(document, told, by=cast.clerk)
    publish(passed(cast, document), by=cast.clerk)
    side.refresh_from_db()
    document.refresh_from_db()
    proposal.refresh_from_db()
    assert (proposal.state, side.result) == ("published", "published")
    assert document.get_absolute_url() in side.answer
    with pytest.raises(Refused, match="研究过"):
        proposals.refuse(proposal, "改主意", by=cast.clerk)


def test_a_refusal_tells_its_reason(cast: Cast) -> None:
    side = a_suggestion(cast)
    proposals.collect(cast.body)
    proposal = Proposal.objects.get()
    with pytest.raises(Refused, match="理由"):
        proposals.refuse(proposal, " ", by=cast.clerk)
    proposals.refuse(proposal, "属于内部事务信息。", by=cast.clerk)
    side.refresh_from_db()
    assert (side.result, side.answer) == ("not_published", "属于内部事务信息。")
    assert proposals.collect(cast.body) == 0


def test_what_several_asked_for_leads_to_what_is_public_already(cast: Cast) -> None:
    set_up_office(cast.body)
    an_application(cast.body, on=timezone.localdate())
    other = {"name": "吴某", "phone": "13900000001"}
    an_application(cast.body, on=timezone.localdate(), applicant=other)
    assert proposals.collect(cast.body) == 1
    proposal = Proposal.objects.get()
    assert proposal.people == 2
    document = published(cast)
    proposals.accept(proposal, by=cast.clerk, document=document)
    proposal.refresh_from_db()
    assert proposal.state == "published"
    assert document.get_absolute_url() in CaseNote.objects.get().text
