"""Dead links: those of this site are followed, others are only looked at; nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

from gongkai.publishing.models import Document
from gongkai.publishing.scan.model import ASK, STOP, Context, Hit, mark_of

_LINK = re.compile(r"""<a\s[^>]*?href="([^"]*)"[^>]*>(.*?)</a>""", re.S)
_TAG = re.compile(r"<[^>]+>")


def links(context: Context) -> Iterator[Hit]:
    """Every link of the text that cannot lead anywhere for the public."""
    seen = set()
    for match in _LINK.finditer(context.draft.text):
        address = match[1].replace("&amp;", "&").strip()
        wrong = dead(address)
        if wrong and address not in seen:
            seen.add(address)
            level, why = wrong
            words = " ".join(_TAG.sub("", match[2]).split())[:60]
            yield Hit(
                rule="links",
                level=level,
                message=f"正文里的链接“{words or address[:40]}”{why}",
                place={"field": "text", "link": address[:200]},
                excerpt=address[:300],
                mark=mark_of("link", address),
            )


def dead(address: str) -> tuple[str, str] | None:
    """(level, why) of an address that leads nowhere; None when nothing speaks against it."""
    if not address or address == "#":
        return ASK, "没有网址，请补上或者去掉链接。"
    if address.startswith(("mailto:", "tel:", "#")):
        return None
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
    except ValueError:
        return STOP, "网址写错了，请改正。"
    if parts.scheme not in ("", "http", "https"):
        return STOP, "指向本机或者局域网的文件，公众打不开，请改为附件。"
    own = settings.GONGKAI_SITE.get("domain", "").lower()
    if not host or host == own:
        return (
            _inside(parts.path) if parts.path.startswith("/") else (ASK, "不是完整的网址，请核对。")
        )
    if _is_private(host):
        return STOP, "是内部网络的地址，公众打不开，请改正。"
    if "." not in host or ".." in host or re.search(r"\s", unquote(address)):
        return STOP, "网址写错了，请改正。"
    return None


def _is_private(host: str) -> bool:
    try:
        return ip_address(host).is_private
    except ValueError:
        return host == "localhost" or host.endswith((".local", ".lan", ".internal"))


def _inside(path: str) -> tuple[str, str] | None:
    if path.startswith("/office/"):
        return STOP, "指向工作人员页面，公众打不开，请改正。"
    try:
        found = resolve(path)
    except Resolver404:
        return STOP, "指向本站没有的页面，请改正。"
    if found.url_name in ("document", "document-read", "document-file"):
        wanted = {k: found.kwargs[k] for k in ("year", "serial")}
        public = Document.objects.filter(body__slug=found.kwargs["slug"], live=True, **wanted)
        if not public.exists():
            return STOP, "指向没有公开或者已经撤下的信息，请核对。"
    return None
