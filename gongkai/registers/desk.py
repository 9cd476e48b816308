"""网站自查 in the office: how the website of a body stands, and a look at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from gongkai.base.office import office_page
from gongkai.base.permissions import staff
from gongkai.base.refusal import Refused
from gongkai.bodies.ledger.desk.shared import KEEP, VIEW, body_of, trail
from gongkai.bodies.ledger.queries import KEEPERS, entries
from gongkai.bodies.queries import holds, require_role
from gongkai.law.parameters import rule
from gongkai.registers.books.site import CHECKS, FINDINGS
from gongkai.registers.self_check import conclusion, indicators, look

#: So many of the last looks are shown; the register has them all.
SHOWN = 10


@staff(VIEW)
@require_safe
def self_check(request: HttpRequest) -> HttpResponse:
    """The kinds of problems with their numbers and bounds, the last looks."""
    body, bodies = body_of(request)
    today = timezone.localdate()
    checks = entries(CHECKS, body)
    found = indicators(body, today)
    return office_page(
        request,
        "registers/desk/self_check.html",
        "网站自查",
        trail(),
        icon="search",
        body=body,
        bodies=bodies,
        indicators=found,
        conclusion=conclusion(found) if checks.exists() else "",
        source=rule("inspection.columns_veto", on=today).article,
        days=rule("inspection.self_check_days", on=today).value,
        checks=checks[:SHOWN],
        findings=FINDINGS,
        check_book=CHECKS,
        may_check=request.user.has_perm(KEEP) and holds(request.user, body, *KEEPERS),
    )


@staff(KEEP)
@require_POST
def self_check_now(request: HttpRequest) -> HttpResponse:
    """Look at everything now."""
    body, _ = body_of(request)
    user: Any = request.user
    require_role(user, body, *KEEPERS)
    try:
        run = look(body, whole=True, by=user)
    except Refused as no:
        messages.error(request, str(no))
    else:
        messages.success(request, f"自查完成。{run.result}")
    return redirect(f"{reverse('desk-self-check')}?body={body.slug}")


urlpatterns: list[URLPattern] = [
    path("self-check/", self_check, name="desk-self-check"),
    path("self-check/now/", self_check_now, name="desk-self-check-now"),
]
