"""Numbers of reply letters (a convention of the product, replaceable for one body)."""

from __future__ import annotations

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
