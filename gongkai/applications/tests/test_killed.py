"""A process ended by force loses nothing that was acknowledged and leaves nothing half-done."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.db import connection

from gongkai.base.tests.elsewhere import _django_db_helper  # noqa: F401

KILLS = 10
SECONDS = 300


def url_of_the_database() -> str:
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["GONGKAI_DATABASE_URL"])._replace(path=f"/{name}").geturl()


@pytest.mark.django_db
def test_a_killed_process_loses_nothing_acknowledged_and_leaves_nothing_half_done() -> None:
    # In a program of its own: it forks, and the threads of what ran here before would be missing.
    command = [sys.executable, "-m", "gongkai.applications.tests.kill", "--times", str(KILLS)]
    command += ["--before", "0"]
    connection.close()
    done = subprocess.run(
        [*command, "--url", url_of_the_database()],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert f"killed {KILLS} times" in done.stdout
