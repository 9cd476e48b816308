"""What an export holds, for both ways."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models

from gongkai.publishing.models import (
    Column,
    Document,
    Proof,
    PublishedFile,
    Release,
    ReviewState,
    ReviewTask,
)

FORMAT = "gongkai-site-2"
#: Set when everything is there: they point forward, and make a document public.
LATER = ("release", "live", "latest_revision")
WORK = (ReviewTask, ReviewState)
FILES = (PublishedFile, Proof)
Row = dict[str, Any]
Names = dict[tuple[type[models.Model], Any], Any]


def tables() -> list[type[models.Model]]:
    """The tables of this room that are copied as they are, documents before releases."""
    ours = apps.get_app_config("publishing").get_models()
    found = [model for model in ours if model not in WORK and not model._meta.proxy]
    first = (Column, Document)
    return [*first, *(m for m in found if m not in (*first, Release)), Release]
