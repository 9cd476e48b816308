"""What the machine asks about, beside the very passage; each mended, masked or answered."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from gongkai.base.office import office_page
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.publishing.actions.clean import can_clean, clean
from gongkai.publishing.actions.core import may_touch
from gongkai.publishing.actions.findings import answer
from gongkai.publishing.actions.mask import can_mask, mask
from gongkai.publishing.content import draft_of
from gongkai.publishing.desk.access import crumb, document_or_404
from gongkai.publishing.desk.document import TRAIL, draft_files
from gongkai.publishing.desk.passages import parts
from gongkai.publishing.desk.turns import WRITING
from gongkai.publishing.models import Document, Finding
from gongkai.publishing.roles import DRAFT, VIEW, WRITERS
from gongkai.publishing.scan import look

#: Rules whose findings ask whether something may be public at all.
PRIVATE = ("personal", "secrecy")


@staff(VIEW)
def findings(request: HttpRequest, pk: int) -> HttpResponse:
    """The text with the passages marked, and beside it what is asked of each."""
    return _page(request, document_or_404(request.user, pk))


def _page(
    request: HttpRequest, found: Document, *, refusal: str = "", chosen: int = 0
) -> HttpResponse:
    draft = draft_of(found)
    mine = may_touch(request.user, found, *WRITERS)  # type: ignore[arg-type]
    rows: list[Any] = list(found.findings.exclude(state=Finding.State.GONE))
    rows.sort(key=lambda f: (f.state != Finding.State.OPEN, f.level != Finding.Level.STOP, f.pk))
    carried = {file.pk: file for _, file in draft_files(draft)}
    asked = Counter((row.rule, row.message) for row in rows if row.state == Finding.State.OPEN)
    for number, row in enumerate(rows, 1):
        row.number = number
        row.alike = asked[row.rule, row.message]
        row.cleanable = mine and row.state == Finding.State.OPEN and can_clean(row, carried)
        # A wrong word or a dead link is put right, not covered.
        row.private = row.rule in PRIVATE or row.rule.startswith("hidden.")
        row.maskable = (
            mine and row.private and row.state == Finding.State.OPEN and can_mask(row, draft)
        )
    return office_page(
        request,
        "publishing/desk/findings.html",
        "机器检查",
        [*TRAIL, (f"/office/documents/{found.pk}/", crumb(draft.title))],
        icon="search",
        status=422 if refusal else 200,
        document=found,
        draft=draft,
        rows=rows,
        open=[row for row in rows if row.state == Finding.State.OPEN],
        parts=parts(draft, rows),
        mine=mine,
        refusal=refusal,
        chosen=chosen,
        words=request.POST.get("words", ""),
        all_alike="alike" in request.POST,
        may_submit=mine and found.state in (*WRITING, Document.State.WITHDRAWN),
    )


@staff(DRAFT)
@require_POST
def settle(request: HttpRequest, pk: int, finding: int) -> HttpResponse:
    """Mask a passage or say why it may stay."""
    found = document_or_404(request.user, pk)
    row = found.findings.filter(pk=finding).first()
    if row is None:
        raise Http404("没有这个问题。")
    user: Any = request.user
    try:
        if "mask" in request.POST:
            mask(row, by=user)
            messages.success(request, "已遮盖，原来的字已经从草稿中去掉。")
        elif "clean" in request.POST:
            carried = {file.pk: file for _, file in draft_files(draft_of(found))}
            if not can_clean(row, carried):
                raise Refused("这一处不能由系统清除，请在原软件中清除后重新上传。")
            messages.success(request, clean(found, carried[row.place["file"]], by=user))
        else:
            said = request.POST.get("words", "")
            answered = answer(row, said, by=user, all_alike="alike" in request.POST)
            how_many = f" {answered} 处" if answered > 1 else ""
            messages.success(request, f"已说明{how_many}，审查人会看到您的说明。")
    except Refused as no:
        return _page(request, document_or_404(request.user, pk), refusal=str(no), chosen=row.pk)
    return redirect("desk-findings", pk)


@staff(DRAFT)
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the machine read the newest draft again, with today's dictionaries."""
    found = document_or_404(request.user, pk)
    left = look(found)
    messages.success(
        request, f"已重新检查，还有 {len(left)} 处要处理。" if left else "没有要处理的问题。"
    )
    return redirect("desk-findings", pk)


urlpatterns: list[URLPattern] = [
    path("documents/<int:pk>/findings/", findings, name="desk-findings"),
    path("documents/<int:pk>/findings/again/", again, name="desk-look-again"),
    path("documents/<int:pk>/findings/<int:finding>/", settle, name="desk-finding"),
]
