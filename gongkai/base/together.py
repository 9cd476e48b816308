"""The first migration of a room in one operation.

Django brings the state of all models up to date after every operation of a migration; for a room
of thirty models, each with its constraints and indexes, that is most of the time a first start
takes. Written as ``operations = [Together([...])]``, the models of the room come to be at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class Together(Operation):
    """New models with everything that is added to them, made in one step.

    Takes what ``makemigrations`` writes for a new room: CreateModel, and AddField, AddIndex and
    AddConstraint on a model created before it in the same list. TypeError for anything else.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, operations: Sequence[Operation]) -> None:
        created: set[str] = set()
        for operation in operations:
            if isinstance(operation, CreateModel):
                created.add(operation.name_lower)
            elif not (
                isinstance(operation, AddField | AddIndex | AddConstraint)
                and operation.model_name.lower() in created
            ):
                raise TypeError(f"not part of a new model: {operation.describe()}")
        self.operations = list(operations)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return self.__class__.__qualname__, [self.operations], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        # Without them the operations below only note what is new; who asks next gets them anew.
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        # The model as it is at the end carries its constraints, indexes and late fields.
        for model in self._models(app_label, schema_editor, to_state):
            schema_editor.create_model(model)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for model in reversed(list(self._models(app_label, schema_editor, from_state))):
            schema_editor.delete_model(model)

    def _models(
        self, app_label: str, editor: BaseDatabaseSchemaEditor, state: ProjectState
    ) -> Iterator[Any]:
        for operation in self.operations:
            if isinstance(operation, CreateModel):
                model = state.apps.get_model(app_label, operation.name)
                if self.allow_migrate_model(editor.connection.alias, model):
                    yield model

    def describe(self) -> str:
        return "; ".join(o.describe() for o in self.operations if isinstance(o, CreateModel))
