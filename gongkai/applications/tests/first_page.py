"""What the first page of the office says of applications, without the panels of other rooms."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.test import RequestFactory

from gongkai.applications.wagtail_hooks import CasePanel
from gongkai.bodies.calendars import one_calendar


def panel(user: User) -> str:
    """As the person reads it; that the page has it: ``test_the_first_page_shows_what_is_mine``."""
    request = RequestFactory().get("/office/")
    request.user = user
    with one_calendar():
        return CasePanel().render_html({"request": request})
