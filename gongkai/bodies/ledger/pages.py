"""Pages of a list that may have a million lines."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.utils.functional import cached_property

#: A list counts no further: beyond it the exact number helps nobody and costs a walk.
MOST_COUNTED = 10_000


class Pages(Paginator[Any]):
    """Pages of a long list; the number of lines is told up to ``MOST_COUNTED``."""

    @cached_property
    def count(self) -> int:
        # Without their order: none of them is sorted to be counted.
        return int(self.object_list.order_by()[:MOST_COUNTED].count())  # type: ignore[union-attr]

    @property
    def is_cut(self) -> bool:
        return self.count >= MOST_COUNTED
