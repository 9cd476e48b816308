"""Atom feeds of the rooms."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils.feedgenerator import Atom1Feed

#: Django would say now, at every request another moment: a feed that is empty does not change.
_NOTHING_YET = datetime(1970, 1, 1, tzinfo=UTC)


class Atom(Atom1Feed):
    """An Atom feed; one without entries always says the same."""

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else _NOTHING_YET
