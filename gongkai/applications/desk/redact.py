"""区分处理 in the browser: pages with selectable text, the list of passages, the result."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse

from gongkai.applications.actions.core import record
from gongkai.applications.actions.redact import (
    PDF,
    draft_of,
    may_see_originals,
    new_id,
    release_redacted,
    save_passages,
)
from gongkai.applications.desk.files import TRAIL, can_redact, file_or_404, locked_down
from gongkai.applications.desk.redact_view import (
    Shown,
    boxes_of,
    occurrences,
    result_of,
    sheets,
    shown,
    suggestions,
)
from gongkai.applications.grounds import ground_word, grounds
from gongkai.applications.models import Application, CaseFile
from gongkai.applications.queries import may_touch
from gongkai.applications.roles import HANDLERS, ORIGINAL
from gongkai.base.office import number_of, office_page
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.documents.redact.worker import isolated
from gongkai.documents.safety import UnusableInput
from gongkai.law.letters import cited
from gongkai.law.taxonomy import decisions

#: Pixels for a point of a page on the screen.
SCALE = 1.8
#: Points in a millimetre.
MM = 72 / 25.4
#: No page is larger, in points; NaN is not smaller either.
_FAR = 100_000
#: Reasons to start from; the clerk makes them fit.
REASONS = (
    "涉及第三方个人信息，公开会损害其合法权益，且第三方不同意公开",
    "涉及第三方商业秘密，公开会损害其合法权益，且第三方不同意公开",
    "属于人事管理、后勤管理、内部工作流程方面的信息，不影响公民、法人和其他组织的权利义务",
    "属于讨论记录、过程稿、磋商信函、请示报告等过程性信息，尚未形成最终决定",
    "属于行政执法案卷信息",
)


# --- what a person sent ---------------------------------------------------------------------------


def places(request: HttpRequest) -> list[dict[str, Any]]:
    """The chosen lines, selections and boxes. Refused: something that is none of them."""
    found: list[dict[str, Any]] = []
    try:
        for text in request.POST.getlist("span"):
            page, start, end = (int(v) for v in text.split(":"))
            found.append({"page": page, "start": start, "end": end})
        for text in request.POST.getlist("box"):
            first, *box = text.split(":")
            corners = [float(v) for v in box]
            if len(corners) != 4 or not all(abs(v) < _FAR for v in corners):
                raise ValueError
            found.append({"page": int(first), "box": corners})
        if request.POST.get("mm_page"):
            left, top, width, height = (
                float(request.POST.get(f"mm_{k}") or 0) * MM
                for k in ("left", "top", "width", "height")
            )
            if not all(abs(v) < _FAR for v in (left, top, width, height)):
                raise ValueError
            box = [left, top, left + width, top + height]
            found.append({"page": int(request.POST["mm_page"]), "box": box})
    except ValueError:
        raise Refused("选择的位置不正确，请重新选择。") from None
    return found


def _act(request: HttpRequest, file: CaseFile) -> tuple[str, str]:
    """Do what the pressed button says; the sentence for the person, "" when it was released,
    and the id of a passage that was added.
    """
    post = request.POST
    basis = {"ground": post.get("ground", ""), "reason": post.get("reason", "")}
    if post.get("drop"):
        save_passages(file, by=request.user, drop=[post["drop"]])  # type: ignore[arg-type]
        return "已从清单中移出。", ""
    if key := post.get("change"):
        new = {"ground": post.get(f"ground_{key}", ""), "reason": post.get(f"reason_{key}", "")}
        save_passages(file, by=request.user, change={key: new})  # type: ignore[arg-type]
        return "已修改。", ""
    if post.get("op") == "release":
        draft = draft_of(file, by=request.user)  # type: ignore[arg-type]
        release_redacted(
            file,
            draft.passages,
            name=post.get("name", "")[:100],
            by=request.user,  # type: ignore[arg-type]
            seen=number_of(post.get("seen")),
        )
        return "", ""
    if post.get("op") == "find":
        add = occurrences(shown(file).lines, post.get("word", ""))
        if not add:
            raise Refused("文件的文字里没有这个词语；图片中的文字请用画框的方式处理。")
    else:
        add = places(request)
        if not add:
            raise Refused("请先选择文字、勾选行或者画框，再加入清单。")
    _within(shown(file), add)
    draft = draft_of(file, by=request.user)  # type: ignore[arg-type]
    known = {_place(p) for p in draft.passages}
    new_ones = [p | basis | {"id": new_id()} for p in add if _place(p) not in known]
    save_passages(file, by=request.user, add=new_ones)  # type: ignore[arg-type]
    return f"已加入 {len(new_ones)} 处。", new_ones[-1]["id"] if new_ones else ""


def _place(p: dict[str, Any]) -> tuple[Any, ...]:
    return (p["page"], *p["box"]) if "box" in p else (p["page"], p["start"], p["end"])


def _within(original: Shown, add: list[dict[str, Any]]) -> None:
    last = len(original.sizes) or max((line.page for line in original.lines), default=0)
    if any(not 1 <= p["page"] <= last for p in add) or (
        not original.sizes and any("box" in p for p in add)
    ):
        raise Refused("选择的位置不在这份文件里，没有加入。清单里已有的都在，请在下面重新选择。")


# --- pages ----------------------------------------------------------------------------------------


def _original(request: HttpRequest, pk: int) -> CaseFile:
    file = file_or_404(request.user, pk)
    assert file.application is not None
    if not may_see_originals(request.user, file.application):
        raise PermissionDenied
    if not can_redact(file, request.user):
        raise Http404("只有 PDF 和 DOCX 的信息原件可以在线处理。")
    return file


def _can_work(request: HttpRequest, case: Application) -> bool:
    return case.archived_on is None and may_touch(request.user, case, *HANDLERS)


def _trail(file: CaseFile) -> list[tuple[str, str]]:
    case = file.application
    assert case is not None
    return [
        *TRAIL,
        (reverse("desk-case", args=[case.pk]), f"申请 {case.number}"),
        (reverse("desk-case-files", args=[case.pk]), "案卷材料"),
    ]


@staff(ORIGINAL)
def redact(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose what is taken out, with ground and reason; nothing leaves before the release."""
    file = _original(request, pk)
    case = file.application
    assert case is not None
    refusal = ""
    if request.method == "POST":
        try:
            said, added = _act(request, file)
        except Refused as no:
            refusal = str(no)
        else:
            if not said:
                messages.success(request, "已生成处理后的文件，检查通过：隐去的内容已经找不到。")
                return redirect("desk-case-files", pk=case.pk)
            messages.success(request, said)
            more = {"p": request.POST.get("p", "1"), "like": added}
            return redirect(f"{request.path}?{urlencode(more)}")
    else:
        record(case, "打开受限材料", by=request.user, new={"材料": file.pk, "种类": "信息原件"})  # type: ignore[arg-type]
    try:
        original = shown(file)
        passages = _draft(file)
        marks = boxes_of(file.pk, file.sha256, json.dumps(passages)) if original.sizes else []
    except (Refused, UnusableInput) as no:
        return office_page(
            request,
            "applications/desk/redact_not.html",
            "区分处理",
            _trail(file),
            icon="edit",
            status=422,
            refusal=str(no),
            case=case,
        )
    return office_page(
        request,
        "applications/desk/redact.html",
        "区分处理",
        _trail(file),
        icon="edit",
        status=422 if refusal else 200,
        case=case,
        file=file,
        refusal=refusal,
        # Nobody's ground is chosen for him; the next passage starts from what he chose last.
        basis=request.POST
        if refusal
        else next((p for p in passages if p["id"] == request.GET.get("like")), {}),
        can_work=_can_work(request, case),
        sheets=sheets(original, passages, marks, request.GET.get("p") or request.POST.get("p")),
        is_pdf=bool(original.sizes),
        page_count=len(original.sizes),
        passages=[_described(n, p, original) for n, p in enumerate(passages, 1)],
        suggestions=suggestions(original.lines, passages),
        grounds=[(k, f"{v}（{cited(decisions()[k].articles)}）") for k, v in grounds()],
        reasons=REASONS,
    )


