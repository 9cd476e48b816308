"""Work list of letters: those due first at the top, with colours and filters; the counts."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongkai.base.office import number_of, office_page
from gongkai.base.permissions import staff
from gongkai.bodies.models import Body, Section
from gongkai.bodies.queries import bodies_for
from gongkai.engagement import clock
from gongkai.engagement.actions.letters import look_into
from gongkai.engagement.models import CitizenLetter, Mailbox
from gongkai.engagement.queries import letters_for, mailboxes_for, year_counts
from gongkai.engagement.roles import CLERKS, STAFF, VIEW
from gongkai.law.deadlines.duties import COLOUR_LABELS
from gongkai.law.parameters import statute
from gongkai.law.remedies import add_months

PER_PAGE = 50
KEPT = "desk-letter-filter"
State = CitizenLetter.State
OPEN, ALL = "", "all"
YEARS = range(2000, 2200)
NAMES = ("mailbox", "state", "colour", "category", "section", "year", "q")
TRAIL = ("/office/", "待办")


@staff(VIEW)
@require_safe
@never_cache
def letter_list(request: HttpRequest) -> HttpResponse:
    """The letters that the person may see; opening it notes the daily look."""
    chosen = chosen_from(request)
    whole = letters_for(request.user)
    mailboxes = list(mailboxes_of(request, whole))
    box = next((m for m in mailboxes if str(m.pk) == chosen["mailbox"]), None)
    mine = set(bodies_for(request.user, *CLERKS).values_list("pk", flat=True))
    for one in [box] if box else mailboxes:
        if one.body_id in mine:
            look_into(one, by=request.user)
    if box:
        whole = whole.filter(mailbox=box)
    found = narrow(whole, chosen, mailboxes)
    in_order = found.order_by(
        F("answered_on").desc(nulls_first=True), "due_on", "pk"
    ).select_related("mailbox__body", "section")
    page = Paginator(in_order, PER_PAGE).get_page(request.GET.get("p"))
    veto = statute().find("mailbox.veto_months", on=clock.today())
    for row in page:
        row.near = None if row.is_answered else clock.near(row.mailbox.body, row.due_on)
        row.vetoes = bool(
            veto
            and not row.is_answered
            and add_months(row.received_on, int(veto.value)) < clock.today()
        )
    return office_page(
        request,
        "engagement/desk/letters.html",
        "信箱来信",
        [TRAIL],
        icon="mail",
        rows=page,
        veto=veto,
        chosen=chosen,
        narrowed=any(chosen.values()),
        mailboxes=mailboxes,
        box=box,
        colours=_colours(whole, mailboxes),
        colour_choices=list(COLOUR_LABELS.items()),
        states=State.choices,
        categories=sorted({c for m in mailboxes for c in m.categories}),
        sections=Section.objects.filter(body__in={m.body_id for m in mailboxes}),
        years=range(clock.today().year, clock.today().year - 10, -1),
        query=urlencode({k: v for k, v in chosen.items() if v}),
    )


def mailboxes_of(request: HttpRequest, letters: QuerySet[CitizenLetter]) -> QuerySet[Mailbox]:
    """Those of the person's bodies, and those whose letters his section was given."""
    own = mailboxes_for(request.user).values("pk")
    given = letters.order_by().values("mailbox").distinct()
    return Mailbox.objects.filter(Q(pk__in=own) | Q(pk__in=given)).select_related("body")


def chosen_from(request: HttpRequest) -> dict[str, str]:
    """From the address, else as it was left; ``?clear`` forgets it."""
    if "clear" in request.GET:
        request.session.pop(KEPT, None)
    given = any(name in request.GET for name in NAMES)
    kept = request.session.get(KEPT, {})
    chosen = {n: (request.GET.get(n, "") if given else kept.get(n, ""))[:60] for n in NAMES}
    request.session[KEPT] = chosen
    return chosen


def narrow(
    letters: QuerySet[CitizenLetter], chosen: dict[str, str], mailboxes: list[Mailbox]
) -> QuerySet[CitizenLetter]:
    """The letters that fit the filter. Words are looked for in numbers only: the rest is sealed."""
    if chosen["colour"] in COLOUR_LABELS:
        letters = letters.filter(_of_colour(chosen["colour"], mailboxes))
    elif chosen["state"] in State.values:
        letters = letters.filter(state=chosen["state"])
    elif chosen["state"] != ALL:
        letters = letters.exclude(state=State.ANSWERED)
    if chosen["category"]:
        letters = letters.filter(category=chosen["category"])
    if section := number_of(chosen["section"]):
        letters = letters.filter(section=section)
    if (year := number_of(chosen["year"])) in YEARS:
        letters = letters.filter(received_on__year=year)
    if chosen["q"]:
        letters = letters.filter(number__contains=chosen["q"])
    return letters


def _of_colour(colour: str, mailboxes: list[Mailbox]) -> Q:
    found = Q(pk__in=[])
    for body in {m.body for m in mailboxes}:
        days = clock.bounds(body, colour)
        found |= Q(mailbox__body=body, **days)
    return found & ~Q(state=State.ANSWERED)


def _colours(
    letters: QuerySet[CitizenLetter], mailboxes: list[Mailbox]
) -> list[tuple[str, str, int]]:
    """Each colour with the number of open letters."""
    each = {key: Count("pk", filter=_of_colour(key, mailboxes)) for key in COLOUR_LABELS}
    found = letters.order_by().aggregate(**each)
    return [(key, label, found[key]) for key, label in reversed(COLOUR_LABELS.items())]


@staff(VIEW)
@require_safe
def letter_counts(request: HttpRequest) -> HttpResponse:
    """A year's numbers of every mailbox: received, answered, in time, satisfied, published."""
    now = clock.today().year
    asked = number_of(request.GET.get("year", ""))
    year = asked if asked in YEARS and asked <= now else now
    bodies: list[Body] = list(bodies_for(request.user, *STAFF).filter(mailboxes__isnull=False))
    return office_page(
        request,
        "engagement/desk/letter_counts.html",
        f"{year}年信箱来信统计",
        [TRAIL, (reverse("desk-letters"), "信箱来信")],
        icon="table",
        year=year,
        years=range(now, now - 10, -1),
        tables=[(body, year_counts(body, year)) for body in bodies],
    )


urlpatterns: list[URLPattern] = [
    path("engagement/letters/", letter_list, name="desk-letters"),
    path("engagement/letters/counts/", letter_counts, name="desk-letter-counts"),
]
