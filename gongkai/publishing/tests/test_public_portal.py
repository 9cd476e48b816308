"""Columns, catalogue, guide, rules, policy library, topics, sites, feeds, the home page."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from gongkai.base.tests.standing import Make
from gongkai.bodies.models import Person, Post, Section
from gongkai.law.taxonomy import art20, art21, art21_levels
from gongkai.publishing import queries
from gongkai.publishing.actions.publish import withdraw
from gongkai.publishing.models import Channel, Column, Document
from gongkai.publishing.public.documents import facts
from gongkai.publishing.tests.cast import Cast, a_draft, make_site, published

BLOCKS = ("guide-list", "rule-list", "catalogue", "report-list", "apply")


def at(name: str, *args: object, **query: str) -> str:
    response = Client().get(reverse(name, args=args), query)
    assert response.status_code == 200, (name, response.status_code)
    return response.content.decode()


@pytest.fixture(scope="session")
def make_people() -> Make:
    return make_site


@pytest.fixture
def site(cast: Cast) -> Cast:
    return cast


def column(cast: Cast, key: str) -> Column:
    return Column.objects.select_related("body").get(body=cast.body, key=key)


def test_the_home_page_searches_first_and_has_the_five_blocks(site: Cast) -> None:
    published(site)
    page = at("home")
    assert page.index('type="search"') < page.index("政府信息公开指南</strong>")
    for name in BLOCKS:
        assert f'href="{reverse(name)}"' in page, name
    assert "关于公布预防接种门诊的通知" in page


def test_a_column_lists_what_is_public_and_nothing_else(site: Cast) -> None:
    shown = published(site)
    a_draft(site, title="还没有审查的稿子")
    gone = published(site, title="撤下的通知")
    withdraw(gone, "误发", by=site.head)
    page = at("column", site.body.slug, "notices")
    assert shown.get_absolute_url() in page
    assert "还没有审查的稿子" not in page and "撤下的通知" not in page


def test_a_column_shows_what_lies_below_it(site: Cast) -> None:
    below = published(site, column=column(site, "proposals"), title="建议办理结果")
    page = at("column", site.body.slug, "other")
    assert below.get_absolute_url() in page
    assert reverse("column", args=[site.body.slug, "proposals"]) in page and "（1）" in page


@pytest.mark.parametrize("key", ["plans", "fees"])
def test_an_empty_column_says_why_and_when_something_will_be_there(site: Cast, key: str) -> None:
    page = at("column", site.body.slug, key)
    found = column(site, key)
    assert (found.empty_note or "目前没有在这里公开的信息") in page
    assert "个工作日内在这里公开" in page and reverse("apply") in page


def test_guide_and_rules_have_one_address(site: Cast) -> None:
    for key, name in (("guide", "body-guide"), ("rules", "body-rules")):
        response = Client().get(reverse("column", args=[site.body.slug, key]))
        assert response.status_code == 301
        assert response["Location"] == reverse(name, args=[site.body.slug])


def test_the_catalogue_has_all_fifteen_items_of_the_law(site: Cast) -> None:
    published(site, column=column(site, "plans"))
    page = at("body-catalogue", site.body.slug)
    for item in art20():
        assert item.label in page, item.item
    assert "1 条" in page and "公共服务" in page and "土地征收" in page
    everywhere = at("catalogue", region=site.body.region.code)
    assert everywhere.count("catalogue/") >= 15
    assert "关于公布预防接种门诊的通知" in at("catalogue-item", 3)
    assert Client().get(reverse("catalogue-item", args=[16])).status_code == 404


def test_what_the_law_adds_for_each_level_has_its_own_catalogue(site: Cast) -> None:
    published(site, column=column(site, "public-health"))
    everywhere = at("catalogue-local")
    for kind in art21():
        assert reverse("catalogue-local-item", args=[kind.key]) in everywhere, kind.key
    for level in art21_levels():
        assert level.text in everywhere and level.article in everywhere
    assert reverse("catalogue-local") in at("catalogue") and "1 条" in everywhere
    assert "关于公布预防接种门诊的通知" in at("catalogue-local-item", "service")
    assert "关于公布预防接种门诊的通知" not in at("catalogue-local-item", "irrigation")
    own = at("body-catalogue", site.body.slug)
    assert reverse("catalogue-local-item", args=["service"]) in own
    assert Client().get(reverse("catalogue-local-item", args=["none"])).status_code == 404
    site.body.region.level = "province"
    site.body.region.save()
    assert "地方各级还要公开的事项" not in at("body-catalogue", site.body.slug)


def test_the_guide_says_how_to_reach_the_work_unit_and_when_it_was_updated(site: Cast) -> None:
    site.body.phone, site.body.work_unit = "0000-1234567", "县卫健委办公室"
    site.body.save()
    page = at("body-guide", site.body.slug)
    assert "0000-1234567" in page and "县卫健委办公室" in page
    # And where an answer is contested, before there is one.
    assert reverse("remedies") in page and "《行政复议法》（2023）第二十条" in page
    published(site, column=column(site, "guide"), title="政府信息公开指南", text="<p>指南正文</p>")
    page = at("body-guide", site.body.slug)
    assert "指南正文" in page and "更新日期" in page
    assert "县卫健委办公室" in at("guide-list")


def test_the_guide_says_where_to_complain_by_phone_mail_and_form(site: Cast) -> None:
    """DOMAIN G.2 62: phone, mail, form; of the supervising office (条例 Art 47)."""
    form = reverse("side-new", args=["complaint"]) + f"?body={site.body.slug}"
    over = site.government
    over.phone, over.email, over.work_unit = "0000-7654321", "jd@example.gov.cn", ""
    over.save()
    site.body.supervised_by = over
    site.body.save()
    page = at("body-guide", site.body.slug)
    assert form in page
    for told in (over.name, over.phone, over.email):
        assert told in page


def test_interpretations_are_narrowed_by_their_form(site: Cast) -> None:
    """DOMAIN G.2 17: 文字、图解、视频、问答、新闻发布会."""
    policy = published(site)
    readings = column(site, "interpretations")
    values = {"column": readings, "genre": "interpretation", "interprets": policy}
    picture = published(site, title="一图读懂", explains_by="picture", doc_number="", **values)
    published(site, title="答记者问", explains_by="questions", doc_number="", **values)
    assert ("解读形式", "图解") in facts(picture)
    every = at("interpretation-list")
    assert "图解（1）" in every and "问答（1）" in every
    response = Client().get(reverse("interpretation-list"), {"explains_by": "picture"})
    page = response.content.decode()
    assert "一图读懂" in page and "答记者问" not in page
    assert "解读形式" not in at("policy-list")


def test_rules_come_with_the_law_that_binds_all(site: Cast) -> None:
    published(site, column=column(site, "rules"), title="保密审查制度")
    for page in (at("body-rules", site.body.slug), at("rule-list")):
        assert "保密审查制度" in page and "政府信息公开条例" in page


def test_who_leads_and_what_the_sections_do_is_on_the_organisation_page(site: Cast) -> None:
    today = timezone.localdate()
    for name, title, since, until in (
        ("现任", "主任", today, None),
        ("前任", "主任", today - timedelta(days=9), today - timedelta(days=1)),
    ):
        person = Person.objects.create(name=name)
        Post.objects.create(person=person, body=site.body, title=title, from_on=since, to_on=until)
    Section.objects.create(body=site.body, name="疾控科", duties="传染病防治", phone="0000-7")
    section = Section.objects.get(body=site.body, name="疾控科")
    Post.objects.create(
        person=Person.objects.create(name="科员甲"),
        body=site.body,
        section=section,
        title="科员",
        from_on=today,
    )
    for name, until in (("市民服务中心3号窗口", None), ("旧窗口", today)):
        Channel.objects.create(body=site.body, kind="service", name=name, closed_on=until)
    page = at("body-organisation", site.body.slug)
    assert "市民服务中心3号窗口" in page and "旧窗口" not in page
    assert "现任" in page and "前任" not in page and "科员甲" not in page
    assert "传染病防治" in page and "0000-7" in page
    Column.objects.filter(body=site.body, key="notices").update(section=section)
    notice = published(site, column=column(site, "notices"), title="流感防治通知")
    own = at("body-section", site.body.slug, section.pk)
    assert reverse("body-section", args=[site.body.slug, section.pk]) in page
    assert "传染病防治" in own and "0000-7" in own and notice.title in own and "科员甲" not in own
    assert "现任" in at("body", site.body.slug)


def test_columns_with_something_come_first_and_none_claims_that_nothing_is_due(site: Cast) -> None:
    published(site, column=column(site, "public-health"), title="免费服务项目")
    page = at("key-field-list")
    cards, _, rest = page.partition("<main")[2].partition("<details>")
    assert "基本公共卫生服务" in cards and "医疗服务" not in cards and "医疗服务" in rest
    rest = rest.partition("</main")[0]
    assert "个栏目目前没有内容" in rest and "应当公开" not in cards + rest
    assert "还没有填写地址和电话" in at("guide-list")


def test_policies_in_force_stand_before_those_that_are_not(site: Cast) -> None:
    policies = column(site, "policies")
    old = published(site, column=policies, title="现行办法", genre="measures", theme="卫生")
    newer = published(site, column=policies, title="已废止办法", genre="measures", theme="卫生")
    Document.objects.filter(pk=newer.pk).update(validity="repealed")
    page = at("policy-list")
    assert page.index(old.title) < page.index(newer.title)
    assert old.title not in at("policy-list", validity="repealed")
    assert newer.title in at("policy-list", validity="repealed", theme="卫生", genre="measures")
    # A facet that is chosen offers its other values with their numbers, the others what is left.
    chosen = at("policy-list", validity="repealed")
    assert "有效（1）" in chosen and "已废止（1）" in chosen and "卫生（1）" in chosen
    assert "卫生（2）" in at("policy-list")
    other = published(site, title="通知一则")
    both = [site.column.pk, policies.pk]
    assert list(queries.newest(2)) == [other, newer]
    assert list(queries.newest(5, columns=both, valid=True)) == [other, old]
    assert list(queries.newest(5, columns=[policies.pk], bodies=[site.body.pk])) == [newer, old]
    assert not queries.newest(5, bodies=[0])
    assert "没有符合条件" in at("policy-list", q="没有这样的文件")
    assert old.title in at("policy-list", body=site.body.slug, year=str(old.year), q="现行")


@pytest.mark.parametrize(
    "query", [{"year": "二〇"}, {"genre": "x"}, {"validity": "'"}, {"page": "-1"}, {"body": "x"}]
)
def test_a_senseless_filter_is_no_error(site: Cast, query: dict[str, str]) -> None:
    at("policy-list", **query)


def test_a_topic_says_when_it_runs_and_keeps_what_it_had_afterwards(site: Cast) -> None:
    today = timezone.localdate()
    for key, name, opens, closes in (
        ("now", "疫情防控", today - timedelta(days=5), today + timedelta(days=5)),
        ("over", "健康科普", today - timedelta(days=9), today - timedelta(days=1)),
        ("soon", "爱卫月", today + timedelta(days=2), None),
    ):
        Column.objects.create(
            body=site.body,
            key=key,
            name=name,
            block=Column.Block.TOPIC,
            description=name,
            opens_on=opens,
            closes_on=closes,
        )
    page = at("topic-list")
    for word in ("正在进行", "即将开设", "已经结束"):
        assert word in page
    home = at("home")
    assert "疫情防控" in home and "健康科普" not in home and "爱卫月" not in home
    kept = published(site, column=column(site, "over"), title="科普一则")
    page = at("column", site.body.slug, "over")
    assert kept.title in page and "已经结束" in page
    assert "开设" in at("column", site.body.slug, "soon")


def test_a_regions_site_and_a_bodys_site_come_from_the_same_data(site: Cast) -> None:
    document = published(site)
    for page in (at("region", site.body.region.code), at("body", site.body.slug)):
        assert document.get_absolute_url() in page
    assert Client().get(reverse("region", args=["000000"])).status_code == 404


@pytest.mark.parametrize("of", ["column", "body", "region"])
def test_there_is_a_feed_of_a_column_a_body_and_a_region(site: Cast, of: str) -> None:
    document = published(site)
    args = {
        "column": [site.body.slug, "notices"],
        "body": [site.body.slug],
        "region": [site.body.region.code],
    }[of]
    response = Client().get(reverse(f"{of}-feed", args=args))
    assert response["Content-Type"].startswith("application/atom+xml")
    assert document.get_absolute_url() in response.content.decode()


def test_documents_columns_and_sections_are_in_the_sitemap(site: Cast) -> None:
    document = published(site)
    section = site.section
    Section.objects.filter(pk=section.pk).update(changed_on=date(2026, 3, 4))
    page = at("sitemap")
    assert document.get_absolute_url() in page
    assert reverse("column", args=[site.body.slug, "notices"]) in page
    assert document.get_absolute_url() in at("sitemap-section", "documents")
    of_section = reverse("body-section", args=[site.body.slug, section.pk])
    assert f"{of_section}</loc><lastmod>2026-03-04<" in page


def test_a_large_site_has_an_index_of_its_sitemaps(site: Cast, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from gongkai.publishing.public.sitemap import Columns

    monkeypatch.setattr(Columns, "limit", 3)
    page = at("sitemap")
    assert "<sitemapindex" in page and "sitemap-columns.xml?p=2" in page


PAGES = (
    ("home", ()),
    ("policy-list", ()),
    ("catalogue", ()),
    ("topic-list", ()),
    ("key-field-list", ()),
    ("column", ("shili-health", "notices")),
    ("body", ("shili-health",)),
    ("body-catalogue", ("shili-health",)),
    ("body-guide", ("shili-health",)),
    ("region", ("999101",)),
    ("catalogue-item", (3,)),
    ("catalogue-local", ()),
    ("catalogue-local-item", ("service",)),
    ("body-feed", ("shili-health",)),
)


def test_more_documents_cost_no_more_queries(site: Cast) -> None:
    columns = (column(site, "plans"), column(site, "policies"), site.column)

    def queries() -> dict[str, int]:
        return {name: queries_of(reverse(name, args=of)) for name, of in PAGES}

    for one in columns:
        published(site, column=one)
    few = queries()
    for one in columns:
        published(site, column=one)
    many = queries()
    assert {name: count for name, count in many.items() if count > few[name]} == {}


@pytest.mark.django_db
def test_the_newest_are_found_along_an_index_without_sorting_the_others() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # which reads a small table whole
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
    for narrowed in ({}, {"columns": [1, 2], "valid": True}, {"bodies": [1]}):
        assert "documents_by_day" in queries.newest(8, **narrowed).explain(), narrowed


def queries_of(address: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert Client().get(address).status_code == 200
    return len(seen)
