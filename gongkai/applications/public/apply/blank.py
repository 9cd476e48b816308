"""The blank form (L01): for those who apply by hand, by post or at the counter (Arts 28, 29)."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from gongkai.applications import clock
from gongkai.applications.letters.articles import articles
from gongkai.applications.letters.engine import fill
from gongkai.applications.letters.templates import in_force, shipped_text
from gongkai.applications.letters.variables import variables
from gongkai.applications.models import Application
from gongkai.applications.public.apply.steps import bodies
from gongkai.base import ratelimit
from gongkai.base.permissions import public
from gongkai.documents.blocks import width
from gongkai.documents.docx import docx
from gongkai.documents.incoming import KINDS
from gongkai.documents.pdf import pdf
from gongkai.law.taxonomy import applicant_kinds, letters

CODE = "L01"
KINDS_MADE = {"docx": docx, "pdf": pdf}
#: One address: forms in an hour.
FETCHES = 120
#: An empty place, and where the body is not chosen yet.
EMPTY, NOBODY = "　", "＿＿＿＿＿＿＿＿"
#: Where one writes more than a word.
ROOM = "（写明时间、名称、内容等特征）\n　\n　\n（写不下的可以另附纸）"


@public
@require_safe
def blank_form(request: HttpRequest, kind: str) -> HttpResponse:
    """The form of the body that ``?body=`` names, with its own template; else one for all."""
    ratelimit.hit(request, "apply-form", limit=FETCHES, seconds=3600)
    slug = request.GET.get("body", "")
    body = bodies().filter(slug=slug).first()
    if slug and body is None:
        raise Http404("没有这个受理机关。")
    own = in_force(body)[CODE] if body else None
    text = own.text if own else shipped_text(CODE)
    data = made(kind, body.name if body else NOBODY, text, clock.today())
    response = HttpResponse(data, content_type=KINDS[kind].media_type)
    name = f"{letters()[CODE].label}.{kind}"
    response["Content-Disposition"] = str(content_disposition_header(True, name))
    return response


@lru_cache(maxsize=64)
def made(kind: str, name: str, text: str, on: date) -> bytes:
    """The bytes of the form of a body by this template; ``on`` chooses the law that it cites."""
    values: dict[str, Any] = dict.fromkeys(variables(), EMPTY)
    values |= {
        "机关": name,
        "内容描述": ROOM,
        "条": articles(on),
        "申请人类别": _boxes([k.label for k in applicant_kinds().values()], 9.5),
        "获取方式": _boxes(Application.Form.labels, 8),
        "获取途径": _boxes(Application.Route.labels, 9.5),
        "提交日期": "　　年　　月　　日",
        "编号": "（由机关填写）",
        "落款日期": None,
    }
    return KINDS_MADE[kind](fill(CODE, text, values))


def _boxes(labels: list[str], room: float) -> str:
    """As many on a line as its cell has room for, in characters; none torn from its box."""
    lines: list[str] = []
    for label in labels:
        longer = f"{lines[-1]} □{label}" if lines else ""
        if longer and width(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(f"□{label}")
    return "\n".join(lines)
