"""What is kept when a report is sent on its way: its hash, and the rows under its numbers."""

from __future__ import annotations

import hashlib

from django.core.files.base import ContentFile

from gongkai.reporting.models import ReportVersion, Snapshot
from gongkai.reporting.route import ledger


def keep(version: ReportVersion, sha256: str) -> Snapshot:
    """The snapshot of a version; the same version handed in again keeps the first one."""
    known = Snapshot.objects.filter(version=version).first()
    if known is not None:
        return known
    snapshot = Snapshot(version=version, sha256=sha256)
    if version.computation_id is not None:
        data, rows = ledger.pack(version)
        snapshot.ledger_sha256 = hashlib.sha256(data).hexdigest()
        snapshot.ledger_rows = rows
        snapshot.ledger.save("ledger.zip", ContentFile(data), save=False)
    snapshot.save()
    return snapshot
