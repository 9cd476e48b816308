"""The site as JSON lines and files in a folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from wagtail.models import Revision, TaskState, WorkflowState

from gongkai.base.disk import empty_folder, write_synced
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body, Region, Section
from gongkai.bodies.models import Post as Office
from gongkai.publishing.actions.review import URGENT
from gongkai.publishing.models import (
    Document,
    ReviewState,
)
from gongkai.publishing.site_copy.shape import FILES, FORMAT, Names, Row, tables


def export_site(folder: Path) -> dict[str, int]:
    """Write everything into an empty folder; how many rows of each table.

    Refused: the folder holds something, is a file or cannot be written into.
    """
    if not empty_folder(folder):
        raise Refused("文件夹不是空的，或者不能写入，请换一个空文件夹。")
    counts: dict[str, int] = {}

    def put(name: str, rows: Iterator[Row]) -> None:
        path = folder / "tables" / f"{name}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8") as out:
            counts[name] = 0
            for row in rows:
                out.write(json.dumps(row, ensure_ascii=False, default=_json) + "\n")
                counts[name] += 1

    with transaction.atomic():
        revisions, ways, steps = _work()
        names = _names()
        names |= {(Revision, one.pk): n for n, one in enumerate(revisions, 1)}
        names |= {(WorkflowState, one.pk): n for n, one in enumerate(ways, 1)}
        names |= {(TaskState, one.pk): n for n, one in enumerate(steps, 1)}
        put("region", (_row(one, names) for one in Region.objects.order_by("path")))
        put("body", (_row(one, names) for one in Body.objects.order_by("pk")))
        put("section", (_row(one, names) for one in Section.objects.order_by("pk")))
        leaders = Office.objects.filter(section=None).select_related("body", "person__user")
        put("leader", (_leader(one) for one in leaders.order_by("pk")))
        for model in tables():
            rows = model._default_manager.order_by("pk").iterator(chunk_size=500)
            put(model._meta.model_name or "", (_row(one, names) for one in rows))
        put("revision", (_revision(one, names) for one in revisions))
        put("way", (_way(one, names) for one in ways))
        put("step", (_step(one, names) for one in steps))
        for file in (one for model in FILES for one in model._default_manager.order_by("pk")):
            data = (Path(settings.MEDIA_ROOT) / file.path).read_bytes()
            if hashlib.sha256(data).hexdigest() != file.sha256:
                raise Refused(f"文件“{file.name}”与登记的校验值不一致，没有导出。")
            write_synced(folder / "files" / file.sha256, data)
    manifest = {"format": FORMAT, "counts": counts}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), "utf-8")
    return counts


def _work() -> tuple[list[Revision], list[WorkflowState], list[ReviewState]]:
    ours = ContentType.objects.get_for_model(Document)
    revisions = list(Revision.objects.filter(base_content_type=ours).order_by("pk"))
    ways = list(
        WorkflowState.objects.filter(base_content_type=ours)
        .select_related("workflow")
        .order_by("pk")
    )
    steps = list(
        ReviewState.objects.filter(workflow_state__base_content_type=ours)
        .select_related("task")
        .order_by("pk")
    )
    return revisions, ways, steps


def _row(one: models.Model, names: Names) -> Row:
    return {
        field.name: _out(field, field.value_from_object(one), names)
        for field in one._meta.local_concrete_fields
    }


def _out(field: models.Field[Any, Any], value: Any, names: Names) -> Any:
    """A value as it is written: what has another number elsewhere by its own sign."""
    if value is None or field.remote_field is None:
        return value
    return names.get((field.remote_field.model, value), value)


def _names() -> Names:
    """(model, number) → its sign."""
    users = get_user_model()
    return {
        **{(Region, one.pk): one.code for one in Region.objects.all()},
        **{(Body, one.pk): one.slug for one in Body.objects.all()},
        **{
            (Section, one.pk): [one.body.slug, one.name]
            for one in Section.objects.select_related("body")
        },
        **{(users, one.pk): one.get_username() for one in users.objects.all()},
    }


def _leader(one: Office) -> Row:
    """Who leads a body is part of its page (Art 20 item 2); staff of the sections stay here."""
    user = one.person.user
    return {
        "body": one.body.slug,
        "person": one.person_id,
        "name": one.person.name,
        "account": user.get_username() if user else None,
        "title": one.title,
        "in_leading_group": one.in_leading_group,
        "group_role": one.group_role,
        "from_on": one.from_on,
        "to_on": one.to_on,
    }


def _revision(one: Revision, names: Names) -> Row:
    content = {
        field.name: _out(field, one.content[field.name], names)
        for field in Document._meta.local_concrete_fields
        if field.name in one.content and field.name not in ("latest_revision", "release")
    }
    return {
        "document": one.object_id,
        "at": one.created_at,
        "by": one.user.get_username() if one.user else None,
        "label": one.object_str,
        "content": content,
    }


def _way(one: WorkflowState, names: Names) -> Row:
    steps = one.workflow.workflow_tasks.order_by("sort_order").select_related("task")
    return {
        "document": one.object_id,
        "steps": [entry.task.specific.step for entry in steps],
        "urgent": one.workflow.name.startswith(URGENT),
        "status": one.status,
        "at": one.created_at,
        "by": one.requested_by.get_username() if one.requested_by else None,
        "current": names.get((TaskState, one.current_task_state_id)),
    }


def _step(one: ReviewState, names: Names) -> Row:
    return {
        "way": names[(WorkflowState, one.workflow_state_id)],
        "revision": names.get((Revision, one.revision_id)),
        "step": one.task.specific.step,
        "status": one.status,
        "started_at": one.started_at,
        "finished_at": one.finished_at,
        "finished_by": one.finished_by.get_username() if one.finished_by else None,
        "comment": one.comment,
        "seen_sha256": one.seen_sha256,
        "conclusion": one.conclusion,
        "ground": one.ground,
        "by_name": one.by_name,
    }


def _json(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(type(value))
