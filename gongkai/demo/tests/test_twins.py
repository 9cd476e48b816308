"""The twins: registers whose compiled reports equal five published ones, cell by cell."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest
from django.db.models import F, QuerySet, Sum
from django.test import Client
from django.urls import reverse

from gongkai.annual_report.open_ledger import Ledger, compare
from gongkai.bodies.ledger import queries as ledger
from gongkai.bodies.ledger.book import all_books
from gongkai.bodies.ledger.book import book as ledger_book
from gongkai.bodies.models import Body, Post
from gongkai.demo import twins
from gongkai.engagement.models import CitizenLetter
from gongkai.engagement.queries import year_counts
from gongkai.law.formats import report_format
from gongkai.publishing.models import Document, TransferBatch
from gongkai.reporting.compile.compute import records_of
from gongkai.reporting.models import AnnualReport, Snapshot
from gongkai.reporting.route.queries import route_of
from tests.shared import SHARED

PUBLISHED: dict[str, dict[str, Any]] = json.loads(
    files("gongkai.demo.tests").joinpath("data/twins.json").read_text("utf-8")
)


def report_of(slug: str) -> AnnualReport:
    return AnnualReport.objects.get(body__slug=slug, year=PUBLISHED[slug]["year"])


def expected(slug: str) -> dict[str, Decimal]:
    """Address → number as the report printed it; what was cut off there is not expected."""
    printed = PUBLISHED[slug]
    layout = report_format("2019" if printed["year"] < 2021 else "2021")
    cells = {address: Decimal(number) for address, number in printed["table2"].items()}
    for row, numbers in printed["table3"].items():
        for column, number in zip(layout.table3_columns, numbers, strict=True):
            cells[f"t3.{row}.{column.key}"] = Decimal(number)
    for key, number in zip(layout.table4_keys, printed["table4"], strict=True):
        cells[f"t4.{key}"] = Decimal(number)
    return cells


@pytest.mark.parametrize("slug", PUBLISHED)
def test_the_compiled_report_equals_the_published_one_cell_by_cell(slug: str, seeded: None) -> None:
    version = report_of(slug).latest
    assert version is not None
    assert version.computation is not None
    compiled = {address: cell.value for address, cell in version.as_report.cells()}
    printed = expected(slug)
    assert {a: compiled[a] for a in printed} == printed
    # Table 三 of one report is cut off in the copy: what it does not print is 0 here.
    assert all(not compiled[a] for a in compiled.keys() - printed.keys())
    assert len(compiled.keys() - printed.keys()) == (28 if slug == "shilixi-wjw" else 0)


def test_no_made_up_line_stands_under_a_real_body(seeded: None) -> None:
    real = Body.objects.filter(is_made_up=False)
    assert real.exists()
    for book in all_books():
        assert not book.model._default_manager.filter(body__in=real).exists()


# --- G.1: every number that the five reports tell in words is a count or a sum of a register -----


def lines(slug: str, book: str, **having: Any) -> QuerySet[Any]:
    """The lines of a register that count in the year of a twin's report."""
    body = Body.objects.get(slug=slug)
    return ledger.entries(ledger_book(book), body, PUBLISHED[slug]["year"]).filter(**having)


def number(slug: str, book: str, **having: Any) -> int:
    return lines(slug, book, **having).count()


def total(slug: str, book: str, column: str, **having: Any) -> Any:
    return lines(slug, book, **having).aggregate(n=Sum(column))["n"]


def items(slug: str, category: str) -> int:
    return total(slug, "media-issues", "items", category=category)


def calls(category: str) -> int:
    return total(EAST, "hotline", "quantity", category=category)


def letters(name: str) -> dict[str, Any]:
    boxes = year_counts(Body.objects.get(slug=MIDDLE), 2022)
    return next(box for box in boxes if box["name"] == name)


EAST, WEST, SOUTH, NORTH, MIDDLE = PUBLISHED

