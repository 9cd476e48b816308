"""The values of a letter with the personal data masked, for the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gongkai.base import masking

_MASKS: dict[str, Callable[[str], str]] = {
    "收件人": masking.mask_name,
    "联系人": masking.mask_name,
    "法定代表人": masking.mask_name,
    "证件号码": masking.mask_id,
    "联系电话": masking.mask_phone,
    "电子邮箱": masking.mask_email,
    "联系地址": masking.mask_address,
    "内容描述": masking.mask_numbers,
    "补正内容": masking.mask_numbers,
}


def masked(values: dict[str, Any]) -> dict[str, Any]:
    """A copy in which names, numbers and addresses are recognisable and no more."""
    hidden = {k: mask(str(values[k])) for k, mask in _MASKS.items() if values.get(k)}
    return values | hidden
