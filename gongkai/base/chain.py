"""The audit trail as hash chains: one for each body, each entry bound to the one before it.

An entry's hash covers everything that lasts of it and the hash of its predecessor, so that a
change, a removal or another order anywhere breaks the chain from there on. The end of a chain is
also kept in :class:`AuditHead`, and can be kept outside the machine (``gongkai audit heads``):
then even a trail that was cut off at its end is noticed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gongkai.base.models import AuditEntry, AuditHead

#: What a hash covers. The link to the account is not in it: an account can be deleted.
LASTING = (
    "by_name",
    "action",
    "object_type",
    "object_id",
    "object_label",
    "scope",
    "sequence",
    "previous",
)
#: The name of the system's own chain, in words.
SYSTEM_CHAIN = "（系统）"


def digest(entry: Any) -> str:
    """SHA-256 of an entry, as 64 hexadecimal digits; the same on every database."""
    at: datetime = entry.at
    content = {name: getattr(entry, name) for name in LASTING} | {
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "old": plain(entry.old),
        "new": plain(entry.new),
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def plain(value: Any) -> Any:
    """A JSON value as it comes back from the database, whichever it is."""
    return _whole(json.loads(json.dumps(value)))


def _whole(value: Any) -> Any:
    # PostgreSQL gives 1e16 back as an integer.
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list) else value


@dataclass(frozen=True, slots=True)
class Chain:
    """What was found of one chain. ``broken``: what is wrong first, in Chinese; "" when whole."""

    scope: str
    count: int
    head: str
    broken: str = ""

    @property
    def name(self) -> str:
        return self.scope or SYSTEM_CHAIN


def verify(expected: Mapping[str, tuple[int, str]] | None = None) -> Iterator[Chain]:
    """Check every chain; entries may be written meanwhile.

    ``expected``: scope → number of entries and hash, as they were noted at an earlier time.
    """
    noted = dict(expected or {})
    heads = {h.scope: (h.sequence, h.hash) for h in AuditHead.objects.all()}
    scopes = set(AuditEntry.objects.order_by().values_list("scope", flat=True).distinct())
    for scope in sorted(scopes | heads.keys() | noted.keys()):
        yield _follow(scope, heads.get(scope), noted.get(scope))


def _follow(scope: str, head: tuple[int, str] | None, noted: tuple[int, str] | None) -> Chain:
    count, last, noted_ok, head_ok = 0, "", False, False
    for entry in AuditEntry.objects.filter(scope=scope).order_by("sequence").iterator(2000):
        if wrong := _wrong(entry, count, last):
            return Chain(scope, count, last, wrong)
        count, last = entry.sequence, entry.hash
        noted_ok = noted_ok or noted == (count, last)
        head_ok = head_ok or head == (count, last)
    broken = ""
    if noted is not None and not noted_ok:
        broken = (
            f"与另行保存的链尾不符：当时有{noted[0]}条，现在找不到第{noted[0]}条，记录被截断。"
            if count < noted[0]
            else f"与另行保存的链尾不符：第{noted[0]}条不是当时的那一条，记录被整体改写。"
        )
    elif head is None:
        # The first entry of a new body, written while we looked.
        if not AuditHead.objects.filter(scope=scope).exists():
            broken = "链尾登记不见了，无法确认记录是否齐全。"
    elif not head_ok:
        broken = f"链尾登记为第{head[0]}条，记录只到第{count}条，末尾的记录被删除。"
        if count >= head[0]:
            broken = f"链尾登记与第{head[0]}条不符，链尾登记被改动。"
    elif AuditHead.objects.get(scope=scope).sequence < count:
        broken = f"第{count}条没有登记在链尾，不是由本系统写入的。"
    return Chain(scope, count, last, broken)


def _wrong(entry: AuditEntry, count: int, last: str) -> str:
    """What is wrong with the entry that follows number ``count``, whose hash is ``last``."""
    if entry.sequence != count + 1:
        return f"缺少第{count + 1}条：其后是第{entry.sequence}条，中间的记录被删除。"
    if entry.previous != last:
        return f"第{entry.sequence}条（{_what(entry)}）接不上前一条，次序被改动或者前一条被替换。"
    if digest(entry) != entry.hash:
        return f"第{entry.sequence}条（{_what(entry)}）的内容与校验值不符，内容被改动。"
    return ""


def _what(entry: AuditEntry) -> str:
    return f"{entry.at:%Y-%m-%d %H:%M}，{entry.by_name}，{entry.action}"
