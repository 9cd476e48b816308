from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import override_settings


@pytest.fixture(scope="session")
def make_people(tmp_path_factory: pytest.TempPathFactory):
    """Everything the demonstration seeds; gives the folder of its files."""

    def seed() -> Path:
        folder = tmp_path_factory.mktemp("demo")
        with override_settings(GONGKAI_DEMO=True, MEDIA_ROOT=folder):
            call_command("seed_demo", stdout=StringIO())
        return folder

    return seed


@pytest.fixture
def seeded(people: Path, settings) -> None:
    settings.GONGKAI_DEMO = True
    settings.MEDIA_ROOT = people
