"""The pages of the steps before the last one: search, body, matter, split, applicant, delivery."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from gongkai.applications import clock
from gongkai.applications.files import keep_file
from gongkai.applications.models import CaseFile, Draft
from gongkai.applications.public import signed_in
from gongkai.applications.public.apply import drafts
from gongkai.applications.public.apply.forms import (
    NATURAL,
    UPLOADS,
    DeliveryForm,
    MatterForm,
    StepForm,
    WhoForm,
)
from gongkai.applications.public.apply.matters import MOST, alone, several
from gongkai.applications.public.apply.steps import bodies, filled, page
from gongkai.base import ratelimit, search
from gongkai.base.permissions import public
from gongkai.base.uploads import Checked
from gongkai.bodies.models import Body
from gongkai.law.parameters import statute
from gongkai.law.taxonomy import channels, deed_articles

#: One address: saved steps in an hour.
SAVES = 200
#: Bodies on one page; beyond it the visitor names one.
MOST_BODIES = 60
SHOWN = 10
#: Characters of one piece, as many as ``MatterForm`` takes.
LONGEST = 5000


def _saving(request: HttpRequest) -> None:
    ratelimit.hit(request, "apply-save", limit=SAVES, seconds=3600)


def _sent(request: HttpRequest) -> dict[str, Any]:
    """What was sent, for a form: one that came back with nothing in it is judged as well."""
    return {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}


def _words(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:100]


@public
@never_cache
@require_http_methods(["GET", "HEAD"])
def first(request: HttpRequest) -> HttpResponse:
    """① Is it already public? What is found may make the application unnecessary."""
    q = _words(request)
    body = _named_body(request)
    narrow = {"body_id": body.pk if body else None}
    found = search.search(q, limit=SHOWN, **narrow) if q else None
    near = search.similar(q, **narrow) if q and not found else None
    listed = found or near
    names = (
        dict(Body.objects.filter(pk__in={h.body_id for h in listed}).values_list("pk", "name"))
        if listed
        else {}
    )
    draft = drafts.current(request)
    on = {k: v for k, v in (("q", q), ("body", body.slug if body else "")) if v}
    return page(
        request,
        "apply",
        "search",
        q=q,
        body=body,
        hits=[(hit, names.get(hit.body_id or 0, "")) for hit in listed or ()],
        count=found.count if found else 0,
        near=bool(near),
        go_on=reverse("apply-body") + (f"?{urlencode(on)}" if on else ""),
        open_draft=draft if draft and "case" not in draft.content else None,
        done_draft=draft if draft and "case" in draft.content else None,
        account=signed_in.current(request),
    )


def _named_body(request: HttpRequest) -> Body | None:
    slug = request.GET.get("body", "")
    return bodies().filter(slug=slug).select_related("application_settings").first()


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose_body(request: HttpRequest) -> HttpResponseBase:
    """② Whom to ask; a body without the online channel says how else it is asked."""
    draft = drafts.current(request)
    if draft is not None and "case" in draft.content:
        draft = None  # sent already: what comes now is another application
    error = ""
    if request.method == "POST":
        _saving(request)
        chosen = bodies().filter(slug=request.POST.get("body", "")).first()
        if chosen is not None and chosen.application_settings.accepts_online:
            return _with_body(request, draft, chosen)
        error = (
            f"{chosen.name}没有公布网上申请的渠道，请当面提出或者邮寄，也可以改选其他机关。"
            if chosen
            else "请选择一个机关。"
        )
    name = request.GET.get("name", "").strip()[:60]
    listed = bodies().select_related("region", "application_settings")
    if name:
        listed = listed.filter(
            Q(name__icontains=name)
            | Q(short_name__icontains=name)
            | Q(region__full_name__icontains=name)
        )
    chosen_slug = request.GET.get("body", "") or (
        Body.objects.filter(pk=draft.content.get("body")).values_list("slug", flat=True).first()
        if draft
        else ""
    )
    shown = list(listed[: MOST_BODIES + 1])
    chosen_one = listed.filter(slug=chosen_slug).first() if chosen_slug else None
    if chosen_one and chosen_one not in shown[:MOST_BODIES]:
        shown = [chosen_one, *shown]
    return page(
        request,
        "apply-body",
        "body",
        draft=draft,
        status=422 if error else 200,
        error=error,
        q=request.POST.get("q", "")[:100] or _words(request),
        name=name,
        groups=[
            (region.full_name, [(b, channels_of(b)) for b in group])
            for region, group in groupby(shown[:MOST_BODIES], key=lambda b: b.region)
        ],
        more=len(shown) > MOST_BODIES,
        narrow=bool(name) or len(shown) > SHOWN,
        chosen=chosen_slug,
    )


def channels_of(body: Body) -> list[str]:
    """How this body is asked, in words; in person and by post always (条例 Art 29, 31)."""
    office = body.application_settings
    offered = {
        "online": ("网上申请" if office.accepts_online else ""),
        "email": office.accepts_email and f"电子邮箱 {office.accepts_email}",
        "fax": office.accepts_fax and f"传真 {office.accepts_fax}",
    }
    basic = {"in_person": "当面提出", "ems": "邮寄"}
    words = [basic[k] for k, c in channels().items() if c.basic and k in basic]
    return [w for w in (*words, *offered.values()) if w]


def _with_body(request: HttpRequest, draft: Draft | None, chosen: Body) -> HttpResponseBase:
    if draft is None:
        new: dict[str, Any] = {"body": chosen.pk}
        if q := request.POST.get("q", "").strip()[:100]:
            new["q"] = q
        draft = drafts.begin(new)
    else:
        with drafts.changing(draft) as content:
            content["body"] = chosen.pk
    return drafts.remember(request, redirect(filled(draft).missing or "apply-check"), draft)


# --- what -----------------------------------------------------------------------------------


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def matter(request: HttpRequest) -> HttpResponseBase:
    """③ What is wanted; a text with several matters is shown in pieces first."""
    draft = _open(request)
    if isinstance(draft, HttpResponseBase):
        return draft
    kept = draft.content.get("matter") or {"subject": draft.content.get("q", "")}
    form = MatterForm(**_sent(request), initial=kept)
    if request.method == "POST":
        _saving(request)
        form.is_valid()
        _keep_files(request, draft, form)
        if form.is_valid():
            with drafts.changing(draft) as content:
                if form.kept() != content.get("matter"):
                    content.pop("items", None)
                    content.pop("one", None)
                content["matter"] = form.kept()
            if not draft.content.get("one") and several(draft.content).found.parts:
                return drafts.remember(request, redirect("apply-split"), draft)
            return _further(request, draft)
    return page(
        request,
        "apply-matter",
        "matter",
        draft=draft,
        form=form,
        status=422 if form.errors else 200,
        rest=draft.content.get("rest", []),
        body=filled(draft).body,
        words=[form[n] for n in ("subject", "document_number", "details")],
        files=_uploads(draft, form),
    )


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def split(request: HttpRequest) -> HttpResponseBase:
    """One matter with several items, or several applications? The person decides."""
    draft = _open(request)
    if isinstance(draft, HttpResponseBase):
        return draft
    listed = several(draft.content)
    parts = list(listed.found.parts)
    if request.method == "POST":
        _saving(request)
        given = [
            p.replace("\r\n", "\n").strip()[:LONGEST] for p in request.POST.getlist("part")[:MOST]
        ]
        given = [p for p in given if p] or parts
        with drafts.changing(draft) as content:
            if request.POST.get("do") == "split" and len(given) > 1:
                number = content["matter"].get("document_number", "")
                head, *rest = ({**alone(p, listed), "document_number": number} for p in given)
                content["matter"] = head
                content["rest"] = rest + content.get("rest", [])
                content.pop("items", None)
            else:
                content["items"] = given
            content["one"] = True
        return _further(request, draft)
    if len(parts) < 2:
        return redirect("apply-matter")
    free = statute().find("fee.per_piece", on=clock.today())
    return page(
        request,
        "apply-matter",
        "split",
        draft=draft,
        parts=parts,
        common=listed.common,
        longest=LONGEST,
        basis=deed_articles().get("split", ""),
        free=free.value["free"] if free else None,
    )


# --- who ------------------------------------------------------------------------------------


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def who(request: HttpRequest) -> HttpResponseBase:
    """④ Who applies; files are kept even when another field has to be put right."""
    draft = _open(request)
    if isinstance(draft, HttpResponseBase):
        return draft
    kept = draft.content.get("who")
    if kept is None and (account := signed_in.current(request)) is not None:
        kept = account.profile
    form = WhoForm(**_sent(request), initial=kept or {})
    if request.method == "POST":
        _saving(request)
        form.is_valid()
        _keep_files(request, draft, form)
        if form.is_valid():
            with drafts.changing(draft) as content:
                content["who"] = form.kept()
            return _further(request, draft)
    return page(
        request,
        "apply-who",
        "who",
        draft=draft,
        form=form,
        status=422 if form.errors else 200,
        files=_uploads(draft, form),
        natural=NATURAL,
        person_fields=[form[n] for n in ("person", "id_type", "id_number")],
        organisation_fields=[
            form[n] for n in ("organisation", "credit_code", "representative", "contact")
        ],
        agent_fields=[form[n] for n in ("agent", "agent_id_number")],
        contact_fields=[form[n] for n in ("phone", "email", "address", "post_code")],
    )


def _keep_files(request: HttpRequest, draft: Draft, form: StepForm) -> None:
    """Keep the step's files, also when something else on it has to be put right."""
    remove = set(request.POST.getlist("remove"))
    with drafts.changing(draft) as content:
        mine = drafts.files_of(draft)
        kinds = {UPLOADS[name][0] for name in form.uploads()}
        gone = [f for f in mine if str(f.pk) in remove and f.kind in kinds]
        drafts.drop_files(gone)
        left = [f for f in mine if f not in gone]
        for name in form.uploads():
            kind, most = UPLOADS[name]
            given: list[Checked] = form.cleaned_data.get(name) or []
            if sum(f.kind == kind for f in left) + len(given) > most:
                form.add_error(name, f"{form.fields[name].label}最多{most}个文件，请先删除多余的。")
                given = []
            left += [keep_file(None, kind, f.name, f.data, f.media_type, by=None) for f in given]
        content["files"] = [f.pk for f in left]


