"""The made-up documents in the tables, as the room stores them, many at a time.

Row, release resting on an approved review of one step, attachment, search entry with its index.
The drafts behind the releases (Wagtail revisions) share one row: no page of the public reads
them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from _documents import BODIES, Made, made
from _server import plain_home, plain_pages
from _site import analyze

CHUNK = 2_000


def site_of_bodies() -> list[list[Any]]:
    """Twenty bodies with twelve columns each."""
    from gongkai.bodies.models import Body, Region
    from gongkai.publishing.models import Column

    blocks = (
        *("notice", "policy", "interpretation", "news", "key_field", "topic", "guide", "rules"),
        *("statutory",) * 4,
    )
    region = Region.objects.create(code="99", name="示例省", level="province")
    columns = []
    for n in range(BODIES):
        body = Body.objects.create(
            name=f"示例第{n}县卫生健康委员会",
            short_name=f"{n}县卫健委",
            slug=f"b{n}",
            region=region,
            kind="department",
            is_made_up=True,
        )
        columns.append(
            [
                Column.objects.create(
                    body=body,
                    key=f"c{i}",
                    name=f"{Column.Block(block).label}{i}",
                    block=block,
                    description="本栏目的内容",
                    art20_item=i - 4 if block == "statutory" else None,
                    order=i,
                )
                for i, block in enumerate(blocks)
            ]
        )
    return columns


def fill(columns: list[list[Any]], first: int, last: int) -> None:
    """Documents ``first`` to ``last``, public and found."""
    from django.db import transaction

    for start in range(first, last, CHUNK):
        with transaction.atomic():
            _chunk(columns, [made(n) for n in range(start, min(start + CHUNK, last))])


def _chunk(columns: list[list[Any]], texts: list[Made]) -> None:
    from django.db import connection
    from django.db.models import Max

    from gongkai.publishing.content import fingerprint, snapshot
    from gongkai.publishing.models import Change, Document, PublishedFile, Release

    Validity = Document.Validity
    rows = [_row(columns[m.body][m.column], m) for m in texts]
    if before := Document.objects.aggregate(last=Max("pk"))["last"]:
        for row in rows[3::20]:  # one in twenty explains an earlier one
            row.interprets_id = before - row.serial % CHUNK
    documents = Document.objects.bulk_create(rows)
    PublishedFile.objects.bulk_create(
        PublishedFile(
            pk=m.n + 1,
            document=document,
            name=f"附件{m.n}.docx",
            media_type="application/octet-stream",
            size=1,
            sha256=f"{m.n:064}",
            path=f"made/{m.n}",
            text=m.attachment,
        )
        for document, m in zip(documents, texts, strict=True)
        if m.attachment
    )
    hashes = [fingerprint(document) for document in documents]
    ways = _reviews(documents, hashes)
    releases = Release.objects.bulk_create(
        Release(
            document=document,
            number=1,
            workflow_state=way,
            sha256=sha256,
            content=snapshot(document),
            at=document.published_at,
            by_name="王经办",
        )
        for document, way, sha256 in zip(documents, ways, hashes, strict=True)
    )
    table = Document._meta.db_table
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET live = %s, release_id = %s WHERE id = %s",
            [(True, r.pk, d.pk) for r, d in zip(releases, documents, strict=True)],
        )
    Change.objects.bulk_create(
        Change(by=before, document=document, does="repeals", on=document.formed_on)
        for before, document in zip([documents[-1], *documents], documents, strict=False)
        if document.validity == Validity.REPEALED
    )
    _index(documents)


def _row(column: Any, m: Made) -> Any:
    from gongkai.publishing.models import Document

    at = datetime(m.day.year, m.day.month, m.day.day, 2, tzinfo=UTC) + timedelta(days=5)
    document = Document(
        body=column.body,
        column=column,
        title=m.title,
        genre=m.genre,
        theme="卫生、体育",
        issuer=column.body.name,
        doc_number=m.number,
        formed_on=m.day,
        summary=m.text[3:90],
        keywords="卫生健康",
        text=m.text,
        attachments=[
            {"file": m.n + 1, "name": f"附件{m.n}.docx", "sha256": f"{m.n:064}"}
        ] if m.attachment else [],
        state=Document.State.PUBLISHED,
        validity="repealed" if m.repealed else "valid",
        year=m.day.year,
        serial=m.n // BODIES + 1,
        index_number=f"b{m.body}/{m.day.year}-{m.n // BODIES + 1:05}",
        published_at=at,
        changed_at=at,
    )  # fmt: skip
    return document


def _reviews(documents: list[Any], hashes: list[str]) -> list[Any]:
    """An approved review of one step for each."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection
    from wagtail.models import Revision, TaskState, WorkflowState

    from gongkai.publishing.actions.review import workflow
    from gongkai.publishing.models import Document, ReviewState, ReviewTask

    kind = ContentType.objects.get_for_model(Document)
    flow = workflow(("sign",))
    task = ReviewTask.objects.get(step="sign").task_ptr
    shared = Revision.objects.order_by("pk").first() or documents[0].save_revision(clean=False)
    ways = WorkflowState.objects.bulk_create(
        WorkflowState(
            content_type=kind,
            base_content_type=kind,
            object_id=str(document.pk),
            workflow=flow,
            status="approved",
        )
        for document in documents
    )
    states = TaskState.objects.bulk_create(
        TaskState(
            workflow_state=way,
            revision=shared,
            task=task,
            status="approved",
            content_type=ContentType.objects.get_for_model(ReviewState),
        )
        for way in ways
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {ReviewState._meta.db_table}"
            " (taskstate_ptr_id, seen_sha256, conclusion, ground, by_name)"
            " VALUES (%s, %s, '', '', '张领导')",
            [(state.pk, sha256) for state, sha256 in zip(states, hashes, strict=True)],
        )
    return ways


