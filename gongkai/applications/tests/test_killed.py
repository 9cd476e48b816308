"""A process ended by force loses nothing that was acknowledged and leaves nothing half-done."""

from __future__ import annotations

from pathlib import Path

import pytest

from gongkai.applications.tests.cast import make_cast
from gongkai.applications.tests.kill import kill_again_and_again
from gongkai.base.tests.elsewhere import _django_db_helper  # noqa: F401

KILLS = 10


@pytest.mark.django_db
def test_a_killed_process_loses_nothing_acknowledged_and_leaves_nothing_half_done(
    tmp_path: Path, settings
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    watch, _ = kill_again_and_again(make_cast(), KILLS)
    assert sum(watch.deeds.values()) >= KILLS
