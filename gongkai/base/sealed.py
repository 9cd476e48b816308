"""Personal data at rest: fields that the database holds encrypted, with keys kept outside it.

The keys (settings.GONGKAI_DATA_KEYS) are Fernet keys, the newest first: it encrypts, all of them
decrypt. What must be found again without being readable (the same person, the same number) is
kept beside it as a :func:`mark`, a keyed hash.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models

#: In the words of whoever runs the site: most often a database was restored without its keys.
OTHER_KEYS = (
    "数据库里的个人信息是用别的密钥加密的，现在的密钥读不出来。请把原来的密钥写进 GONGKAI_DATA_KEYS"
    "（有几个就写几个，用逗号隔开，新的在前）；演示站点的密钥是数据目录里的 data-key 文件。"
)


class KeyMissing(RuntimeError):
    """Data was encrypted with a key that is not configured."""


@cache
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


@cache
def _mark_key(keys: tuple[str, ...]) -> bytes:
    # Of the oldest key, so that a new key in front leaves every mark as it is.
    return hashlib.sha256(b"gongkai.mark|" + base64.urlsafe_b64decode(keys[-1])).digest()


def seal(data: bytes) -> bytes:
    """The bytes encrypted with the newest key."""
    return _box(tuple(settings.GONGKAI_DATA_KEYS)).encrypt(data)


def unseal(token: bytes) -> bytes:
    """The bytes back; KeyMissing when none of the keys fits."""
    try:
        return _box(tuple(settings.GONGKAI_DATA_KEYS)).decrypt(token)
    except InvalidToken as error:
        raise KeyMissing(OTHER_KEYS) from error


def reseal(token: bytes) -> bytes | None:
    """The same bytes sealed with the newest key; None when no configured key opens them."""
    try:
        return _box(tuple(settings.GONGKAI_DATA_KEYS)).rotate(token)
    except InvalidToken:
        return None


_folders: set[str] = set()


def register_folder(name: str) -> None:
    """A room says that the files in this folder of MEDIA_ROOT are sealed."""
    _folders.add(name)


def folders() -> list[str]:
    """Every folder of sealed files."""
    return sorted(_folders)


def mark(kind: str, text: str) -> str:
    """A keyed hash of ``text``: equal texts of one ``kind`` are found without being read.

    Blanks and letter case do not matter; an empty text has the empty mark.
    """
    plain = "".join(text.split()).upper()
    if not plain:
        return ""
    key = _mark_key(tuple(settings.GONGKAI_DATA_KEYS))
    return hmac.new(key, f"{kind}|{plain}".encode(), hashlib.sha256).hexdigest()


class SealedTextField(models.TextField):
    """Text that the database holds encrypted. It can be compared with nothing but empty."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return seal(value.encode()).decode() if value else value

    def from_db_value(self, value: str | None, *args: Any) -> str | None:
        return unseal(value.encode()).decode() if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} 已加密，不能按内容查询，请用 mark()。")
        return super().get_lookup(lookup_name)


class SealedJSONField(SealedTextField):
    """A JSON value that the database holds encrypted."""

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else super().get_prep_value(json.dumps(value))

    def from_db_value(self, value: str | None, *args: Any) -> Any:
        text = super().from_db_value(value, *args)
        return json.loads(text) if text else None

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        return json.dumps(self.value_from_object(obj))