def _index(documents: list[Any]) -> None:
    """What ``search.put`` keeps of each, many at a time."""
    from gongkai.base import grams
    from gongkai.base.models import SearchEntry, SearchText
    from gongkai.base.search import store
    from gongkai.publishing.index import entry_of

    entries = [entry_of(document) for document in documents]
    rows = SearchEntry.objects.bulk_create(
        SearchEntry(
            kind=entry.kind,
            object_id=str(entry.object_id),
            title=entry.title,
            url=entry.url,
            body_id=entry.body_id,
            on=entry.on,
            heading=entry.heading,
            genre=entry.genre,
            standing=entry.standing,
            current=entry.current,
            codes="|".join(["", *filter(None, map(grams.squeezed, entry.codes)), ""]),
        )
        for entry in entries
    )
    SearchText.objects.bulk_create(
        SearchText(entry=row, text=entry.text, facts=[list(fact) for fact in entry.facts])
        for row, entry in zip(rows, entries, strict=True)
    )
    for row, entry in zip(rows, entries, strict=True):
        parts = [grams.pieces(part) for part in entry.parts()]
        letters = grams.initial_pieces(*grams.initials(entry.title))
        store._keep(row, [*enumerate(parts), (store.LETTERS, letters)])


def filled(
    folder: Path, documents: int, few: int, count: Callable[[int], dict[str, int]]
) -> tuple[list[list[Any]], dict[str, int]]:
    """The columns of each body, and the queries of each page while there were ``few`` documents.

    What an earlier run filled, and kept, is not filled again.
    """
    from django.db import connection

    kept = folder / f"filled-{connection.vendor}-{documents}.json"
    if kept.exists():
        from gongkai.bodies.models import Body
        from gongkai.publishing.models import Column

        bodies = Body.objects.order_by("pk")
        columns = [list(Column.objects.filter(body=b).order_by("order", "pk")) for b in bodies]
        return columns, json.loads(kept.read_text("utf-8"))
    start = time.perf_counter()
    columns = site_of_bodies()
    few = min(few, documents)
    fill(columns, 0, few)
    home = plain_home()
    plain_pages(home, 0, few)
    analyze()
    before = count(few)
    fill(columns, few, documents)
    plain_pages(home, few, documents)
    analyze()
    print(f"filled in {time.perf_counter() - start:.0f} s")
    kept.write_text(json.dumps(before), "utf-8")
    return columns, before
