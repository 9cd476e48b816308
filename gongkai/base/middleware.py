"""What guards every request: the size of its body, what it may ask for, and how often."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    UnreadablePostError,
)
from django.utils.cache import patch_vary_headers

from gongkai.base import public
from gongkai.base.ratelimit import TooMany
from gongkai.base.sealed import KeyMissing

log = logging.getLogger(__name__)

OFFICE = "/office/"
#: Of Wagtail's own addresses under /office/, those in use. The others (its page tree, images,
#: accounts …) would change things past the actions and their audit trail.
WAGTAIL_IN_USE = frozenset(
    f"wagtailadmin_{name}"
    for name in ("home", "login", "logout", "sprite", "javascript_catalog", "dismissibles")
)


class Guard:
    """413 before anything reads a body beyond the limit; 429 where a view raised TooMany; 503
    where the keys of the personal data are not those of this database.

    400 for a NUL character, which no text of ours has and PostgreSQL cannot keep; 404 for what
    the office shell brings along and nobody uses.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        limit = body_limit(request.path)
        try:
            size = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            size = 0
        if size > limit:
            response = public.too_large(request, settings.GONGKAI_UPLOAD_LIMIT)
            response["Connection"] = "close"  # the rest of the body is not read
            return response
        response = self.get_response(request)
        if request.path.startswith(OFFICE):
            # Wagtail's scripts write styles into the page; scripts stay files of this site.
            response._csp_update = {"style-src": ["'unsafe-inline'"]}  # type: ignore[attr-defined]
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Cookie"])  # 长辈版 and the text size are cookies
            if response.status_code == 405 and not getattr(response, "content", b"x"):
                return public.wrong_method(request, allowed=response.get("Allow", ""))
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.path.startswith(OFFICE) and not hasattr(view, "permission"):
            match = request.resolver_match
            if match is None or match.view_name not in WAGTAIL_IN_USE:
                raise Http404
        try:
            sent = [*request.GET.lists(), *request.POST.lists()]
        except UnreadablePostError:  # the sender went away in the middle
            return public.bad_request(request)
        if any("\0" in text for name, values in sent for text in (name, *values)):
            return public.bad_request(request)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, TooMany):
            return public.too_many(request, error.seconds)
        if isinstance(error, KeyMissing):
            log.error("%s %s", request.path, error)
            return public.keys_missing(request)
        return None


def body_limit(path: str) -> int:
    """Bytes one request may send: two reports for a visitor, an archive of many in the office."""
    files = 10 if path.startswith("/office/") else 2
    return int(files * settings.GONGKAI_UPLOAD_LIMIT) + (1 << 20)
