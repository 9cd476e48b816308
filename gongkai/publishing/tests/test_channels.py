"""What goes to other channels, to archives and in bulletins: released, looked through, proved."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
import python_calamine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Refused
from gongkai.base.uploads import Checked
from gongkai.publishing.actions import bulletins, channels, transfer
from gongkai.publishing.actions.drafts import save_draft
from gongkai.publishing.actions.publish import publish, withdraw
from gongkai.publishing.models import Bulletin, BulletinTemplate, Channel, Document, Post, Proof
from gongkai.publishing.tests.cast import Cast, a_draft, passed, published

PICTURE = Checked("现场.png", "image/png", b"\x89PNG bytes", "png")


def a_channel(cast: Cast, kind: str = "wechat", **more: Any) -> Channel:
    values = {"kind": kind, "name": f"示例健康{kind}"} | more
    return channels.save_channel(cast.body, values, by=cast.clerk)


def test_only_a_released_document_goes_to_a_channel(cast: Cast) -> None:
    channel = a_channel(cast)
    draft = a_draft(cast)
    with pytest.raises(Refused, match="已经公开"):
        channels.write_post(channel, draft, "标题", "文字", by=cast.clerk)
    document = passed(cast, draft)
    with pytest.raises(Refused, match="已经公开"):
        channels.write_post(channel, document, "标题", "文字", by=cast.clerk)
    publish(document, by=cast.clerk)
    post = channels.write_post(channel, document, "标题", "文字", by=cast.clerk)
    with pytest.raises(Refused, match="不用重复"):
        channels.write_post(channel, document, "标题", "文字", by=cast.clerk)
    withdraw(document, "误发", by=cast.head)
    with pytest.raises(Refused, match="撤下"):
        channels.check_post(post, by=cast.reviewer)


def test_the_words_fit_hold_nobody_and_are_checked_by_another(cast: Cast) -> None:
    channel = a_channel(cast, "screen", text_limit=20)
    document = published(cast)
    title, text = channels.suggestion(channel, document)
    assert len(text) == 20 and title == document.title
    with pytest.raises(Refused, match="上限"):
        channels.write_post(channel, document, title, "字" * 21, by=cast.clerk)
    with pytest.raises(Refused, match="手机"):
        channels.write_post(channel, document, title, "找 13812345678", by=cast.clerk)
    post = channels.write_post(channel, document, title, text, by=cast.clerk)
    with pytest.raises(Refused, match="核对过"):
        channels.mark_posted(post, by=cast.head, proof=PICTURE)
    with pytest.raises(PermissionDenied, match="编写"):
        channels.check_post(post, by=cast.clerk)
    channels.check_post(post, by=cast.reviewer)
    channels.reword_post(post, title, "改过的文字", by=cast.clerk)
    post.refresh_from_db()
    assert post.state == "written"
    with pytest.raises(PermissionDenied):
        channels.check_post(post, by=cast.stranger)


def test_a_screen_needs_a_picture_and_an_account_its_address(cast: Cast, client: Client) -> None:
    document = published(cast)
    for kind, proof, address, fine in (
        ("screen", None, "", False),
        ("wechat", None, "", False),
        ("wechat", None, "javascript:x", False),
        ("screen", PICTURE, "", True),
        ("wechat", None, "https://example.cn/a", True),
    ):
        channel = a_channel(cast, kind, name=f"{kind}{fine}{address}")
        post = channels.write_post(channel, document, "标题", "文字", by=cast.clerk)
        channels.check_post(post, by=cast.reviewer)
        if fine:
            post = channels.mark_posted(post, by=cast.clerk, proof=proof, address=address)
            assert post.state == "posted"
        else:
            with pytest.raises(Refused):
                channels.mark_posted(post, by=cast.clerk, proof=proof, address=address)
    proof = Proof.objects.get()
    assert channels.proof_content(proof) == PICTURE.data
    client.force_login(cast.clerk)
    at = reverse("desk-proof", args=[proof.pk])
    page = client.get(reverse("desk-post", args=[Post.objects.get(proof=proof).pk]))
    assert f'<img src="{at}"' in page.content.decode()
    assert client.get(at).content == PICTURE.data


def test_a_post_says_when_its_document_has_changed(cast: Cast) -> None:
    document = published(cast)
    post = channels.write_post(a_channel(cast), document, "标题", "文字", by=cast.clerk)
    channels.check_post(post, by=cast.reviewer)
    channels.mark_posted(post, by=cast.clerk, address="https://example.cn/a")
    save_draft(document, {"text": "<p>新的内容。</p>"}, by=cast.clerk)
    publish(passed(cast, document), by=cast.clerk, note="更新")
    post.refresh_from_db()
    assert "已更新" in channels.outdated(post)


# --- bulletins --------------------------------------------------------------------------------


def a_template(cast: Cast) -> BulletinTemplate:
    values = {
        "name": "每日疫情",
        "column": cast.column,
        "title": "{日期}疫情情况",
        "text": "当日新增{新增}例，累计{累计}例。\n治愈{治愈}例。",
    }
    return bulletins.save_template(cast.body, values, by=cast.clerk)


def test_figures_are_entered_twice_by_two_persons_and_then_reviewed(cast: Cast) -> None:
    template = a_template(cast)
    assert template.figures == ["新增", "累计", "治愈"]
    figures = {"新增": 1, "累计": 20, "治愈": 0}
    said = {"source": "市疾控中心日报", "approver": "冯领导"}
    on = date(2026, 3, 2)
    with pytest.raises(Refused, match="没有的填 0"):
        bulletins.enter_figures(template, on, {"新增": 1}, by=cast.clerk, **said)
    bulletin = bulletins.enter_figures(template, on, figures, by=cast.clerk, **said)
    with pytest.raises(Refused, match="已经录入"):
        bulletins.enter_figures(template, on, figures, by=cast.clerk, **said)
    with pytest.raises(PermissionDenied, match="录入"):
        bulletins.check_figures(bulletin, figures, by=cast.clerk)
    with pytest.raises(Refused, match="累计"):
        bulletins.check_figures(bulletin, figures | {"累计": 21}, by=cast.reviewer)
    document = bulletins.check_figures(bulletin, figures, by=cast.reviewer)
    assert document.title == "2026年3月2日疫情情况" and not document.live
    assert "新增1例，累计20例" in document.text and document.source == said["source"]
    publish(passed(cast, document), by=cast.clerk)
    assert Document.objects.get(pk=document.pk).live


def test_wrong_figures_go_back_and_are_entered_anew(cast: Cast) -> None:
    template = a_template(cast)
    figures = {"新增": 1, "累计": 20, "治愈": 0}
    said: dict[str, Any] = {"source": "日报", "approver": "冯", "by": cast.clerk}
    bulletin = bulletins.enter_figures(template, date(2026, 3, 2), figures, **said)
    bulletins.send_back(bulletin, "累计数有误", by=cast.reviewer)
    assert not Bulletin.objects.exists()
    bulletins.enter_figures(template, date(2026, 3, 2), figures, **said)


# --- transfer ---------------------------------------------------------------------------------


def test_a_batch_holds_each_release_once_and_ends_with_a_receipt(cast: Cast) -> None:
    documents = [published(cast, title=f"通知之{n}") for n in "甲乙"]
    day = timezone.localdate()
    asked = ("archive", "示例县档案馆", day, day)
    batch = transfer.prepare_batch(cast.body, *asked, by=cast.clerk)
    assert [item.document_id for item in batch.items.all()] == [d.pk for d in documents]
    with pytest.raises(Refused, match="没有等待"):
        transfer.prepare_batch(cast.body, *asked, by=cast.clerk)
    save_draft(documents[0], {"text": "<p>更新。</p>"}, by=cast.clerk)
    publish(passed(cast, documents[0]), by=cast.clerk, note="更新")
    second = transfer.prepare_batch(cast.body, *asked, by=cast.clerk)
    assert (second.number, second.items.count()) == (2, 1)
    assert transfer.prepare_batch(cast.body, "library", "图书馆", day, day, by=cast.clerk)
    with pytest.raises(Refused, match="移送以后"):
        transfer.receive_batch(batch, day, "李", by=cast.clerk)
    transfer.send_batch(batch, day, by=cast.clerk)
    with pytest.raises(Refused, match="之间"):
        transfer.receive_batch(batch, day - timedelta(days=1), "李", by=cast.clerk)
    batch = transfer.receive_batch(batch, day, "李", by=cast.clerk, receipt=PICTURE)
    assert batch.state == "received" and batch.receipt is not None


def test_a_receipt_that_came_later_is_added_and_a_slip_in_it_is_mended(cast: Cast) -> None:
    published(cast)
    day = timezone.localdate()
    batch = transfer.prepare_batch(cast.body, "library", "图书馆", day, day, by=cast.clerk)
    transfer.send_batch(batch, day, by=cast.clerk)
    transfer.receive_batch(batch, day, "李", by=cast.clerk)
    batch = transfer.receive_batch(batch, day, "李", by=cast.clerk, receipt=PICTURE)
    kept = batch.receipt
    assert kept is not None
    batch = transfer.receive_batch(batch, day, "李收件", by=cast.clerk)
    assert (batch.received_by, batch.receipt) == ("李收件", kept)
    with pytest.raises(Refused, match="相同"):
        transfer.receive_batch(batch, day, "李收件", by=cast.clerk)
    mended = AuditEntry.objects.filter(action="更正移送回执").order_by("pk")
    paper, name = ([entry.old, entry.new] for entry in mended)
    assert [one["回执"] for one in paper] == ["", kept.name]
    assert [one["签收人"] for one in name] == ["李", "李收件"]


def test_the_list_of_a_batch_names_what_was_released(cast: Cast) -> None:
    document = published(cast)
    day = timezone.localdate()
    batch = transfer.prepare_batch(cast.body, "archive", "档案馆", day, day, by=cast.clerk)
    assert transfer.list_docx(batch)[:2] == b"PK"
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(transfer.list_xlsx(batch)))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0] == list(transfer.HEAD)
    assert rows[1][1:3] == [document.index_number, document.title]


def test_a_reading_point_counts_its_visitors(cast: Cast) -> None:
    values = {"kind": "own", "name": "大厅查阅点", "address": "示例路 1 号"}
    point = channels.save_point(cast.body, values, by=cast.clerk)
    with pytest.raises(Refused, match="已经有"):
        channels.save_point(cast.body, values, by=cast.clerk)
    channels.count_visits(point, 2026, 1, 12, by=cast.clerk)
    channels.count_visits(point, 2026, 1, 15, by=cast.clerk)
    assert [v.people for v in point.visits.all()] == [15]
    with pytest.raises(Refused, match="月份"):
        channels.count_visits(point, 2026, 13, 1, by=cast.clerk)


def test_what_goes_to_the_archive_bears_a_number_that_goes_on_and_its_retention(
    cast: Cast,
) -> None:
    """DOMAIN G.2 69: archive number, retention, export."""
    day = timezone.localdate()
    asked = ("archive", "档案馆", day, day)
    published(cast)
    published(cast, doc_number="")
    first = transfer.prepare_batch(cast.body, *asked, by=cast.clerk)
    published(cast, doc_number="")
    second = transfer.prepare_batch(cast.body, *asked, by=cast.clerk)
    published(cast, doc_number="")
    third = transfer.prepare_batch(cast.body, *asked, by=cast.clerk, retention="D30")
    numbers = [row[-2:] for batch in (first, second, third) for row in transfer.rows(batch)]
    assert numbers == [
        (f"{day.year}-Y-0001", "永久"),
        (f"{day.year}-Y-0002", "永久"),
        (f"{day.year}-Y-0003", "永久"),
        (f"{day.year}-D30-0001", "30年"),
    ]
    library = transfer.prepare_batch(cast.body, "library", "图书馆", day, day, by=cast.clerk)
    assert {row[-2:] for row in transfer.rows(library)} == {("—", "—")}
    with pytest.raises(Refused, match="保管期限"):
        transfer.prepare_batch(cast.body, *asked, by=cast.clerk, retention="99年")