def _draft(file: CaseFile) -> list[dict[str, Any]]:
    """The list that is being made; before the first change, that of the last release."""
    redaction = (
        file.redactions.filter(made_at=None).first() or file.redactions.order_by("-pk").first()
    )
    return list(redaction.passages) if redaction else []


def _described(number: int, passage: dict[str, Any], original: Shown) -> dict[str, Any]:
    where = f"第 {passage['page']} {'页' if original.sizes else '段'}"
    return passage | {"number": number, "where": where, "word": ground_word(passage["ground"])}


@staff(ORIGINAL)
def page_png(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A page of the original as a picture made here; the file itself reaches no browser."""
    file = _original(request, pk)
    try:
        _, png = isolated("page", shown(file).data, number=number, scale=SCALE)
    except (Refused, UnusableInput) as no:
        raise Http404(str(no)) from None
    return locked_down(png, "image/png")


@staff(ORIGINAL)
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The result as the applicant will get it, before it is kept."""
    file = _original(request, pk)
    passages = _draft(file)
    refusal, facts, pages, paragraphs = "", {"pictures": [], "left": [], "name": ""}, 0, []
    try:
        facts, data = result_of(file.pk, file.sha256, json.dumps(passages))
        if file.media_type == PDF:
            pages = len(shown(file).sizes)
        else:
            paragraphs = isolated("paragraphs", data)[0]
    except (Refused, UnusableInput) as no:
        refusal = str(no)
    return office_page(
        request,
        "applications/desk/redact_preview.html",
        "处理后的样子",
        [*_trail(file), (reverse("desk-redact", args=[pk]), "区分处理")],
        icon="view",
        status=422 if refusal else 200,
        case=file.application,
        file=file,
        refusal=refusal,
        count=len(passages),
        pictures=facts["pictures"],
        name=facts["name"],
        left=[
            _described(n, p, shown(file)) | {"left": count}
            for n, (p, count) in enumerate(zip(passages, facts["left"], strict=False), 1)
            if count
        ],
        pages=range(1, pages + 1),
        paragraphs=paragraphs,
        can_work=_can_work(request, file.application),  # type: ignore[arg-type]
    )


@staff(ORIGINAL)
def preview_png(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A page of the result."""
    file = _original(request, pk)
    try:
        _, data = result_of(file.pk, file.sha256, json.dumps(_draft(file)))
        _, png = isolated("page", data, number=number, scale=SCALE)
    except (Refused, UnusableInput) as no:
        raise Http404(str(no)) from None
    return locked_down(png, "image/png")


urlpatterns: list[URLPattern] = [
    path("file/<int:pk>/redact/", redact, name="desk-redact"),
    path("file/<int:pk>/redact/<int:number>.png", page_png, name="desk-redact-page"),
    path("file/<int:pk>/redact/preview/", preview, name="desk-redact-preview"),
    path("file/<int:pk>/redact/preview/<int:number>.png", preview_png, name="desk-redact-result"),
]
