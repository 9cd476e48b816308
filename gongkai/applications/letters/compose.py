"""A letter of a case: number, values, DOCX and PDF, and the copy that never changes again."""

from __future__ import annotations

import hashlib
from typing import Any

from gongkai.applications import clock
from gongkai.applications.actions.core import By
from gongkai.applications.files import content, keep_file
from gongkai.applications.letters.engine import fill
from gongkai.applications.letters.templates import current
from gongkai.applications.letters.values import values_for
from gongkai.applications.models import Application, CaseFile, Letter
from gongkai.base.codes import grouped
from gongkai.documents.blocks import Document
from gongkai.documents.docx import docx
from gongkai.documents.incoming import KINDS
from gongkai.documents.pdf import pdf
from gongkai.law.letters import document_number
from gongkai.law.taxonomy import letters

DOCX, PDF = KINDS["docx"].media_type, KINDS["pdf"].media_type


def draft_letter(
    case: Application, code: str, *, by: By, values: dict[str, Any], addressee: str = ""
) -> Letter:
    """A new letter of the case in the state 拟稿, with its number (DOMAIN D.5).

    ``values``: what the template needs beyond what the case itself gives; also what the clock
    needs when it is delivered (``days``, ``until``, ``reference``, ``amount``, ``mode`` …).
    Call it inside ``on_case``: the case is locked, so two drafts never get the same number.
    """
    on = clock.today()
    before = list(Letter.objects.filter(application=case).order_by().values_list("code", flat=True))
    number = ""
    if letters()[code].suffix is not None:
        number = document_number(
            code,
            code=case.body.application_settings.agency_code,
            serial=case.serial,
            on=on.replace(year=case.year, day=1, month=1),
            copy=1 + sum(before.count(alike) for alike in _alike(code)),
        )
    return Letter.objects.create(
        application=case,
        code=code,
        copy=1 + before.count(code),
        number=number,
        values=values,
        addressee=addressee or addressee_of(case),
        template=current(case.body, code),
        made_by=by,
    )


def addressee_of(case: Application) -> str:
    """The applicant, and who acts for him: a letter to an agent still answers the applicant."""
    who = case.applicant or {}
    name, agent = who.get("name", ""), who.get("agent", "")
    return f"{name}（委托代理人{agent}）" if name and agent else name


def _alike(code: str) -> list[str]:
    """Letters with the same suffix: their numbers would be the same without a count."""
    return [n for n, letter in letters().items() if letter.suffix == letters()[code].suffix]


def render_letter(letter: Letter) -> tuple[bytes, bytes]:
    """The letter as (DOCX, PDF), from one block model; a frozen one as it was kept.

    Refused, naming what is missing, when a value is missing.
    """
    if letter.frozen_sha256 and letter.docx and letter.pdf:
        return content(letter.docx), content(letter.pdf)
    document = compose(letter)
    return docx(document), pdf(document)


def compose(letter: Letter, *, code: str = "") -> Document:
    """The letter as blocks, from the template that it was drafted with.

    ``code``: the query code, for the one copy that the applicant gets; never to be kept.
    """
    template = letter.template or current(letter.application.body, letter.code)
    values = values_for(letter)
    if code:
        values |= {"查询码": grouped(code)}
    return fill(letter.code, template.text, values)


def file_names(letter: Letter, ending: str) -> tuple[str, str]:
    """How the letter is called as a file, and the same in plain letters: its kind and number."""
    number = letter.application.number
    copy = f"-{letter.copy}" if letter.copy > 1 else ""
    plain = f"{letter.code}-{number}{copy}.{ending}"
    return f"{letters()[letter.code].label}{letter.number or number + copy}.{ending}", plain


def freeze_letter(letter: Letter, *, by: By) -> Letter:
    """Keep the letter as it is now, DOCX and PDF with their hash; done again, it changes nothing.

    Call it inside ``on_case``. Refused, naming what is missing, when a value is missing.
    """
    if letter.frozen_sha256:
        return letter
    letter.dated_on = letter.dated_on or clock.today()
    letter.template = letter.template or current(letter.application.body, letter.code)
    as_docx, as_pdf = render_letter(letter)
    name = f"{letters()[letter.code].label}{letter.number}"
    kind = CaseFile.Kind.LETTER
    letter.docx = keep_file(letter.application, kind, f"{name}.docx", as_docx, DOCX, by=by)
    letter.pdf = keep_file(letter.application, kind, f"{name}.pdf", as_pdf, PDF, by=by)
    letter.frozen_sha256 = hashlib.sha256(as_pdf + as_docx).hexdigest()
    letter.save(update_fields=["dated_on", "docx", "pdf", "frozen_sha256", "template"])
    return letter
