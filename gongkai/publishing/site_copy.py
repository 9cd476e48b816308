"""Everything of this room as JSON lines and files, and back: the same site in another place.

A folder holds ``manifest.json``, ``tables/<model>.jsonl`` and ``files/<sha256>``. Numbers of rows
stay, because the hashes of the reviews name them; bodies, sections and accounts are named by
their own signs and may have other numbers there. What the database refuses it refuses here too:
releases come in after their reviews, documents become public after their releases.

The trail of deeds is not copied: its chain belongs to the installation.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, models, transaction
from wagtail.models import Revision, TaskState, WorkflowState

from gongkai.base import audit, search
from gongkai.base.disk import empty_folder, write_synced
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body, Region, Role, Section
from gongkai.publishing.actions.core import By
from gongkai.publishing.actions.review import URGENT, workflow
from gongkai.publishing.index import entry_of
from gongkai.publishing.models import (
    Column,
    Document,
    Proof,
    PublishedFile,
    Release,
    ReviewState,
    ReviewTask,
)

FORMAT = "gongkai-site-1"
#: Set when everything is there: they point forward, and make a document public.
_LATER = ("release", "live", "latest_revision")
_WORK = (ReviewTask, ReviewState)
_FILES = (PublishedFile, Proof)
Row = dict[str, Any]
Names = dict[tuple[type[models.Model], Any], Any]


def tables() -> list[type[models.Model]]:
    """The tables of this room that are copied as they are, documents before releases."""
    ours = apps.get_app_config("publishing").get_models()
    found = [model for model in ours if model not in _WORK and not model._meta.proxy]
    first = (Column, Document)
    return [*first, *(m for m in found if m not in (*first, Release)), Release]


# --- out ----------------------------------------------------------------------------------------


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
        for model in tables():
            rows = model._default_manager.order_by("pk").iterator(chunk_size=500)
            put(model._meta.model_name or "", (_row(one, names) for one in rows))
        put("revision", (_revision(one, names) for one in revisions))
        put("way", (_way(one, names) for one in ways))
        put("step", (_step(one, names) for one in steps))
        for file in (one for model in _FILES for one in model._default_manager.order_by("pk")):
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


# --- in -----------------------------------------------------------------------------------------


def import_site(folder: Path, *, by: By) -> dict[str, int]:
    """Take a whole site in, all or nothing, into an installation that publishes nothing yet.

    Bodies, sections and regions that are missing are made; accounts that are missing are left
    out, their names stay in the records. Refused: another format, a file that is missing or
    damaged, documents that are there already.
    """
    try:
        manifest = dict(json.loads((folder / "manifest.json").read_text("utf-8")))
    except (OSError, ValueError, TypeError, RecursionError):
        raise Refused("这个文件夹里没有可用的 manifest.json，不是导出的站点。") from None
    if manifest.get("format") != FORMAT:
        raise Refused("导出的格式不是这个版本认识的，请用相同版本的系统导入。")
    if Document.objects.exists() or Column.objects.exists():
        raise Refused("本站已经有栏目或者政府信息，整站导入只能用于新装的站点。")
    with transaction.atomic():
        Taker(folder).run()
        for body in Body.objects.order_by("slug"):
            if body.documents.exists():
                audit.record("整站导入", body, by=by, scope=body.slug, new=manifest["counts"])
    return dict(manifest["counts"])


class Taker:
    """The state of one import: which number became which."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.revisions: dict[int, int] = {}
        self.ways: dict[int, int] = {}
        self.users = {u.get_username(): u.pk for u in get_user_model().objects.all()}
        self.bodies: dict[str, int] = {}
        self.sections: dict[tuple[str, str], int] = {}

    def run(self) -> None:
        self._places()
        later: list[tuple[Any, Row]] = []
        for model in (m for m in tables() if m is not Release):
            for row in self._rows(model._meta.model_name or ""):
                if model is Document:
                    later.append((row["id"], {name: row[name] for name in _LATER}))
                    row = row | {"release": None, "live": False, "latest_revision": None}
                if model in _FILES:
                    self._file(row)
                if row.get("person", None) not in (None, *self.users):  # a level of review
                    row |= {"person": None, "role": Role.HEAD}
                self._make(model, row)
        self._revisions()
        self._reviews()
        for row in self._rows("release"):
            self._make(Release, row)
        for pk, row in later:
            Document.objects.filter(pk=pk).update(
                release=row["release"],
                live=row["live"],
                latest_revision=self.revisions.get(row["latest_revision"]),
            )
        for sql in connection.ops.sequence_reset_sql(no_style(), tables()):
            with connection.cursor() as cursor:
                cursor.execute(sql)
        for document in Document.objects.filter(live=True).select_related("body").iterator():
            search.put(entry_of(document))

    def _rows(self, name: str) -> Iterator[Row]:
        try:
            with (self.folder / "tables" / f"{name}.jsonl").open(encoding="utf-8") as lines:
                for line in lines:
                    yield json.loads(line)
        except (OSError, ValueError, RecursionError):
            raise Refused(f"导出的“{name}”表缺失或者损坏，没有导入。") from None

    def _places(self) -> None:
        regions = {one.code: one for one in Region.objects.all()}
        for row in self._rows("region"):
            if row["code"] not in regions:
                values = {k: row[k] for k in ("code", "name", "level")}
                made = Region(**values, parent=regions.get(row["parent"]))
                made.save()
                regions[made.code] = made
        above: dict[str, str] = {}
        for row in self._rows("body"):
            if row["supervised_by"]:
                above[row["slug"]] = row["supervised_by"]
            values = {k: v for k, v in row.items() if k not in ("id", "region", "supervised_by")}
            body, new = Body.objects.get_or_create(
                slug=row["slug"], defaults=values | {"region": regions[row["region"]]}
            )
            self.bodies[body.slug] = body.pk
            if not new:
                above.pop(body.slug, None)
        for slug, name in above.items():
            Body.objects.filter(slug=slug).update(supervised_by=self.bodies[name])
        for row in self._rows("section"):
            values = {k: v for k, v in row.items() if k not in ("id", "body", "name")}
            section, _ = Section.objects.get_or_create(
                body_id=self.bodies[row["body"]], name=row["name"], defaults=values
            )
            self.sections[(row["body"], row["name"])] = section.pk

    def _make(self, model: type[models.Model], row: Row) -> None:
        """One row with its own number, exactly as it was (no value is set by saving)."""
        values = {
            field.attname: self._in(field, row[field.name])
            for field in model._meta.local_concrete_fields
            if field.name in row
        }
        model(**values).save_base(raw=True, force_insert=True)

    def _in(self, field: models.Field[Any, Any], value: Any) -> Any:
        if value is None:
            return None
        if field.remote_field is None:
            return field.to_python(value)
        model = field.remote_field.model
        known: dict[Any, Callable[[], Any]] = {
            Body: lambda: self.bodies[value],
            Section: lambda: self.sections.get(tuple(value)),
            get_user_model(): lambda: self.users.get(value),
            Revision: lambda: self.revisions[value],
            WorkflowState: lambda: self.ways[value],
        }
        return known[model]() if model in known else value

    def _file(self, row: Row) -> None:
        path = Path(row["path"])
        if path.is_absolute() or ".." in path.parts:
            raise Refused(f"导出的文件“{row['name']}”的位置不对，没有导入。")
        try:
            data = (self.folder / "files" / row["sha256"]).read_bytes()
        except OSError:
            data = b""
        if hashlib.sha256(data).hexdigest() != row["sha256"]:
            raise Refused(f"导出的文件“{row['name']}”缺失或者损坏，没有导入。")
        write_synced(Path(settings.MEDIA_ROOT) / path, data)

    def _revisions(self) -> None:
        ours = ContentType.objects.get_for_model(Document)
        fields = {field.name: field for field in Document._meta.local_concrete_fields}
        for number, row in enumerate(self._rows("revision"), 1):
            content = {
                name: self._in(fields[name], value) if fields[name].remote_field else value
                for name, value in row["content"].items()
            }
            made = Revision(
                base_content_type=ours,
                content_type=ours,
                object_id=row["document"],
                object_str=row["label"],
                user_id=self.users.get(row["by"]),
                created_at=datetime.fromisoformat(row["at"]),
                content=content | {"pk": int(row["document"]), "latest_revision": None},
            )
            made.save_base(raw=True, force_insert=True)
            self.revisions[number] = made.pk

    def _reviews(self) -> None:
        ours = ContentType.objects.get_for_model(Document)
        current: dict[int, int] = {}
        for number, row in enumerate(self._rows("way"), 1):
            made = WorkflowState(
                base_content_type=ours,
                content_type=ours,
                object_id=row["document"],
                workflow=workflow(tuple(row["steps"]), urgent=row.get("urgent", False)),
                status=row["status"],
                created_at=datetime.fromisoformat(row["at"]),
                requested_by_id=self.users.get(row["by"]),
            )
            made.save_base(raw=True, force_insert=True)
            self.ways[number] = made.pk
            if row["current"]:
                current[row["current"]] = made.pk
        tasks = {task.step: task for task in ReviewTask.objects.all()}
        kind = ContentType.objects.get_for_model(ReviewState)
        for number, row in enumerate(self._rows("step"), 1):
            step = TaskState(
                workflow_state_id=self.ways[row["way"]],
                revision_id=self.revisions.get(row["revision"]),
                task=tasks[row["step"]],
                status=row["status"],
                started_at=datetime.fromisoformat(row["started_at"]),
                finished_at=row["finished_at"] and datetime.fromisoformat(row["finished_at"]),
                finished_by_id=self.users.get(row["finished_by"]),
                comment=row["comment"],
                content_type=kind,
            )
            step.save_base(raw=True, force_insert=True)
            names = ("seen_sha256", "conclusion", "ground", "by_name")
            child = ReviewState(taskstate_ptr_id=step.pk, **{n: row[n] for n in names})
            child.save_base(raw=True, force_insert=True)
            if number in current:
                WorkflowState.objects.filter(pk=current[number]).update(current_task_state=step)
