import pytest

from gongkai.engagement.tests.cast import make_cast


@pytest.fixture(scope="session")
def make_people():
    return make_cast
