"""Public pages kept as they were last made, until anything is done on the site.

A page is kept under the number of deeds in the audit trail (the ends of its chains, which only
move when a deed is committed), so a deed of any room makes every kept page old at once; nobody
has to name the pages that it touches. A view says itself that it may be kept (``kept``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from gongkai.base.models import AuditHead

#: Bytes of one page at most; the back-end holds so many pages (settings.CACHES).
LARGEST = 256 * 1024
_HEADERS = ("Content-Type", "Content-Language", "Link", "X-Robots-Tag")


def kept(view: Callable[..., HttpResponseBase]) -> Any:
    """The view's page is the same for every visitor who is not signed in; it may be kept.

    Made anew for those with a session or a message, for htmx, and for everything but GET. Not
    kept: what sets a cookie, holds a token of a form, has a policy of its own, or is no 200.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.GONGKAI_PAGE_CACHE or not _same_for_all(request):
            return view(request, *args, **kwargs)
        pages, key = caches["pages"], _key(request)
        found = pages.get(key)
        if found is not None:
            return HttpResponse(found[0], headers=found[1])
        response = view(request, *args, **kwargs)
        if _may_be_kept(request, response):
            headers = {name: response[name] for name in _HEADERS if name in response}
            page = (response.content, headers)  # type: ignore[attr-defined]
            pages.set(key, page, settings.GONGKAI_PAGE_CACHE)
        return response

    answer.kept = True  # type: ignore[attr-defined]
    return answer


def generation() -> int:
    """How many deeds are committed; one more after each, whatever the order they began in."""
    return int(AuditHead.objects.aggregate(n=Sum("sequence"))["n"] or 0)


def _same_for_all(request: HttpRequest) -> bool:
    return (
        request.method == "GET"
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "messages" not in request.COOKIES
        and "HX-Request" not in request.headers
    )


def _key(request: HttpRequest) -> str:
    """All that the page depends on: the address, the day, 长辈版 and text size, the deeds."""
    looks = (request.COOKIES.get("elder", ""), request.COOKIES.get("size", ""))
    parts = (generation(), timezone.localdate(), *looks, request.build_absolute_uri())
    return sha256("\n".join(map(str, parts)).encode()).hexdigest()


def _may_be_kept(request: HttpRequest, response: HttpResponseBase) -> bool:
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not response.has_header("Cache-Control")
        and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
        and not request.session.modified
        and not any(name.startswith("_csp") for name in vars(response))
        and len(response.content) <= LARGEST  # type: ignore[attr-defined]
    )
