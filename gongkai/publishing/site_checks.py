"""What the self-check finds in what is published: old pages, empty columns, dead links, words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils import timezone

from gongkai.base.site_checks import Problem
from gongkai.bodies.models import Body
from gongkai.law.parameters import rule
from gongkai.law.remedies import add_months
from gongkai.law.taxonomy import load
from gongkai.publishing import duties
from gongkai.publishing.actions.links import dead_links
from gongkai.publishing.coverage import Covered, coverage
from gongkai.publishing.models import CatalogueItem, Column, Document, Finding
from gongkai.publishing.models.settings import PublishingSettings
from gongkai.publishing.queries import family, is_open
from gongkai.publishing.scan.elements import missing_of_guide
from gongkai.publishing.scan.look import parts
from gongkai.publishing.scan.model import Context
from gongkai.publishing.scan.words import words

#: Of a catalogue item so many other columns are named.
_NAMED = 3


def problems(body: Body, on: date, whole: bool) -> Iterator[Problem]:
    columns = list(Column.objects.filter(body=body).select_related("body").order_by("order", "pk"))
    if not columns:
        return
    yield from _home(body, on)
    yield from _columns(body, columns, on)
    yield from _guide(body, on)
    yield from _links(body)
    if CatalogueItem.objects.filter(body=body).exists():
        yield from _catalogue(body, columns, on)
    if whole:
        yield from _texts(body, on)


def _home(body: Body, on: date) -> Iterator[Problem]:
    days = int(rule("inspection.home_days", on=on).value)
    newest = Document.objects.filter(body=body, live=True).aggregate(at=Max("published_at"))["at"]
    last = timezone.localdate(newest) if newest else None
    if last is None or last < on - timedelta(days):
        yield Problem(
            kind="home",
            key=f"home:{last}",
            place=f"{body.short_name}主页",
            words=f"最近 {days} 天没有发布信息，"
            + (f"最近一次是 {last}。" if last else "还没有发布过。"),
            address=reverse("desk-documents"),
            veto=True,
        )


def _columns(body: Body, columns: list[Column], on: date) -> Iterator[Problem]:
    shown = Column.objects.filter(pk__in=[c.pk for c in columns])
    counted = shown.annotate(n=Count("documents", filter=Q(documents__live=True)))
    filled = {column.pk for column in counted if column.n}
    for column in columns:
        below = family(column, columns)
        address = reverse("desk-update-duties")
        duty = duties.of_column(column, on)
        if not filled.intersection(one.pk for one in below):
            if is_open(column, on) and (duty or not column.empty_note):
                yield _of_column("empty", column, "", "还没有内容。请发布信息，或者撤并栏目。")
        elif duty and not duty.empty and duty.colour == "overdue":
            said = f"到 {duty.due_on} 应当更新，还没有更新（{column.get_update_display()}）。"
            yield _of_column("column", column, f":{duty.due_on}", said, address)


def _of_column(kind: str, column: Column, more: str, said: str, address: str = "") -> Problem:
    return Problem(
        kind=kind,
        key=f"{kind}:{column.pk}{more}",
        place=f"栏目“{column.name}”",
        words=said,
        address=address or f"{reverse('desk-documents')}?body={column.body.slug}",
        section=column.section_id,
    )


def _guide(body: Body, on: date) -> Iterator[Problem]:
    """Whether the guide says what Art 12 wants (itself, or the body's card beside it) and was
    looked over in time. Without a guide its column is empty, which is found there.
    """
    guides = Document.objects.filter(body=body, live=True, column__block=Column.Block.GUIDE)
    guide = guides.order_by("-changed_at", "-pk").first()
    if guide is None or guide.changed_at is None:
        return
    text = "\n".join(part.text for part in parts(guide) if not part.unseen)
    missing = [
        one["label"]
        for one in load("guide_of_disclosure")
        if not any(getattr(body, name) for name in one["fields"])
        and not any(word in text for word in one["words"])
    ]
    looked_over = rule("convention.guide_check", on=on)
    if missing:
        said = f"没有写明{'、'.join(missing)}（{looked_over.article}）。"
        said += "请修改指南，或者登记在机关信息里。"
        yield _of_document(guide, "other", f"guide12:{guide.pk}", said)
    last = timezone.localdate(guide.changed_at)
    months = int(looked_over.value)
    if add_months(last, months) < on:
        said = f"最近一次更新是 {last}，已经超过 {months} 个月，请核对以后更新。"
        yield _of_document(guide, "other", f"guide:{guide.pk}:{last}", said)


def _links(body: Body) -> Iterator[Problem]:
    for dead in dead_links().filter(document__body=body).select_related("document__body"):
        yield Problem(
            kind="link",
            key=f"link:{dead.pk}",
            place=dead.document.title[:200],
            words=f"链接打不开（{dead.answer}）：{dead.address}"[:300],
            address=dead.document.get_absolute_url(),
            section=dead.document.section_id,
        )


def _catalogue(body: Body, columns: list[Column], on: date) -> Iterator[Problem]:
    """Whether what is published is what the catalogue says, and where it says (一致性)."""
    covered = coverage(body, on)
    days = rule("catalogue.stale_days", on=on).value
    said = {
        "missing": "还没有公开的信息。请发布信息并关联到这个事项；不用公开的，请修改目录。",
        "stale": f"超过 {days} 天没有更新。请更新信息。",
    }
    sections = {column.pk: column.section_id for column in columns}
    for one in covered:
        if one.state in said:
            yield _of_item(one, one.state, said[one.state], sections.get(one.item.column_id))
        if one.item.column_id and one.state not in ("missing", "ended"):
            yield from _elsewhere(one, columns)


def _of_item(one: Covered, key: object, said: str, section: int | None) -> Problem:
    return Problem(
        kind="catalogue",
        key=f"catalogue:{one.item.pk}:{key}",
        place=f"目录事项 {one.item}"[:200],
        words=said[:300],
        address=reverse("desk-catalogue-item", args=[one.item.pk]),
        section=section,
    )


def _elsewhere(one: Covered, columns: list[Column]) -> Iterator[Problem]:
    column = next((c for c in columns if c.pk == one.item.column_id), None)
    right = {c.pk for c in family(column, columns)} if column else set()
    if column is None or not one.links:  # what only a register fulfils stands in no column
        return
    if any(link.document.column_id in right for link in one.links):
        return
    other = {c.pk: c.name for c in columns}
    there = dict.fromkeys(other.get(link.document.column_id, "") for link in one.links)
    names = "、".join(f"“{name}”" for name in list(there)[:_NAMED] if name)
    said = f"目录写明在“{column.name}”公开，信息却在{names}。请改正目录或者栏目。"
    yield _of_item(one, column.pk, said, column.section_id)


def _texts(body: Body, on: date) -> Iterator[Problem]:
    """Wrong words in what is public, but those that were explained; guides that lack elements."""
    settings = PublishingSettings.objects.filter(body=body).first()
    own = settings.own_words if settings and isinstance(settings.own_words, dict) else {}
    bound = int(rule("inspection.guides_veto", on=on).value["elements"])
    explained = set(
        Finding.objects.filter(document__body=body, state=Finding.State.ANSWERED).values_list(
            "document", "rule", "mark"
        )
    )
    live = (
        Document.objects.filter(body=body, live=True)
        .select_related("column", "body")
        .order_by("-pk")
    )
    for document in live.iterator(chunk_size=200):
        pieces = [part for part in parts(document) if not part.unseen]
        missing = missing_of_guide(document, "\n".join(part.text for part in pieces))
        if len(missing) >= bound:
            yield _of_document(
                document, "service", f"guide:{document.pk}", f"办事指南缺少：{'、'.join(missing)}。"
            )
        context = Context(
            draft=document,
            own=frozenset(),
            own_words={str(k): str(v) for k, v in own.items()},
            on=document.formed_on,
            places=(0, 0, 0),
        )
        for hit in (hit for part in pieces for hit in words(part, context)):
            if (document.pk, hit.rule, hit.mark) not in explained:
                key = f"words:{document.pk}:{hit.mark}"
                yield _of_document(document, "words", key, hit.message)


def _of_document(document: Document, kind: str, key: str, said: str) -> Problem:
    return Problem(
        kind=kind,
        key=key,
        place=document.title[:200],
        words=said[:300],
        address=document.get_absolute_url(),
        section=document.section_id,
    )