TOLD: dict[str, tuple[Callable[[], Any], Any]] = {
    # 济源
    "四个平台": (lambda: len(platforms(EAST)), 4),
    "四个平台信息": (lambda: total(EAST, "media-issues", "items"), 4752),
    "专题会议": (lambda: number(EAST, "meetings", kind="special"), 19),
    "新闻发布会": (lambda: number(EAST, "press-conferences"), 4),
    "公告": (lambda: number(EAST, "notices"), 20),
    "心理咨询": (lambda: total(EAST, "counselling", "quantity"), 120),
    "心理咨询志愿者": (lambda: number(EAST, "counselling-volunteers"), 30),
    "热线：政策咨询": (lambda: calls("policy"), 26966),
    "热线：物价上涨": (lambda: calls("price"), 565),
    "热线：不退订金": (lambda: calls("refund"), 279),
    "热线：居民回家": (lambda: calls("return_home"), 399),
    "热线：防控不力": (lambda: calls("control"), 180),
    "热线合计": (lambda: total(EAST, "hotline", "quantity"), 28389),
    "采购金额（元）": (lambda: total(EAST, "procurement", "amount"), Decimal("601733")),
    # 孟州：网站的条数与处理决定是两本台账，所以许可 645 条与 415 件都在
    "网站：许可": (lambda: items(WEST, "行政许可"), 645),
    "网站：处罚": (lambda: items(WEST, "行政处罚"), 1),
    "网站：其他": (lambda: items(WEST, "其他对外管理服务"), 7),
    "网站：双公示": (
        lambda: total(WEST, "media-issues", "items", account__name__contains="双公示"),
        653,
    ),
    "各类信息": (
        lambda: total(WEST, "media-issues", "items", account__name__contains="信息公开栏目"),
        228,
    ),
    "建议提案": (lambda: number(WEST, "proposals"), 7),
    "人大建议": (lambda: number(WEST, "proposals", kind="congress"), 1),
    "政协提案": (lambda: number(WEST, "proposals", kind="cppcc"), 6),
    "公众号期数": (lambda: issues(WEST), 152),
    "公众号条数": (
        lambda: total(WEST, "media-issues", "items", account__platform="wechat"),
        721,
    ),
    "每日疫情公告": (lambda: items(WEST, "每日疫情公告"), 61),
    "科普": (lambda: items(WEST, "健康科普"), 182),
    "事迹": (lambda: items(WEST, "先进事迹"), 73),
    "重要公告": (lambda: items(WEST, "重要公告"), 29),
    "捐赠报道": (lambda: items(WEST, "捐赠报道"), 51),
    "捐款（元）": (
        lambda: total(WEST, "donations", "amount", kind="money"),
        Decimal("2444300"),
    ),
    "捐赠物资（元）": (
        lambda: total(WEST, "donations", "amount", kind="goods"),
        Decimal("1650400"),
    ),
    "没有投诉举报": (lambda: number(WEST, "complaints"), 0),
    "没有收费": (lambda: number(WEST, "fees"), 0),
    # 伊川
    "目录事项": (lambda: in_force(SOUTH, "licence"), 59),
    "收费项目": (lambda: in_force(SOUTH, "fee"), 1),
    "采购项目": (lambda: number(SOUTH, "procurement"), 2),
    "采购信息": (lambda: items(SOUTH, "政府采购"), 2),
    "采购总额（元）": (lambda: total(SOUTH, "procurement", "amount"), Decimal("8505000")),
    "法律法规": (lambda: items(SOUTH, "法律法规"), 1),
    "机构设置": (lambda: items(SOUTH, "机构设置"), 1),
    # 川汇
    "领导小组有一名组长": (
        lambda: sum(post.group_role == "lead" for post in leading_group(NORTH)),
        1,
    ),
    "三级机构": (lambda: len(set(lines(NORTH, "institutions").values_list("kind"))), 3),
    # 许昌；原文的约数（1000 余、30 余、1300 余）在台账里是不小于它的数
    "新闻发布会（市）": (lambda: number(MIDDLE, "press-conferences"), 32),
    "疫情信息": (lambda: about(items_on(MIDDLE, "website", "疫情信息"), 1000), True),
    "重点领域": (lambda: about(items(MIDDLE, "重点领域"), 30), True),
    "政务微信": (
        lambda: about(total(MIDDLE, "media-issues", "items", account__platform="wechat"), 1300),
        True,
    ),
    "书记（市长）信箱": (lambda: letters("书记（市长）信箱")["received"], 160),
    "主任信箱": (lambda: letters("主任信箱")["received"], 62),
    "信箱按期办结": (lambda: letters("主任信箱")["in_time"], 62),
    "12345热线": (lambda: number(MIDDLE, "hotline", line="12345"), 946),
    "12345热线满意": (
        lambda: number(MIDDLE, "hotline", line="12345", satisfaction__in=("very", "yes")),
        946,
    ),
    "移送档案馆": (lambda: batches(MIDDLE), 4),
    "责任追究": (lambda: number(MIDDLE, "accountability"), 0),
}


