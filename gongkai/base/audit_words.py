"""What an entry of the audit trail says, in words: the trail keeps codes, pages show none.

An entry is never rewritten, so its codes (``head``, ``deny_process_info``, ``true``) are turned
into words where they are shown, by the choices of the models and the names of the law.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from django.apps import apps

from gongkai.law.formats import report_format
from gongkai.law.parameters import statute

_KEYS = {"page": "页", "ground": "依据"}


def said(object_type: str, values: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    """What ``old`` or ``new`` of an entry says, without what is empty."""
    for key, value in (values or {}).items():
        if words := _words(object_type, key, value):
            yield _KEYS.get(key, key), words


def _words(object_type: str, key: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        between = "；" if any(isinstance(v, dict) for v in value) else "、"
        return between.join(_words(object_type, key, v) for v in value)
    if isinstance(value, dict):
        return "，".join(f"{k} {words}" for k, words in said(object_type, value))
    text = str(value)
    if not (text.isascii() and text[:1].islower()):
        return text
    labels = _choices()
    return (
        labels.get((object_type, key, text))
        or labels.get(("", key, text))
        or _names_of_the_law().get(text)
        or (labels.get(("", "", text)) if "_" in text else None)
        or text
    )


@cache
def _choices() -> dict[tuple[str, str, str], str]:
    """(model, name of the field, code) → label; "" stands for all, where all agree."""
    found: dict[tuple[str, str, str], set[str]] = {}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            name = str(field.verbose_name)
            for code, label in field.flatchoices:
                if str(label) != str(code):
                    for place in ((model._meta.label_lower, name), ("", name), ("", "")):
                        found.setdefault((*place, str(code)), set()).add(str(label))
    return {place: labels.pop() for place, labels in found.items() if len(labels) == 1}


@cache
def _names_of_the_law() -> dict[str, str]:
    """Decisions and parameters by their keys; a decision is called as its row in table 三."""
    rows = {row.key: row.label for row in report_format("2021").table3_rows}
    return rows | {key: known[0].title for key, known in statute().values.items()}
