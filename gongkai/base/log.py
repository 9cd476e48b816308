"""What the log says of requests that were refused: one line, nothing of what was sent."""

from __future__ import annotations

import logging

_SECURITY = "django.security."


class Refusals(logging.Filter):
    """Takes the stack from answers of 4xx: the sender is at fault, there is nothing to mend.

    What Django's own checks refused (a body too large, a false host …) is told by its kind
    only, for the message repeats what was sent.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        status = getattr(record, "status_code", 0)
        if isinstance(status, int) and 400 <= status < 500:
            record.exc_info = record.exc_text = record.stack_info = None
            if record.name.startswith(_SECURITY):
                kind = record.name.removeprefix(_SECURITY)
                path = str(getattr(getattr(record, "request", None), "path", ""))[:100]
                plain = path.encode("unicode_escape").decode()
                record.msg, record.args = "Refused (%s): %s", (kind, plain)
        return True