@pytest.mark.parametrize("what", TOLD)
def test_every_number_told_in_words_comes_out_of_a_register(what: str, seeded: None) -> None:
    query, told = TOLD[what]
    assert query() == told


def platforms(slug: str) -> set[str]:
    return set(lines(slug, "media-issues").values_list("account__platform", flat=True))


def issues(slug: str) -> int:
    return lines(slug, "media-issues").exclude(issue="").values("issue").distinct().count()


def items_on(slug: str, platform: str, category: str) -> int:
    return total(slug, "media-issues", "items", category=category, account__platform=platform)


def in_force(slug: str, kind: str) -> int:
    """Items that stand at the end of the year."""
    found = ledger.entries(ledger_book("service-items"), Body.objects.get(slug=slug))
    return found.filter(kind=kind, ended_on=None).count()


def leading_group(slug: str) -> list[Post]:
    return list(Post.objects.filter(body__slug=slug, in_leading_group=True))


def about(value: int, told: int) -> bool:
    """“1000 余条”: at least that, and less than a tenth and ten more."""
    return told <= value < told * 1.1 + 10


def batches(slug: str) -> int:
    year = PUBLISHED[slug]["year"]
    return TransferBatch.objects.filter(body__slug=slug, year=year, state="received").count()


def test_the_words_of_a_letter_fit_its_kind_and_its_reply_fits_them(seeded: None) -> None:
    begins = {"询问": "咨询", "咨询": "咨询", "建议": "建议", "反映": "投诉", "投诉": "投诉"}
    kinds: dict[str, set[str]] = {}
    replies: dict[str, set[str]] = {}
    for letter in CitizenLetter.objects.prefetch_related("replies"):
        assert begins.get(letter.subject[:2], letter.category) == letter.category, letter.subject
        kinds.setdefault(letter.subject, set()).add(letter.category)
        for reply in letter.replies.all():
            replies.setdefault(letter.subject, set()).add(reply.text)
            moved = re.search("转交|由.*部门(管理|办理)", reply.text)
            elsewhere = letter.result in ("passed_on", "told_where")
            assert bool(moved) == elsewhere, reply.text
    assert len(kinds) > 20
    assert all(len(found) == 1 for found in (*kinds.values(), *replies.values()))


# --- roll-up ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("government", "year"), [("shilinan-gov", 2020), ("shilizhong-gov", 2022)])
def test_a_county_and_a_city_roll_up_from_ten_bodies(
    government: str, year: int, seeded: None
) -> None:
    whole = AnnualReport.objects.get(body__slug=government, year=year).latest
    parts = AnnualReport.objects.filter(body__supervised_by__slug=government, year=year)
    assert parts.count() == 10
    assert whole is not None
    summed: dict[str, Decimal] = {}
    for part in parts:
        assert part.latest is not None
        for address, cell in part.latest.as_report.cells():
            summed[address] = summed.get(address, Decimal(0)) + Decimal(cell.value or 0)
    # No cell is left empty (C06), and nothing of level error is left open.
    assert {address: cell.value for address, cell in whole.as_report.cells()} == summed
    assert not whole.report.problems.filter(level="error", gone_at=None).exists()
    assert summed["t2.licensing.decisions"] > 2000


