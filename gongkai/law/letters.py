"""Reply letters: their numbers (a convention, replaceable for one body), articles as one phrase."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from gongkai.law.parameters import Rulebook, statute
from gongkai.law.taxonomy import letters


def document_number(
    letter: str, *, code: str, serial: int, on: date, copy: int = 1, rules: Rulebook | None = None
) -> str:
    """The number of a letter, such as 示卫健公开〔2024〕第5号-告.

    ``code`` is the agency's abbreviation (机关代字), ``serial`` the application's number in the
    year of ``on``, ``copy`` counts letters of the same kind in one case. Raises KeyError for an
    unknown letter, ValueError for one that carries no number.
    """
    suffix = letters()[letter].suffix
    if suffix is None:
        raise ValueError(f"“{letters()[letter].label}”不编文号。")
    pattern: str = (rules or statute()).rule("convention.document_number", on=on).value
    again = "" if copy == 1 else str(copy)
    return pattern.format(code=code, year=on.year, n=serial, suffix=suffix + again)


def cited(articles: Iterable[str]) -> str:
    """Articles as one phrase that names a law once: 《条例》第十五条、第三十二条."""
    said, law = list[str](), ""
    for article in articles:
        found = re.match("《[^》]+》", article)
        same = found is not None and found[0] == law
        said.append(article.removeprefix(law) if same else article)
        law = found[0] if found else ""
    return "、".join(said)
