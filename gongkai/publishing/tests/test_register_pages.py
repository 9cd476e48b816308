"""The office pages of register, catalogue, channels, bulletins, transfers, proposals, imports."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongkai.publishing import catalogue_sheet
from gongkai.publishing.actions import bulletins, catalogue, channels, normative
from gongkai.publishing.models import (
    Bulletin,
    CatalogueItem,
    Channel,
    Cleanup,
    Document,
    Post,
    ReadingPoint,
    TransferBatch,
)
from gongkai.publishing.tests.cast import Cast, a_draft, passed, published

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, route: str, *args: Any, status: int = 200, **query: Any) -> str:
    response = client.get(reverse(route, args=args), query)
    assert response.status_code == status, route
    return response.content.decode()


def send(client: Client, route: str, *args: Any, **values: Any) -> Any:
    return client.post(reverse(route, args=args), values)


LISTS = (
    *("desk-normative", "desk-normative-counts", "desk-cleanups", "desk-catalogue"),
    *("desk-channels", "desk-posts", "desk-points", "desk-bulletins", "desk-transfers"),
    *("desk-proposals", "desk-imports"),
)


def test_every_list_opens_empty_and_says_what_would_be_there(cast: Cast) -> None:
    clerk = signed_in(cast.clerk)
    for route in LISTS:
        assert "gk-" in page(clerk, route), route
    for route in ("desk-normative", "desk-documents"):
        page(clerk, route, year="0000")
        page(clerk, route, year="²", p="²", column="²")
    for route in LISTS:
        assert Client().get(reverse(route)).status_code == 302


def test_a_stranger_sees_nothing_of_another_body(cast: Cast) -> None:
    draft = a_draft(cast, is_normative=True)
    item = catalogue.set_up_catalogue(cast.body, by=cast.head)[0]
    stranger = signed_in(cast.stranger)
    for route, pk in (("desk-normative-entry", draft.pk), ("desk-catalogue-item", item.pk)):
        assert stranger.get(reverse(route, args=[pk])).status_code in (403, 404)


def test_the_register_is_filled_reviewed_and_printed(cast: Cast) -> None:
    draft = a_draft(cast, title="示例办法", is_normative=True)
    clerk = signed_in(cast.clerk)
    assert "先通过合法性审核" in page(clerk, "desk-normative-entry", draft.pk)
    sent = send(
        clerk, "desk-normative-entry", draft.pk, register_number="SL-1", basis="上位法", seen="0"
    )
    assert sent.status_code in (302, 422)
    if sent.status_code == 422:
        version = Document.objects.get(pk=draft.pk).version
        values = {"register_number": "SL-1", "basis": "上位法", "seen": str(version)}
        assert send(clerk, "desk-normative-entry", draft.pk, **values).status_code == 302
    law = signed_in(cast.legal)
    form = page(law, "desk-normative-legality", draft.pk)
    found = re.search(r'name="sha256" value="(\w+)"', form)
    assert found
    values = {"result": "lawful", "opinion": "合法。", "sha256": found[1]}
    late = send(law, "desk-normative-legality", draft.pk, **(values | {"sha256": "0" * 64}))
    words = late.content.decode()
    assert late.status_code == 422 and "草稿刚刚有修改" in words and "合法。</textarea>" in words
    assert found[0] in words and "checked" not in words  # to be judged anew
    assert send(law, "desk-normative-legality", draft.pk, **values).status_code == 302
    assert clerk.get(reverse("desk-normative-legality", args=[draft.pk])).status_code in (403, 404)
    listed = page(clerk, "desk-normative", q="示例")
    assert "示例办法" in listed and "SL-1" in listed
    for kind, head in (("xlsx", b"PK"), ("pdf", b"%PDF")):
        response = clerk.get(reverse("desk-normative-export", args=[kind]))
        assert response.content[:4].startswith(head)
    assert clerk.get(reverse("desk-normative-counts"), {"from": "x"}).status_code == 422


def test_a_cleanup_runs_on_its_pages(cast: Cast) -> None:
    days: dict[str, Any] = {"effective_on": date(2024, 1, 1), "expires_on": date(2099, 12, 31)}
    days |= {"summary": "规定门诊的设置。"}
    document = a_draft(cast, title="老办法", is_normative=True, **days)
    normative.enter(document, {"basis": "上位法"}, by=cast.clerk)
    document.normative.legality = "earlier"
    document.normative.legality_sha256 = normative.legal_fingerprint(document)
    document.normative.save()
    from gongkai.publishing.actions.publish import publish

    publish(passed(cast, document), by=cast.clerk)
    clerk = signed_in(cast.clerk)
    send(clerk, "desk-cleanup-new", name="2026年清理", as_of=str(timezone.localdate()))
    round_ = Cleanup.objects.get()
    item = round_.items.get()
    wrong = send(clerk, "desk-cleanup-judge", round_.pk, item.pk, verdict="repeal")
    assert wrong.status_code == 422 and "理由" in wrong.content.decode()
    values = {"verdict": "repeal", "reason": "依据已经废止"}
    assert send(clerk, "desk-cleanup-judge", round_.pk, item.pk, **values).status_code == 302
    ends = {"column": cast.column.pk, "ends_on": str(timezone.localdate())}
    assert send(clerk, "desk-cleanup-finish", round_.pk, **ends).status_code == 302
    round_.refresh_from_db()
    assert round_.result is not None and "老办法" in round_.result.text


def test_a_workbook_is_looked_at_line_by_line_and_then_taken_in(cast: Cast) -> None:
    items = catalogue.set_up_catalogue(cast.body, by=cast.head)
    data = catalogue_sheet.write("目录", items)
    CatalogueItem.objects.all().delete()
    clerk = signed_in(cast.clerk)
    file = SimpleUploadedFile("目录.xlsx", data, XLSX)
    shown = send(clerk, "desk-catalogue-import", field="卫生健康", files=file).content.decode()
    assert "可以导入" in shown and not CatalogueItem.objects.exists()
    found = re.search(r'name="lines" value="([^"]+)"', shown)
    assert found
    assert send(clerk, "desk-catalogue-import", lines=found[1] + "x").status_code == 422
    assert send(clerk, "desk-catalogue-import", lines=found[1]).status_code == 302
    assert CatalogueItem.objects.count() == len(items)
    CatalogueItem.objects.filter(code="0104").update(book_element="旧要素", basis="旧依据")
    assert send(clerk, "desk-catalogue-import", lines=found[1]).status_code == 302
    assert "有 1 项（0104）原来以台账公开的要素已经不在目录里" in page(clerk, "desk-catalogue")
    assert clerk.get(reverse("desk-catalogue-export")).content[:2] == b"PK"


def test_an_item_is_linked_on_its_page_and_shown_to_the_public(cast: Cast) -> None:
    item = catalogue.set_up_catalogue(cast.body, by=cast.head)[0]
    document = published(cast)
    clerk = signed_in(cast.clerk)
    assert document.title in page(clerk, "desk-catalogue-item", item.pk, q="接种")
    sent = send(clerk, "desk-catalogue-link", item.pk, document=str(document.pk), element="")
    assert sent.status_code == 302
    public = Client()
    shown = page(public, "standard-catalogue", cast.body.slug)
    assert document.get_absolute_url() in shown and item.level2 in shown
    assert cast.body.name in page(public, "standard-catalogue-list")
    page(public, "standard-catalogue", cast.other_body.slug, status=404)
    change = {n: getattr(item, n) for n in ("level1", "level2", "elements", "limit")}
    change |= {"channels": ["website"], "audience": "all", "manner": "proactive"}
    assert send(clerk, "desk-catalogue-change", item.pk, **change, note="注").status_code == 302
    item.refresh_from_db()
    assert (item.channels, item.note, item.book) == (["website"], "注", "")
    kept = {"book": "licences", "matters": " 执业许可 \n", "book_element": "结果信息"}
    assert send(clerk, "desk-catalogue-change", item.pk, **change, **kept).status_code == 302
    item.refresh_from_db()
    assert item.matters == "执业许可"
    assert "按这些事项统计：执业许可" in page(clerk, "desk-catalogue-item", item.pk)
    # The element is renamed with its register; the old name is refused and the new one offered.
    renamed = change | kept | {"elements": "办理流程\r\n许可结果 "}
    refused = send(clerk, "desk-catalogue-change", item.pk, **renamed)
    assert refused.status_code == 422 and 'value="许可结果"' in refused.content.decode()
    renamed["book_element"] = "许可结果"
    assert send(clerk, "desk-catalogue-change", item.pk, **renamed).status_code == 302
    # One that is gone from the elements stays chosen: nothing slips to the whole item unseen.
    CatalogueItem.objects.filter(pk=item.pk).update(elements="办理流程")
    shown = page(clerk, "desk-catalogue-change", item.pk)
    assert 'value="许可结果" selected' in shown
    stale = renamed | {"elements": "办理流程"}
    assert send(clerk, "desk-catalogue-change", item.pk, **stale).status_code == 422


def test_a_post_goes_from_words_to_its_address(cast: Cast) -> None:
    document = published(cast)
    clerk, other = signed_in(cast.clerk), signed_in(cast.reviewer)
    assert send(clerk, "desk-channel-new", kind="wechat", name="示例健康").status_code == 302
    channel = Channel.objects.get()
    form = page(clerk, "desk-new-post", document.pk)
    assert "公开的原文" in form
    values = {"channel": channel.pk, "title": "门诊名单", "text": "名单见网站。"}
    assert send(clerk, "desk-new-post", document.pk, **values).status_code == 302
    post = Post.objects.get()
    assert "由其他人核对" in page(clerk, "desk-post", post.pk)
    assert send(other, "desk-post", post.pk, deed="check").status_code == 302
    wrong = send(clerk, "desk-post", post.pk, deed="posted", address="")
    assert wrong.status_code == 422 and "网址" in wrong.content.decode()
    done = send(clerk, "desk-post", post.pk, deed="posted", address="https://example.cn/1")
    assert done.status_code == 302
    assert "1 条" in page(clerk, "desk-channels")


def test_figures_go_through_two_pages_to_a_draft(cast: Cast) -> None:
    values = {"name": "日报", "column": cast.column, "title": "{日期}情况", "text": "新增{新增}例"}
    template = bulletins.save_template(cast.body, values, by=cast.clerk)
    clerk, other = signed_in(cast.clerk), signed_in(cast.reviewer)
    first = {"on": "2026-03-02", "figure0": "3", "source": "疾控中心", "approver": "冯"}
    assert send(clerk, "desk-bulletin-enter", template.pk, **first).status_code == 302
    bulletin = Bulletin.objects.get()
    form = page(other, "desk-bulletin-check", bulletin.pk)
    assert 'value="3"' not in form
    assert send(other, "desk-bulletin-check", bulletin.pk, figure0="4").status_code == 422
    assert send(other, "desk-bulletin-check", bulletin.pk, figure0="3").status_code == 302
    assert Document.objects.get().title == "2026年3月2日情况"


def test_a_transfer_goes_from_list_to_receipt_on_its_pages(cast: Cast) -> None:
    published(cast)
    clerk = signed_in(cast.clerk)
    day = str(timezone.localdate())
    asked = {"to": "archive", "to_name": "县档案馆", "from_on": "2026-01-01", "to_on": day}
    asked |= {"retention": "Y"}
    assert send(clerk, "desk-transfer-new", **asked).status_code == 302
    batch = TransferBatch.objects.get()
    assert "00001" in page(clerk, "desk-transfer", batch.pk)
    for kind in ("docx", "xlsx"):
        response = clerk.get(reverse("desk-transfer-list", args=[batch.pk, kind]))
        assert response.content[:2] == b"PK"
    assert send(clerk, "desk-transfer-deed", batch.pk, "send", on=day).status_code == 302
    assert (
        send(clerk, "desk-transfer-deed", batch.pk, "receive", on=day, name="李").status_code == 302
    )
    batch.refresh_from_db()
    assert batch.state == "received"


def test_a_reading_point_is_registered_and_public(cast: Cast) -> None:
    clerk = signed_in(cast.clerk)
    values = {"kind": "own", "name": "大厅查阅点", "address": "示例路 1 号"}
    assert send(clerk, "desk-point-new", **values).status_code == 302
    point = ReadingPoint.objects.get()
    visits = {"year": "2026", "month": "1", "people": "5"}
    assert send(clerk, "desk-point-visits", point.pk, **visits).status_code == 302
    assert "大厅查阅点" in page(Client(), "reading-points")
    channels.save_point(
        cast.body, {"closed_on": date(2026, 1, 1), **values}, by=cast.clerk, pk=point.pk
    )
    assert "大厅查阅点" not in page(Client(), "reading-points")


def test_the_stranger_s_lists_hold_nothing_of_ours(cast: Cast) -> None:
    a_draft(cast, title="我们的草稿", is_normative=True)
    stranger = signed_in(cast.stranger)
    for route in LISTS:
        response = stranger.get(reverse(route), {"body": cast.body.slug})
        assert "我们的草稿" not in response.content.decode(), route
