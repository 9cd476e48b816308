"""A room's first migration in one step: the same tables as step by step, and only new ones."""

from __future__ import annotations

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from gongkai.base.together import Together

STEPS = [
    migrations.CreateModel("Shelf", [("id", models.BigAutoField(primary_key=True))]),
    migrations.CreateModel(
        "Book",
        [
            ("id", models.BigAutoField(primary_key=True)),
            ("title", models.CharField(max_length=10)),
            ("shelf", models.ForeignKey("library.shelf", models.CASCADE)),
        ],
        {"indexes": [], "constraints": []},
    ),
    migrations.AddField(
        "shelf", "first", models.ForeignKey("library.book", models.SET_NULL, null=True)
    ),
    migrations.AddIndex("book", models.Index(fields=["title"], name="book_by_title")),
    migrations.AddConstraint(
        "book", models.UniqueConstraint(fields=["shelf", "title"], name="one_title_per_shelf")
    ),
]


def _tables() -> dict[str, object]:
    """Columns and constraints of the two tables, without the names that the database makes up."""
    told: dict[str, object] = {}
    with connection.cursor() as cursor:
        for table in ("library_book", "library_shelf"):
            columns = connection.introspection.get_table_description(cursor, table)
            told[table] = [(c.name, c.type_code, c.null_ok) for c in columns]
            found = connection.introspection.get_constraints(cursor, table)
            told[f"{table} constraints"] = sorted(map(repr, found.values()))
    return told


def _both_ways(*operations: migrations.operations.base.Operation) -> dict[str, object]:
    migration = migrations.Migration("0001_initial", "library")
    migration.operations = list(operations)
    before = ProjectState()
    with connection.schema_editor() as editor:
        migration.apply(before.clone(), editor)
    told = _tables()
    with connection.schema_editor() as editor:
        migration.unapply(before.clone(), editor)
    assert not [t for t in connection.introspection.table_names() if t.startswith("library_")]
    return told


@pytest.mark.django_db(transaction=True)
def test_the_tables_are_those_of_the_single_steps_and_go_away_again() -> None:
    assert _both_ways(Together(STEPS)) == _both_ways(*STEPS)


def test_only_what_belongs_to_a_new_model_is_taken_together() -> None:
    with pytest.raises(TypeError):
        Together([*STEPS, migrations.RunPython(migrations.RunPython.noop)])
    with pytest.raises(TypeError):
        Together(STEPS[2:])
