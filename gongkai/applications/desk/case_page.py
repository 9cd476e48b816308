"""The case page: one screen with everything, and the deeds as buttons."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse

from gongkai.applications import clock
from gongkai.applications.actions.disputes import KEEPERS
from gongkai.applications.actions.handling.section import sections_of
from gongkai.applications.archive_file import BINDERS, BOUND
from gongkai.applications.desk import case_parts
from gongkai.applications.desk.deeds import BY_KEY, DEEDS
from gongkai.applications.desk.deeds.handling import CallForm, NoteForm
from gongkai.applications.desk.deeds.registry import GROUPS, Deed, Told, offers, prepare
from gongkai.applications.desk.next_step import next_deed, next_step, subject_of, who
from gongkai.applications.models import Application
from gongkai.applications.queries import case_and_roles, cases_for
from gongkai.applications.roles import STAFF, VIEW, WORK
from gongkai.applications.similar import Similar, similar_cases
from gongkai.base.office import number_of, office_page, seen_again
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Role

#: Deeds with a form of their own on the page.
INLINE = ("note", "call")


def _trail() -> list[tuple[str, str]]:
    return [(reverse("wagtailadmin_home"), "待办"), (reverse("desk-cases"), "申请办理")]


@staff(VIEW)
def case_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: what was asked, the clock, what can be done now, what happened.

    Who only inspects sees neither names nor the applicant's own words, and no deeds.
    """
    case, held = case_and_roles(request.user, pk)
    prepare(case)
    works = bool(held & set(STAFF))
    may_dispute = bool(held & set(KEEPERS))
    context: dict[str, Any] = {"case": case, "works": works, "may_dispute": may_dispute}
    context |= case_parts.clock_part(case)
    context |= case_parts.papers(case)
    context |= case_parts.related(case, request.user, works=works)
    bound = case.state in BOUND and case.erased_at is None
    context["may_bind"] = bound and bool(held & set(BINDERS))
    context["timeline"] = case_parts.timeline(case)
    context["next_step"] = next_step(case)
    if works:
        context |= _deeds(case, request.user, held)
        context |= case_parts.words(case)
        context |= {
            "notes": case.notes.select_related("by"),
            "note_form": NoteForm(case=case, user=request.user, auto_id="note_%s"),
            "call_form": CallForm(case=case, user=request.user, auto_id="call_%s"),
            "similar": _seen_by(request.user, similar_cases(case)),
        }
    return office_page(
        request,
        "applications/desk/case.html",
        f"申请 {case.number}",
        _trail(),
        icon="doc-full",
        **context,
    )


def _seen_by(user: Any, found: list[Similar]) -> list[Similar]:
    """A 承办人 sees the cases of his section only, also here."""
    if not found:
        return []
    mine = set(
        cases_for(user).filter(pk__in=[s.case.pk for s in found]).values_list("pk", flat=True)
    )
    return [s for s in found if s.case.pk in mine]


def _deeds(case: Application, user: Any, held: frozenset[Role]) -> dict[str, Any]:
    """The deeds: the next one, the other possible ones by stage, and what is not possible."""
    all_offers = [o for o in offers(case, user, DEEDS, held) if o.deed.key not in INLINE]
    first = next_deed(case, all_offers, {s.pk for s in sections_of(user, case)})
    others = [o for o in all_offers if o.possible and o is not first]
    return {
        "first": first,
        "first_letter": subject_of(first, case) if first else "",
        "waits_for": who(next_step(case).key, all_offers),
        "groups": [(g, [o for o in others if o.deed.group == g]) for g in GROUPS],
        "impossible": [o for o in all_offers if not o.possible],
    }


@staff(WORK)
def deed(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """The form of one deed; a refusal is shown on it, nothing is saved."""
    case, held = case_and_roles(request.user, pk, *STAFF)
    found = BY_KEY.get(key)
    if found is None:
        raise Http404("没有这一项办理。")
    (chance,) = offers(case, request.user, (found,), held)
    posted = request.method == "POST"
    form = found.form(
        request.POST if posted else None,
        request.FILES if posted else None,
        case=case,
        user=request.user,
    )
    refusal: Refused | None = None
    if posted and form.is_valid():
        try:
            said = found.act(
                case, form.cleaned_data, by=request.user, seen=number_of(request.POST.get("seen"))
            )
        except Refused as no:
            refusal = no
        else:
            if isinstance(said, Told):
                return _tell(request, case, found, said)
            messages.success(request, said if isinstance(said, str) else f"{found.label}：已办理。")
            return redirect(_after(case, found))
    case.refresh_from_db(fields=["version", "state", "due_on", "closed_on", "waiting_until"])
    return office_page(
        request,
        "applications/desk/deed.html",
        found.label,
        [*_trail(), (reverse("desk-case", args=[pk]), f"申请 {case.number}")],
        icon="edit",
        status=422 if form.errors or refusal else 200,
        case=case,
        deed=found,
        article=found.article(case),
        form=form,
        offer=chance,
        refusal=refusal,
        seen=seen_again(request, case.version, refusal),
        about=getattr(form, "about", ""),
        outcome=clock.outcome(case),
    )


def _tell(request: HttpRequest, case: Application, done: Deed, told: Told) -> HttpResponse:
    """Query codes, on this page and nowhere else."""
    trail = [*_trail(), (reverse("desk-case", args=[case.pk]), f"申请 {case.number}")]
    response = office_page(
        request,
        "applications/desk/codes.html",
        done.label,
        trail,
        icon="edit",
        case=case,
        told=told,
    )
    response["Cache-Control"] = "private, no-store"
    return response


def _after(case: Application, done: Deed) -> str:
    """Back to the case, to the place where the deed shows."""
    return reverse("desk-case", args=[case.pk]) + ("#notes" if done.key in INLINE else "")


urlpatterns: list[URLPattern] = [
    path("<int:pk>/", case_page, name="desk-case"),
    path("<int:pk>/do/<slug:key>/", deed, name="desk-case-deed"),
]
