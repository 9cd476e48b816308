"""A word in the language of the database's index, and the pieces that hold it."""

from __future__ import annotations

import re

from django.db import connection

from gongkai.base import grams
from gongkai.base.search.store import LETTERS, PIECES

#: Pieces looked at for one word; what more there are is not counted any more.
MOST = 150_000
#: First letters, and the numbers between them.
_INITIALS = re.compile(r"(?=[0-9]*[a-z])[a-z0-9]{2,20}")


def query(word: str) -> str:
    """The word in each of its readings, or as first letters of a title.

    Of letters, digits and quotes only.
    """
    ways = [_phrase(*grams.phrase(one)) for one in grams.readings(word)]
    same = grams.plain(word)
    if _INITIALS.fullmatch(same):
        ways.append(_phrase(grams.initial_pieces(same), False))
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


def pieces(match: str, *, titles: bool = False, most: int = MOST) -> list[int]:
    """Ids of the pieces that match; ``titles``: of titles only, the newest entries first."""
    if connection.vendor == "postgresql":
        sql = "SELECT id FROM base_searchchunk WHERE grams @@ %s::tsquery"
        only, order = f" AND (id & {LETTERS}) IN (0, {LETTERS})", " ORDER BY id DESC"
    else:
        sql = "SELECT rowid FROM base_search_grams WHERE base_search_grams MATCH %s"
        only, order = f" AND (rowid & {LETTERS}) IN (0, {LETTERS})", " ORDER BY rowid DESC"
    sql += (only + order) if titles else ("" if connection.vendor == "postgresql" else order)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} LIMIT %s", [match, most])
        return [row[0] for row in cursor.fetchall()]


def entries(found: list[int]) -> set[int]:
    """The entries of these pieces."""
    return {piece // PIECES for piece in found}


def titled(found: list[int]) -> set[int]:
    """The entries of those pieces that are titles."""
    return {piece // PIECES for piece in found if piece % PIECES in (0, LETTERS)}
