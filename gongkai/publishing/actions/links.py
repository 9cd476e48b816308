"""外部链接: whether what public documents point to still answers. Only the server asks; no reader
is known to the other site."""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import timezone

from gongkai.publishing.models import Document, LinkCheck

#: Days until an address is asked again; one that failed is asked again the next day.
AGAIN, FAILED_AGAIN = 7, 1
SECONDS = 10
REDIRECTS = 5
#: Answers that say "not for a machine": a reader may well see the page.
_SHY = (401, 403, 405, 406, 429, 451, 501)
_LINK = re.compile(r'<a\s[^>]*?href="(https?://[^"]{1,500})"', re.IGNORECASE)
UNREACHED = "连接不上"


@dataclass(slots=True)
class Run:
    """What one run did; ``offline``: nothing answered, so nothing was written down."""

    asked: int = 0
    failing: int = 0
    offline: bool = False
    answers: dict[str, str] = field(default_factory=dict)


def check_links(limit: int = 500, ask: Callable[[str], str] | None = None) -> Run:
    """Ask the outside addresses of what is public, each once in a while; safe to run again.

    ``ask``: address → "" where it answers, else why not (for tests; by default over the network).
    """
    _collect()
    now = timezone.now()
    due = LinkCheck.objects.filter(document__live=True)
    fresh = due.filter(checked_at__gt=now - timedelta(days=AGAIN), failing_since=None)
    failed = due.filter(checked_at__gt=now - timedelta(days=FAILED_AGAIN))
    due = due.exclude(pk__in=fresh.values("pk")).exclude(pk__in=failed.values("pk"))
    addresses = due.order_by(F("checked_at").asc(nulls_first=True), "pk")
    run = Run()
    for address in dict.fromkeys(addresses.values_list("address", flat=True)[:limit]):
        run.answers[address] = (ask or answer)(address)[:60]
    run.asked = len(run.answers)
    if run.asked > 1 and all(words == UNREACHED for words in run.answers.values()):
        run.offline = True
        return run
    for address, words in run.answers.items():
        rows = LinkCheck.objects.filter(address=address)
        if words:
            rows.filter(failing_since=None).update(failing_since=now)
            run.failing += 1
        else:
            rows.update(failing_since=None)
        rows.update(checked_at=now, answer=words)
    return run


def dead_links() -> QuerySet[LinkCheck]:
    """Those that failed at least twice, a day or more apart, in what is public."""
    known = LinkCheck.objects.filter(document__live=True, failing_since__isnull=False)
    return known.filter(checked_at__gt=F("failing_since") + timedelta(hours=20))


def _collect() -> None:
    """The rows are what public texts hold now."""
    own = settings.GONGKAI_SITE.get("domain", "").lower()
    linked = Document.objects.filter(live=True, text__contains='href="http')
    wanted = {
        (pk, unescape(match[1]))
        for pk, text in linked.values_list("pk", "text").iterator(chunk_size=500)
        for match in _LINK.finditer(text)
        if (urlsplit(unescape(match[1])).hostname or "") != own
    }
    known = {
        (pk, a): row for row, pk, a in LinkCheck.objects.values_list("pk", "document", "address")
    }
    LinkCheck.objects.filter(pk__in=[known[gone] for gone in known.keys() - wanted]).delete()
    LinkCheck.objects.bulk_create(
        [
            LinkCheck(document_id=pk, address=address)
            for pk, address in sorted(wanted - known.keys())
        ],
        ignore_conflicts=True,
    )


# --- over the network -------------------------------------------------------------------------


class _Stay(urllib.request.HTTPRedirectHandler):
    """Each step of a redirection is looked at before it is followed."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def answer(address: str) -> str:
    """Empty where the address answers a reader, else why not; never asks in a private network."""
    opener = urllib.request.build_opener(_Stay)
    for _ in range(REDIRECTS):
        if why := _not_outside(address):
            return why
        request = urllib.request.Request(address, headers={"User-Agent": "gongkai-link-check"})
        try:
            with opener.open(request, timeout=SECONDS):
                return ""
        except urllib.error.HTTPError as error:
            if error.code in (301, 302, 303, 307, 308) and error.headers.get("Location"):
                address = urljoin(address, error.headers["Location"])
                continue
            if error.code in _SHY:
                return ""
            return "没有这个网页" if error.code in (404, 410) else f"对方回答出错（{error.code}）"
        except ssl.SSLError:
            return "安全证书有问题"
        except (OSError, http.client.HTTPException, ValueError) as error:
            told = getattr(error, "reason", None)
            return "安全证书有问题" if isinstance(told, ssl.SSLError) else UNREACHED
    return "转来转去，打不开"


def _not_outside(address: str) -> str:
    """Why the host is not one of the public Internet; "" when all of its addresses are."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "网址写错了"
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, ValueError):
        return UNREACHED
    hosts = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    return "" if all(host.is_global for host in hosts) else "是内部网络的地址"
