"""The files that go with a letter, and whether one that promises them goes without."""

from __future__ import annotations

from collections.abc import Iterable

from gongkai.applications.letters.parts import TOGETHER
from gongkai.applications.letters.values import values_for
from gongkai.applications.models import Application, CaseFile, Letter


def released_among(case: Application, files: Iterable[int]) -> list[int]:
    """Those of the files (keys) that are the case's and may be given out."""
    released = case.files.filter(kind=CaseFile.Kind.RELEASED, erased_at=None)
    return list(released.filter(pk__in=files).order_by("pk").values_list("pk", flat=True))


def empty_handed(letter: Letter) -> bool:
    """Whether it says that the information comes with it while no file does."""
    if TOGETHER not in str(values_for(letter).get("提供方式", "")):
        return False
    return not released_among(letter.application, letter.values.get("files", ()))
