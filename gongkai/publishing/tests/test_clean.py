"""清除隐藏内容 at the finding: a new file in its place, the original kept apart."""

from __future__ import annotations

import io
from typing import Any

import pytest
import xlsxwriter
from django.core.exceptions import PermissionDenied
from django.test import Client

from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Refused
from gongkai.base.uploads import check_upload
from gongkai.publishing.actions.clean import clean
from gongkai.publishing.actions.drafts import attach
from gongkai.publishing.actions.review import due_step, submit
from gongkai.publishing.content import draft_of
from gongkai.publishing.models import Document, PublishedFile
from gongkai.publishing.tests.cast import Cast, a_draft

PHONE = "13900005678"


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def a_list(cast: Cast) -> tuple[Document, PublishedFile]:
    """A draft with a workbook whose last column nobody sees."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet("名单")
        page.write_row(0, 0, ["机构", "床位"])
        page.write_row(1, 0, ["示例一县妇幼保健院", "60张"])
        page.write_row(0, 2, ["联系人手机"])
        page.write_row(1, 2, [PHONE])
        page.set_column(2, 2, None, None, {"hidden": 1})
    document = a_draft(cast)
    (file,) = attach(document, [check_upload("名单.xlsx", out.getvalue())], by=cast.clerk)
    return Document.objects.get(pk=document.pk), file


def test_the_button_clears_what_the_file_hides_and_the_findings_go(
    client: Client, cast: Cast
) -> None:
    document, file = a_list(cast)
    client.force_login(cast.clerk)
    page = client.get(f"/office/documents/{document.pk}/findings/").content.decode()
    assert "清除隐藏内容" in page
    finding = document.findings.get(rule="hidden.hidden_columns")
    where = f"/office/documents/{document.pk}/findings/{finding.pk}/"
    told = client.post(where, {"clean": "1"}, follow=True).content.decode()
    assert "隐藏的列1处" in told and "看得见的文字没有变化" in told
    document.refresh_from_db()
    (kept,) = draft_of(document).attachments
    new = PublishedFile.objects.get(pk=kept["file"])
    assert new.pk != file.pk and new.hidden == [] and kept["name"] == "名单.xlsx"
    assert not document.findings.filter(state="open").exists()
    logged = AuditEntry.objects.get(action="清除隐藏内容")
    assert "隐藏的列" in str(logged.new) and PHONE not in str(logged.new)
    submit(document, by=cast.clerk)


def test_the_original_is_read_by_few_and_that_is_logged(client: Client, cast: Cast) -> None:
    document, file = a_list(cast)
    address = f"/office/documents/file/{file.pk}/"
    client.force_login(cast.reviewer)
    assert client.get(address).status_code == 200
    clean(document, file, by=cast.clerk)
    assert client.get(address).status_code in (302, 403)
    for user in (cast.secrecy, cast.head, cast.clerk):
        client.force_login(user)
        assert client.get(address).status_code == 200
    assert AuditEntry.objects.filter(action="查看清除以前的原件").count() == 3


def test_clearing_sends_a_draft_under_review_back(cast: Cast) -> None:
    document, file = a_list(cast)
    for finding in document.findings.all():
        finding.state = "answered"
        finding.save()
    submit(document, by=cast.clerk)
    assert due_step(document) is not None
    clean(document, file, by=cast.clerk)
    document.refresh_from_db()
    assert document.state == "draft" and due_step(document) is None


def test_who_does_not_write_clears_nothing_and_nothing_hidden_is_told(cast: Cast) -> None:
    document, file = a_list(cast)
    with pytest.raises(PermissionDenied):
        clean(document, file, by=cast.reviewer)
    clean(document, file, by=cast.clerk)
    with pytest.raises(Refused, match="没有这个附件"):
        clean(document, file, by=cast.clerk)
    (kept,) = draft_of(Document.objects.get(pk=document.pk)).attachments
    with pytest.raises(Refused, match="没有隐藏的内容"):
        clean(document, PublishedFile.objects.get(pk=kept["file"]), by=cast.clerk)
