"""检索: everything public in one place, narrowed step by step, with suggestions and a feed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from gongkai.base import ratelimit, search
from gongkai.base.feeds import Atom
from gongkai.base.nav import PublicPage, public_pages
from gongkai.base.permissions import public
from gongkai.base.public import column
from gongkai.bodies.models import Body, Region
from gongkai.law.taxonomy import art20

PAGE_SIZE = 20
#: Values offered of one facet.
OFFERED = 12
SUGGESTED = 8
#: Pages of the site itself named above the results.
SERVICES = 3
IN_FEED = 50
#: One address: feeds fetched in an hour, suggestions asked for in a minute.
FEEDS = 300
SUGGESTIONS = 240
#: Facet → its heading, in the order of the page.
FACETS = {
    "region": "地区",
    "body": "机关",
    "kind": "类别",
    "item": "法定公开事项",
    "heading": "栏目",
    "year": "年份",
    "genre": "体裁",
    "standing": "有效性",
}


#: What the search calls these; a region is known by its bodies.
_COUNTED = {"body": "body_id", "region": "body_id"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for."""

    q: str
    chosen: dict[str, str]

    def query(self, **changes: str) -> str:
        """The address's query with some facets set or (empty) taken away."""
        values = {"q": self.q, **self.chosen, **changes}
        return urlencode({key: value for key, value in values.items() if value})

    def without(self, name: str) -> Wanted:
        """The same with one condition less."""
        return Wanted(self.q, {k: v for k, v in self.chosen.items() if k != name})

    def narrow(self, body: Body | None) -> search.Narrow:
        """The same for the search."""
        year = self.chosen.get("year", "")
        bodies = None
        if "body" in self.chosen:
            bodies = (body.pk if body else 0,)
        elif "region" in self.chosen:
            # The region and everything below it.
            inside = Body.objects.filter(region__path__contains=f"/{self.chosen['region']}/")
            bodies = tuple(inside.values_list("pk", flat=True))
        return search.Narrow(
            bodies=bodies,
            kinds=(self.chosen["kind"],) if "kind" in self.chosen else None,
            item=self.chosen.get("item", ""),
            heading=self.chosen.get("heading", ""),
            genre=self.chosen.get("genre", ""),
            standing=self.chosen.get("standing", ""),
            year=int(year) if year.isdecimal() and 1900 < int(year) < 2200 else None,
        )


def wanted_of(request: HttpRequest) -> Wanted:
    """What a request asks for; unknown names are left out."""
    given = {name: request.GET.get(name, "").strip()[:60] for name in FACETS}
    return Wanted(
        " ".join(request.GET.get("q", "").split())[:100],
        {name: value for name, value in given.items() if value},
    )


