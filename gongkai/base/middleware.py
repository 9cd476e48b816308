"""What guards every request: the size of its body, and the answer to too many of them."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from gongkai.base import public
from gongkai.base.ratelimit import TooMany


class Guard:
    """413 before anything reads a body beyond the limit; 429 where a view raised TooMany."""

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
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return public.too_many(request, error.seconds) if isinstance(error, TooMany) else None


def body_limit(path: str) -> int:
    """Bytes one request may send: two reports for a visitor, an archive of many in the office."""
    files = 10 if path.startswith("/office/") else 2
    return int(files * settings.GONGKAI_UPLOAD_LIMIT) + (1 << 20)
