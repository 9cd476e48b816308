"""The search page: found, narrowed, suggested, fed; help where nothing is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.test import Client

from gongkai.base import search
from gongkai.law.taxonomy import art20
from gongkai.publishing import validity
from gongkai.publishing.actions.settings import save_column
from gongkai.publishing.index import entry_of
from gongkai.publishing.models import Column, Document
from gongkai.publishing.public.search import services
from gongkai.publishing.tests.cast import Cast, published


def page(client: Client, query: str) -> str:
    answer = client.get(f"/search/?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_two_characters_find_a_document_and_mark_it(client: Client, cast: Cast) -> None:
    document = published(cast)
    found = page(client, "q=接种")
    assert document.get_absolute_url() in found and "<mark>接种</mark>" in found
    assert document.index_number not in found
    assert "索引号：" in page(client, f"q={document.index_number}")
    for query in ("q=示卫发[2026]1号", f"q={document.index_number}", "q=yfjzmz"):
        assert document.get_absolute_url() in page(client, query)


def test_what_is_found_is_narrowed(client: Client, cast: Cast) -> None:
    document = published(cast)
    other = published(cast, title="关于接种的意见", genre="opinion", doc_number="")
    url = document.get_absolute_url()
    narrowed = page(client, "q=接种&genre=通知")
    assert url in narrowed and other.get_absolute_url() not in narrowed
    assert "去掉这个条件" in narrowed and "体裁：通知" in narrowed
    # From one value to another without going back; the chosen one is marked.
    assert "genre=%E6%84%8F%E8%A7%81" in narrowed and 'aria-current="true"' in narrowed
    code = cast.body.region.code
    assert url in page(client, f"q=接种&region={code}")
    assert url not in page(client, "q=接种&region=000")
    assert url not in page(client, "q=接种&year=2019")
    assert url not in page(client, "q=接种&body=no-such-body")
    assert url in page(client, f"q=接种&body={cast.body.slug}&year=²&page=²")


def test_an_item_of_the_law_is_one_over_all_bodies_and_a_column_is_its_bodys(
    client: Client, cast: Cast
) -> None:
    def items() -> str:
        return page(client, "q=接种").partition("<h2>法定公开事项</h2>")[2].partition("</ul>")[0]

    licences = Column.objects.create(
        body=cast.body, key="licences", name="许可", block="statutory", art20_item=5
    )
    plain, own = published(cast), published(cast, column=licences, title="接种单位许可")
    search.put(replace(entry_of(own), object_id="x", url="/x/", body_id=cast.other_body.pk))
    assert items() == ""  # One value only: nothing to choose.
    save_column(cast.body, {"art20_item": 1, "name": "公告"}, by=cast.head, column=cast.column)
    law = {one.item: one.label for one in art20()}
    assert f'{law[5]}</a> <span class="grey">2<' in items()
    assert f'{law[1]}</a> <span class="grey">1<' in items()
    assert "<h2>栏目</h2>" not in page(client, "q=接种")
    narrowed = page(client, "q=接种&item=5")
    assert f"法定公开事项：{law[5]}" in narrowed
    assert own.get_absolute_url() in narrowed and "/x/" in narrowed
    assert plain.get_absolute_url() not in narrowed
    assert plain.get_absolute_url() not in page(client, "q=接种&item=99")
    of_body = page(client, f"q=接种&body={cast.body.slug}")
    assert "<h2>栏目</h2>" in of_body and ">公告</a>" in of_body
    fed = client.get("/search/feed.atom?q=接种&item=5").content.decode()
    assert own.title in fed and plain.title not in fed


def test_a_repealed_document_says_so_and_comes_last(client: Client, cast: Cast) -> None:
    old = published(cast)
    change = {"document": old.pk, "does": "repeals", "on": "2026-03-05"}
    new = published(cast, title="关于预防接种的新规定", doc_number="", changes=[change])
    found = search.search("预防接种")
    assert [hit.url for hit in found] == [new.get_absolute_url(), old.get_absolute_url()]
    assert "已废止" in page(client, "q=预防接种")


def test_a_document_that_runs_out_is_found_as_such_from_that_day(cast: Cast) -> None:
    document = published(cast, expires_on=date(2099, 1, 1))
    validity.refresh_all(date(2099, 1, 2))
    (hit,) = search.search("接种门诊").hits
    assert (hit.standing, hit.current) == ("失效", False)
    assert Document.objects.get(pk=document.pk).validity == "expired"


def test_nothing_found_helps_on(client: Client, cast: Cast) -> None:
    published(cast)
    near = page(client, "q=请提供预防接种门诊的名称和服务时间安排")
    assert "内容相近" in near
    empty = page(client, "q=量子力学")
    assert "没有找到" in empty and "/apply/?q=" in empty
    assert "怎样检索" in page(client, "")


def test_a_service_of_the_site_stands_above_what_only_mentions_it(
    client: Client, cast: Cast
) -> None:
    """Who looks for 行政复议 is shown the way to it first; one character names no service."""
    assert [one.url_name for one in services("行政复议")] == ["remedies"]
    assert "/requests/remedies/" in page(client, "q=行政复议")
    assert services("复") == () == services("")


def test_markup_in_a_query_stays_text(client: Client, cast: Cast) -> None:
    assert "<script>alert" not in page(client, "q=<script>alert(1)</script>")


def test_titles_are_suggested_and_a_query_has_a_feed(client: Client, cast: Cast) -> None:
    document = published(cast)
    told = client.get("/search/suggest/?q=yfjz").json()
    assert told == {"titles": [{"title": document.title, "url": document.get_absolute_url()}]}
    feed = client.get("/search/feed.atom?q=接种")
    assert feed["Content-Type"].startswith("application/atom+xml")
    # Whoever reads it must know who wrote: RFC 4287 asks for an author.
    assert document.title in feed.content.decode()
    assert f"<author><name>{cast.body.name}" in feed.content.decode()
    assert client.get("/search/feed.atom").status_code == 200
