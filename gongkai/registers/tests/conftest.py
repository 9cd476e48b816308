import pytest

from gongkai.registers.tests.cast import make_cast


@pytest.fixture(scope="session")
def make_people():
    return make_cast
