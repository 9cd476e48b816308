"""A database that other threads and processes reach, and a process that is ended by force."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from pytest_django import DjangoDbBlocker

from gongkai.base.tests.standing import Standing

#: Seconds to wait for the database to notice that a process is gone.
PATIENCE = 20


@contextmanager
def database_of_its_own(folder: Path) -> Iterator[None]:
    """A copy of the tests' empty database, where another process reaches it and may commit."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        memory, copy = connection.connection, str(folder / "killed.sqlite3")
        with closing(sqlite3.connect(copy)) as file:
            memory.backup(file)
        connection.connection = None
    else:
        connection.close()
        memory, copy = None, f"{name}_killed"
        _without_database(f'DROP DATABASE IF EXISTS "{copy}"')
        _without_database(f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')
    connection.settings_dict["NAME"] = copy
    try:
        yield
    finally:
        connection.close()
        connection.connection, connection.settings_dict["NAME"] = memory, name
        if memory is None:
            _without_database(f'DROP DATABASE "{copy}" WITH (FORCE)')


@pytest.fixture
def _django_db_helper(
    standing: Standing, django_db_blocker: DjangoDbBlocker, tmp_path: Path
) -> Iterator[None]:
    """In a file that imports it, the mark ``django_db`` gives a database of its own."""
    with django_db_blocker.unblock():
        standing.end()
        with database_of_its_own(tmp_path):
            yield


def _without_database(statement: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def own_connection(copy: Path) -> Iterator[None]:
    """A thread's own way to the database; of one in memory, to the copy that lies in a file."""
    if connection.vendor == "sqlite":
        where = {**connection.settings_dict, "NAME": str(copy)}
        connections["default"] = type(connections["default"])(where, "default")
    try:
        yield
    finally:
        connections["default"].close()


Tell = Callable[[Any], None]


def killed_at_work(work: Callable[[Tell], None], delay: float) -> list[Any]:
    """What a process told that was ended by force ``delay`` seconds after its first word.

    ``work`` runs in the process; what it hands to its argument (JSON-able) is told at once.
    """
    connection.close()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            work(lambda word: _write(writing, word))
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading) as words:
        first = words.readline()
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), "the process ended by an error of its own"
        told = [json.loads(line) for line in (first, *words) if line.endswith("\n")]
    _alone_again()
    return told


def _write(where: int, word: Any) -> None:
    os.write(where, f"{json.dumps(word)}\n".encode())


def _alone_again() -> None:
    """Wait until the database server has ended what the process began."""
    if connection.vendor != "postgresql":
        return
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.01)
    raise AssertionError("the database still works for a process that is gone")
