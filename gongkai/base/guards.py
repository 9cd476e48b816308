"""Rules between rows that the database itself keeps, whatever the program says.

A room yields its guards; they become triggers, put in place after every ``migrate`` and taken
away before it, because a migration on SQLite rebuilds a table and would silently lose them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_migrate, pre_migrate


@dataclass(frozen=True, slots=True)
class Guard:
    """One trigger: when it looks (``event`` on ``table``), what it forbids, its sentence."""

    name: str
    table: str
    event: str
    forbidden: str
    says: str


#: A room's guards in the words of the database ("postgresql", "sqlite").
Guards = Callable[[str], Iterable[Guard]]


def changed(column: str, vendor: str) -> str:
    """SQL: the column is changed by this update."""
    differs = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    return f'OLD."{column}" {differs} NEW."{column}"'


def install(connection: BaseDatabaseWrapper, guards: Guards) -> None:
    """Put the triggers in place (again); those of tables that are not there yet are left out."""
    remove(connection, guards)
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for guard in guards(connection.vendor):
            if guard.table not in existing:
                continue
            for statement in _statements(guard, connection.vendor):
                cursor.execute(statement)


def _statements(guard: Guard, vendor: str) -> Iterator[str]:
    if vendor != "postgresql":
        yield (
            f'CREATE TRIGGER "{guard.name}" BEFORE {guard.event} ON "{guard.table}" '
            f"FOR EACH ROW WHEN {guard.forbidden} "
            f"BEGIN SELECT RAISE(ABORT, '{guard.says}'); END"
        )
        return
    # A WHEN clause may hold no subquery there: the function asks.
    back = "OLD" if guard.event == "DELETE" else "NEW"
    yield (
        f'CREATE OR REPLACE FUNCTION "{guard.name}"() RETURNS trigger LANGUAGE plpgsql AS '
        f"$$ BEGIN IF {guard.forbidden} THEN RAISE EXCEPTION '{guard.says}' "
        f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {back}; END $$"
    )
    yield (
        f'CREATE TRIGGER "{guard.name}" BEFORE {guard.event} ON "{guard.table}" '
        f'FOR EACH ROW EXECUTE FUNCTION "{guard.name}"()'
    )


def remove(connection: BaseDatabaseWrapper, guards: Guards) -> None:
    """Take the triggers away, for the time of a migration."""
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for guard in guards(connection.vendor):
            if guard.table not in existing:
                continue
            on = f' ON "{guard.table}"' if connection.vendor == "postgresql" else ""
            cursor.execute(f'DROP TRIGGER IF EXISTS "{guard.name}"{on}')


def keep(app: AppConfig, guards: Guards) -> None:
    """Keep a room's guards in place around every ``migrate``; called in its ``ready``."""

    def before(using: str, **kwargs: Any) -> None:
        remove(connections[using], guards)

    def after(using: str, **kwargs: Any) -> None:
        install(connections[using], guards)

    pre_migrate.connect(before, sender=app, weak=False)
    post_migrate.connect(after, sender=app, weak=False)