def test_the_records_behind_a_cell_are_as_many_as_it_says(seeded: None) -> None:
    body = Body.objects.get(slug=EAST)
    for address in ("t2.licensing.decisions", "t3.new_received.total", "t2.procurement.projects"):
        behind = records_of(body, 2020, address)
        assert behind is not None
        assert len(behind) == expected(EAST)[address]


def test_one_twin_went_the_whole_way_to_the_public(seeded: None) -> None:
    report = report_of(MIDDLE)
    assert report.published_id == report.latest.pk
    assert report.route.state == "published"
    assert not report.problems.filter(level="error", gone_at=None).exists()
    people = {step.by_id for step in report.route.steps.all()}
    assert len(people) == 4
    # The text says the numbers of its own registers.
    text = report.latest.as_report.sections[0].text
    assert all(told in text for told in ("2173", "160件", "62件", "946"))
    assert "【" not in text


def test_reports_stand_at_different_places_of_their_way(seeded: None) -> None:
    assert {slug: route_of(report_of(slug)).state for slug in (WEST, SOUTH, MIDDLE)} == {
        WEST: "returned",
        SOUTH: "accepted",
        MIDDLE: "published",
    }


def test_the_open_ledger_of_a_twin_gives_its_published_cells(seeded: None) -> None:
    snapshot = Snapshot.objects.get(version=report_of(MIDDLE).latest)
    with snapshot.ledger.open() as stream:
        cells = compare(Ledger(io.BytesIO(stream.read())))
    assert cells
    assert all(one.equal for one in cells)


def test_the_rows_behind_every_published_number_can_be_read(seeded: None, client: Client) -> None:
    report = report_of(MIDDLE)
    at = [report.body.slug, report.year]
    overview = client.get(reverse("ledger", args=at)).content.decode()
    linked = {
        address
        for address, cell in report.latest.as_report.cells()
        if cell.value and reverse("ledger-cell", args=[*at, address]) in overview
    }
    assert {address[:2] for address in linked} == {"t2", "t3"}
    for address in linked:
        page = client.get(reverse("ledger-cell", args=[*at, address]))
        assert page.status_code == 200, address
        # A decision is told as the form calls it, not by its key.
        assert ">granted<" not in page.content.decode()


def test_two_people_let_a_line_out_and_in_time(seeded: None) -> None:
    made = lines(EAST, "licences")
    assert not made.filter(published_at=None).exists()
    assert not made.filter(entered_by=F("published_by")).exists()
    assert not made.filter(published_at__date__gt=F("due_on")).exists()


def test_what_was_published_in_the_year_is_counted_for_the_text(seeded: None) -> None:
    told = {}
    for slug in PUBLISHED:
        report = report_of(slug)
        assert report.latest is not None and report.latest.computation is not None
        told[slug] = report.latest.computation.quantities["主动公开信息数"]["value"]
        public = Document.objects.filter(body=report.body, live=True)
        number = public.filter(published_at__year=report.year).count()
        assert told[slug] == (str(number) if number else None), slug
    assert any(told.values()), told


def test_filling_twice_changes_nothing(seeded: None) -> None:
    assert list(twins.steps()) == []


if SHARED is not None:

    def test_no_sentence_of_a_real_report_is_copied_into_a_twin(seeded: None) -> None:
        assert SHARED is not None
        sources = "".join(
            re.sub(r"\s", "", path.read_text("utf-8", "ignore"))
            for path in SHARED.glob("reports/*_20*.txt")
        )
        for slug in PUBLISHED:
            newest = report_of(slug).latest
            assert newest is not None
            for section in newest.as_report.sections:
                for sentence in re.split(r"[。；\n]", section.text):
                    # The period is stated in the official words by everybody.
                    official = sentence.startswith("所列数据的统计期限")
                    assert official or len(sentence) < 15 or sentence not in sources
