"""The people that most tests of a room start from: made once, not anew for every test.

They stand in a transaction around the transactions of the tests that ask for ``cast``. A test
that does not ask for them finds an empty database, as before.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from django.db import connection, transaction

Make = Callable[[], Any]


class Standing:
    """What stands in the database at the moment, by whom it was made; nothing at first."""

    def __init__(self) -> None:
        self._make: Make | None = None
        self._made: Any = None
        self._around: transaction.Atomic | None = None

    def begin(self, make: Make) -> None:
        """Let the rows that ``make`` gives stand, unless they stand already."""
        if make is self._make:
            return
        self.end()
        around = transaction.atomic()
        around.__enter__()
        self._around = around
        self._made = make()
        # Once, here: else what is put off to the end of a transaction is looked at anew after
        # every test.
        connection.check_constraints()
        self._make = make

    def end(self) -> None:
        """Take back what stands."""
        if self._around is not None:
            transaction.set_rollback(True)
            self._around.__exit__(None, None, None)
        self._make = self._made = self._around = None

    def copy(self, make: Make) -> Any:
        """Objects of its own for one test; made anew where the test has another database."""
        return deepcopy(self._made) if make is self._make else make()
