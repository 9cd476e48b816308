"""Applications of the demonstration: histories replayed through the same actions as real ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any

from django.contrib.auth import get_user_model

from gongkai.applications import clock
from gongkai.applications.actions import accounts, answers, recompute
from gongkai.applications.actions.intake import Intake, file_application
from gongkai.applications.models import ApplicantAccount, Application, OfficeSettings
from gongkai.applications.numbers import new_code
from gongkai.base.sealed import mark
from gongkai.bodies.models import Body, Role
from gongkai.demo.accounts import APPLICANT, PASSWORD, people, short_names
from gongkai.demo.case_deeds import DEEDS, By, Story
from gongkai.demo.data import load
from gongkai.law.calendar import national

#: The body whose people work on the cases of today.
BODY = "shilishi-wjw"
CODES = {BODY: "示卫健", "shiliyixian-wjw": "示一卫健", "shilierxian-wjw": "示二卫健"}
#: Key of the case whose number and query code `make demo` prints.
SHOWN = "demonstration"


def offices() -> None:
    """What the letters of the made-up bodies need."""
    for slug, code in CODES.items():
        office(Body.objects.get(slug=slug), code)


def office(body: Body, code: str) -> None:
    """What the letters of one made-up body need; ``code`` stands in its document numbers."""
    OfficeSettings.objects.get_or_create(
        body=body,
        defaults={
            "agency_code": code,
            "government": f"{body.region.name}人民政府",
            "upper": "示例省卫生健康委员会",
            "court": f"{body.region.name}人民法院",
            "petition_channel": f"{body.region.name}信访局（电话0000-3000001）",
            "payment_way": "凭缴款码到任一代收银行缴纳",
            "accepts_email": f"{body.slug}@example.com",
            # The number beside the body's telephone.
            "accepts_fax": f"{body.phone[:-1]}2",
        },
    )


def shown() -> tuple[str, str] | None:
    """Number and query code of the case that a visitor may look up."""
    case = Application.objects.filter(submission_key=SHOWN).first()
    return (case.number, new_code(SHOWN)) if case else None


def applications() -> Iterator[tuple[str, Callable[[], None]]]:
    """(name, step) of every body's applications that are not there yet."""
    data = load("cases.yaml")
    names = short_names()
    for old in data["history"]:
        if not Application.objects.filter(body__slug=old["body"]).exists():
            step = partial(replay, old["body"], old["cases"], data, {})
            yield f"历史办件（{names[old['body']]}）", step
    if not Application.objects.filter(body__slug=BODY).exists():
        users = {
            p.role: get_user_model().objects.get(username=p.username)
            for p in people()
            if p.role and p.body == BODY
        }
        yield "今天前后的办件", partial(replay, BODY, data["current"], data, users)
    known = ApplicantAccount.objects.filter(login_mark=accounts.login_mark(APPLICANT))
    if not known.exists():
        yield "申请人账号", partial(_account, data["applicants"]["a"])


def _account(who: dict[str, str]) -> None:
    """The account of one applicant, with what he keeps there and all that he has asked for."""
    account = accounts.register_account(APPLICANT, PASSWORD)
    facts = {k: v for k, v in who.items() if k != "name"}
    accounts.keep_profile(account, {"applicant_kind": "natural", "person": who["name"], **facts})
    for case in Application.objects.filter(name_mark=mark("name", who["name"])):
        accounts.link_case(account, case)


def replay(
    slug: str, entries: list[dict[str, Any]], data: dict[str, Any], staff: dict[str, By]
) -> None:
    """The applications of a body, each step on its day, as the body's people would have done."""
    body = Body.objects.get(slug=slug)
    # In the order in which they were received, as their numbers are given.
    order = sorted(range(len(entries)), key=lambda n: _received(entries[n]["received"]))
    for n in order:
        entry = entries[n]
        case = _file(body, entry, data["applicants"][entry["who"]], staff)
        story = Story(case, staff)
        for after, deed, *facts in entry["steps"]:
            day = national().add(case.submitted_on, after) if after else case.submitted_on
            if day > clock.today():
                break
            with clock.on_day(day):
                DEEDS[deed](story, *facts)
        if "public" in entry:
            story.case.refresh_from_db()
            answers.publish_answer(story.case, **entry["public"], by=story.by(Role.HEAD))
    # What days alone bring about: not corrected, not paid.
    recompute.recompute_open_cases(body)


def _received(on: Any) -> date:
    if isinstance(on, date):
        return on
    today = national().on_or_before(clock.today())
    return national().add(today, on) if on else today


def _file(
    body: Body, entry: dict[str, Any], who: dict[str, str], staff: dict[str, By]
) -> Application:
    facts = {k: v for k, v in who.items() if k != "kind"}
    on, channel = _received(entry["received"]), entry.get("channel", "in_person")
    with clock.on_day(on):
        return file_application(
            Intake(
                body=body,
                channel=channel,
                applicant_kind=who.get("kind", "natural"),
                applicant=facts,
                subject=entry["subject"],
                details=entry.get("details", f"请提供{entry['subject']}。"),
                on=on,
                submission_key=SHOWN if entry.get("shown") else None,
                form="paper" if channel == "in_person" else "electronic",
                route="pick_up" if channel == "in_person" else "online",
            ),
            by=None if channel == "online" else staff.get("clerk"),
        ).case
