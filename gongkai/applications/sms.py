"""Short messages: what a back-end must offer, and one that writes them to a file.

A body's SMS gateway is connected by a class with the one method of :class:`Sender`, named in
``GONGKAI_SMS_BACKEND`` ("package.module.Class"); docs/operations.md has an example.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string


class NotSent(Exception):
    """The gateway did not take the message; ``final``: trying again is of no use."""

    def __init__(self, why: str, *, final: bool = False) -> None:
        super().__init__(why)
        self.final = final


class Sender(Protocol):
    """A way to send short messages; made without arguments."""

    def send(self, number: str, text: str, *, reference: str) -> None:
        """Hand the message over; NotSent, or any other exception, when it was not taken.

        ``reference`` is the same when one message is handed over again, after a run that was
        killed: a gateway that knows it drops the second one.
        """


class FileBackend:
    """One JSON line for each message in ``sms.jsonl`` of the data folder, for another to send."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or Path(settings.DATA_DIR) / "sms.jsonl"

    def send(self, number: str, text: str, *, reference: str) -> None:
        line = {
            "reference": reference,
            "at": timezone.localtime().isoformat(timespec="seconds"),
            "number": number,
            "text": text,
        }
        data = (json.dumps(line, ensure_ascii=False) + "\n").encode()
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, data)  # one call: lines of two runs never mix
            os.fsync(handle)
        finally:
            os.close(handle)


def sender() -> Sender | None:
    """The configured back-end; None when this installation sends no short messages."""
    name = settings.GONGKAI_SMS_BACKEND
    return import_string(name)() if name else None
