"""DOMAIN G.2 48 and 53: what is shown, down to the village, with its plan and its picture."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from gongkai.base.models import AuditEntry
from gongkai.bodies.ledger import actions, photos, todo
from gongkai.bodies.ledger.book import book
from gongkai.bodies.ledger.forms import LineForm
from gongkai.bodies.ledger.models import LinePhoto
from gongkai.bodies.ledger.todo import ledger_todo
from gongkai.registers.models import NoticeBoard
from gongkai.registers.tests.test_sheets import csv

BOARDS = book("notice-boards")
TODAY = timezone.localdate()


#: The bytes that a name may have on a disk.
NAME_BYTES = 255


def picture(colour: str = "white", name: str = "") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(out, "JPEG")
    return SimpleUploadedFile(f"{name or colour}.jpg", out.getvalue(), "image/jpeg")


def display(**more):
    values = {"happened_on": TODAY, "level": "village", "unit": "东湖村卫生室", "board": "公示栏"}
    return values | {"subject": "家庭医生签约服务包"} | more


def test_a_display_is_proven_by_its_picture(
    client, cast, settings, tmp_path, monkeypatch, django_capture_on_commit_callbacks
):
    """Kept sealed, shown to those who see the line, exported, taken off when it is the wrong one;
    a file that only calls itself a picture is not taken, nor its line."""
    settings.MEDIA_ROOT = tmp_path
    new = reverse("desk-ledger-new", args=[BOARDS.slug])
    client.force_login(cast.handler)  # of the unit: he sends his own picture
    sent = display(section=cast.handler.memberships.get().section_id)
    false = SimpleUploadedFile("照片.jpg", b"<html>", "image/jpeg")
    refused = client.post(new, sent | {"photos": false, "form_key": "a" * 32})
    assert refused.status_code == 422 and "请再选一次" in refused.content.decode()
    assert not NoticeBoard.objects.exists()
    bytes_sent = picture().read()
    sent |= {"board": "公示栏" * 30}
    assert (
        client.post(
            new, sent | {"photos": picture(name="现场" * 40), "form_key": "b" * 32}
        ).status_code
        == 302
    )
    line, photo = NoticeBoard.objects.get(), LinePhoto.objects.get()
    at = reverse("desk-ledger-photo", args=[BOARDS.slug, line.pk, photo.pk])
    own = reverse("desk-ledger-line", args=[BOARDS.slug, line.pk])
    assert f'<img src="{at}"' in client.get(own).content.decode()
    assert client.get(at).content == bytes_sent
    assert bytes_sent not in (tmp_path / photo.path).read_bytes()
    client.force_login(cast.stranger)
    assert client.get(at).status_code == 404

    client.force_login(cast.clerk)
    listed = reverse("desk-ledger", args=[BOARDS.slug])
    assert 'data-head="照片">1 张' in client.get(listed).content.decode()
    made = client.get(reverse("desk-ledger-photos", args=[BOARDS.slug]))
    with zipfile.ZipFile(io.BytesIO(b"".join(made.streaming_content))) as archive:
        (name,) = archive.namelist()
        assert "公示栏" in name and archive.read(name) == bytes_sent
        assert len(name.encode()) <= NAME_BYTES, "a disk takes no more"
    monkeypatch.setattr(photos, "MOST_BYTES", len(bytes_sent) - 1)
    far = client.get(reverse("desk-ledger-photos", args=[BOARDS.slug]), follow=True)
    assert "再分几次导出" in far.content.decode()
    again = sent | {"seen": 1, "photos": picture()}
    assert "已经在这条登记里" in client.post(own, again).content.decode()
    change = sent | {"seen": 1, "photos": picture("black"), "photos_off": photo.pk}
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(own, change).status_code == 302
    assert LinePhoto.objects.get().name == "black.jpg"
    told = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"添加公开栏和电子屏照片", "取下公开栏和电子屏照片", "导出公开栏和电子屏照片"} <= told
    (tmp_path / photos.FOLDER / "rolled-back").write_bytes(b"x")
    assert photos.sweep(young=0).orphans == 1
    (left,) = [p for p in Path(tmp_path).rglob("*") if p.is_file()]
    photo = LinePhoto.objects.get()
    assert left == tmp_path / photo.path
    left.unlink()
    at = reverse("desk-ledger-photo", args=[BOARDS.slug, line.pk, photo.pk])
    assert client.get(at).status_code == 404


def test_a_plan_goes_to_many_units_and_waits_for_their_pictures(client, cast, monkeypatch):
    """One sheet sends a display to three levels; whose day has passed is asked for its picture."""
    ahead = TODAY + timedelta(days=3)
    head = "更换日期,层级,展示单位,公开栏、电子屏,展示内容"
    rows = [
        f"{ahead},本机关,,一楼公告栏,签约服务包",
        f"{ahead},乡级（卫生院、社区卫生服务中心）,城关镇卫生院,公示栏,签约服务包",
        f"{ahead},村级（村卫生室、社区卫生服务站）,东湖村卫生室,公示栏,签约服务包",
    ]
    client.force_login(cast.clerk)
    sheet = SimpleUploadedFile("公开栏和电子屏.csv", csv(head, *rows))
    at = reverse("desk-ledger-import", args=[BOARDS.slug])
    looked = client.post(at, {"file": sheet}, follow=True)
    client.post(looked.redirect_chain[-1][0], {})
    assert NoticeBoard.objects.filter(happened_on=ahead).count() == 3
    assert not [w for w in ledger_todo(cast.clerk) if w.book == BOARDS]
    # A week later the village has sent its picture.
    before = timezone.now() - timedelta(days=9)
    NoticeBoard.objects.update(happened_on=TODAY - timedelta(days=2), entered_at=before)
    village = NoticeBoard.objects.get(level="village")
    form = LineForm(BOARDS, cast.body)
    photos.ask(form, BOARDS, village.pk)
    (sent,) = form.fields["photos"].clean([picture()])
    photos.settle(BOARDS, village, [sent], (), by=cast.clerk)
    (waits,) = [w for w in ledger_todo(cast.clerk) if w.book == BOARDS]
    assert waits.count == 2 and "请上传现场照片" in waits.words
    # The 承办人 of a unit is asked for what is his unit's.
    mine = NoticeBoard.objects.filter(level="township")
    assert not [w for w in ledger_todo(cast.handler) if w.book == BOARDS]
    mine.update(section=cast.handler.memberships.get().section)
    monkeypatch.setattr(todo, "MOST_SEEN", 1)  # the lines of others take no room from his
    (waits,) = [w for w in ledger_todo(cast.handler) if w.book == BOARDS]
    assert waits.count == 1
    monkeypatch.undo()
    # What hangs too long is asked for until something newer hangs there.
    actions.change(BOARDS, village.pk, {"until_on": TODAY - timedelta(days=1)}, by=cast.clerk)
    (waits,) = [w for w in ledger_todo(cast.clerk) if w.book == BOARDS]
    assert waits.count == 3
    ahead = {"happened_on": TODAY + timedelta(days=9)}
    plan = actions.enter(BOARDS, cast.body, display(**ahead), by=cast.clerk)
    (waits,) = [w for w in ledger_todo(cast.clerk) if w.book == BOARDS]
    assert waits.count == 3, "what is only planned hangs nowhere yet"
    actions.strike(BOARDS, plan.pk, "不办了", by=cast.clerk)
    actions.enter(BOARDS, cast.body, display(), by=cast.clerk)
    (waits,) = [w for w in ledger_todo(cast.clerk) if w.book == BOARDS]
    assert waits.count == 2


def test_a_board_below_the_body_is_that_of_a_unit(cast):
    errors = LineForm(BOARDS, cast.body, display(unit="")).errors
    assert "请填写展示单位" in errors["unit"][0]
    late = display(until_on=TODAY - timedelta(days=1))
    assert "早于更换日期" in LineForm(BOARDS, cast.body, late).errors["until_on"][0]
