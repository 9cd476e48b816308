"""Reads of corrections, suggestions and complaints, and of what is asked for again and again."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import Http404
from rapidfuzz import fuzz, process

from gongkai.applications.models import Application, SideRequest
from gongkai.applications.state import State
from gongkai.bodies.models import Body, Role
from gongkai.bodies.queries import Someone, bodies_for
from gongkai.law.taxonomy import decisions

#: Who handles corrections and suggestions in the body itself.
HANDLING = (Role.CLERK, Role.HEAD)


def side_requests_for(user: Someone) -> QuerySet[SideRequest]:
    """What the person handles: his body's corrections and suggestions; complaints about the
    bodies that his own supervises, as its inspector. Nobody handles a complaint about his body.
    """
    if not user.is_authenticated:
        return SideRequest.objects.none()
    complaint = Q(kind=SideRequest.Kind.COMPLAINT)
    of_the_body = ~complaint & Q(body__in=bodies_for(user, *HANDLING))
    supervised = Body.objects.filter(
        supervised_by__memberships__user=user, supervised_by__memberships__role=Role.INSPECTOR
    ).exclude(memberships__user=user)
    return SideRequest.objects.filter(of_the_body | (complaint & Q(body__in=supervised)))


def may_handle(user: Someone, request: SideRequest) -> bool:
    return side_requests_for(user).filter(pk=request.pk).exists()


def side_request_or_404(user: Someone, pk: int) -> SideRequest:
    """404 also for what is none of his business: he does not learn that it exists."""
    found = side_requests_for(user).select_related("body", "application").filter(pk=pk).first()
    if found is None:
        raise Http404("没有这件请求，或者您没有查看的权限。")
    return found


# --- asked often (Art 44(1)) --------------------------------------------------------------------

#: So many of the latest applications are compared; so alike (0–100) must two of them be.
LATEST, ALIKE = 600, 78
#: So alike must a part of one be to the whole of the other, when that has LONG_ENOUGH signs.
ALIKE_IN_PART, LONG_ENOUGH = 90, 6
_FILLING = re.compile(
    r"[\W_]+|政府信息公开|政府信息|申请公开|请提供|请公开|申请|获取|提供|公开|关于|有关|相关|本人"
)


@dataclass(frozen=True, slots=True)
class Often:
    """The same information asked for by several: the latest wording, and how many people."""

    subject: str
    cases: tuple[Application, ...]
    suggestions: int
    people: int


def asked_often(body: Body) -> list[Often]:
    """What two or more applicants asked of the body and it did not withhold, the most first.

    A hint that it may be published for all (Art 44(1)): found by likeness of the words, to be
    judged by a person. A suggestion (Art 44(2)) counts like an application.
    """
    cases = [
        case
        for case in Application.objects.filter(body=body)
        .exclude(state__in=(State.WITHDRAWN, State.MERGED, State.SPLIT))
        .order_by("-id")[:LATEST]
        if not case.decision or decisions()[case.decision].group != "deny"
    ]
    wishes = list(
        SideRequest.objects.filter(body=body, kind=SideRequest.Kind.SUGGESTION)
        .exclude(result="published")
        .order_by("-id")[:LATEST]
    )
    asked: list[Application | SideRequest] = [*cases, *wishes]
    found = []
    for group in _alike([_plain(one.subject) for one in asked]):
        members = [asked[at] for at in group]
        of_group = tuple(one for one in members if isinstance(one, Application))
        people = len({_person(one) for one in members})
        if people > 1 and of_group:
            wishes_of_group = len(members) - len(of_group)
            found.append(Often(of_group[0].shown_subject, of_group, wishes_of_group, people))
    return sorted(found, key=lambda one: -one.people)


def _plain(subject: str) -> str:
    """The words that matter."""
    return _FILLING.sub("", subject) or subject


def _person(one: Application | SideRequest) -> str:
    """The same for the same applicant, without saying who he is."""
    if isinstance(one, SideRequest):
        return f"suggestion {one.pk}"
    return one.identity_mark or one.name_mark + one.phone_mark or f"case {one.pk}"


def _alike(texts: list[str]) -> list[list[int]]:
    """Places of texts that say nearly the same, each in one group with the first of its kind."""
    left = dict(enumerate(texts))
    groups = []
    while left:
        first = next(iter(left))
        text = left.pop(first)
        near = {
            key
            for scorer, enough in ((fuzz.ratio, ALIKE), (fuzz.partial_ratio, ALIKE_IN_PART))
            for _, _, key in process.extract(
                text, left, scorer=scorer, score_cutoff=enough, limit=None
            )
            if scorer is fuzz.ratio or min(len(text), len(left[key])) >= LONG_ENOUGH
        }
        for key in near:
            del left[key]
        if near:
            groups.append(sorted({first, *near}))
    return groups
