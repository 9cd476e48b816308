"""Notes and the telephone log (what was explained to the applicant, and with what result)."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from gongkai.applications.actions.core import By, on_case, record
from gongkai.applications.models import Application, CaseNote
from gongkai.applications.roles import STAFF
from gongkai.base.refusal import Refused


def why_not_noted(case: Application) -> str:
    """Nothing about a person is written anew where it was erased; "" while it may be."""
    return "这件申请的个人信息已经清除，不能再添加备注。" if case.erased_at is not None else ""


def add_note(
    case: Application,
    text: str,
    *,
    kind: str = CaseNote.Kind.NOTE,
    result: str = "",
    happened_at: datetime | None = None,
    by: By,
    seen: int | None = None,
) -> CaseNote:
    """Keep a note or a telephone call; the words are stored encrypted and never in the trail.

    ``happened_at`` is not later than now. ``seen`` is ignored: a note is in nobody's way.
    """
    if not text.strip():
        raise Refused("请写下内容。")
    when = happened_at or timezone.now()
    if when > timezone.now():
        raise Refused("时间不能晚于现在，请改正。")
    with on_case(case, by=by, roles=STAFF, ended=True, joined=True) as case:
        if why_not := why_not_noted(case):
            raise Refused(why_not)
        note = CaseNote.objects.create(
            application=case,
            kind=kind,
            text=text.strip(),
            result=result.strip(),
            happened_at=when,
            by=by,
        )
        record(case, f"添加{note.get_kind_display()}", by=by)
    return note
