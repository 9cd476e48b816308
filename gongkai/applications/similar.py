"""Repeats and near repeats: earlier applications for the same information, with their answers.

Two texts are compared as sets of character pairs, since Chinese has no spaces between words,
after the phrases that every application has are taken out. Years and other figures must agree:
the report of 2023 is not the report of 2024.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from rapidfuzz import fuzz, process

from gongkai.applications.models import Application, Letter
from gongkai.applications.state import REPLIES
from gongkai.base.sealed import mark
from gongkai.bodies.models import Body
from gongkai.law.formats import report_format
from gongkai.law.taxonomy import decisions

#: From here on two applications ask for the same (measured in tests/test_similar.py).
SAME = 84.0
#: So many of the same applicant's, and of the body's newest, are looked at; so many are shown.
OWN, RECENT, CLOSER_LOOK, SHOWN = 200, 3000, 20, 5
#: What every application says and no application means. Longer phrases first.
_PHRASES = re.compile(
    "|".join(
        (
            "政府信息公开申请|政府信息公开|政府信息|信息公开|依申请公开|申请公开|申请获取|特此申请",
            "(?:本人|我|我单位|本公司|我公司)(?=希望|需要|申请|要求|想|请)",
            "希望能够|希望获取|希望|想要了解|想了解|需要获取|需要了解|要求公开|请求公开|请予公开",
            "请(?:贵|你)?(?:委|局|单位|机关)?(?:提供|公开|告知)|予以公开|提供|获取|申请|查询",
            "(?:贵|你)(?:委|局|单位|机关)|贵|请问|麻烦|谢谢|关于|有关|相关|以及|的|和|及|与",
        )
    )
)
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_CHINESE_YEAR = re.compile("[〇零一二三四五六七八九]{4}(?=年)")
_SPACED = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an application that is not filed yet."""

    body: Body
    subject: str
    details: str = ""
    applicant: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Similar:
    """An earlier application like the one in hand; ``score`` from 0 to 100.

    ``decision`` is the row of table 三 in words, empty while it is not answered; ``letter`` and
    ``letter_on`` the number and the day of its reply.
    """

    case: Application
    score: int
    same_applicant: bool
    decision: str
    letter: str
    letter_on: date | None

    @property
    def repeats(self) -> bool:
        """The same applicant's, answered already: 不予重复处理 may come into question."""
        return self.same_applicant and bool(self.decision)

    @property
    def article(self) -> str:
        """What 不予重复处理 rests on."""
        return "、".join(decisions()["decline_repeat"].articles)


def decision_label(key: str) -> str:
    """A decision as table 三 words it, without its number and its note."""
    row = next((r for r in report_format("2021").table3_rows if r.key == key), None)
    return re.sub(r"^(?:（.）|\d\.)|（.*）$", "", row.label) if row else ""


