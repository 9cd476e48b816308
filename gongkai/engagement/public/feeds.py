"""The Atom feed of the room: letters that became public, consultations, surveys, results."""

from __future__ import annotations

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from gongkai.base.feeds import Atom
from gongkai.base.permissions import public
from gongkai.bodies.models import Body
from gongkai.engagement.models import PublishedLetter, Survey
from gongkai.engagement.queries import LAST_TOLD, public_letters, public_surveys

#: Entries of the feed.
LENGTH = 50
Item = PublishedLetter | Survey


class _Latest(Feed):
    feed_type = Atom
    title = "互动回应"
    subtitle = "最近公开的来信和答复、意见征集、问卷调查及其结果"
    author_name = "本站"

    def link(self) -> str:
        return reverse("engagement")

    def feed_url(self) -> str:
        return reverse("engagement-feed")

    def items(self) -> list[Item]:
        letters = public_letters().order_by("-published_at", "-pk")[:LENGTH]
        surveys = public_surveys().order_by("-published_at", "-pk")[:LENGTH]
        told = public_surveys().filter(results_at__isnull=False).alias(last=LAST_TOLD)
        told = told.order_by("-last")[:LENGTH]
        found: list[Item] = [*letters, *{s.pk: s for s in (*surveys, *told)}.values()]
        return sorted(found, key=_when, reverse=True)[:LENGTH]

    def item_title(self, item: Item) -> str:
        if isinstance(item, Survey) and item.results_at:
            return f"{item.title}（结果）"
        return item.title

    def item_link(self, item: Item) -> str:
        if isinstance(item, Survey):
            return reverse("survey", args=[item.pk])
        return reverse("published-letter", args=[item.pk])

    def item_description(self, item: Item) -> str:
        if isinstance(item, Survey):
            return f"{item.get_kind_display()}，{item.opens_on} 至 {item.closes_on}"
        return f"{_body(item).name}{item.letter.mailbox.name}"

    def item_pubdate(self, item: Item) -> datetime | None:
        return item.published_at

    def item_updateddate(self, item: Item) -> datetime | None:
        return _when(item)

    def item_author_name(self, item: Item) -> str:
        return _body(item).name


def _body(item: Item) -> Body:
    return item.body if isinstance(item, Survey) else item.letter.mailbox.body


def _when(item: Item) -> datetime:
    when = (isinstance(item, Survey) and item.told_at) or item.published_at
    assert when is not None  # the queries give what is public
    return when


_feed = _Latest()


@public
@require_safe
def feed(request: HttpRequest) -> HttpResponseBase:
    """What became public last."""
    return _feed(request)


urlpatterns: list[URLPattern] = [path("engagement/feed.atom", feed, name="engagement-feed")]
