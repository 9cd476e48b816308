"""Numbers of applications: gap-free per body and year, never reused, easy to say on the phone."""

from __future__ import annotations

from django.db import transaction

from gongkai.applications.models import Application
from gongkai.base.codes import check_digit, code_fits, code_mark, grouped, letters_of, new_code
from gongkai.base.sealed import mark
from gongkai.bodies.models import Body

__all__ = [
    "check_digit",
    "code_fits",
    "code_mark",
    "code_of_form",
    "grouped",
    "letters_of",
    "mark_applicant",
    "new_code",
    "next_serial",
    "tracking_number",
]


#: The counter, begun where there is none, is held until the transaction ends.
NEXT = """
INSERT INTO applications_serialcounter (body_id, year, kind, last) VALUES (%s, %s, %s, 1)
ON CONFLICT (body_id, year, kind) DO UPDATE SET last = applications_serialcounter.last + 1
RETURNING last
"""


def next_serial(body: Body, year: int, kind: str = "application") -> int:
    """The next number, taken inside the caller's transaction: undone with it, so no gap."""
    assert transaction.get_connection().in_atomic_block
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(NEXT, [body.pk, year, kind])
        ((last,),) = cursor.fetchall()
    return int(last)


def tracking_number(year: int, body_id: int, serial: int, lead: str = "") -> str:
    """The 受理编号: year, body, serial, and a digit that catches a slip of the pen."""
    digits = f"{lead}{year}{body_id:04d}{serial:05d}"
    return digits + str(check_digit(digits))


def code_of_form(case: Application) -> str:
    """The query code that follows from the form; empty of paper, or once another took its place."""
    code = new_code(case.submission_key) if case.submission_key else ""
    return code if code_fits(case.number, code, case.code_mark) else ""


def mark_applicant(case: Application) -> None:
    """The marks by which the same applicant is found, of what the case holds of him now."""
    who = case.applicant or {}
    case.identity_mark = mark("identity", who.get("id_number") or who.get("credit_code") or "")
    case.name_mark = mark("name", who.get("name", ""))
    case.phone_mark = mark("phone", who.get("phone", ""))
