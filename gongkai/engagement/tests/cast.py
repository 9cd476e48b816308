"""The people of a mailbox, a letter and a survey to start a story with."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, fields
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from gongkai.base.question import number_of
from gongkai.bodies.actions import grant_role
from gongkai.bodies.models import Role, Section
from gongkai.bodies.tests.cast import Cast as Office
from gongkai.bodies.tests.cast import make_cast as make_office
from gongkai.bodies.tests.cast import person
from gongkai.engagement.actions import publication, replies
from gongkai.engagement.actions.letters import Incoming, Received, receive_letter
from gongkai.engagement.models import CitizenLetter, Mailbox, PublishedLetter

WRITER = {"name": "周写信", "phone": "13800000000", "email": "zhou@example.com"}
TEXT = "我是周写信，电话13800000000，人民路社区门诊周末不开门，请问什么时候能打疫苗？"


@dataclass
class Cast(Office):
    """The office of bodies.tests.cast with a mailbox and those who answer its letters."""

    section: Section
    other_section: Section
    mailbox: Mailbox
    handler: User
    other_handler: User
    leader: User


def make_cast() -> Cast:
    office = make_office()
    section = Section.objects.create(body=office.body, name="疾控科")
    other = Section.objects.create(body=office.body, name="规划科")
    people: dict[str, Any] = {}
    for name, family, role, place in (
        ("handler", "陈", Role.HANDLER, section),
        ("other_handler", "褚", Role.HANDLER, other),
        ("leader", "冯", Role.LEADER, None),
    ):
        people[name] = person(name, family, role.label)
        grant_role(people[name], office.body, role, by=None, section=place)
    mailbox = Mailbox.objects.create(body=office.body, slug="zhuren", name="主任信箱")
    known = {f.name: getattr(office, f.name) for f in fields(office)}
    return Cast(**known, section=section, other_section=other, mailbox=mailbox, **people)


def a_letter(cast: Cast, **more: Any) -> CitizenLetter:
    """周写信 asks when the vaccination clinic opens."""
    return received(cast, **more).letter


def received(cast: Cast, **more: Any) -> Received:
    facts: dict[str, Any] = {
        "mailbox": cast.mailbox,
        "category": "咨询",
        "subject": "社区门诊周末能打疫苗吗",
        "text": TEXT,
        "submission_key": secrets.token_urlsafe(32),
        "sender": dict(WRITER),
        "wish_public": True,
    }
    return receive_letter(Incoming(**(facts | more)))


def answered(cast: Cast, **more: Any) -> CitizenLetter:
    """A letter with its reply, drafted by the clerk and reviewed."""
    letter = a_letter(cast, **more)
    replies.draft_reply(letter, "done", "周写信您好，门诊周六上午开诊。", by=cast.clerk)
    replies.review_reply(letter, approve=True, by=cast.reviewer)
    letter.refresh_from_db()
    return letter


def published(cast: Cast, title: str = "社区门诊周末能打疫苗吗") -> PublishedLetter:
    """A letter that everybody may read."""
    letter = answered(cast)
    public = publication.prepare(
        letter, title, "社区门诊周末不开门，什么时候能打疫苗？", "门诊周六上午开诊。", by=cast.clerk
    )
    return publication.review_public(public, approve=True, by=cast.reviewer)


_SUM = re.compile(r"<label for=\"id_answer\">([^<]+)</label>")
_TOKEN = re.compile(r'name="token" value="([^"]+)"')
_KEY = re.compile(r'name="key" value="([^"]+)"')


def filled(client: Client, address: str, **values: Any) -> dict[str, Any]:
    """The form at the address as a person fills it in: its key, its question answered."""
    return values | answered_question(client.get(address).content.decode())


def answered_question(page: str) -> dict[str, Any]:
    """The key of a page's form and the answer to its question."""
    sent: dict[str, Any] = {}
    if key := _KEY.search(page):
        sent["key"] = key[1]
    token, asked = _TOKEN.search(page), _SUM.search(page)
    assert token and asked, "the form has no question"
    return sent | {"token": token[1], "answer": str(solved(asked[1]))}


def solved(text: str) -> int:
    """The answer of a question in words."""
    said = map(number_of, re.findall("[零一二两三四五六七八九十]+", text))
    first, second = [number for number in said if number is not None][:2]
    return first - second if "减" in text else first + second
