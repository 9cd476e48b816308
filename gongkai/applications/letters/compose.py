"""A letter from its template: number, values, DOCX and PDF."""

from __future__ import annotations

from typing import Any

from gongkai.applications import clock
from gongkai.applications.actions.core import By
from gongkai.applications.models import Application, Letter
from gongkai.law.letters import document_number
from gongkai.law.taxonomy import letters


def draft_letter(
    case: Application, code: str, *, by: By, values: dict[str, Any], addressee: str = ""
) -> Letter:
    """A new letter of the case in the state 拟稿, with its number (DOMAIN D.5).

    ``values``: what the template needs beyond what the case itself gives; also what the clock
    needs when it is delivered (``days``, ``until``, ``reference``, ``amount``, ``mode`` …).
    Call it inside ``on_case``: the case is locked, so two drafts never get the same number.
    """
    on = clock.today()
    copy = 1 + Letter.objects.filter(application=case, code=code).count()
    number = ""
    if letters()[code].suffix is not None:
        number = document_number(
            code,
            code=case.body.application_settings.agency_code,
            serial=case.serial,
            on=on.replace(year=case.year, day=1, month=1),
            copy=copy,
        )
    return Letter.objects.create(
        application=case,
        code=code,
        copy=copy,
        number=number,
        values=values,
        addressee=addressee or (case.applicant or {}).get("name", ""),
        made_by=by if by is not None else None,
    )
