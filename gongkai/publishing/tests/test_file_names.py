"""The name of an attachment is part of what is reviewed: read by the machine, shown as written."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import Client

from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Refused
from gongkai.base.uploads import check_upload
from gongkai.publishing.actions.drafts import attach, save_draft
from gongkai.publishing.actions.mask import mask
from gongkai.publishing.actions.publish import publish
from gongkai.publishing.actions.review import submit
from gongkai.publishing.content import draft_of
from gongkai.publishing.models import Document, PublishedFile
from gongkai.publishing.tests.cast import Cast, a_draft, passed

IDENTITY = "11010519491231002X"
PHONE = "13912345678"


def with_file(cast: Cast, name: str) -> tuple[Document, PublishedFile]:
    document = a_draft(cast)
    given = check_upload(name, "城关门诊周一至周五开放".encode(), kinds=("txt",))
    (file,) = attach(document, [given], by=cast.clerk)
    document.refresh_from_db()
    return document, file


def test_the_public_sees_the_name_that_was_reviewed_and_not_that_of_the_upload(
    client: Client, cast: Cast
) -> None:
    document, file = with_file(cast, "扫描件乙.txt")
    (kept,) = document.attachments
    named = {"attachments": [kept | {"name": "门诊名单.txt"}]}
    save_draft(document, named, by=cast.clerk)
    publish(passed(cast, document), by=cast.clerk)
    document.refresh_from_db()
    page = document.get_absolute_url()
    told = [client.get(page), client.get(f"{page}files/{file.pk}/")]
    told.append(client.get(f"/api/v1{page}"))
    for answer in told:
        assert answer.status_code == 200 and "门诊名单.txt" in answer.content.decode()
        assert "扫描件乙" not in answer.content.decode()
        assert quote("扫描件乙") not in answer.content.decode()
    sent = client.get(f"{page}files/{file.pk}/download/")
    assert quote("门诊名单.txt") in sent["Content-Disposition"]
    assert quote("扫描件乙") not in sent["Content-Disposition"]


def test_personal_data_in_a_name_stops_the_draft_until_it_is_covered(
    client: Client, cast: Cast
) -> None:
    document, file = with_file(cast, f"示例某{IDENTITY}电话{PHONE}.txt")
    with pytest.raises(Refused, match="机器检查"):
        submit(document, by=cast.clerk)
    client.force_login(cast.clerk)
    page = client.get(f"/office/documents/{document.pk}/findings/").content.decode()
    assert "附件的名称" in page and 'id="found-1"' in page
    for finding in document.findings.filter(state="open"):
        assert finding.place["name_of"] == file.pk
        mask(finding, by=cast.clerk)
    (kept,) = draft_of(Document.objects.get(pk=document.pk)).attachments
    assert kept["name"].startswith("示例某×") and kept["name"].endswith("×.txt")
    assert not any(secret in kept["name"] for secret in (IDENTITY, PHONE))
    submit(document, by=cast.clerk)
    said = [str(entry.new) for entry in AuditEntry.objects.all()]
    assert not any(secret in text for text in said for secret in (IDENTITY, PHONE))


def test_one_covering_holds_for_every_name_that_says_the_same(cast: Cast) -> None:
    document, _ = with_file(cast, f"{IDENTITY}和{IDENTITY}.txt")
    more = check_upload(f"另一份{IDENTITY}.txt", "乙".encode(), kinds=("txt",))
    attach(document, [more], by=cast.clerk)
    mask(document.findings.filter(state="open").first(), by=cast.clerk)
    names = [one["name"] for one in draft_of(Document.objects.get(pk=document.pk)).attachments]
    assert len(names) == 2 and not any(IDENTITY in name for name in names)


def test_no_question_of_the_machine_repeats_the_number_in_a_name(cast: Cast) -> None:
    """The upload keeps its name; what is asked of its words stays in the trail for good."""
    document = a_draft(cast)
    text = f"联系人手机{PHONE}".encode()
    given = check_upload(f"示例某{IDENTITY}.txt", text, kinds=("txt",))
    attach(document, [given], by=cast.clerk)
    said = list(document.findings.values_list("message", flat=True))
    assert any("附件“" in text for text in said)
    assert not any(IDENTITY in text for text in said)
