"""Proposals to publish for all (条例 Art 44), between two rooms that do not know each other.

A room that receives applications names in its AppConfig ``disclosure_proposals`` (a function of a
body that yields its ``Suggestion``s) and ``disclosure_decided`` (told what became of one). The
room that publishes asks with :func:`suggestions` and tells back with :func:`decided`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What may be published for all.

    ``key`` begins with the label of the room that suggests ("applications:side:12") and stays
    the same; ``kind`` says in words where it comes from; ``subject`` holds nothing personal;
    ``address`` is a page of the office.
    """

    key: str
    kind: str
    subject: str
    people: int
    address: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a suggestion: published at an address, or refused with a reason."""

    key: str
    published: bool
    address: str = ""
    reason: str = ""


def suggestions(body: Any) -> Iterator[Suggestion]:
    """Everything that the rooms suggest to a body now."""
    for app in apps.get_app_configs():
        if provider := getattr(app, "disclosure_proposals", ""):
            yield from import_string(provider)(body)


def decided(decision: Decision, *, by: Any) -> None:
    """Tell the room that suggested it; inside the caller's transaction."""
    label = decision.key.partition(":")[0]
    for app in apps.get_app_configs():
        told = getattr(app, "disclosure_decided", "")
        if told and app.label == label:
            import_string(told)(decision, by=by)
