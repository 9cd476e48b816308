"""Tables that the database itself keeps from being changed, whatever the program says.

Triggers, not rights: they hold for every connection, also for a person at the database prompt.
They are put in place after every ``migrate`` and taken away before it, because a migration on
SQLite rebuilds a table and would silently lose them.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from gongkai.base.models import AppendOnly

_FUNCTION = "gongkai_append_only"


def tables() -> list[type[AppendOnly]]:
    """Every append-only model of the installed rooms."""
    return [m for m in apps.get_models() if issubclass(m, AppendOnly)]


def install(connection: BaseDatabaseWrapper, *, deletes: bool = True) -> None:
    """Put the triggers in place (again). ``deletes`` False leaves deletion to the tests' flush."""
    remove(connection)
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for model in _present(connection):
            table = model._meta.db_table
            for kind, event in _events(quote, *_columns(model), deletes=deletes):
                name = quote(f"{table}_{kind}")
                if connection.vendor == "postgresql":
                    cursor.execute(
                        f"CREATE TRIGGER {name} BEFORE {event.format(on=quote(table))} "
                        f"EXECUTE FUNCTION {_FUNCTION}()"
                    )
                else:
                    cursor.execute(
                        f"CREATE TRIGGER {name} BEFORE {event.format(on=quote(table))} "
                        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                    )


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away, for the time of a migration."""
    quote = connection.ops.quote_name
    present = _present(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME "
                "USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
        for model in present:
            table = model._meta.db_table
            for kind in ("no_change", "no_person", "no_words", "no_delete"):
                on = f" ON {quote(table)}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {quote(f'{table}_{kind}')}{on}")


def _present(connection: BaseDatabaseWrapper) -> list[type[AppendOnly]]:
    existing = set(connection.introspection.table_names())
    return [m for m in tables() if m._meta.db_table in existing]


def _columns(model: type[AppendOnly]) -> tuple[list[str], list[str], list[str]]:
    """Columns that never change, those that a deleted account may set to null, and those that an
    erasure may cut short."""
    kept, person, words = [], [], []
    for field in model._meta.local_concrete_fields:
        forgets = (
            isinstance(field, models.ForeignKey) and field.remote_field.on_delete is models.SET_NULL
        )
        of_kind = person if forgets else words if field.name in model.may_be_cut else kept
        of_kind.append(field.column)
    return kept, person, words


def _events(
    quote: Any, kept: list[str], person: list[str], words: list[str], *, deletes: bool
) -> list[tuple[str, str]]:
    row = "ON {on} FOR EACH ROW"
    events = [("no_change", f"UPDATE OF {', '.join(map(quote, kept))} {row}")]
    if person:
        named = " OR ".join(f"NEW.{quote(c)} IS NOT NULL" for c in person)
        events.append(
            ("no_person", f"UPDATE OF {', '.join(map(quote, person))} {row} WHEN ({named})")
        )
    if words:
        other = " OR ".join(
            f"substr(OLD.{c}, 1, length(NEW.{c})) <> NEW.{c}" for c in map(quote, words)
        )
        events.append(
            ("no_words", f"UPDATE OF {', '.join(map(quote, words))} {row} WHEN ({other})")
        )
    if deletes:
        events.append(("no_delete", f"DELETE {row}"))
    return events


def before_migrate(sender: Any, using: str, **kwargs: Any) -> None:
    from django.db import connections

    remove(connections[using])


def after_migrate(sender: Any, using: str, **kwargs: Any) -> None:
    from django.db import connections

    install(connections[using], deletes=settings.GONGKAI_APPEND_ONLY_DELETES)
