"""The people of the demonstration. All of them work in made-up bodies."""

from __future__ import annotations

from dataclasses import dataclass

#: Printed by `make demo`; these accounts exist in a demonstration only.
PASSWORD = "yanshi-2026"


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """An account: its role in a made-up body (slug), or the administrator (role "")."""

    username: str
    name: str
    body: str
    role: str
    title: str
    says: str


def people() -> tuple[DemoPerson, ...]:
    return (
        DemoPerson(
            "jingban",
            "示例甲",
            "shilishi-wjw",
            "clerk",
            "办公室科员",
            "经办人，示例市卫生健康委员会",
        ),
        DemoPerson(
            "shenhe",
            "示例乙",
            "shilishi-wjw",
            "reviewer",
            "办公室主任",
            "审核人，示例市卫生健康委员会",
        ),
        DemoPerson(
            "fuze", "示例丙", "shilishi-wjw", "head", "副主任", "负责人，示例市卫生健康委员会"
        ),
        DemoPerson(
            "jiancha",
            "示例丁",
            "shilishi-zfb",
            "inspector",
            "政务公开科科长",
            "主管部门检查人员，示例市人民政府办公室",
        ),
        DemoPerson("admin", "示例戊", "", "", "", "系统管理员"),
    )
