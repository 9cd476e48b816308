"""Public pages: answers that everybody may read (条例 Art 44)."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from gongkai.applications.models import PublicAnswer
from gongkai.base.permissions import public
from gongkai.base.public import column
from gongkai.bodies.models import Body

PAGE_SIZE = 20
COLUMN = column(
    "答复过的申请", "依申请公开后转为主动公开的信息", "依申请公开", "answer-list", "转为主动公开"
)


@public
@require_safe
def answer_list(request: HttpRequest) -> HttpResponse:
    """All of them, or those of one body; the newest first."""
    body = Body.objects.filter(slug=request.GET.get("body", "")).first()
    listed = PublicAnswer.objects.filter(withdrawn_on=None).select_related("body")
    if body is not None:
        listed = listed.filter(body=body)
    page = Paginator(listed, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "applications/public/apply/answers.html",
        {
            "column": COLUMN,
            "crumbs": [("依申请公开", reverse("apply")), ("答复过的申请", None)],
            "page": page,
            "pages": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
            "query": f"body={body.slug}" if body else "",
            "body": body,
        },
    )


@public
@require_safe
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them; 404 once it was taken down."""
    found = get_object_or_404(
        PublicAnswer.objects.filter(withdrawn_on=None).select_related("body"), pk=pk
    )
    return render(
        request,
        "applications/public/apply/answer.html",
        {
            "column": COLUMN,
            "crumbs": [
                ("依申请公开", reverse("apply")),
                ("答复过的申请", reverse("answer-list")),
                (found.question, None),
            ],
            "answer": found,
        },
    )


urlpatterns: list[URLPattern] = [
    path("answers/", answer_list, name="answer-list"),
    path("answers/<int:pk>/", answer, name="answer"),
]
