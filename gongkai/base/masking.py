"""Personal data as a page shows them: enough to recognise, too little to copy.

Every function takes the plain text and gives the masked one; an empty text stays empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from gongkai.documents.personal import personal_data

STARS = "****"
#: Where an address stops being a place and becomes a door: what follows is masked.
_PLACE = re.compile(r"^.*?(?:街道|[省市县区旗镇乡])(?!.*(?:街道|[省市县区旗镇乡]))")
#: Names of organisations are public (国家企业信用信息公示系统), those of persons are not.
_ORGANISATION = re.compile(
    r"(公司|企业|厂|店|中心|研究[院所]|学校|大学|学院|医院|协会|学会|商会|基金会|委员会|律师事务所|"
    r"事务所|合作社|工作室|报社|杂志社|出版社|联合会|促进会|局|厅|集团)$"
)
_COMPOUND = ("欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "司徒", "令狐")


def mask_name(text: str | None) -> str:
    """张三 → 张*, 欧阳小明 → 欧阳**, John → J***; an organisation's name stays readable."""
    name = (text or "").strip()
    if not name or _ORGANISATION.search(name):
        return name
    kept = 2 if len(name) > 2 and name.startswith(_COMPOUND) else 1
    return name[:kept] + "*" * max(1, min(len(name) - kept, 3))


def mask_phone(text: str | None) -> str:
    """13800000000 → 138****0000, 0371-65900000 → 037****0000; short ones show the last two."""
    digits = re.sub(r"\D", "", text or "")
    if not digits:
        return STARS if (text or "").strip() else ""
    if len(digits) < 9:
        return STARS + digits[-2:]
    return digits[:3] + STARS + digits[-4:]


def mask_id(text: str | None) -> str:
    """Certificate number or credit code: the first and the last two characters."""
    number = "".join((text or "").split())
    if len(number) < 8:
        return "*" * len(number)
    return number[:2] + "*" * (len(number) - 4) + number[-2:]


def mask_address(text: str | None) -> str:
    """Down to the county, town or street office; the road and the door are left out."""
    address = (text or "").strip()
    if not address:
        return ""
    place = _PLACE.match(address)
    return (place.group() if place and place.end() < len(address) else address[:2]) + STARS


def mask_email(text: str | None) -> str:
    """zhou@example.com → z***@example.com."""
    name, at, host = (text or "").strip().partition("@")
    return f"{name[:1]}***{at}{host}" if name else ""


#: Field of a person → how it is masked; fields that are not named here are never shown.
MASKS = {
    "name": mask_name,
    "representative": mask_name,
    "contact": mask_name,
    "agent": mask_name,
    "agent_id_number": mask_id,
    "id_type": lambda text: text or "",
    "id_number": mask_id,
    "credit_code": lambda text: text or "",
    "phone": mask_phone,
    "email": mask_email,
    "address": mask_address,
    "post_code": lambda text: (text or "")[:2] + STARS if text else "",
}


def masked(applicant: dict[str, str] | None) -> dict[str, str]:
    """The applicant's fields as every page but the logged one shows them."""
    given = applicant or {}
    return {name: mask(given.get(name)) for name, mask in MASKS.items() if given.get(name)}


def without_person(applicant: dict[str, str] | None, text: str) -> str:
    """``text`` with every field of the applicant that stands in it masked.

    For opinions and notes, which stay for ever in rows that are not encrypted.
    """
    given = applicant or {}
    for name, mask in sorted(MASKS.items(), key=lambda m: -len(given.get(m[0]) or "")):
        value = (given.get(name) or "").strip()
        if len(value) > 1 and name not in ("id_type", "credit_code", "post_code"):
            text = text.replace(value, mask(value))
    return text


_DETECTED: dict[str, Callable[[str], str]] = {
    "身份证号码": mask_id,
    "银行卡号": mask_id,
    "手机号码": mask_phone,
    "固定电话": mask_phone,
    "电子邮箱": mask_email,
    "住址": mask_address,
    "姓名": mask_name,
}


def mask_text(text: str | None, applicant: dict[str, str] | None = None) -> str:
    """Free text as it leaves the desk: what looks like personal data in it is masked, and so is
    every field of the applicant.

    Names are known where they are the applicant's or stand after a label (姓名：); a bare name of
    somebody else is not (``documents.personal``).
    """
    shown = without_person(applicant, text or "")
    for found in reversed(personal_data(shown)):
        mask = _DETECTED[found.kind]
        shown = shown[: found.start] + mask(shown[found.start : found.end]) + shown[found.end :]
    return shown


#: Numbers that name one person, whosever: nobody needs them to see what is asked for.
_NUMBERS = ("身份证号码", "银行卡号", "手机号码")


def numbers_in(text: str | None) -> list[str]:
    """Which of these numbers stand in the text, each kind once, in order of place."""
    found = (one.kind for one in personal_data(text or ""))
    return list(dict.fromkeys(kind for kind in found if kind in _NUMBERS))


def mask_numbers(text: str | None) -> str:
    """What the applicant wrote as those read it who work on it: only such numbers are masked."""
    shown = text or ""
    for found in reversed(personal_data(shown)):
        if found.kind in _NUMBERS:
            number = _DETECTED[found.kind](shown[found.start : found.end])
            shown = shown[: found.start] + number + shown[found.end :]
    return shown
