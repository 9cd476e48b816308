"""Lists with fixed keys: decisions, channels, applicant kinds, Art 20, letters, roles.

Keys never change; the Chinese labels may. A decision's key is its row of table 三.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from gongkai.law.shipped import shipped

Group = Literal["open", "partial", "deny", "unable", "decline", "other"]


def load(name: str) -> Any:
    """The content of ``taxonomy/<name>.yaml``."""
    return shipped("gongkai.law", f"taxonomy/{name}.yaml")


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision: the articles it rests on, its letters, and what must have happened before.

    ``needs`` names steps of the case (see :func:`gongkai.law.decisions.missing_steps`);
    ``whole`` decisions can only be taken for a whole application; ``discretion`` marks Art 16,
    where the agency may, not must, withhold. ``withheld`` is the short word of a ground on which
    a part may be withheld (Arts 14–16, 37), "" where the decision answers an application only.
    """

    key: str
    group: Group
    articles: tuple[str, ...]
    letters: tuple[str, ...]
    needs: tuple[str, ...] = ()
    whole: bool = False
    discretion: bool = False
    withheld: str = ""
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of the catalogue; ``remedies``: it carries the remedies clause; ``told``: what one
    of several items is told where the row of table 三 is no sentence to its applicant."""

    number: str
    label: str
    to: str
    basis: str
    must: tuple[str, ...]
    remedies: bool = False
    suffix: str | None = None
    told: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to apply; ``receipt`` is the parameter that fixes its day of receipt (Art 31)."""

    key: str
    label: str
    receipt: str
    basic: bool
    article: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ApplicantKind:
    """A column of table 三."""

    key: str
    label: str
    organisation: bool
    aliases: tuple[str, ...]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class PublicItem:
    """One of the 15 items of Art 20; ``table2`` is its clause in table 二, where it has one."""

    item: int
    label: str
    health: str
    table2: str | None = None


@dataclass(frozen=True, slots=True)
class LocalItem:
    """A kind of information that Art 21 adds, for cities and counties or for townships."""

    key: str
    label: str
    level: Literal["city", "township"]


@dataclass(frozen=True, slots=True)
class LocalLevel:
    """Who must publish what Art 21 adds: the words of the law and its article."""

    level: Literal["city", "township"]
    who: str
    article: str
    text: str


@dataclass(frozen=True, slots=True)
class Role:
    key: str
    label: str
    does: str


@dataclass(frozen=True, slots=True)
class LawName:
    """How a law is cited here, and its full name for its first use in a letter.

    ``again``: later uses are short, so the first says 以下简称.
    """

    short: str
    full: str
    again: bool


def _tuples(raw: dict[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in raw.items()}


@cache
def decisions() -> dict[str, Decision]:
    """Every decision by key, in the order of table 三."""
    return {raw["key"]: Decision(**_tuples(raw)) for raw in load("decisions")}


@cache
def letters() -> dict[str, Letter]:
    """Every letter by number, L01 to L40."""
    return {raw["number"]: Letter(**_tuples(raw)) for raw in load("letters")}


@cache
def channels() -> dict[str, Channel]:
    """Every channel by key."""
    return {raw["key"]: Channel(**raw) for raw in load("channels")}


@cache
def applicant_kinds() -> dict[str, ApplicantKind]:
    """Every applicant kind by key, in the order of the columns of table 三."""
    return {raw["key"]: ApplicantKind(**_tuples(raw)) for raw in load("applicants")}


@cache
def art20() -> tuple[PublicItem, ...]:
    """The 15 items of Art 20."""
    return tuple(PublicItem(**raw) for raw in load("art20"))


@cache
def art21() -> tuple[LocalItem, ...]:
    """What Art 21 adds to the 15 items."""
    return tuple(LocalItem(**raw) for raw in load("art21"))


@cache
def art21_levels() -> tuple[LocalLevel, ...]:
    """Whom Art 21 asks for more, and in which words."""
    return tuple(LocalLevel(**raw) for raw in load("art21_levels"))


@cache
def roles() -> dict[str, Role]:
    """Every role by key."""
    return {raw["key"]: Role(**raw) for raw in load("roles")}


def applicant_kind(text: str) -> str:
    """The key of an applicant kind given by key, alias or Chinese name; ValueError otherwise."""
    wanted = text.strip()
    for kind in applicant_kinds().values():
        if wanted == kind.key or wanted in kind.aliases:
            return kind.key
    known = "、".join(k.key for k in applicant_kinds().values())
    raise ValueError(f"不认识的申请人类别“{text}”，请用 {known} 之一。")


@cache
def deed_articles() -> dict[str, str]:
    """What each deed on an application rests on, by the deed's key."""
    return {raw["key"]: raw["article"] for raw in load("deeds")}


@cache
def law_names() -> tuple[LawName, ...]:
    """The laws that letters cite, short and in full."""
    return tuple(LawName(**raw) for raw in load("law_names"))


@dataclass(frozen=True, slots=True)
class CatalogueChannel:
    """A tick of 公开渠道和载体 in the standard catalogue."""

    key: str
    label: str
    mark: str


@dataclass(frozen=True, slots=True)
class AccountKind:
    """A kind of account, paper, board or screen.

    ``catalogue``: the tick it fulfils; ``text_limit``: characters of one post; ``place``: it
    stands somewhere, so a picture is its proof; ``issue``: it comes out in numbered issues.
    """

    key: str
    label: str
    catalogue: str
    mark: str
    text_limit: int | None = None
    place: bool = False
    issue: bool = False


@cache
def catalogue_channels() -> dict[str, CatalogueChannel]:
    """The channels of the standard catalogue by key, in the order of its form."""
    return {raw["key"]: CatalogueChannel(**raw) for raw in load("catalogue_channels")}


@cache
def account_kinds() -> dict[str, AccountKind]:
    """Every kind of account by key."""
    return {raw["key"]: AccountKind(**raw) for raw in load("account_kinds")}
