"""DOMAIN G.2 54 and 5: update age, empty columns, links, words, guides; content as catalogued."""

from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone

from gongkai.base.site_checks import Problem
from gongkai.publishing.actions.findings import answer
from gongkai.publishing.actions.publish import publish
from gongkai.publishing.models import CatalogueItem, CatalogueLink, Column, Document, Finding
from gongkai.publishing.models.settings import PublishingSettings
from gongkai.publishing.models.upkeep import LinkCheck
from gongkai.publishing.scan.look import look
from gongkai.publishing.site_checks import problems
from gongkai.publishing.tests.cast import Cast, a_draft, passed, published


def found(cast: Cast, *, whole: bool = False) -> dict[str, list[Problem]]:
    kinds: dict[str, list[Problem]] = {}
    for one in problems(cast.body, timezone.localdate(), whole):
        kinds.setdefault(one.kind, []).append(one)
    return kinds


def test_a_body_without_columns_has_no_website_to_look_at(cast: Cast) -> None:
    Column.objects.filter(body=cast.body).delete()
    assert found(cast, whole=True) == {}


def test_nothing_new_for_two_weeks_is_a_veto(cast: Cast) -> None:
    document = published(cast)
    assert "home" not in found(cast)
    old = timezone.now() - timedelta(days=15)
    Document.objects.filter(pk=document.pk).update(published_at=old)
    (home,) = found(cast)["home"]
    assert home.veto and "最近 14 天没有发布信息" in home.words


def test_an_empty_column_is_found_unless_it_says_why(cast: Cast) -> None:
    published(cast)
    values = {"body": cast.body, "block": Column.Block.STATUTORY, "description": "x"}
    bare = Column.objects.create(key="bare", name="规划信息", **values)
    Column.objects.create(key="told", name="应急管理", empty_note="年底发布。", **values)
    closed = timezone.localdate() - timedelta(days=1)
    Column.objects.create(key="gone", name="旧专题", closes_on=closed, **values)
    assert [one.place for one in found(cast)["empty"]] == [f"栏目“{bare.name}”"]


def test_a_column_that_is_not_updated_in_time_is_found_with_its_section(cast: Cast) -> None:
    published(cast)
    old = timezone.now() - timedelta(days=30)
    Column.objects.filter(pk=cast.column.pk).update(
        update=Column.Update.NEWS, newest_at=old, section=cast.section
    )
    (late,) = found(cast)["column"]
    assert late.section == cast.section.pk and "还没有更新" in late.words


def test_a_link_that_failed_twice_is_found(cast: Cast) -> None:
    document = published(cast)
    now = timezone.now()
    LinkCheck.objects.create(
        document=document,
        address="https://example.org/x",
        checked_at=now,
        failing_since=now - timedelta(days=2),
        answer="没有这个网页",
    )
    (dead,) = found(cast)["link"]
    assert "没有这个网页" in dead.words and dead.address == document.get_absolute_url()


def test_wrong_words_are_found_in_the_whole_look_and_not_where_they_were_explained(
    cast: Cast,
) -> None:
    """A word that the body lists after the publication is found in what is public."""
    document = published(cast)
    settings, _ = PublishingSettings.objects.get_or_create(body=cast.body)
    settings.own_words = {"服务时间": "开放时间"}
    settings.save()
    assert "words" not in found(cast)
    (wrong,) = found(cast, whole=True)["words"]
    assert "开放时间" in wrong.words
    Finding.objects.create(
        document=document,
        rule="words.own",
        mark=wrong.key.rpartition(":")[2],
        state=Finding.State.ANSWERED,
    )
    assert "words" not in found(cast, whole=True)


def test_a_guide_that_lacks_four_elements_is_found(cast: Cast) -> None:
    draft = a_draft(
        cast, genre="guide", title="护士执业注册办事指南", text="<p>申请材料见附件。</p>"
    )
    for finding in look(draft):
        answer(finding, "附件写明。", by=cast.clerk)
    publish(passed(cast, draft), by=cast.clerk)
    (guide,) = found(cast, whole=True)["service"]
    assert "办理依据" in guide.words


def test_an_item_published_elsewhere_than_the_catalogue_says_is_found(cast: Cast) -> None:
    """G.2 5: site content must match the catalogue (一致性)."""
    document = published(cast)
    other = Column.objects.create(
        body=cast.body, key="other", name="行政许可", block=Column.Block.STATUTORY, description="x"
    )
    item = CatalogueItem.objects.create(
        body=cast.body,
        code="0101",
        level1="行政许可",
        level2="护士执业注册",
        elements="办理结果",
        limit="7个工作日",
        column=other,
    )
    facts = {"level1": "公示", "elements": "结果", "limit": "及时"}
    for n in (2, 3):  # each item is a problem of its own: one is mended, the other stays
        CatalogueItem.objects.create(body=cast.body, code=f"010{n}", level2=f"事项{n}", **facts)
    lacking = found(cast)["catalogue"]
    assert len({one.key for one in lacking}) == len({one.address for one in lacking}) == 3
    assert all("还没有公开" in one.words for one in lacking)
    CatalogueItem.objects.exclude(pk=item.pk).delete()
    CatalogueLink.objects.create(item=item, document=document)
    (elsewhere,) = found(cast)["catalogue"]
    assert "行政许可" in elsewhere.words and cast.column.name in elsewhere.words
    CatalogueItem.objects.filter(pk=item.pk).update(column=cast.column)
    assert "catalogue" not in found(cast)


def test_the_command_looks_at_every_body_with_columns(cast: Cast, capsys) -> None:
    published(cast)
    call_command("check_site")
    call_command("check_site")
    first, second = capsys.readouterr().out.splitlines()
    assert cast.body.name in first and "全面自查" in first and "每日监测" in second


def test_the_guide_says_what_article_12_wants_and_is_looked_over_every_year(cast: Cast) -> None:
    """DOMAIN G.2 4: Art 12 elements, update date, reminder."""
    column = Column.objects.create(
        body=cast.body, key="guide", name="指南", block=Column.Block.GUIDE, description="x"
    )
    text = "<p>分类和获取方式见栏目。工作机构：办公室。办公时间：工作日。网上可以申请。</p>"
    draft = a_draft(cast, column=column, genre="guide", title="政府信息公开指南", text=text)
    publish(passed(cast, draft), by=cast.clerk)
    cast.body.address, cast.body.phone = "示例路1号", "0000-0000001"
    cast.body.save()
    (lacks,) = found(cast)["other"]
    assert "没有写明传真号码（" in lacks.words
    assert "column" not in found(cast)
    later = timezone.localdate() + timedelta(days=370)
    late = [one.words for one in problems(cast.body, later, False) if one.kind == "other"]
    assert len(late) == 2 and any("超过 12 个月" in words for words in late)
