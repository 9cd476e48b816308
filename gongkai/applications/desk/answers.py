"""Staff pages: answers made public, and taking one down again. Publishing is a deed of the case."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from gongkai.applications.actions.answers import withdraw_answer
from gongkai.applications.models import PublicAnswer
from gongkai.applications.roles import HEADS, VIEW, WORK
from gongkai.base.office import PER_PAGE, office_page
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.bodies.queries import bodies_for


@staff(VIEW)
def answers(request: HttpRequest) -> HttpResponse:
    """Those of the person's bodies, the newest first."""
    listed = PublicAnswer.objects.filter(body__in=bodies_for(request.user)).select_related("body")
    mine = set(bodies_for(request.user, *HEADS).values_list("pk", flat=True))
    return office_page(
        request,
        "applications/desk/answers.html",
        "已公开的答复",
        [(reverse("wagtailadmin_home"), "待办")],
        icon="globe",
        pages=Paginator(listed, PER_PAGE).get_page(request.GET.get("p")),
        mine=mine,
    )


@staff(WORK)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take one down."""
    found = get_object_or_404(PublicAnswer, pk=pk, body__in=bodies_for(request.user))
    try:
        withdraw_answer(found, by=request.user)
    except Refused as no:
        messages.error(request, str(no))
    else:
        messages.success(request, f"已经撤下：“{found.question}”。")
    return redirect("desk-answers")


urlpatterns: list[URLPattern] = [
    path("answers/", answers, name="desk-answers"),
    path("answers/<int:pk>/withdraw/", withdraw, name="desk-answer-withdraw"),
]
