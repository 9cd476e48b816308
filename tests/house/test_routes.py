"""Every route says who may use it, is in kebab-case, and ends as a page or a file does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.urls import URLPattern, URLResolver, get_resolver

#: Wagtail guards its own pages; whatever we hang under /office/ states its permission too.
OFFICE = "office/"


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, path)
        else:
            yield path, entry


def ours() -> list[tuple[str, URLPattern]]:
    """Every route outside the office, and in the office those whose view is our own code."""
    return [
        (path, entry)
        for path, entry in routes(get_resolver())
        if not path.startswith(OFFICE) or written_here(entry.callback)
    ]


def written_here(view: Any) -> bool:
    view = getattr(view, "view_class", view)
    while hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    return bool(view.__module__.startswith("gongkai."))


def test_there_are_public_and_office_routes() -> None:
    paths = [path for path, _ in routes(get_resolver())]
    assert "reports/<slug:slug>/<int:year>/" in paths
    assert any(path.startswith(OFFICE) for path in paths)


@pytest.mark.django_db
def test_every_view_states_its_permission() -> None:
    known = {
        f"{p.content_type.app_label}.{p.codename}"
        for p in Permission.objects.select_related("content_type")
    }
    silent = [
        path
        for path, entry in ours()
        if getattr(entry.callback, "permission", None) not in {"public", *known}
    ]
    assert not silent, f"say who may use these (base.permissions): {silent}"


def test_no_public_view_lies_under_the_office() -> None:
    open_doors = [
        path
        for path, entry in ours()
        if path.startswith(OFFICE) and getattr(entry.callback, "permission", "") == "public"
    ]
    assert not open_doors


def test_routes_are_kebab_case_and_end_with_a_slash_or_a_file_suffix() -> None:
    for path, _ in ours():
        plain = re.sub(r"<[^>]*>", "x", path)
        assert re.fullmatch(r"[a-z0-9./-]*", plain), path
        assert plain == "" or plain.endswith("/") or "." in plain.rsplit("/", 1)[-1], path


def test_every_public_route_has_a_name() -> None:
    assert [path for path, entry in ours() if not entry.name] == []
