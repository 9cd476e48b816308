"""What was exported and imported again is the same site, and what the database guards holds."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from wagtail.models import Revision, TaskState, WorkflowState

from gongkai.base import guards, search
from gongkai.base.refusal import Refused
from gongkai.base.uploads import Checked
from gongkai.bodies.models import Person, Post, Section
from gongkai.publishing import constraints, files, site_copy
from gongkai.publishing.actions import catalogue, channels, normative
from gongkai.publishing.actions.drafts import attach, save_draft
from gongkai.publishing.actions.publish import publish, withdraw
from gongkai.publishing.actions.review import submit
from gongkai.publishing.models import Document, PublishedFile, ReviewState
from gongkai.publishing.tests.cast import Cast, a_draft, passed, published, reviewed


def with_a_file(cast: Cast) -> Document:
    draft = a_draft(cast, title="带附件的通知")
    attach(draft, [Checked("名单.txt", "text/plain", "名单".encode(), "txt")], by=cast.clerk)
    publish(passed(cast, draft), by=cast.clerk)
    return draft


def a_site(cast: Cast) -> None:
    """Documents in many states, with files, changes, a catalogue and a post."""
    old = published(cast, title="旧通知")
    draft = with_a_file(cast)
    change = {"document": old.pk, "does": "repeals", "on": "2026-03-05"}
    new = published(cast, title="新通知", changes=[change])
    save_draft(new, {"text": "<p>更新的内容。</p>"}, by=cast.clerk)
    publish(passed(cast, new), by=cast.clerk, note="更新")
    save_draft(new, {"text": "<p>还在改的内容。</p>"}, by=cast.clerk)
    withdraw(published(cast, title="撤下的"), "误发", by=cast.head)
    submit(a_draft(cast, title="审查中的"), by=cast.clerk)
    normative.enter(
        a_draft(cast, title="办法", is_normative=True), {"basis": "上位法"}, by=cast.clerk
    )
    item = catalogue.set_up_catalogue(cast.body, by=cast.head)[0]
    catalogue.change_item(item, {"ended_on": date(2026, 1, 1)}, by=cast.head)
    catalogue.link(item, draft, by=cast.clerk)
    values = {"kind": "board", "name": "公告栏"}
    channel = channels.save_channel(cast.body, values, by=cast.clerk)
    post = channels.write_post(
        channel, Document.objects.get(pk=new.pk), "标题", "字", by=cast.clerk
    )
    channels.check_post(post, by=cast.reviewer)
    picture = Checked("照片.png", "image/png", b"\x89PNG", "png")
    channels.mark_posted(post, by=cast.clerk, proof=picture)


def wipe() -> None:
    """A fresh installation: nothing of this room, no file."""
    ours = ContentType.objects.get_for_model(Document)
    guards.remove(connection, constraints.guards)
    Document.objects.update(live=False, release=None, latest_revision=None)
    for model in [*reversed(site_copy.tables()), ReviewState]:
        found = model._default_manager.all()
        found._raw_delete(found.db)
    WorkflowState.objects.update(current_task_state=None)
    for plain in (TaskState, WorkflowState, Revision):
        found = plain.objects.all()
        if plain is not TaskState:
            found = found.filter(base_content_type=ours)
        found._raw_delete(found.db)
    for path in Path(django_settings.MEDIA_ROOT).rglob("*"):
        if path.is_file():
            path.unlink()
    # What the database guards is guarded while a site comes in.
    guards.install(connection, constraints.guards)


def everything(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_site_exported_and_imported_is_the_same_and_work_goes_on(
    cast: Cast, tmp_path: Path
) -> None:
    django_settings.MEDIA_ROOT = tmp_path / "media"
    a_site(cast)
    call_command("export_site", str(tmp_path / "one"))
    wipe()
    call_command("import_site", str(tmp_path / "one"))
    site_copy.export_site(tmp_path / "two")
    before, after = everything(tmp_path / "one"), everything(tmp_path / "two")
    assert before.keys() == after.keys()
    assert [name for name in before if before[name] != after[name]] == []
    assert files.content(PublishedFile.objects.get()) == "名单".encode()
    assert {hit.title[0][0] for hit in search.search("新通知")}
    # Work goes on.
    new = Document.objects.get(title="新通知")
    assert new.get_latest_revision_as_object().text == "<p>还在改的内容。</p>"
    publish(reviewed(cast, new), by=cast.clerk, note="再更新")
    assert published(cast, title="导入以后的").serial == 5


def test_who_leads_a_body_and_the_address_of_a_section_come_along(
    cast: Cast, client: Client, tmp_path: Path
) -> None:
    """Art 20 item 2 wants the names of who leads; an address that was given out stays."""
    django_settings.MEDIA_ROOT = tmp_path / "media"
    office = Section.objects.create(pk=907, body=cast.body, name="信息公开办公室")
    head = Person.objects.create(name="示例甲", user=cast.head)
    for title, person in (
        ("主任", head),
        ("党委书记", head),
        ("副主任", Person.objects.create(name="示例乙")),
    ):
        Post.objects.create(person=person, body=cast.body, title=title, from_on=date(2025, 1, 1))
    member = Person.objects.create(name="科室人员")
    Post.objects.create(
        person=member, body=cast.body, section=office, title="科员", from_on=date(2025, 1, 1)
    )
    published(cast)
    pages = [
        reverse("body-organisation", args=[cast.body.slug]),
        reverse("body-section", args=[cast.body.slug, office.pk]),
    ]
    before = [client.get(page).content for page in pages]
    assert "示例乙" in before[0].decode()
    site_copy.export_site(tmp_path / "one")
    wipe()
    Post.objects.all().delete()
    Person.objects.all().delete()
    Section.objects.all().delete()
    site_copy.import_site(tmp_path / "one", by=None)
    cache.clear()
    assert [client.get(page).content for page in pages] == before
    assert not Person.objects.filter(name="科室人员").exists()
    assert Person.objects.get(user=cast.head).posts.count() == 2


def test_a_damaged_export_or_a_site_in_use_is_refused_whole(cast: Cast, tmp_path: Path) -> None:
    django_settings.MEDIA_ROOT = tmp_path / "media"
    with_a_file(cast)
    one = tmp_path / "one"
    site_copy.export_site(one)
    with pytest.raises(Refused, match="不是空的"):
        site_copy.export_site(one)
    with pytest.raises(Refused, match="新装"):
        site_copy.import_site(one, by=None)
    wipe()
    file = next((one / "files").iterdir())
    kept = file.read_bytes()
    file.write_bytes(b"changed")
    with pytest.raises(Refused, match="损坏"):
        site_copy.import_site(one, by=None)
    assert not Document.objects.exists()
    file.write_bytes(kept)
    (one / "manifest.json").write_text(json.dumps({"format": "other"}))
    with pytest.raises(Refused, match="格式"):
        site_copy.import_site(one, by=None)
