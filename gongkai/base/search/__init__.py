"""The search over everything public: rooms put entries in, any page finds them.

It knows no domain. A room calls :func:`put` where something becomes public and :func:`forget`
where it ceases to be, both inside its own transaction; for a new start its AppConfig names a
function that yields all of its entries (``search_provider = "gongkai.room.search.everything"``)
and the words for its kinds (``search_kinds = {"annual_report": "信息公开年报"}``).

The index keeps pairs of characters (:mod:`gongkai.base.grams`): every substring of one character
or more is found, exactly, on SQLite (FTS5) and on PostgreSQL (tsvector).
"""

from gongkai.base.search.found import (
    Found,
    Hit,
    Hits,
    Narrow,
    find,
    marked,
    search,
    similar,
    suggest,
)
from gongkai.base.search.shown import AFTER, BEFORE
from gongkai.base.search.store import (
    CHUNK,
    OVERLAP,
    Entry,
    forget,
    index,
    labels,
    provided,
    put,
    rebuild,
    restate,
)

__all__ = [
    "AFTER",
    "BEFORE",
    "CHUNK",
    "OVERLAP",
    "Entry",
    "Found",
    "Hit",
    "Hits",
    "Narrow",
    "find",
    "forget",
    "index",
    "labels",
    "marked",
    "provided",
    "put",
    "rebuild",
    "restate",
    "search",
    "similar",
    "suggest",
]
