"""The files that go with a letter, and whether one that promises them goes without."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gongkai.applications.letters.parts import TOGETHER
from gongkai.applications.letters.values import values_for
from gongkai.applications.models import Application, CaseFile, Letter


def released_among(case: Application, files: Iterable[int]) -> list[int]:
    """Those of the files (keys) that are the case's and may be given out."""
    released = case.files.filter(kind=CaseFile.Kind.RELEASED, erased_at=None)
    return list(released.filter(pk__in=files).order_by("pk").values_list("pk", flat=True))


#: Letters that give information, by themselves or with what they hold back.
GIVING = ("L14", "L16")
#: The key of a letter's values under which stands how it is given where no file goes with it.
OTHERWISE = "given_otherwise"
#: A place where it can be had: an address of the net, a house, a room, a publication.
_PLACE = re.compile(
    r"https?://|www\.|网址|网站|栏目|公众号|公报|\d+号|窗口|大厅|办公室|\d+[室楼]|查阅[点室处]|档案馆|图书馆"
)


def empty_handed(letter: Letter) -> bool:
    """Whether it gives information while no file goes with it and no place is named where to
    have it (条例 Arts 36（二）, 37, 40): "by post" alone says neither."""
    if letter.code not in GIVING:
        return False
    said = str(values_for(letter).get("提供方式", ""))
    named = TOGETHER not in said and _PLACE.search(said)
    if named or letter.values.get(OTHERWISE) == said:
        return False
    return not released_among(letter.application, letter.values.get("files", ()))
