"""The standard catalogue: shipped items, workbook out and in, what is covered and what is not."""

from __future__ import annotations

import io
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
import xlsxwriter
from django.apps import apps
from django.test import Client
from django.utils import timezone

from gongkai.base.refusal import Refused
from gongkai.bodies.ledger.actions import enter
from gongkai.bodies.ledger.actions import publish as publish_lines
from gongkai.bodies.ledger.book import book
from gongkai.publishing import catalogue_sheet
from gongkai.publishing.actions import catalogue, channels
from gongkai.publishing.actions.publish import withdraw
from gongkai.publishing.catalogue_sheet import Line
from gongkai.publishing.coverage import coverage, totals
from gongkai.publishing.models import CatalogueItem, Document
from gongkai.publishing.tests.cast import Cast, published

CODES_READ = {"0101", "0104", "0108", "0505", "0507"}


def test_the_health_field_ships_with_its_classes_and_marks(cast: Cast) -> None:
    items = catalogue.set_up_catalogue(cast.body, by=cast.head)
    assert len(items) >= 59
    assert {item.code for item in items if item.mark == "V"} >= CODES_READ
    assert {item.mark for item in items} == {"V", "M"}
    assert all(item.elements and item.limit and item.channels for item in items)
    assert catalogue.set_up_catalogue(cast.body, by=cast.head) == items


def values(item: CatalogueItem) -> dict[str, Any]:
    names = ("code", "level1", "level2", "elements", "basis", "limit", "publisher", "channels")
    more = ("audience", "audience_note", "manner", "at_county", "at_township")
    return {name: getattr(item, name) for name in (*names, *more)}


def test_a_workbook_written_and_read_again_is_the_same_catalogue(cast: Cast) -> None:
    items = catalogue.set_up_catalogue(cast.body, by=cast.head)
    items[0].audience, items[0].audience_note = "group", "母婴保健机构"
    items[1].manner = "on_application"
    for item in items[:2]:
        item.save()
    lines = catalogue_sheet.read(catalogue_sheet.write("目录", items))
    assert not [line.wrong for line in lines if line.wrong]
    assert [line.values for line in lines] == [values(item) for item in items]
    taken = catalogue.take_in(cast.body, "卫生健康", lines, by=cast.clerk)
    assert (taken.new, taken.changed, taken.same) == (0, 0, len(items))
    other = catalogue.take_in(cast.body, "另一领域", lines, by=cast.clerk)
    assert other.new == len(items)


