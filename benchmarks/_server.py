"""A server started as ``make demo`` starts it, and its peer: plain pages of Wagtail."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from _documents import made
from _load import Connection

CONNECTIONS = 4


@contextmanager
def server(**variables: str) -> Iterator[int]:
    """granian with the options of ``make demo``; yields its port. Pages are kept a minute."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--blocking-threads", "4", "--log-level", "warning"]
    command += ["--workers-kill-timeout", "2", "--no-ws", "gongkai.wsgi:application"]
    kept = {"GONGKAI_PAGE_CACHE": "60"}
    process = subprocess.Popen(command, env={**os.environ, **kept, **variables})
    try:
        for _ in range(300):
            try:
                Connection(port).get("/accessibility/")
                break
            except OSError:
                time.sleep(0.2)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def ask(port: int, seconds: float, paths: list[str]) -> dict[str, float]:
    """What the client in the other process measured."""
    command = [sys.executable, str(Path(__file__).with_name("_load.py"))]
    done = subprocess.run(
        [*command, str(port), str(seconds), str(CONNECTIONS)],
        input="\n".join(paths),
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def plain_home() -> Any:
    """The page above all plain ones, and the site that has it."""
    from wagtail.models import Locale, Page, Site

    from benchmarks.plain_wagtail.models import PlainPage

    locale = Locale.objects.get_or_create(language_code="zh-hans")[0]
    top = Page.objects.filter(depth=1).first() or Page.add_root(title="Root", slug="root")
    home = top.add_child(instance=PlainPage(title="首页", slug="plain-home", locale=locale))
    Site.objects.update_or_create(
        is_default_site=True, defaults={"root_page": home, "hostname": "localhost"}
    )
    return home


def plain_pages(home: Any, first: int, last: int) -> None:
    """The titles and texts of these documents as plain Wagtail pages."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection
    from wagtail.models import Page

    from benchmarks.plain_wagtail.models import PlainPage

    texts = [made(n) for n in range(first, last)]
    kind = ContentType.objects.get_for_model(PlainPage)
    kept = Page.objects.bulk_create(
        (
            Page(
                path=Page._get_path(home.path, home.depth + 1, m.n + 1),
                depth=home.depth + 1,
                locale=home.locale,
                content_type=kind,
                title=m.title,
                draft_title=m.title,
                slug=f"p{m.n}",
                url_path=f"{home.url_path}p{m.n}/",
                live=True,
            )
            for m in texts
        ),
        batch_size=1_000,
    )
    Page.objects.filter(pk=home.pk).update(numchild=last)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {PlainPage._meta.db_table} (page_ptr_id, text) VALUES (%s, %s)",
            [(page.pk, m.text) for page, m in zip(kept, texts, strict=True)],
        )