def _uploads(draft: Draft, form: StepForm) -> dict[str, list[CaseFile]]:
    """Field of the step → the files kept for it."""
    mine = drafts.files_of(draft)
    return {name: [f for f in mine if f.kind == UPLOADS[name][0]] for name in form.uploads()}


# --- how ------------------------------------------------------------------------------------


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delivery(request: HttpRequest) -> HttpResponseBase:
    """⑤ In what form, by what way; purpose and fee relief only if the person wants to say."""
    draft = _open(request)
    if isinstance(draft, HttpResponseBase):
        return draft
    form = DeliveryForm(
        **_sent(request),
        initial=draft.content.get("delivery") or {},
        who=draft.content.get("who"),
    )
    if request.method == "POST":
        _saving(request)
        if form.is_valid():
            with drafts.changing(draft) as content:
                content["delivery"] = form.kept()
            return _further(request, draft)
    return page(
        request,
        "apply-delivery",
        "delivery",
        draft=draft,
        form=form,
        status=422 if form.errors else 200,
        free=free_amounts(),
    )


def free_amounts() -> dict[str, Any]:
    """What costs nothing, as the law room has it; empty where no fee is known."""
    rules = {k: statute().find(f"fee.{k}", on=clock.today()) for k in ("per_piece", "per_page")}
    return {k: found.value["free"] for k, found in rules.items() if found}


# --- what the steps share -------------------------------------------------------------------


def _open(request: HttpRequest) -> Draft | HttpResponseBase:
    """The draft of this browser, or where to go without one."""
    draft = drafts.current(request)
    if draft is None:
        return redirect("apply-body")
    if "case" in draft.content:
        return redirect("apply-receipt")
    return draft


def _further(request: HttpRequest, draft: Draft) -> HttpResponseBase:
    """To the next step that is not complete; back to the check when it was left from there."""
    return drafts.remember(request, redirect(filled(draft).missing or "apply-check"), draft)


@public
@require_POST
def discard(request: HttpRequest) -> HttpResponseBase:
    """Forget everything that this browser has entered, or of what was sent the way back to it."""
    draft = drafts.current(request)
    if draft is not None:
        drafts.discard(draft)
    return drafts.release(redirect(f"{reverse('apply')}?discarded=1"))
