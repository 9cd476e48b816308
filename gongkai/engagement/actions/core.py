"""What every deed on a letter shares: the lock, the permission, the trail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction

from gongkai.base import audit
from gongkai.base.refusal import Overtaken
from gongkai.bodies.models import Role
from gongkai.engagement.models import CitizenLetter
from gongkai.engagement.queries import may_touch

By = AbstractBaseUser | None
WRITER = "写信人"
CHANGED = "刚刚有人办理过，您看到的不是最新情况。请核对以后再办一次。"
#: What a deed may change; the citizen's own words are never written again.
_WORK = (
    "state", "section", "assigned_at", "is_complex", "complex_reason", "due_on",
    "due_is_provisional", "answered_on", "result", "score", "score_note", "rated_at", "version",
)  # fmt: skip


@contextmanager
def on_letter(
    letter: CitizenLetter, *, by: By, roles: tuple[Role, ...] = (), seen: int | None = None
) -> Iterator[CitizenLetter]:
    """Lock the letter for one deed and save its work columns afterwards.

    ``by`` None is the writer himself or the system. ``seen`` is the version the person had on
    the screen: Overtaken when somebody was faster. Whatever is raised inside undoes everything.
    """
    with transaction.atomic():
        letter = (
            CitizenLetter.objects.select_for_update(of=("self",), no_key=True)
            .select_related("mailbox__body", "section")
            .get(pk=letter.pk)
        )
        if by is not None and not may_touch(by, letter, *roles):
            raise PermissionDenied("您没有办理这封来信的权限，请联系管理员。")
        if seen is not None and seen != letter.version:
            raise Overtaken(CHANGED)
        yield letter
        letter.version += 1
        letter.save(update_fields=_WORK)


def record(letter: CitizenLetter, action: str, *, by: By, by_name: str = "", **new: Any) -> None:
    """One entry of the trail of the letter's body: its number and the deed, no personal data."""
    audit.record(
        action,
        letter,
        by=by,
        by_name=by_name,
        scope=letter.mailbox.body.slug,
        new={"编号": letter.number, **new},
    )