def sheet(rows: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for at, row in enumerate(rows):
            book.worksheets_objs or book.add_worksheet()
            book.worksheets_objs[0].write_row(at, 0, row)
    return out.getvalue()


_FIRST = (
    "序号 公开事项 _ 公开内容(要素) 公开依据 公开时限 公开主体 公开渠道和载体 "
    "公开对象 _ 公开方式 _ 公开层级 _"
)
_SECOND = "_ 一级事项 二级事项 _ _ _ _ _ 全社会 特定群体 主动 依申请 县级 乡级"
HEADS = [[word.strip("_") for word in row.split()] for row in (_FIRST, _SECOND)]
GOOD = ["101", "行政许可", "某许可", "1.依据\n2.流程", "【法律】某法", "20个工作日", "某委"]
TICKS = ["■政府网站\n□政府公报 ■两微一端", "√", "", "√", "", "√", ""]


def test_each_bad_line_is_marked_and_nothing_is_taken(cast: Cast) -> None:
    rows = [
        *HEADS,
        [*GOOD, *TICKS],
        ["102", "", "某许可二", *GOOD[3:], *TICKS],
        ["102", "", "又一许可", *GOOD[3:], *TICKS],
        ["103", "", "", "", *GOOD[4:], "□政府网站", "√", "√", "", "", "", ""],
        ["104", "", "某许可四", *GOOD[3:], "■电报", *TICKS[1:]],
    ]
    lines = catalogue_sheet.read(sheet(rows))
    assert [bool(line.wrong) for line in lines] == [False, False, True, True, True]
    assert lines[0].values["code"] == "0101" and lines[0].values["elements"] == "依据\n流程"
    assert lines[0].values["channels"] == ["website", "new_media"]
    assert lines[1].values["level1"] == "行政许可"
    assert "重复" in lines[2].wrong[0] and len(lines[3].wrong) >= 5
    with pytest.raises(Refused, match="全部没有导入"):
        catalogue.take_in(cast.body, "卫生健康", lines, by=cast.clerk)
    assert not CatalogueItem.objects.exists()


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", b"not a workbook"])
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        catalogue_sheet.read(data)


def test_a_workbook_with_another_head_is_refused() -> None:
    with pytest.raises(Refused, match="表头"):
        catalogue_sheet.read(sheet([["名称", "电话"], ["甲", "1"]]))
    with pytest.raises(Refused, match="公开时限"):
        catalogue_sheet.read(sheet([[*HEADS[0][:5], *HEADS[0][6:]], HEADS[1]]))


def test_the_map_says_where_and_when_and_what_is_missing_or_stale(
    client: Client, cast: Cast
) -> None:
    items = catalogue.set_up_catalogue(cast.body, by=cast.head)
    item = next(i for i in items if i.code == "1003")
    catalogue.change_item(item, {"channels": ["website", "new_media"]}, by=cast.clerk)
    today = timezone.localdate()

    def state(day: Any = today) -> Any:
        return next(c for c in coverage(cast.body, day) if c.item.code == "1003")

    assert state().state == "missing"
    document = published(cast)
    catalogue.link(item, document, by=cast.clerk, element="服务对象")
    with pytest.raises(Refused, match="要素"):
        catalogue.link(item, document, by=cast.clerk, element="没有的要素")
    # One element of seven: however fresh it is, the item is not published yet.
    assert state().state == "bare" and len(state().bare) == 6
    client.force_login(cast.clerk)
    page = client.get("/office/publishing/catalogue/?state=bare").content.decode()
    assert "要素不全" in page and f"还缺：{state().bare[0]}" in page
    catalogue.link(item, document, by=cast.clerk)
    assert state().state == "partly" and state().lacks == ["两微一端"]
    channel = channels.save_channel(cast.body, {"kind": "wechat", "name": "公众号"}, by=cast.clerk)
    post = channels.write_post(channel, document, "标题", "文字", by=cast.clerk)
    assert state().state == "partly"
    channels.check_post(post, by=cast.reviewer)
    channels.mark_posted(post, by=cast.clerk, address="https://example.cn/1")
    assert state().state == "covered"
    assert [label for label, _ in state().places] == ["政府网站", "两微一端"]
    assert state(today + timedelta(days=400)).state == "stale"
    catalogue.change_item(item, {"ended_on": today}, by=cast.clerk)
    assert state().state == "ended"
    catalogue.change_item(item, {"ended_on": None}, by=cast.clerk)
    withdraw(Document.objects.get(pk=document.pk), "误发", by=cast.head)
    assert state().state == "missing"
    counted = totals(coverage(cast.body, today))
    assert sum(counted.values()) == len(items)


def test_one_old_element_makes_its_item_stale_however_new_another_is(
    client: Client, cast: Cast
) -> None:
    """The map is of every item with its elements, not of the newest thing that was said."""
    items = catalogue.set_up_catalogue(cast.body, by=cast.head)
    item = next(i for i in items if i.code == "1003")
    values = {"channels": ["website"], "elements": "服务对象\n服务流程"}
    catalogue.change_item(item, values, by=cast.clerk)
    old, new = published(cast), published(cast, title="预约接种的流程", doc_number="")
    catalogue.link(item, old, by=cast.clerk, element="服务对象")
    catalogue.link(item, new, by=cast.clerk, element="服务流程")

    def state() -> Any:
        found = coverage(cast.body, timezone.localdate())
        return next(c for c in found if c.item.code == "1003")

    assert state().state == "covered" and not state().old
    Document.objects.filter(pk=old.pk).update(changed_at=timezone.now() - timedelta(days=400))
    assert state().state == "stale" and state().old == ("服务对象",)
    client.force_login(cast.clerk)
    page = client.get("/office/publishing/catalogue/?state=stale").content.decode()
    assert "没有更新：服务对象" in page
    catalogue.link(item, new, by=cast.clerk)
    assert state().state == "covered"


def test_a_document_of_another_body_fulfils_nothing(cast: Cast) -> None:
    item = catalogue.set_up_catalogue(cast.body, by=cast.head)[0]
    document = published(cast)
    Document.objects.filter(pk=document.pk).update(body=cast.other_body)
    document.refresh_from_db()
    with pytest.raises(Refused, match="不是本机关"):
        catalogue.link(item, document, by=cast.clerk)


def test_public_lines_of_a_register_fulfil_the_element_of_their_matter(cast: Cast) -> None:
    """G.2 row 29: licences that stand one by one in the register are published, and counted."""
    items = {item.code: item for item in catalogue.set_up_catalogue(cast.body, by=cast.head)}
    today = timezone.localdate()

    def entered(slug: str, **values: Any) -> Any:
        return enter(book(slug), cast.body, {"happened_on": today, **values}, by=cast.clerk)

    def state(code: str = "0104") -> Any:
        return next(c for c in coverage(cast.body, today) if c.item.code == code)

    # The catalogue calls it 医疗机构执业登记（人体器官移植除外）（权限内）.
    matter = entered("service-items", kind="licence", name="医疗机构执业登记")
    decision = {"party": "某诊所", "party_kind": "legal", "content": "准予", "kind": "new"}
    lines = [
        entered("licences", number=f"示卫医登〔2026〕{n}号", item=of, **decision)
        for n, of in enumerate((matter, matter, None), 1)
    ]
    assert state().state == "missing" and state().listed.lines == 0
    publish_lines(book("licences"), cast.body, [one.pk for one in lines[1:]], by=cast.reviewer)
    assert state().listed.lines == 1 and state().newest is not None
    assert state().state == "bare" and "结果信息" not in state().bare
    assert state("0106").state == "missing"  # the line without a matter counts for no item
    # No new decision for years is nothing to be added; an old guide is.
    catalogue.link(state().item, published(cast), by=cast.clerk)
    assert state().state == "partly" and state().lacks == ["政务服务中心"]
    later = coverage(cast.body, today + timedelta(days=800))
    then = next(c for c in later if c.item.code == "0104")
    assert then.state == "stale" and "结果信息" not in then.old
    # By another name, and of the whole register.
    catalogue.change_item(items["0106"], {"matters": "医疗机构执业登记"}, by=cast.clerk)
    assert state("0106").listed.lines == 1
    whole = {"book": "donations", "book_element": "", "channels": ["website"]}
    catalogue.change_item(items["0701"], whole, by=cast.clerk)
    gift = {"kind": "money", "donor": "某商会", "amount": 100, "receipt_number": "1"}
    publish_lines(book("donations"), cast.body, [entered("donations", **gift).pk], by=cast.reviewer)
    assert state("0701").state == "covered"
    # Brackets in brackets; a name of nothing else is no matter, least of all that of line three.
    nested = {"matters": "医疗机构执业登记（权限内（市级除外））"}
    catalogue.change_item(items["0106"], nested, by=cast.clerk)
    assert state("0106").listed.lines == 1
    publish_lines(book("licences"), cast.body, [lines[0].pk], by=cast.reviewer)
    catalogue.change_item(items["0106"], {"matters": "（全）"}, by=cast.clerk)
    assert state("0106").listed.lines == 0
    with pytest.raises(Refused, match="要素"):
        catalogue.change_item(items["0106"], {"elements": "服务指南"}, by=cast.clerk)


def test_a_register_never_comes_to_fulfil_more_than_its_element(cast: Cast) -> None:
    """An import that takes the element away takes the register away, and says so."""
    items = catalogue.set_up_catalogue(cast.body, by=cast.head)
    kept, gone = (next(i for i in items if i.code == code) for code in ("0104", "0106"))
    renamed = values(gone) | {"elements": "办理流程\n许可结果信息"}
    lines = [Line(1, values(kept) | {"basis": "新依据"}), Line(2, renamed)]
    taken = catalogue.take_in(cast.body, "卫生健康", lines, by=cast.clerk)
    assert (taken.changed, taken.unlisted) == (2, ("0106",))
    kept.refresh_from_db(), gone.refresh_from_db()
    assert (kept.book, kept.book_element) == ("licences", "结果信息")
    assert (gone.book, gone.book_element) == ("", "")
    # Nor does the migration give one to an element that only has the words in it.
    CatalogueItem.objects.update(level1="行政许可类事项", book="", book_element="")
    module = import_module("gongkai.publishing.migrations.0012_catalogue_registers")
    module.give(apps, None)
    kept.refresh_from_db(), gone.refresh_from_db()
    assert (kept.book, kept.book_element, gone.book) == ("licences", "结果信息", "")
