"""The one way to write the audit trail.

Lock first, audit last: an entry holds the end of its body's chain until the transaction ends, so
whatever else a deed locks (the case, a counter), it locks before it writes its entry. A deed that
concerns several bodies writes their entries in the order of their ``scope``.

A lock leaves the key of its row (``no_key=True``): rows that name it are checked when their deed
ends, which holds the end of the chain by then. A deed that writes a key (a new name, a release)
holds the end of the chain (``hold``, ``record``) before it writes.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, models, transaction

from gongkai.base.chain import digest, plain
from gongkai.base.models import AuditEntry

SYSTEM = "系统"
#: A row that is there is locked by being written as it is; not `scope`, its key: that would be a
#: stronger lock.
END = """
INSERT INTO base_audithead (scope, sequence, hash) VALUES (%s, 0, '')
ON CONFLICT (scope) DO UPDATE SET sequence = base_audithead.sequence RETURNING sequence, hash
"""
MOVED = "UPDATE base_audithead SET sequence = %s, hash = %s WHERE scope = %s"


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
        number, entry.previous = hold(scope)
        entry.sequence = number + 1
        entry.hash = digest(entry)
        entry.save(force_insert=True)
        with connection.cursor() as cursor:
            cursor.execute(MOVED, [entry.sequence, entry.hash, scope])
    return entry


def hold(scope: str) -> tuple[int, str]:
    """Number and hash of the last entry of the chain, which is begun if there is none, held until
    the caller's transaction ends.

    One statement of both databases: every deed of every person waits for it.
    """
    with connection.cursor() as cursor:
        cursor.execute(END, [scope])
        ((number, last),) = cursor.fetchall()
    return number, last
