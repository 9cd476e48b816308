"""The one way to write the audit trail.

Lock first, audit last: an entry holds the end of its body's chain until the transaction ends, so
whatever else a deed locks (the case, a counter), it locks before it writes its entry. A deed that
concerns several bodies writes their entries in the order of their ``scope``.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction

from gongkai.base.chain import digest, plain
from gongkai.base.models import AuditEntry, AuditHead

SYSTEM = "系统"


def name_of(user: AbstractBaseUser | None) -> str:
    """The name as Chinese is written, 姓 before 名; the account's where it has none."""
    if user is None:
        return SYSTEM
    name = f"{getattr(user, 'last_name', '')}{getattr(user, 'first_name', '')}"
    return name or str(user.get_username())


def record(
    action: str,
    obj: models.Model,
    *,
    by: AbstractBaseUser | None,
    by_name: str = "",
    scope: str = "",
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
) -> AuditEntry:
    """Add an entry inside the caller's transaction.

    ``action`` is the Chinese name of the deed, ``obj`` what it was done to, ``old`` and ``new``
    the values that changed (JSON-able). ``by`` None means the system did it, or the
    one called ``by_name`` (the applicant). ``scope`` names
    whose business it was (a body's slug): only its people read the entry.
    """
    entry = AuditEntry(
        by=by,
        by_name=by_name or name_of(by),
        action=action,
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        object_label=str(obj)[:300],
        scope=scope,
        old=plain(old),
        new=plain(new),
    )
    with transaction.atomic(savepoint=False):
        head = _locked_head(scope)
        entry.sequence, entry.previous = head.sequence + 1, head.hash
        entry.hash = digest(entry)
        entry.save(force_insert=True)
        head.sequence, head.hash = entry.sequence, entry.hash
        head.save(update_fields=["sequence", "hash"])
    return entry


def _locked_head(scope: str) -> AuditHead:
    """The end of the chain, held until the caller's transaction ends."""
    heads = AuditHead.objects.select_for_update()
    found = heads.filter(scope=scope).first()
    if found is None:
        AuditHead.objects.get_or_create(scope=scope)
        found = heads.get(scope=scope)
    return found
