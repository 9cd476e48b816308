"""The stage of a play: who is there, what day it is, and what a deed is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

from django.contrib.auth.models import User

from gongkai.applications.models import Application
from gongkai.applications.tests.cast import Cast, an_application
from gongkai.base.refusal import Refused
from gongkai.bodies.actions import grant_role
from gongkai.bodies.models import Role
from gongkai.bodies.tests.cast import person

T = TypeVar("T")
State = Application.State
By = User | None
CHANNELS = ("in_person", "ems", "ordinary", "online", "email")
CLERK, HANDLER = Role.CLERK, Role.HANDLER


@dataclass
class Play:
    """The stage: who is there, and what day it is."""

    cast: Cast
    choose: Callable[[Sequence[Any]], Any]
    day: date
    last: date = date.max
    people: list[tuple[Role | None, User]] = field(default_factory=list)

    def __post_init__(self) -> None:
        c = self.cast
        if not self.people:
            self.people = [
                (CLERK, c.clerk),
                (HANDLER, c.handler),
                (Role.LEGAL, c.legal),
                (Role.SECRECY, c.secrecy),
                (Role.HEAD, c.head),
                (Role.LEADER, c.leader),
                (Role.SEAL_KEEPER, c.seal_keeper),
                (Role.ARCHIVIST, c.archivist),
                (None, c.reviewer),
                (Role.INSPECTOR, c.inspector),
                (None, c.stranger),
            ]

    def turn_the_page(self, days: Sequence[int]) -> None:
        """Some days pass."""
        self.day = min(self.last, self.day + timedelta(days=int(self.choose(days))))

    def may(self, role: Role | None, user: User, deed: Deed, case: Application) -> bool:
        """Whether a person may do the deed at all; reckoned here, not asked of the program."""
        if role not in deed.roles:
            return False
        if role is not HANDLER:
            return True
        return case.assignments.filter(section=self.cast.section).exists()

    def able(self, deed: Deed, case: Application) -> list[User]:
        return [u for r, u in self.people if self.may(r, u, deed, case)]

    def unable(self, deed: Deed, case: Application) -> list[User]:
        return [u for r, u in self.people if not self.may(r, u, deed, case)]

    def file(self, *, days_ago: int = 0) -> Application:
        """A new application, by one of three applicants."""
        who = self.choose(("周申请", "吴申请", "郑申请"))
        number = {"周申请": "11010519491231002X", "吴申请": "110105194912310038"}.get(who, "")
        filed = an_application(
            self.cast.body,
            on=self.day - timedelta(days=days_ago),
            channel=self.choose(CHANNELS),
            applicant_kind=self.choose(("natural", "commercial", "legal")),
            applicant={
                "name": who,
                "id_number": number,
                "phone": "13800000000",
                "email": "a@example.com",
                "address": "示例县人民路1号",
                "post_code": "000000",
            },
            items=self.choose((("名单",), ("名单", "电话"))),
        )
        return filed.case


@dataclass(frozen=True)
class Deed:
    """Something to do on a case: by whom, when it makes sense, and how. No roles: the applicant."""

    name: str
    roles: tuple[Role, ...]
    fits: Callable[[Application], bool]
    do: Callable[[Play, Application, By], Any]


def some(found: Any) -> Any:
    """What there is to choose from; with nothing there the deed is not possible."""
    listed = list(found)
    if not listed:
        raise Refused("没有可以办理的对象。")
    return listed


def with_other_handler(cast: Cast, play: Play) -> Play:
    """The play with one more person: a handler of no section that ever gets a case."""
    from gongkai.bodies.models import Section

    aside = Section.objects.create(body=cast.body, name="机关党委")
    user = person("pangren", "沈", "旁科")
    grant_role(user, cast.body, Role.HANDLER, by=None, section=aside)
    play.people.append((None, user))
    return play
