"""政务新媒体: accounts, and what they put out; what was given to other media."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Max, Q

from gongkai.bodies.ledger.book import Book, register_book
from gongkai.bodies.models import Body
from gongkai.law.parameters import rule
from gongkai.law.taxonomy import account_kinds
from gongkai.registers.books.enforcement import after_start
from gongkai.registers.models import MediaAccount, MediaIssue, MediaStory

GROUP = "新媒体和网站"


def platforms() -> list[tuple[str, str]]:
    return [(key, one.label) for key, one in account_kinds().items()]


def silent(body: Body, today: date) -> list[tuple[str, MediaAccount]]:
    """Accounts that have put out nothing for as long as makes a column count as not kept."""
    since = today - timedelta(days=rule("column.update.news", on=today).value)
    accounts = MediaAccount.objects.filter(
        Q(ended_on=None) | Q(ended_on__gt=today), body=body, struck_at=None
    )
    latest = accounts.annotate(
        last=Max("issues__happened_on", filter=Q(issues__struck_at=None))
    ).filter(Q(last__lt=since) | Q(last=None, happened_on__lt=since))
    return [
        (f"最近一次发布是 {one.last:%Y-%m-%d}" if one.last else "还没有登记过发布", one)
        for one in latest
    ]


def shown_after_given(values: dict[str, Any]) -> dict[str, str]:
    given, shown = values.get("happened_on"), values.get("shown_on")
    if given and shown and shown < given:
        return {"shown_on": "刊播日期早于供稿日期，请核对两个日期。"}
    return {}


register_book(
    Book(
        slug="media-accounts",
        model=MediaAccount,
        title="账号",
        group=GROUP,
        rank=0,
        unit="个",
        help="网站、公众号、微博等发布信息的账号。长期没有发布的会提醒。",
        fields=("platform", "name", "manager", "ended_on"),
        columns=("platform", "name", "manager", "happened_on", "ended_on"),
        search=("name", "manager"),
        key=("platform", "name"),
        category="platform",
        check=after_start,
        watch=silent,
        choices={"platform": platforms},
    )
)
register_book(
    Book(
        slug="media-issues",
        model=MediaIssue,
        title="发布统计",
        group=GROUP,
        rank=1,
        unit="次",
        help="每期每类登记一条，写明条数；没有期号的按发布日期登记。",
        fields=("account", "issue", "category", "items", "title", "address"),
        columns=("happened_on", "account", "issue", "category", "items", "title"),
        filters=("account",),
        search=("category", "title", "issue"),
        category="category",
        sums=("items",),
    )
)
register_book(
    Book(
        slug="media-stories",
        model=MediaStory,
        title="媒体合作",
        group=GROUP,
        rank=2,
        unit="篇",
        help="向融媒体中心、报刊、广播电视提供的新闻稿，接受的采访，合办的专栏。刊播以后补填日期和网址。",
        fields=("kind", "media", "title", "shown_on", "address"),
        columns=("happened_on", "kind", "media", "title", "shown_on"),
        filters=("kind",),
        search=("media", "title"),
        category="kind",
        check=shown_after_given,
    )
)
