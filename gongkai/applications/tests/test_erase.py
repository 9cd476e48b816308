"""Personal data go when their term is over; counts, decisions and dates stay."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from gongkai.applications.actions import erase
from gongkai.applications.actions.closing import archive_case, close_case
from gongkai.applications.files import keep_file
from gongkai.applications.models import Application, CaseFile, CaseNote, Letter
from gongkai.applications.tests.cast import APPLICANT, Cast, an_application
from gongkai.applications.tests.paper_way import a_letter, sent

DAY = date(2019, 8, 14)


def an_archived_case(cast: Cast, on: date = date(2019, 8, 1)) -> Application:
    case = an_application(cast.body, on=on).case
    case.items.update(decision="granted", letter="L14")
    CaseNote.objects.create(
        application=case, kind="call", text="周申请来电", happened_at=timezone.now()
    )
    keep_file(case, CaseFile.Kind.IDENTITY, "周申请身份证.jpg", b"id", "image/jpeg", by=cast.clerk)
    keep_file(case, CaseFile.Kind.RELEASED, "名单.pdf", b"list", "application/pdf", by=cast.clerk)
    sent(a_letter(case, "L14", cast), cast, on=on + timedelta(days=5))
    close_case(case, by=cast.clerk)
    archive_case(case, on=on + timedelta(days=20), by=cast.archivist)
    return Application.objects.get(pk=case.pk)


def on_disk() -> set[str]:
    root = Path(settings.MEDIA_ROOT)
    return {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()}


def test_after_the_term_nothing_personal_is_left_and_everything_counts(
    cast: Cast, django_capture_on_commit_callbacks
) -> None:
    case = an_archived_case(cast)
    assert erase.due_for_erasure() == [case]
    with django_capture_on_commit_callbacks(execute=True):
        assert erase.erase_case(case)
    after = Application.objects.get(pk=case.pk)
    assert after.applicant == {}
    assert after.identity_mark == after.name_mark == after.phone_mark == ""
    assert (after.number, after.decision, after.closed_on, after.counted) == (
        case.number,
        case.decision,
        case.closed_on,
        True,
    )
    assert {i.text for i in after.items.all()} == {""}
    assert all(x.values == {} and x.addressee == "" for x in after.letters.all())
    assert all(n.text == "" for n in after.notes.all())
    kept = set(after.files.filter(erased_at=None).values_list("path", flat=True))
    assert on_disk() == kept
    assert APPLICANT["name"] not in str([f.name for f in after.files.all()])
    assert after.events.filter(deed="erase").count() == 1


def test_the_number_and_hash_of_the_letter_stay(cast: Cast) -> None:
    case = an_archived_case(cast)
    before = set(case.letters.values_list("number", "frozen_sha256", "state"))
    erase.erase_case(case)
    assert set(Letter.objects.values_list("number", "frozen_sha256", "state")) == before


def test_erasing_twice_changes_nothing(cast: Cast) -> None:
    case = an_archived_case(cast)
    call_command("erase_personal_data", verbosity=0)
    version = Application.objects.get(pk=case.pk).version
    assert not erase.erase_case(case)
    assert case.events.filter(deed="erase").count() == 1
    assert erase.due_for_erasure() == []
    assert Application.objects.get(pk=case.pk).version >= version


def test_before_the_term_nothing_is_erased(cast: Cast) -> None:
    case = an_archived_case(cast, on=date(2026, 3, 2))
    call_command("erase_personal_data", verbosity=0)
    assert Application.objects.get(pk=case.pk).applicant["name"] == APPLICANT["name"]


def test_a_run_killed_before_the_files_went_is_swept(cast: Cast) -> None:
    case = an_archived_case(cast)
    erase.erase_case(case)  # the test's transaction never commits: the files are still there
    assert len(on_disk()) > 1
    swept = erase.sweep()
    assert swept.erased >= 1
    assert on_disk() == set(case.files.filter(erased_at=None).values_list("path", flat=True))


def test_the_sweeper_spares_what_is_just_being_kept(cast: Cast) -> None:
    case = an_archived_case(cast)
    path = Path(settings.MEDIA_ROOT) / "cases" / "ab" / "cd"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"new")
    assert erase.sweep().orphans == 0
    assert erase.sweep(young=0).orphans == 1
    assert not path.exists()
    assert case.files.filter(erased_at=None).exists()


def test_a_failure_in_the_middle_erases_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = an_archived_case(cast)

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("power gone")

    monkeypatch.setattr(erase, "record", fail)
    with pytest.raises(RuntimeError):
        erase.erase_case(case)
    after = Application.objects.get(pk=case.pk)
    assert after.erased_at is None
    assert after.applicant["name"] == APPLICANT["name"]
