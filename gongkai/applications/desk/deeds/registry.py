"""What can be done on a case: each deed with its button, its form, and why it may not be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.db.models import prefetch_related_objects

from gongkai.applications import clock
from gongkai.applications.models import Application
from gongkai.applications.queries import roles_on
from gongkai.applications.state import ENDED, elsewhere
from gongkai.bodies.acting import given_roles
from gongkai.bodies.models import Role
from gongkai.bodies.queries import HANDED_OVER
from gongkai.law.deadlines import EventType, Outcome
from gongkai.law.taxonomy import deed_articles


@dataclass(frozen=True, slots=True)
class Told:
    """What a deed says where query codes are shown once: of each of ``codes`` in its ``told``."""

    said: str
    codes: tuple[Application, ...]


class DeedForm(forms.Form):
    """The form of a deed; it knows the case, and the person who fills it in."""

    def __init__(self, *args: Any, case: Application, user: Any, **kwargs: Any) -> None:
        self.case, self.user = case, user
        super().__init__(*args, **kwargs)


#: case, what the clock says, → "" when the deed is legal now, else (sentence, article).
WhyNot = Callable[[Application, Outcome], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Deed:
    """One button of the case page.

    ``key`` is its address and names its article (law/taxonomy/deeds.yaml), ``group`` the heading
    it stands under (GROUPS), ``final`` one sentence for what cannot be undone, or only for a time.
    ``act(case, data, by=, seen=)`` does it and may return a sentence for the person.
    """

    key: str
    label: str
    group: str
    roles: tuple[Role, ...]
    form: type[DeedForm]
    why_not: WhyNot
    act: Callable[..., Any]
    hint: str = ""
    final: str = ""
    #: Possible also on a case that was split or merged and is worked on in others.
    joined: bool = False
    #: Possible also on an archived case, where the rest is refused.
    archived: bool = False
    #: case, person → why not he, whatever his role; "" when he may.
    not_you: Callable[[Application, Any], str] = lambda case, user: ""

    #: case → what the deed rests on there, where that is not always its own article.
    rests_on: Callable[[Application], str] | None = None

    def article(self, case: Application) -> str:
        return self.rests_on(case) if self.rests_on else deed_articles().get(self.key, "")


GROUPS = ("受理", "办理", "征求意见", "答复", "文书", "送达", "收费", "结案")


@dataclass(frozen=True, slots=True)
class Offer:
    """A deed as one person sees it on one case: possible, or why not and by what article."""

    deed: Deed
    why_not: str = ""
    article: str = ""
    #: It could be done now, by somebody else.
    barred: bool = False
    #: For whom this person would do it, whose role he has for a time (外出代行).
    acting: str = ""

    @property
    def possible(self) -> bool:
        return not self.why_not


def offers(
    case: Application, user: Any, deeds: tuple[Deed, ...], held: frozenset[Role] | None = None
) -> list[Offer]:
    """Every deed for this person, the illegal ones with the reason.

    Events, papers and roles are read once for all of them. ``held``: ``roles_on``, where it was
    asked already.
    """
    prepare(case)
    found = clock.outcome(case)
    held = roles_on(user, case) if held is None else held
    given = given_roles(user, case.body) if held & set(HANDED_OVER) else {}
    some = [_offer(deed, case, found, held, user) for deed in deeds]
    return [
        replace(o, acting=given[min(roles)])
        if given and (roles := held & set(o.deed.roles)) and roles <= set(given)
        else o
        for o in some
    ]


def offer(deed: Deed, case: Application, user: Any) -> Offer:
    """One deed for this person."""
    return offers(case, user, (deed,))[0]


def _offer(
    deed: Deed, case: Application, found: Outcome, held: frozenset[Role], user: Any
) -> Offer:
    if not deed.joined and (sentence := elsewhere(case)):
        return Offer(deed, sentence)
    why_not, article = deed.why_not(case, found)
    if why_not:
        return Offer(deed, why_not, article)
    if not deed.archived and case.archived_on is not None:
        return Offer(deed, "这件申请已经归档，不能再办理。", deed_articles()["archive"])
    if not held & set(deed.roles):
        return Offer(deed, by_whom(deed.roles), deed.article(case), barred=True)
    if not_you := deed.not_you(case, user):
        return Offer(deed, not_you, deed.article(case), barred=True)
    return Offer(deed)


def by_whom(roles: tuple[Role, ...]) -> str:
    """由经办人、承办人办理."""
    return "由" + "、".join(r.label for r in roles) + "办理。"


#: What the deeds of a page ask for: read once.
READ = (
    "events",
    "items",
    "letters",
    "consultations",
    "approvals",
    "assignments__section",
    "parts",
)


def prepare(case: Application) -> None:
    """Read what the deeds ask for once, whatever their number."""
    prefetch_related_objects([case], *READ)


# --- conditions that several deeds share ------------------------------------------------------


def law_allows(kind: EventType, **data: Any) -> WhyNot:
    """The deed is possible when the clock would accept this event today."""

    def why_not(case: Application, found: Outcome) -> tuple[str, str]:
        return clock.probe(case, kind, **data)

    return why_not


def while_open(case: Application, found: Outcome) -> tuple[str, str]:
    """Only while the application is received and not concluded."""
    if case.state in ENDED or found.closed_on is not None:
        return "这件申请已经办结。", ""
    if found.received_on is None:
        return "还没有确定收到申请之日，请先确认收到。", deed_articles()["confirm-receipt"]
    return "", ""
