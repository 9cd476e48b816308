"""Fixtures of every room that has a database."""

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from gongkai.base.tests.migrated import Migrated
from gongkai.base.tests.standing import Make, Standing


@pytest.fixture(scope="session")
def migrated(django_db_modify_db_settings: None) -> Migrated:
    return Migrated()


@pytest.fixture(scope="session")
def django_db_keepdb(migrated: Migrated, django_db_keepdb: bool) -> bool:
    return migrated.copied or django_db_keepdb


@pytest.fixture(scope="session")
def django_db_setup(
    migrated: Migrated, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """pytest-django's own; the migrations run once only."""
    with django_db_blocker.unblock():
        migrated.done()


@pytest.fixture(scope="session")
def standing(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Standing]:
    with django_db_blocker.unblock():
        rows = Standing()
    yield rows
    with django_db_blocker.unblock():
        rows.end()


@pytest.fixture(scope="session")
def make_people() -> Make:
    """What makes the people of the room, in the database; each room's conftest says it."""
    return lambda: None


@pytest.fixture
def people_stand(
    request: pytest.FixtureRequest,
    standing: Standing,
    make_people: Make,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    """Before the test's own transaction begins: the people stand, or nobody does."""
    with django_db_blocker.unblock():
        if "people" in request.fixturenames:
            standing.begin(make_people)
        else:
            standing.end()


@pytest.fixture
def _django_db_helper(people_stand: None, _django_db_helper: None) -> None:
    """pytest-django's own, after the people."""


@pytest.fixture
def people(db: None, standing: Standing, make_people: Make) -> Any:
    """Of the people that stand, a copy for this test."""
    return standing.copy(make_people)


@pytest.fixture
def cast(people: Any, settings: Any, tmp_path: Any) -> Any:
    """The people of the room, and a folder for its files."""
    settings.MEDIA_ROOT = tmp_path
    return people
