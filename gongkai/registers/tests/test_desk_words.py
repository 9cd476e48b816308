"""What the list of registers counts, and what its files are called."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import unquote

from django.urls import reverse
from django.utils import timezone

from gongkai.bodies.ledger.book import all_books
from gongkai.registers.models import MediaAccount, ServiceItem
from gongkai.registers.tests.cast import a_penalty


def test_what_stands_until_it_ends_is_counted_as_it_stands_today(client, cast):
    today = timezone.localdate()
    for name, begun, ended in (
        ("甲", date(2019, 1, 1), None),
        ("乙", date(2020, 1, 1), today + timedelta(days=9)),
        ("丙", date(2021, 1, 1), today - timedelta(days=1)),
        ("丁", today + timedelta(days=9), None),
    ):
        MediaAccount.objects.create(
            body=cast.body, platform="wechat", name=name, happened_on=begun, ended_on=ended
        )
    ServiceItem.objects.create(
        body=cast.body, kind="fee", name="收费", happened_on=date(2019, 1, 1)
    )
    a_penalty(cast, happened_on=today)
    client.force_login(cast.clerk)
    page = client.get(reverse("desk-ledgers")).content.decode()
    assert "现有 2 个" in page and "现有 1 项" in page
    assert ">1 件<" in page


def test_the_books_of_what_stands_are_those_with_an_end():
    assert {one.slug for one in all_books() if one.stands} == {
        "service-items",
        "media-accounts",
        "institutions",
        "counselling-volunteers",
    }


def test_the_numbers_and_the_deeds_of_a_row_are_not_broken(client, cast):
    client.force_login(cast.clerk)
    page = client.get(reverse("desk-ledgers")).content.decode()
    row = page[page.index("行政处罚决定</a>") :].partition("</tr>")[0]
    assert row.count("<td") == row.count('class="gk-num"') == 3
    assert 'class="gk-num"><span class="gk-sub">内部台账</span></td>' in page


def test_files_have_the_books_chinese_name(client, cast):
    client.force_login(cast.clerk)
    today = timezone.localdate()
    for name, wanted in (
        ("desk-ledger-sheet", "行政许可决定-导入模板.xlsx"),
        ("desk-ledger-xlsx", f"行政许可决定-{today}.xlsx"),
        ("desk-ledger-csv", f"行政许可决定-{today}.csv"),
    ):
        answer = client.get(reverse(name, args=["licences"]))
        assert unquote(answer["Content-Disposition"]).endswith(f"''{wanted}")
