"""What the database itself refuses in this room, whatever the program says.

- the kept copy, the number and the hash of a letter that went out never change; its sealed values
  are written anew with every data key, so a change of them is told by ``papers.altered``;
- a decision over the whole application stands alone (条例 Arts 30, 42);
- a partial release names what is withheld, by which ground and why (Art 37).

Triggers as in ``base.append_only``: put in place after every ``migrate``, away during it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from gongkai.applications.models import Letter, RequestItem
from gongkai.law.taxonomy import decisions

_LETTER, _ITEM = Letter._meta.db_table, RequestItem._meta.db_table
#: Columns of a letter that nothing may change once it is sent.
_FROZEN = (
    "application_id",
    "code",
    "copy",
    "number",
    "dated_on",
    "seal_number",
    "frozen_sha256",
    "docx_id",
    "pdf_id",
)


@dataclass(frozen=True, slots=True)
class Guard:
    """One trigger: when it looks (``event`` on ``table``), what it forbids, its sentence."""

    name: str
    table: str
    event: str
    forbidden: str
    says: str


def _same(column: str, vendor: str) -> str:
    """SQL: the column is changed by this update."""
    differs = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    return f'OLD."{column}" {differs} NEW."{column}"'


def _no_parts(vendor: str) -> str:
    """SQL: the item lists nothing that is withheld."""
    if vendor == "postgresql":
        return (
            "COALESCE(jsonb_array_length(CASE jsonb_typeof(NEW.particulars -> 'withheld') "
            "WHEN 'array' THEN NEW.particulars -> 'withheld' END), 0) = 0"
        )
    return "COALESCE(json_array_length(NEW.particulars, '$.withheld'), 0) = 0"


def guards(vendor: str) -> Iterator[Guard]:
    """Every trigger in the words of the database."""
    frozen = " OR ".join(_same(c, vendor) for c in _FROZEN)
    yield Guard(
        f"{_LETTER}_frozen",
        _LETTER,
        "UPDATE",
        f"OLD.frozen_sha256 <> '' AND ({frozen})",
        "a letter that was sent never changes",
    )
    if settings.GONGKAI_APPEND_ONLY_DELETES:
        yield Guard(
            f"{_LETTER}_kept",
            _LETTER,
            "DELETE",
            "OLD.frozen_sha256 <> ''",
            "a letter that was sent is kept",
        )
    whole = ", ".join(f"'{k}'" for k, d in decisions().items() if d.whole)
    alone = (
        f"NEW.decision <> '' AND EXISTS (SELECT 1 FROM \"{_ITEM}\" o "
        "WHERE o.application_id = NEW.application_id AND o.id <> NEW.id AND o.decision <> '' "
        f"AND o.decision <> NEW.decision AND (o.decision IN ({whole}) "
        f"OR NEW.decision IN ({whole})))"
    )
    named = f"NEW.decision = 'partial' AND {_no_parts(vendor)}"
    for event in ("INSERT", "UPDATE"):
        yield Guard(
            f"{_ITEM}_alone_{event.lower()}",
            _ITEM,
            event,
            alone,
            "a decision over the whole application stands alone",
        )
        yield Guard(
            f"{_ITEM}_grounds_{event.lower()}",
            _ITEM,
            event,
            named,
            "a partial release names what is withheld",
        )


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers in place (again)."""
    remove(connection)
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for guard in guards(connection.vendor):
            if guard.table not in existing:
                continue
            if connection.vendor == "postgresql":
                for statement in _postgresql(guard):
                    cursor.execute(statement)
            else:
                cursor.execute(
                    f'CREATE TRIGGER "{guard.name}" BEFORE {guard.event} ON "{guard.table}" '
                    f"FOR EACH ROW WHEN {guard.forbidden} "
                    f"BEGIN SELECT RAISE(ABORT, '{guard.says}'); END"
                )


def _postgresql(guard: Guard) -> Iterator[str]:
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


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away, for the time of a migration."""
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for guard in guards(connection.vendor):
            if guard.table not in existing:
                continue
            on = f' ON "{guard.table}"' if connection.vendor == "postgresql" else ""
            cursor.execute(f'DROP TRIGGER IF EXISTS "{guard.name}"{on}')


def before_migrate(sender: Any, using: str, **kwargs: Any) -> None:
    remove(connections[using])


def after_migrate(sender: Any, using: str, **kwargs: Any) -> None:
    install(connections[using])
