"""What the self-check of a website asks of rooms that do not know each other.

A room that has something to look at names in its AppConfig ``site_checks``: a function of a body,
a day and whether everything is read, that yields ``Problem``s. The room that keeps the log asks
with :func:`problems`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.utils.module_loading import import_string

#: The kinds of problems, in the order of the inspection (国办秘函〔2019〕19号).
KINDS = {
    "reach": "站点打不开",
    "home": "首页不更新",
    "column": "栏目不更新",
    "empty": "空白栏目",
    "reply": "互动回应差",
    "service": "服务不实用",
    "media": "新媒体不更新",
    "link": "链接打不开",
    "words": "错别字和用语",
    "catalogue": "与目录不一致",
    "other": "其他",
}
#: Found only when everything is read; a short look neither finds nor settles them.
DEEP = frozenset({"service", "words"})
#: One of these may fail the inspection by itself.
ALONE = frozenset({"reach", "home", "reply", "media"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong on the website.

    ``key`` stays the same from one look to the next while it is the same problem; ``words`` hold
    nothing personal; ``veto``: it fails the inspection by itself; ``section`` is an id.
    """

    kind: str
    key: str
    place: str
    words: str
    address: str = ""
    veto: bool = False
    section: int | None = None


def problems(body: Any, on: date, *, whole: bool) -> Iterator[Problem]:
    """Everything that the rooms find on the website of a body."""
    for app in apps.get_app_configs():
        if provider := getattr(app, "site_checks", ""):
            yield from import_string(provider)(body, on, whole)
