import pytest

from gongkai.publishing.tests.cast import Cast, make_cast


@pytest.fixture
def cast(db: None, settings, tmp_path) -> Cast:
    settings.MEDIA_ROOT = tmp_path
    return make_cast()