@public
@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """What was found, or what might be meant, or how else to get it."""
    wanted = wanted_of(request)
    body = _body(wanted)
    narrow = wanted.narrow(body)
    number = request.GET.get("page", "1")
    start = (int(number) - 1) * PAGE_SIZE if number.isdecimal() and 0 < int(number) < 1000 else 0
    found = search.find(wanted.q, narrow=narrow, start=start, limit=PAGE_SIZE)
    near = search.similar(wanted.q) if not found and not wanted.chosen else None
    listed = found or near or ()
    counts = _counts(wanted, found, body)
    bodies = _names({hit.body_id for hit in listed} | set(counts["body"]) | set(counts["region"]))
    pages = Paginator(range(found.listed), PAGE_SIZE)
    page = pages.get_page(start // PAGE_SIZE + 1)
    return render(
        request,
        "publishing/public/search.html",
        {
            "column": column(
                "检索",
                "查找本站公开的全部信息、附件和年报",
                "信息公开目录",
                "search",
                "检索,政府信息公开",
            ),
            "crumbs": [("检索", None)],
            "wanted": wanted,
            "found": found,
            "near": near,
            "services": services(wanted.q) if not wanted.chosen else (),
            "hits": [(hit, bodies[hit.body_id].name if hit.body_id else "") for hit in listed],
            "facets": _facets(wanted, counts, bodies),
            "chosen": _chosen(wanted, body),
            "page": page,
            "pages": pages.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
            "body": body,
            "feed": f"{reverse('search-feed')}?{wanted.query()}" if wanted.q else "",
        },
    )


def services(q: str) -> tuple[PublicPage, ...]:
    """The pages of the site that are about these words: who looks for 行政复议 wants the way to
    it before the reports that mention it."""
    words = q.split()
    pages = public_pages() if words and max(map(len, words)) > 1 else ()
    return tuple(p for p in pages if all(w in p.label or w in p.summary for w in words))[:SERVICES]


def _body(wanted: Wanted) -> Body | None:
    slug = wanted.chosen.get("body", "")
    return Body.objects.filter(slug=slug).first() if slug else None


def _names(ids: Iterable[int | None]) -> dict[int, Body]:
    return Body.objects.select_related("region").in_bulk([pk for pk in ids if pk])


def _counts(wanted: Wanted, found: search.Found, body: Body | None) -> dict[str, Counter[Any]]:
    """How many there are of each value of each facet; of one that is chosen, as without it.

    So one changes from one value to another without going back.
    """
    counts = {name: found.facets.get(_COUNTED.get(name, name), Counter()) for name in FACETS}
    for name in wanted.chosen:
        other = wanted.without(name)
        narrow = other.narrow(None if name == "body" else body)
        every = search.find(wanted.q, narrow=narrow, limit=0)
        counts[name] = every.facets.get(_COUNTED.get(name, name), Counter())
    return counts


def _facets(
    wanted: Wanted, counts: dict[str, Counter[Any]], bodies: dict[int, Body]
) -> list[tuple[str, list[tuple[str, int, str, bool]]]]:
    """Heading; of each value its words, how many, the address, whether it is chosen.

    Columns are each body's own: they are offered where all is of one body, items of the law
    everywhere.
    """
    words = {"kind": search.labels(), "item": _items()}
    of_one = "body" in wanted.chosen or len(counts["body"]) == 1
    made = []
    for name, heading in FACETS.items():
        if name == "heading" and not of_one and name not in wanted.chosen:
            continue
        if name == "region":
            listed = _regions(counts[name], bodies)
        elif name == "body":
            of = [(bodies[pk], n) for pk, n in counts[name].most_common(OFFERED) if pk in bodies]
            listed = [(body.slug, body.name, n) for body, n in of]
        elif name == "year":
            years = sorted(counts[name].items(), reverse=True)[:OFFERED]
            listed = [(str(year), str(year), n) for year, n in years]
        else:
            named = counts[name].most_common(OFFERED)
            listed = [(v, words[name].get(v, "") if name in words else v, n) for v, n in named]
        chosen = wanted.chosen.get(name, "")
        rows = [
            (label, n, wanted.query(**{name: "" if value == chosen else value}), value == chosen)
            for value, label, n in listed
            if label
        ]
        if len(rows) > 1:
            made.append((heading, rows))
    return made


def _items() -> dict[str, str]:
    """The words for each item of Art 20, as the index calls it."""
    return {str(one.item): one.label for one in art20()}


def _regions(counts: Counter[Any], bodies: dict[int, Body]) -> list[tuple[str, str, int]]:
    """(code, name, how many in it and below it) of the regions whose bodies have something."""
    own: Counter[Region] = Counter()
    for pk, n in counts.items():
        if pk in bodies:
            own[bodies[pk].region] += n
    found = [
        (region, sum(n for other, n in own.items() if other.path.startswith(region.path)))
        for region in own
    ]
    found.sort(key=lambda row: (-row[1], row[0].path))
    return [(region.code, region.name, n) for region, n in found[:OFFERED]]


def _chosen(wanted: Wanted, body: Body | None) -> list[tuple[str, str, str]]:
    """Heading, words, and the address's query without it."""
    labels = search.labels()
    region = Region.objects.filter(code=wanted.chosen.get("region", "")).first()
    words = {
        "region": region.name if region else "",
        "body": body.name if body else "",
        "kind": labels.get(wanted.chosen.get("kind", ""), ""),
        "item": _items().get(wanted.chosen.get("item", ""), ""),
    }
    return [
        (FACETS[name], words.get(name, value) or value, wanted.query(**{name: ""}))
        for name, value in wanted.chosen.items()
    ]


@public
@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Titles while one types, as JSON: [{"title", "url"}]."""
    wanted = wanted_of(request)
    found: list[tuple[str, str]] = []
    if wanted.q:
        ratelimit.hit(request, "search-suggest", limit=SUGGESTIONS, seconds=60)
        found = search.suggest(wanted.q, narrow=wanted.narrow(_body(wanted)), limit=SUGGESTED)
    response = JsonResponse({"titles": [{"title": t, "url": u} for t, u in found]})
    response["Cache-Control"] = "public, max-age=60"
    return response


@public
@require_safe
def feed(request: HttpRequest) -> HttpResponseBase:
    """The newest of what a query finds, as Atom."""
    ratelimit.hit(request, "search-feed", limit=FEEDS, seconds=3600)
    wanted = wanted_of(request)
    found = search.find(wanted.q, narrow=wanted.narrow(_body(wanted)), limit=400)
    page = request.build_absolute_uri(f"{reverse('search')}?{wanted.query()}")
    made = Atom(
        title=f"检索“{wanted.q}”的最新结果",
        link=page,
        description="符合这个检索条件的最新公开信息",
        # An entry of no body has no author of its own; the feed must have one.
        author_name=settings.GONGKAI_SITE["name"],
        feed_url=request.build_absolute_uri(request.get_full_path()),
        language="zh-CN",
    )
    newest = sorted((hit for hit in found if hit.on), key=lambda hit: hit.on, reverse=True)  # type: ignore[arg-type,return-value]
    bodies = _names(hit.body_id for hit in newest[:IN_FEED])
    for hit in newest[:IN_FEED]:
        assert hit.on is not None
        at = timezone.make_aware(datetime.combine(hit.on, time()))
        address = request.build_absolute_uri(hit.url)
        made.add_item(
            title=_plain(hit.title),
            link=address,
            unique_id=address,
            description=_plain(hit.excerpt),
            author_name=bodies[hit.body_id].name if hit.body_id else None,
            pubdate=at,
            updateddate=at,
        )
    response = HttpResponse(content_type=made.content_type)
    made.write(response, "utf-8")
    return response


def _plain(pieces: tuple[tuple[str, bool], ...]) -> str:
    kept: Any = "".join(text for text, _ in pieces)
    return str("".join(c for c in kept if c in "\n\t" or c >= " "))


urlpatterns: list[URLPattern] = [
    path("search/", results, name="search"),
    path("search/suggest/", suggestions, name="search-suggest"),
    path("search/feed.atom", feed, name="search-feed"),
]
