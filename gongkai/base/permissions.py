"""Every view says who may use it; tests/house reads all routes and refuses one that is silent."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def public(view: View) -> View:
    """Anyone may use this view."""
    view.permission = "public"  # type: ignore[attr-defined]
    return view


def staff(permission: str) -> Callable[[View], View]:
    """Only signed-in staff with this Django permission ("reporting.file_report").

    Anonymous visitors are sent to the sign-in page; others get 403. Which *body's* objects a
    person may touch is checked in the actions, by ``bodies.queries``.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate
