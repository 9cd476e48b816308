"""Files on their way out: whole ones, and large tables piece by piece, not held in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

#: Characters of one write to the network.
PIECE = 64_000


def named(name: str, plain: str = "") -> str:
    """A download of that file name, with another for what cannot read Chinese (RFC 5987)."""
    ending = name.rpartition(".")[2] if "." in name else ""
    known = plain or ("file." + ending if ending.isascii() and ending.isalnum() else "file")
    return f"attachment; filename=\"{known}\"; filename*=UTF-8''{quote(name, safe='')}"


def download(
    data: bytes,
    name: str,
    media_type: str,
    headers: Mapping[str, str] | None = None,
    *,
    plain: str = "",
) -> HttpResponse:
    """A file to be kept by the reader: never opened inside the site.

    Kept by no cache, unless ``headers`` say how the site's own published files are kept.
    """
    kept = dict(headers or {"Cache-Control": "private, no-store"})
    response = HttpResponse(data, content_type=media_type, headers=kept)
    header = named(name, plain) if plain else str(content_disposition_header(True, name))
    response["Content-Disposition"] = header
    return response


def locked_down(
    data: bytes, media_type: str, name: str = "", *, attachment: bool = True
) -> HttpResponse:
    """A stranger's bytes, that no browser runs, guesses at or keeps; ``name`` is the file's."""
    response = HttpResponse(data, content_type=media_type)
    response["Cache-Control"] = "no-store, private"
    response._csp_replace = {"default-src": ["'none'"], "sandbox": []}  # type: ignore[attr-defined]
    if name:
        response["Content-Disposition"] = str(content_disposition_header(attachment, name))
    return response


def streamed(lines: Iterable[str], media_type: str, name: str) -> StreamingHttpResponse:
    """A download of that file name, asked for anew every time."""
    response = StreamingHttpResponse(_gathered(lines), content_type=media_type)
    response["Content-Disposition"] = str(content_disposition_header(True, name))
    response["Cache-Control"] = "no-cache"
    return response


def _gathered(lines: Iterable[str]) -> Iterator[str]:
    """The same text in far fewer writes."""
    held: list[str] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size > PIECE:
            yield "".join(held)
            held, size = [], 0
    yield "".join(held)
