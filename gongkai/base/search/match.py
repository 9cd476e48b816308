"""A word in the language of the database's index, and the pieces that hold it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from gongkai.base import grams
from gongkai.base.search.store import LETTERS, PIECES

#: First letters, and the numbers between them.
_INITIALS = re.compile(r"(?=[0-9]*[a-z])[a-z0-9]{2,20}")


def query(word: str) -> str:
    """The word in each of its readings, or as first letters or the pinyin of a title.

    Of letters, digits and quotes only.
    """
    ways = [_phrase(*grams.phrase(one)) for one in grams.readings(word)]
    same = grams.plain(word)
    if _INITIALS.fullmatch(same):
        ways.append(_phrase(grams.initial_pieces(same), False))
    ways += [_phrase(grams.initial_pieces(row), False) for row in grams.spelt(same)]
    if len(ways) == 1:
        return ways[0]
    joined = " | " if connection.vendor == "postgresql" else " OR "
    return joined.join(f"({way})" for way in ways)


def any_query(wanted: list[str]) -> str:
    """Pieces of which at least one is there."""
    if connection.vendor == "postgresql":
        return " | ".join(f"'{p}'" for p in wanted)
    return " OR ".join(f'"{p}"' for p in wanted)


def _phrase(found: list[str], begins: bool) -> str:
    if connection.vendor == "postgresql":
        return " <-> ".join(f"'{p}'" for p in found) + (":*" if begins else "")
    return f'"{" ".join(found)}"' + (" *" if begins else "")


def pieces(match: str, *, titles: bool = False, most: int | None = None) -> list[int]:
    """Ids of the pieces that match, all of them or the ``most`` newest; ``titles``: of titles only.

    All in any order. Every one is needed where hits are counted: which entries hold all words is
    known only from all pieces of each.
    """
    if connection.vendor == "postgresql":
        key, sql = "id", "SELECT id FROM base_searchchunk WHERE grams @@ %s::tsquery"
    else:
        key, sql = "rowid", "SELECT rowid FROM base_search_grams WHERE base_search_grams MATCH %s"
    values: list[str | int] = [match]
    if titles:
        sql += f" AND ({key} & {LETTERS}) IN (0, {LETTERS})"
    if most is not None:
        sql += f" ORDER BY {key} DESC LIMIT %s"
        values.append(most)
    with _by_index() as cursor:
        cursor.execute(sql, values)
        return [row[0] for row in cursor.fetchall()]


@contextmanager
def _by_index() -> Iterator[Any]:
    """A cursor whose questions go by the index.

    PostgreSQL does not count what it costs to unpack the pieces of every row, and would read the
    whole table for a word that many texts have: seven times as slow with 100,000 documents.
    """
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            yield cursor
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        yield cursor
        cursor.execute("SET LOCAL enable_seqscan TO DEFAULT")


def entries(found: list[int]) -> set[int]:
    """The entries of these pieces."""
    return {piece // PIECES for piece in found}


def titled(found: list[int]) -> set[int]:
    """The entries of those pieces that are titles."""
    return {piece // PIECES for piece in found if piece % PIECES in (0, LETTERS)}
