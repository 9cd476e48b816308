"""What is done once a day before anybody of the office is answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from gongkai.base.middleware import OFFICE
from gongkai.bodies.acting import begin, lapse


class RolesInTime:
    """Takes back the roles whose last day is over and gives those whose first day has come, at
    the first request of the day to the office.

    In every process anew: a day ends for all of them, and none asks more than once.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.seen: date | None = None

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        today = timezone.localdate()
        if request.path.startswith(OFFICE) and self.seen != today:
            lapse(today)
            begin(today)
            self.seen = today
        return self.get_response(request)
