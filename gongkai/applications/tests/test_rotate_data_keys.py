"""A new data key: everything is sealed anew, nothing is lost when it is killed in the middle."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection

from gongkai.applications.files import content, keep_file
from gongkai.applications.models import Application, CaseFile
from gongkai.applications.tests.cast import APPLICANT, Cast, an_application
from gongkai.base import rotation

NEW = Fernet.generate_key().decode()


@pytest.fixture
def case(cast: Cast) -> Application:
    case = an_application(cast.body, on=date(2026, 3, 2), purpose="自用").case
    for n in range(3):
        keep_file(case, "request", f"申请{n}.pdf", b"%PDF" * (n + 1), "application/pdf", by=None)
    return case


def _run() -> str:
    out = StringIO()
    call_command("rotate_data_keys", stdout=out, stderr=out)
    return out.getvalue()


def _reads(case: Application) -> None:
    case = Application.objects.get(pk=case.pk)
    assert case.applicant == APPLICANT and case.purpose == "自用"
    files = list(CaseFile.objects.order_by("id"))
    assert [f.name for f in files] == ["申请0.pdf", "申请1.pdf", "申请2.pdf"]
    assert [content(f) for f in files] == [b"%PDF", b"%PDF" * 2, b"%PDF" * 3]


def test_after_it_the_old_key_is_needed_by_nothing_but_marks(case, settings) -> None:
    marked, version = case.identity_mark, case.version
    settings.GONGKAI_DATA_KEYS = [NEW, *settings.GONGKAI_DATA_KEYS]
    said = _run()
    assert "3 个文件" in said
    settings.GONGKAI_DATA_KEYS = [NEW]
    _reads(case)
    case.refresh_from_db()
    assert (case.identity_mark, case.version) == (marked, version)


def test_a_second_run_finds_nothing_left_to_do(case, settings) -> None:
    settings.GONGKAI_DATA_KEYS = [NEW, *settings.GONGKAI_DATA_KEYS]
    _run()
    assert "0 项内容、0 个文件" in _run()


class Killed(BaseException):
    """What a kill does to a run: it ends here, whatever was being done."""


@pytest.mark.parametrize("at", [1, 2, 4, 6, 8])
def test_killed_in_the_middle_everything_still_reads_and_the_next_run_ends_it(
    case, settings, monkeypatch, at: int
) -> None:
    settings.GONGKAI_DATA_KEYS = [NEW, *settings.GONGKAI_DATA_KEYS]
    real, calls = rotation.reseal, []

    def dies(token: bytes) -> bytes | None:
        calls.append(token)
        if len(calls) == at:
            raise Killed
        return real(token)

    monkeypatch.setattr(rotation, "reseal", dies)
    with pytest.raises(Killed):
        rotation.rotate()
    _reads(case)
    monkeypatch.setattr(rotation, "reseal", real)
    half = next(iter(Path(settings.MEDIA_ROOT).rglob("cases/*"))) / ".resealing-0000"
    half.write_bytes(b"half")
    _run()
    assert not half.exists(), "what a killed run left behind is swept up"
    settings.GONGKAI_DATA_KEYS = [NEW]
    _reads(case)


def test_what_somebody_writes_meanwhile_is_not_overwritten(case, settings, monkeypatch) -> None:
    settings.GONGKAI_DATA_KEYS = [NEW, *settings.GONGKAI_DATA_KEYS]
    real, changed = rotation.reseal, []

    def meanwhile(token: bytes) -> bytes | None:
        if not changed:
            changed.append(True)
            Application.objects.filter(pk=case.pk).update(
                applicant={"name": "改名"}, details="新的", purpose="新的", fee_relief="新的"
            )
        return real(token)

    monkeypatch.setattr(rotation, "reseal", meanwhile)
    rotation.rotate()
    case.refresh_from_db()
    assert case.applicant == {"name": "改名"} and case.purpose == "新的"


def test_what_no_key_opens_is_named_and_the_rest_is_done(case, settings) -> None:
    other = Fernet(Fernet.generate_key()).encrypt(b"x").decode()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE applications_application SET purpose = %s", [other])
    settings.GONGKAI_DATA_KEYS = [NEW, *settings.GONGKAI_DATA_KEYS]
    out = StringIO()
    with pytest.raises(CommandError, match="1 项解不开"):
        call_command("rotate_data_keys", stdout=out, stderr=out)
    assert f"applications.Application {case.pk} purpose" in out.getvalue()
    assert "3 个文件" in out.getvalue()


def test_with_one_key_it_says_what_to_do_first(cast: Cast) -> None:
    with pytest.raises(CommandError, match="new_data_key"):
        _run()


def test_a_new_key_is_printed_and_fits(settings) -> None:
    out = StringIO()
    call_command("new_data_key", stdout=out)
    assert Fernet(out.getvalue().strip()).decrypt(Fernet(out.getvalue().strip()).encrypt(b"x"))
