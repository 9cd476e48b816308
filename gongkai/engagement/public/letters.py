"""来信选登: letters and replies that everybody may read, with a search; and the room's entry."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from gongkai.base.permissions import public
from gongkai.base.public import column
from gongkai.bodies.models import Body
from gongkai.engagement import clock
from gongkai.engagement.models import Mailbox
from gongkai.engagement.queries import public_letters, public_surveys

PAGE_SIZE = 20
SHOWN = 6
ENTRY = column("互动回应", "写信、查看公开的来信、参加意见征集和调查", "咨询投诉", "engagement")
COLUMN = column("来信选登", "写信人同意公开的来信和答复", "咨询投诉", "published-letters")


@public
@require_safe
def entry(request: HttpRequest) -> HttpResponse:
    """What a visitor can do here, and what is new."""
    today = clock.today()
    return render(
        request,
        "engagement/public/entry.html",
        {
            "column": ENTRY,
            "crumbs": [(ENTRY["name"], None)],
            "letters": public_letters()[:SHOWN],
            "running": public_surveys().filter(opens_on__lte=today, closes_on__gte=today)[:SHOWN],
            "mailboxes": Mailbox.objects.filter(is_open=True).select_related("body")[:SHOWN],
        },
    )


@public
@require_safe
def published(request: HttpRequest) -> HttpResponse:
    """All public letters; narrowed by words, mailbox, category, body, year."""
    wanted = {name: request.GET.get(name, "").strip()[:60] for name in _FILTERS}
    years = [
        f"{day.year}" for day in public_letters().datetimes("published_at", "year", order="DESC")
    ]
    found = public_letters()
    for word in wanted["q"].split():
        found = found.filter(
            Q(title__icontains=word) | Q(question__icontains=word) | Q(answer__icontains=word)
        )
    if wanted["mailbox"]:
        found = found.filter(letter__mailbox__slug=wanted["mailbox"])
    if wanted["category"]:
        found = found.filter(letter__category=wanted["category"])
    if body := Body.objects.filter(slug=wanted["body"]).first():
        found = found.filter(letter__mailbox__body=body)
    if wanted["year"] in years:
        found = found.filter(published_at__year=int(wanted["year"]))
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    mailboxes = Mailbox.objects.filter(letters__public__published_at__isnull=False)
    categories = public_letters().order_by("letter__category")
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "engagement/public/letters.html",
        {
            "column": COLUMN,
            "crumbs": [("互动回应", reverse("engagement")), (COLUMN["name"], None)],
            "wanted": wanted,
            "given": any(wanted.values()),
            "page": page,
            "pages": page.paginator.get_elided_page_range(page.number),
            "query": query.urlencode(),
            "mailboxes": mailboxes.select_related("body").distinct(),
            "categories": categories.values_list("letter__category", flat=True).distinct(),
            "years": years,
            "body": body,
        },
    )


_FILTERS = ("q", "mailbox", "category", "body", "year")


@public
@require_safe
def published_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them; 404 once it was taken down."""
    found = get_object_or_404(public_letters(), pk=pk)
    mailbox = found.letter.mailbox
    return render(
        request,
        "engagement/public/letter.html",
        {
            "column": COLUMN,
            "crumbs": [
                ("互动回应", reverse("engagement")),
                (COLUMN["name"], reverse("published-letters")),
                (found.title, None),
            ],
            "public": found,
            "mailbox": mailbox,
            "has_files": found.letter.files.exists(),
            "article": {
                "title": found.title,
                "published_at": found.published_at,
                "source": mailbox.body.name,
                "keywords": found.letter.category,
                "description": found.title,
                "url": request.build_absolute_uri(),
            },
        },
    )


urlpatterns: list[URLPattern] = [
    path("engagement/", entry, name="engagement"),
    path("engagement/letters/", published, name="published-letters"),
    path("engagement/letters/<int:pk>/", published_letter, name="published-letter"),
]
