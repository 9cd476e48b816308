"""DOMAIN G.2 55 and 65: a quota for each section with what was accepted; counts by category."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Refused
from gongkai.publishing.actions.quotas import set_quotas
from gongkai.publishing.counts import by_column, by_section
from gongkai.publishing.models import Column, Release, SectionQuota
from gongkai.publishing.tests.cast import Cast, a_draft, published

THIS = timezone.localdate().year


def test_a_section_has_its_task_what_it_sent_and_what_was_taken(cast: Cast) -> None:
    set_quotas(cast.body, THIS, {cast.section.pk: 4}, by=cast.head)
    published(cast, section=cast.section, formed_on=timezone.localdate())
    published(cast, section=cast.section, doc_number="")
    a_draft(cast, section=cast.section, doc_number="")
    (row,) = [one for one in by_section(cast.body, THIS) if one.section == cast.section]
    assert (row.quota, row.handed_in, row.published, row.share, row.lacking) == (4, 2, 2, 50, 2)
    assert row.late == 1, "formed in March, published long after"


def test_a_document_of_no_section_is_of_that_which_keeps_the_column(cast: Cast) -> None:
    published(cast)
    Column.objects.filter(pk=cast.column.pk).update(section=cast.section)
    (row,) = [one for one in by_section(cast.body, THIS) if one.section == cast.section]
    assert (row.handed_in, row.published) == (1, 1)


def test_documents_of_no_section_are_counted_too(cast: Cast) -> None:
    published(cast)
    last = by_section(cast.body, THIS)[-1]
    assert last.section is None and last.published == 1


def test_a_column_counts_first_publications_by_year(cast: Cast) -> None:
    document = published(cast)
    other = Column.objects.create(
        body=cast.body, key="plans", name="规划信息", block=Column.Block.STATUTORY, description="x"
    )
    rows = {one.name: one for one in by_column(cast.body, THIS)}
    assert (rows[cast.column.name].now, rows[other.name].now) == (1, 0)
    rows = {one.name: one for one in by_column(cast.body, THIS + 1)}
    assert (rows[cast.column.name].now, rows[cast.column.name].before) == (0, 1)
    assert rows[cast.column.name].standing == 1
    assert Release.objects.filter(document=document).count() == 1


def test_who_heads_the_body_sets_the_tasks_and_the_deed_is_audited(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        set_quotas(cast.body, THIS, {cast.section.pk: 4}, by=cast.clerk)
    assert set_quotas(cast.body, THIS, {cast.section.pk: 4}, by=cast.head) == 1
    assert set_quotas(cast.body, THIS, {cast.section.pk: 4}, by=cast.head) == 0
    set_quotas(cast.body, THIS, {cast.section.pk: None}, by=cast.head)
    assert not SectionQuota.objects.exists()
    entry = AuditEntry.objects.filter(action=f"下达{THIS}年信息报送任务").order_by("pk").last()
    assert entry and entry.old == {cast.section.name: 4} and entry.new == {cast.section.name: None}


def test_a_task_is_a_number_that_can_be_done_for_a_section_of_the_body(cast: Cast) -> None:
    with pytest.raises(Refused, match="不能超过"):
        set_quotas(cast.body, THIS, {cast.section.pk: 1_000_000}, by=cast.head)
    with pytest.raises(Refused, match="不在这个机关"):
        set_quotas(cast.body, THIS, {cast.section.pk + 99: 1}, by=cast.head)


def test_the_page_takes_tasks_and_says_what_is_wrong(cast: Cast, client: Client) -> None:
    published(cast, section=cast.section)
    page = reverse("desk-publishing-counts") + f"?body={cast.body.slug}"
    name = f"quota-{cast.section.pk}"
    client.force_login(cast.clerk)
    assert name not in client.get(page).content.decode()
    client.force_login(cast.head)
    answer = client.post(page, {name: "十条"})
    assert answer.status_code == 422 and "要填整数" in answer.content.decode()
    assert 'value="十条"' in answer.content.decode()  # what was typed is still there
    assert client.post(page, {name: "3"}).status_code == 302
    html = client.get(page).content.decode()
    assert "还差 2 条" in html and cast.column.name in html
