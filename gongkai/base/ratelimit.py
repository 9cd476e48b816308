"""How often one address may do a thing: counted in the database, so that every process agrees.

See docs/adr for why it is our own. The address is REMOTE_ADDR only: a header can be forged.
What is kept is a keyed hash, and only for a day.
"""

from __future__ import annotations

import time
from datetime import timedelta

from django.db import connection
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from gongkai.base.models import RateWindow

#: One hit in so many also clears the windows of the days before.
SWEEP_EVERY = 200
#: One statement, so that two processes at the same moment count two.
HIT = """
INSERT INTO base_ratewindow (key, "window", count) VALUES (%s, %s, 1)
ON CONFLICT (key, "window") DO UPDATE SET count = base_ratewindow.count + 1 RETURNING id, count
"""


class TooMany(Exception):
    """The limit is reached; ``seconds`` until the window ends."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def hit(request: HttpRequest, name: str, *, limit: int, seconds: int, of: str = "") -> None:
    """Count one use of ``name`` by this address; TooMany beyond ``limit`` within ``seconds``.

    ``of``: counted for this address and this thing together (a number that is being looked up).
    Never for the thing alone: a stranger would shut its owner out.
    """
    now = int(time.time())
    window = now - now % seconds
    key = _key(request, name, of)
    with connection.cursor() as cursor:
        cursor.execute(HIT, [key, window])
        ((row, used),) = cursor.fetchall()
    if row % SWEEP_EVERY == 0:
        sweep()
    if used > limit:
        raise TooMany(window + seconds - now)


def forgive(request: HttpRequest, name: str, *, seconds: int, of: str = "") -> None:
    """Take the last ``hit`` of the same arguments back: it turned out not to be a failure.

    Counted before the answer is known and taken back afterwards, so that many tries sent at the
    same moment are all counted before the first is answered.
    """
    now = int(time.time())
    RateWindow.objects.filter(
        key=_key(request, name, of), window=now - now % seconds, count__gt=0
    ).update(count=F("count") - 1)


def _key(request: HttpRequest, name: str, of: str) -> str:
    who = f"{request.META.get('REMOTE_ADDR', '')}={of}"
    return salted_hmac("gongkai.ratelimit", f"{name}|{who}").hexdigest()


def sweep() -> int:
    """Forget the windows older than a day; how many they were."""
    oldest = int((timezone.now() - timedelta(days=1)).timestamp())
    return RateWindow.objects.filter(window__lt=oldest).delete()[0]
