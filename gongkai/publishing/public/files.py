"""Attachments: read in the page, or downloaded; public only while a live release names them."""

from __future__ import annotations

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from gongkai.base import ratelimit
from gongkai.base.permissions import public
from gongkai.base.streams import locked_down
from gongkai.documents.incoming import KINDS
from gongkai.documents.readable import is_readable
from gongkai.documents.readable.ocr import installed
from gongkai.publishing import files
from gongkai.publishing.models import Document, PublishedFile
from gongkai.publishing.public.tags import article_tags, column_address, column_tags

#: One address may fetch so many attachments in an hour, and have so many turned into a page.
DOWNLOADS = 600
READINGS = 300
#: Seconds that a page made of an attachment is kept; the address of another file is another one.
KEPT = 30 * 24 * 3600
#: Longer pages are made anew each time: the cache is for many small ones.
KEPT_CHARACTERS = 400_000
_PICTURES = ("image/png", "image/jpeg")


def public_file(slug: str, year: int, serial: int, pk: int) -> tuple[Document, PublishedFile]:
    """The document and its attachment, when what is public now names it; else 404."""
    document = get_object_or_404(
        Document.objects.select_related("body", "column", "release"),
        body__slug=slug,
        year=year,
        serial=serial,
        live=True,
    )
    named = {one["file"]: one for one in document.attachments}
    file = PublishedFile.objects.filter(pk=pk, document=document).first()
    if file is None or pk not in named or named[pk]["sha256"] != file.sha256:
        raise Http404("没有这个附件，或者它已经撤下。")
    file.name = named[pk]["name"]  # as it was reviewed
    return document, file


@public
@require_safe
def read(request: HttpRequest, slug: str, year: int, serial: int, pk: int) -> HttpResponse:
    """The attachment as a page: PDF, DOCX, XLSX and text, and pictures."""
    document, file = public_file(slug, year, serial, pk)
    html, notice = page_of(request, file)
    return render(
        request,
        "publishing/public/read.html",
        {
            "document": document,
            "file": file,
            "html": html,
            "notice": notice,
            "picture": file.media_type in _PICTURES,
            "address": named_address(document, file),
            "column": column_tags(document.column),
            "article": {
                **article_tags(request, document),
                "title": f"{document.title}（附件：{file.name}）",
                "url": request.build_absolute_uri(request.path),
            },
            "crumbs": [
                (document.body.short_name, reverse("body", args=[slug])),
                (document.column.name, column_address(document.column)),
                (document.title, document.get_absolute_url()),
                ("附件", None),
            ],
        },
    )


def named_address(document: Document, file: PublishedFile) -> str:
    """Where the file is downloaded, ending with its name where that has a proper ending."""
    where = [document.body.slug, document.year, document.serial, file.pk]
    stem, _, end = file.name.rpartition(".")
    if stem and end.isascii() and end.isalnum():
        where += [stem, end]
    return reverse("document-file", args=where)


def page_of(request: HttpRequest, file: PublishedFile) -> tuple[str, str]:
    """The HTML of a file and what could not be shown of it; made once, then kept a while."""
    if not is_readable(file.media_type):
        return "", ""
    key = f"readable-2-{file.sha256}"
    kept = cache.get(key)
    if kept is None:
        ratelimit.hit(request, "attachment-read", limit=READINGS, seconds=3600)
        made = files.readable(_bytes(file), file.media_type)
        kept = (made.html, made.notice)
        if file.text and not made.text and installed():
            # A scan whose words were recognised when it was kept.
            lines = "".join(f"<p>{_escaped(line)}</p>" for line in file.text.splitlines())
            kept = (lines, "这是扫描件，文字由机器识别，可能有误，以原件为准。")
        if len(kept[0]) <= KEPT_CHARACTERS:
            cache.set(key, kept, KEPT)
    # Written by documents.readable: every character of the file is escaped there.
    return mark_safe(kept[0]), kept[1]


def _escaped(text: str) -> str:
    from django.utils.html import escape

    return escape(text)


@public
@require_safe
def download(
    request: HttpRequest,
    slug: str,
    year: int,
    serial: int,
    pk: int,
    name: str = "",
    end: str = "",
) -> HttpResponse:
    """The bytes as they were released; a picture also to be shown in its page."""
    _, file = public_file(slug, year, serial, pk)
    etag = f'"{file.sha256[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "public, no-cache"}
    if etag in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304, headers=headers)
    ratelimit.hit(request, "attachment", limit=DOWNLOADS, seconds=3600)
    shown = file.media_type in _PICTURES and "show" in request.GET
    response = sent(_bytes(file), file, attachment=not shown)
    for key, value in headers.items():
        response[key] = value
    return response


def _bytes(file: PublishedFile) -> bytes:
    try:
        return files.content(file)
    except (files.FileDamaged, OSError):
        raise Http404("这个附件暂时不能打开，请稍后再试，或者与公布它的机关联系。") from None


def sent(data: bytes, file: PublishedFile, *, attachment: bool = True) -> HttpResponse:
    """Bytes that no browser runs or guesses at, with their Chinese name."""
    known = {kind.media_type for kind in KINDS.values()}
    media_type = file.media_type if file.media_type in known else "application/octet-stream"
    return locked_down(data, media_type, file.name, attachment=attachment)


_WHERE = "documents/<slug:slug>/<int:year>/<int:serial>/files/<int:pk>/"
urlpatterns: list[URLPattern] = [
    path(_WHERE, read, name="document-read"),
    path(f"{_WHERE}download/", download, name="document-file"),
    path(f"{_WHERE}<str:name>.<slug:end>", download, name="document-file"),
]
