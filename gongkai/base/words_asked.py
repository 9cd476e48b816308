"""What is searched for on the desk may be a person's name: posted, kept sealed in the session.

The address of a list carries a short key that means something in this session only, so that
neither the address nor the access log holds the words, and two lists in two tabs keep their own.
"""

from __future__ import annotations

import secrets

from django.http import HttpRequest

from gongkai.base.sealed import KeyMissing, seal, unseal

#: The name in an address under which the key stands.
PARAMETER = "words"
_KEPT = "words-asked"
_LONGEST = 60
#: So many searches of a session stay known.
_MOST = 20


def keep(request: HttpRequest, words: str) -> str:
    """Remember the words; the key for the address, "" where there is nothing to look for."""
    words = words.replace("\0", "").strip()[:_LONGEST]
    if not words:
        return ""
    key = secrets.token_hex(4)
    known = dict(request.session.get(_KEPT, {}))
    known[key] = seal(words.encode()).decode()
    request.session[_KEPT] = dict(list(known.items())[-_MOST:])
    return key


def asked(request: HttpRequest) -> str | None:
    """The words that the address asks for; "" where it asks for none, None where forgotten."""
    key = request.GET.get(PARAMETER, "")
    if not key:
        return ""
    token = request.session.get(_KEPT, {}).get(key)
    try:
        return unseal(token.encode()).decode() if token else None
    except KeyMissing:  # the keys have been changed since
        return None
