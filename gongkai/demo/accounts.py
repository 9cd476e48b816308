"""The demonstration's accounts; every one belongs to a made-up body."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from gongkai.demo.data import load

#: Printed by `make demo`. Such accounts exist where GONGKAI_DEMO is on, nowhere else.
PASSWORD = "yanshi-2026"
#: Who applies often and has an account for it (/apply/account/), no account of the office.
APPLICANT = "示例申请人"

#: Who keep the registers of the bodies of twins.yaml: one enters, one publishes.
KEEPER, PUBLISHER = "taizhang", "hedui"

_ROLES = {
    "clerk": "经办人：受理、登记、拟稿、发布；录入年报",
    "handler": "承办人：检索、提出意见",
    "legal": "法制审核人：审核文书和年报，办理复议诉讼",
    "secrecy": "保密审查人：审查能否公开",
    "finance": "财务核对人：核对含财务信息的内容",
    "leader": "分管领导：签发答复文书和发布的信息，不签发年报",
    "seal_keeper": "印章管理人：用印",
    "archivist": "档案管理人：归档",
    "reviewer": "审核人：初审发布的信息，复核检查发现",
    "head": "负责人：签发年报和文书，批准延期，公开年报",
    "inspector": "主管部门检查人员：查看所监督的机关",
}


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """An account, its role ("" is the administrator) and post in a body (by slug)."""

    username: str
    name: str
    body: str = ""
    section: str = ""
    role: str = ""
    title: str = ""
    leading: bool = False

    @property
    def says(self) -> str:
        """What one does here; who is of another body than the first: of which, and as what."""
        does = _ROLES.get(self.role, "系统管理员")
        if self.body in ("", people()[0].body):
            return does
        many = f"等{kept_bodies()}个机关" if self.username in (KEEPER, PUBLISHER) else ""
        return f"{short_names()[self.body]}{many}的{does.partition('：')[0]}"


@cache
def short_names() -> dict[str, str]:
    """What the demonstration's bodies are called, by slug."""
    return {facts["slug"]: facts["short_name"] for facts in load("bodies.yaml")["bodies"]}


@cache
def kept_bodies() -> int:
    """For how many bodies the two keepers work: the twins, and the small ones with those above."""
    found = load("twins.yaml")
    small = found["small"]
    return len(found["twins"]) + len(small["governments"]) * (len(small["departments"]) + 1)


@cache
def people() -> tuple[DemoPerson, ...]:
    return tuple(DemoPerson(**facts) for facts in load("bodies.yaml")["people"])
