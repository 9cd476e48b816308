"""Slips of the pen in identity numbers, credit codes and telephone numbers.

The last character of the first two checks the others.
"""

from __future__ import annotations

import re

from gongkai.documents.personal import is_credit_code

__all__ = ["EVIDENCE", "ID_TYPES", "how_long", "is_credit_code", "is_id_number", "is_phone"]

#: What a person can prove himself with; the first one has check characters.
ID_TYPES = (
    "居民身份证",
    "护照",
    "港澳居民来往内地通行证",
    "台湾居民来往大陆通行证",
    "外国人永久居留身份证",
    "其他证件",
)
#: What a copy of an identity document or an authorisation may come as, online and at the desk.
EVIDENCE = ("jpg", "png", "pdf")
_MOBILE = re.compile("1[3-9]")
_PHONE = re.compile(r"[\d+()（） —-]{7,30}(转\d{1,6})?")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"


def is_id_number(text: str) -> bool:
    """Whether ``text`` can be a 公民身份号码 (GB 11643: 18 characters, the last one checks)."""
    number = "".join(text.split()).upper()
    if len(number) != 18 or not (number.isascii() and number[:17].isdigit()):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
    return number[17] == _ID_CHECK[total % 11]


def how_long(text: str) -> int:
    """Characters of a number as it counts: 18 are right, of an identity card and of a code."""
    return len("".join(text.split()))


def is_phone(text: str) -> bool:
    """Whether ``text`` can be the telephone of a person: seven digits at least, eleven where it
    begins as a mobile number does (no number of a town begins with 1)."""
    digits = "".join(c for c in text if c.isdigit())
    least = 11 if _MOBILE.match(digits) else 7
    return bool(_PHONE.fullmatch(text.strip())) and len(digits) >= least
