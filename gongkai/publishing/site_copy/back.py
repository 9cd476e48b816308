"""A folder of ``export_site`` becomes the same site, in an installation that has none."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, models, transaction
from wagtail.models import Revision, TaskState, WorkflowState

from gongkai.base import audit, search
from gongkai.base.disk import write_synced
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body, Person, Region, Role, Section
from gongkai.bodies.models import Post as Office
from gongkai.publishing.actions.core import By
from gongkai.publishing.actions.review import workflow
from gongkai.publishing.index import entry_of
from gongkai.publishing.models import (
    Column,
    Document,
    Release,
    ReviewState,
    ReviewTask,
)
from gongkai.publishing.site_copy.shape import FILES, FORMAT, LATER, Row, tables


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
        self._leaders()
        later: list[tuple[Any, Row]] = []
        for model in (m for m in tables() if m is not Release):
            for row in self._rows(model._meta.model_name or ""):
                if model is Document:
                    later.append((row["id"], {name: row[name] for name in LATER}))
                    row = row | {"release": None, "live": False, "latest_revision": None}
                if model in FILES:
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
        for sql in connection.ops.sequence_reset_sql(no_style(), [Section, *tables()]):
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
        taken = set(Section.objects.values_list("pk", flat=True))
        for row in self._rows("section"):
            # The address of its page holds its number: it stays wherever that is free.
            without = ("id", "body", "name") if row["id"] in taken else ("body", "name")
            values = {k: v for k, v in row.items() if k not in without}
            section, _ = Section.objects.get_or_create(
                body_id=self.bodies[row["body"]], name=row["name"], defaults=values
            )
            self.sections[(row["body"], row["name"])] = section.pk

    def _leaders(self) -> None:
        """Who leads a body, where nobody does yet."""
        led = set(Office.objects.filter(section=None).values_list("body_id", flat=True))
        people: dict[int, Person] = {}
        for row in self._rows("leader"):
            body, number, user = self.bodies[row["body"]], row["person"], row["account"]
            if body in led:
                continue
            if number not in people:
                known = Person.objects.filter(user=self.users[user]) if user in self.users else ()
                people[number] = next(iter(known), None) or Person.objects.create(
                    name=row["name"], user_id=self.users.get(user)
                )
            named = ("title", "in_leading_group", "group_role", "from_on", "to_on")
            # A copy of before the roles in the group has none.
            values = {name: row[name] for name in named if name in row}
            Office.objects.create(person=people[number], body_id=body, **values)

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
