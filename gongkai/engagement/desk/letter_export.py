"""The listed letters as a file: numbers, days and results, no names and no words of a citizen."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gongkai.base.office import number_of
from gongkai.base.permissions import staff
from gongkai.documents.tables import CSV, XLSX, csv_file, workbook
from gongkai.engagement import clock
from gongkai.engagement.desk.letters import chosen_from, mailboxes_of, narrow
from gongkai.engagement.models import CitizenLetter
from gongkai.engagement.queries import letters_for
from gongkai.engagement.roles import VIEW

#: A workbook or a CSV file holds so many letters at most.
MOST = 50_000
HEAD = [
    *("编号", "机关", "信箱", "类别", "收到日期", "状态", "情况复杂", "答复期限", "答复日期"),
    *("办理结果", "承办科室", "同意公开", "满意度"),
]
TYPES = {"csv": CSV, "xlsx": XLSX}


def rows(letters: QuerySet[CitizenLetter]) -> Iterator[list[str]]:
    """The head and one line for each letter; nothing sealed is opened."""
    yield HEAD
    sealed = ("subject", "text", "sender", "score_note")
    found = letters.select_related("mailbox__body", "section").defer(*sealed)
    for one in found.order_by("received_on", "pk")[:MOST]:
        line = [
            one.number,
            one.mailbox.body.name,
            one.mailbox.name,
            one.category,
            one.received_on.isoformat(),
            one.get_state_display(),
            "是" if one.is_complex else "否",
            one.due_on.isoformat(),
            one.answered_on.isoformat() if one.answered_on else "",
            one.get_result_display(),
            one.section.name if one.section else "",
            "是" if one.wish_public else "否",
            str(one.score or ""),
        ]
        yield line


@staff(VIEW)
@require_safe
@never_cache
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """The letters of the list as it is narrowed now."""
    whole = letters_for(request.user)
    chosen = chosen_from(request)
    mailboxes = list(mailboxes_of(request, whole))
    if mailbox := number_of(chosen["mailbox"]):
        whole = whole.filter(mailbox=mailbox)
    lines = rows(narrow(whole, chosen, mailboxes))
    content = workbook("来信", lines) if kind == "xlsx" else csv_file(lines)
    name = f"letters-{clock.today()}.{kind}"
    return HttpResponse(
        content,
        content_type=TYPES[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


urlpatterns: list[URLPattern] = [
    path(f"engagement/letters/list.{kind}", export, {"kind": kind}, name=f"desk-letters-{kind}")
    for kind in TYPES
]
