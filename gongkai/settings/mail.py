"""The mail server, from one address: smtp://user:password@host:587, smtps://… for TLS at once."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

#: scheme → (port when none is named, TLS at once, TLS by STARTTLS)
_SCHEMES = {"smtp": (25, False, False), "smtp+tls": (587, False, True), "smtps": (465, True, False)}


def mail_settings(url: str) -> dict[str, Any]:
    """Django's EMAIL_* settings for ``url``; without one nothing is sent.

    ``smtp+tls`` speaks STARTTLS, ``smtps`` TLS from the first byte; characters that mean
    something in an address are percent-encoded. ValueError for another scheme.
    """
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise ValueError("GONGKAI_SMTP_URL 写法不对，例如 smtp+tls://账号:密码@主机:587。")
    port, at_once, by_starttls = _SCHEMES[parts.scheme]
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or port,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": at_once,
        "EMAIL_USE_TLS": by_starttls,
        "EMAIL_TIMEOUT": 20,  # seconds
    }
