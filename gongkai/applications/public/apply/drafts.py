"""What a visitor has filled in and not yet sent: sealed in the database, its key in a cookie."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from gongkai.applications.models import CaseFile, Draft

COOKIE = "apply-draft"
_SALT = "gongkai.apply.draft"
#: Days without a touch after which a draft is forgotten (our own promise, not the law's).
KEPT_DAYS = 7
KEPT = timedelta(days=KEPT_DAYS)


def current(request: HttpRequest) -> Draft | None:
    """The draft of this browser; None when there is none (any more)."""
    key = request.get_signed_cookie(COOKIE, default="", salt=_SALT, max_age=KEPT)
    return Draft.objects.filter(key=key, updated_at__gte=timezone.now() - KEPT).first()


def begin(content: dict[str, Any]) -> Draft:
    """A new draft; its key is the application's submission_key."""
    return Draft.objects.create(key=secrets.token_urlsafe(32), content=content)


@contextmanager
def changing(draft: Draft) -> Iterator[dict[str, Any]]:
    """The draft's content to change, locked, so that two pages open at once lose nothing."""
    with transaction.atomic():
        locked = Draft.objects.select_for_update(no_key=True).get(pk=draft.pk)
        yield locked.content
        locked.save()
    draft.content = locked.content


def remember(request: HttpRequest, response: HttpResponseBase, draft: Draft) -> HttpResponseBase:
    """Keep the draft's key in the browser, only for these pages."""
    response.set_signed_cookie(
        COOKIE,
        draft.key,
        salt=_SALT,
        max_age=KEPT,
        path="/apply/",
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response


def release(response: HttpResponseBase) -> HttpResponseBase:
    response.delete_cookie(COOKIE, path="/apply/", samesite="Lax")
    return response


def files_of(draft: Draft) -> list[CaseFile]:
    """The files uploaded with the draft that belong to no case yet."""
    return list(
        CaseFile.objects.filter(pk__in=draft.content.get("files", []), application=None).order_by(
            "pk"
        )
    )


def drop_files(files: list[CaseFile]) -> None:
    """Delete staged files, rows first: a file without a row is swept, a row without one is not."""
    paths = [Path(settings.MEDIA_ROOT) / f.path for f in files]
    CaseFile.objects.filter(pk__in=[f.pk for f in files], application=None).delete()

    def remove() -> None:
        for path in paths:
            path.unlink(missing_ok=True)

    transaction.on_commit(remove)


def discard(draft: Draft) -> None:
    """Forget the draft and what was uploaded with it."""
    with transaction.atomic():
        drop_files(files_of(draft))
        draft.delete()


def forget_old() -> int:
    """Forget the drafts that nobody has touched for ``KEPT_DAYS`` days; how many they were."""
    old = Draft.objects.filter(updated_at__lt=timezone.now() - KEPT)
    count = 0
    for draft in old.iterator():
        discard(draft)
        count += 1
    return count