def normalised(text: str) -> str:
    """The text without what every application says, without marks, digits alike."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = _CHINESE_YEAR.sub(lambda year: year.group().translate(_DIGITS), text)
    return _SPACED.sub("", _PHRASES.sub("", text))


def likeness(one: str, other: str) -> float:
    """How alike two normalised texts are, 0 to 100."""
    if not one or not other:
        return 0.0
    if one == other:
        return 100.0
    score = _compare(_pairs(one), _pairs(other))
    return min(score, SAME - 1) if _other_figures(one, other) else score


def _other_figures(one: str, other: str) -> bool:
    """Both name years or figures, and none of them in common."""
    here, there = (set(re.findall(r"\d+", text)) for text in (one, other))
    return bool(here and there) and not here & there


def _compare(one: str, other: str) -> float:
    """Pairs in common, whatever their order; a part of a longer text counts nearly whole."""
    short, long = sorted((len(one), len(other)))
    whole = fuzz.token_sort_ratio(one, other)
    part = fuzz.token_set_ratio(one, other) * (0.95 if short * 6 >= long else 0.6)
    return max(whole, part)


def _pairs(text: str) -> str:
    if len(text) < 2:
        return text
    return " ".join(text[at : at + 2] for at in range(len(text) - 1))


def similar_cases(of: Application | Facts) -> list[Similar]:
    """Earlier applications to the same body like this one: the same applicant's first, and of
    each last those that were answered as repeats.

    Of the same applicant (found by the marks) the newest 200 are compared in full, of all
    others the newest 3,000 by subject and the nearest 20 of them in full. Four queries.
    """
    own = list(_earlier(of).filter(same_applicant(of))[:OWN])
    mine = {case.pk for case in own}
    subjects = dict(_earlier(of).values_list("pk", "subject")[:RECENT])
    others = {pk: normalised(s) for pk, s in subjects.items() if pk not in mine}
    near = _nearest(normalised(of.subject), others)
    found = [(case, _score(of, case)) for case in (*own, *Application.objects.filter(pk__in=near))]
    found = [(case, score) for case, score in found if score >= SAME]
    found.sort(
        key=lambda x: (x[0].pk not in mine, x[0].decision == "decline_repeat", -x[1], -x[0].pk)
    )
    shown = found[:SHOWN]
    replies = _replies(case.pk for case, _ in shown)
    return [_similar(case, score, case.pk in mine, replies.get(case.pk)) for case, score in shown]


def asks_same(one: Application, other: Application) -> bool:
    """Whether both ask for the same, as far as their words show."""
    return _score(one, other) >= SAME


def is_substantive(case: Application) -> bool:
    """Answered on the information itself: neither as a repeat nor closed without an answer."""
    found = decisions().get(case.decision)
    return found is not None and found.group != "other" and found.key != "decline_repeat"


def same_applicant(of: Application | Facts) -> Q:
    """Cases of the same person: by the identity number, or else by name and telephone."""
    if isinstance(of, Application):
        identity, name, phone = of.identity_mark, of.name_mark, of.phone_mark
    else:
        who = of.applicant or {}
        identity = mark("identity", who.get("id_number") or who.get("credit_code") or "")
        name, phone = mark("name", who.get("name", "")), mark("phone", who.get("phone", ""))
    found = Q(pk__in=[])
    if identity:
        found |= Q(identity_mark=identity)
    if name and phone:
        found |= Q(name_mark=name, phone_mark=phone)
    return found


def _earlier(of: Application | Facts) -> QuerySet[Application]:
    """Other applications to the body that stand for themselves, the newest first."""
    gone = (Application.State.SPLIT, Application.State.MERGED)
    cases = Application.objects.filter(body=of.body).exclude(state__in=gone).order_by("-pk")
    if isinstance(of, Application) and of.pk:
        cases = cases.filter(pk__lt=of.pk)
        # The parts of one application were asked for together.
        return cases.exclude(split_from=of.split_from_id) if of.split_from_id else cases
    return cases


def _nearest(subject: str, others: dict[int, str]) -> list[int]:
    if not subject:
        return []
    pairs = {pk: _pairs(text) for pk, text in others.items()}
    found = process.extract(
        _pairs(subject),
        pairs,
        scorer=fuzz.token_set_ratio,
        limit=CLOSER_LOOK,
        score_cutoff=SAME - 20,
    )
    return [pk for _, _, pk in found]


def _score(of: Application | Facts, case: Application) -> float:
    """By what is asked for in short, or by the whole text, whichever is nearer."""
    one, other = (normalised(f"{c.subject}。{c.details or ''}") for c in (of, case))
    score = max(likeness(normalised(of.subject), normalised(case.subject)), likeness(one, other))
    return min(score, SAME - 1) if _other_figures(one, other) else score


def _replies(cases: Iterable[int]) -> dict[int, Letter]:
    sent = Letter.objects.filter(
        application__in=list(cases),
        code__in=REPLIES,
        state__in=(Letter.State.SENT, Letter.State.DELIVERED),
    )
    return {letter.application_id: letter for letter in sent.order_by("pk")}


def _similar(case: Application, score: float, own: bool, letter: Letter | None) -> Similar:
    return Similar(
        case,
        round(score),
        own,
        decision_label(case.decision),
        letter.number if letter else "",
        (letter.dated_on or letter.sent_on) if letter else case.closed_on,
    )
