"""No page of applications has a barrier, and none moves sideways on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from gongkai.applications.desk.urls import urlpatterns as desk
from gongkai.applications.public.urls import urlpatterns as public
from gongkai.demo.accounts import APPLICANT, PASSWORD
from tests.journeys.conftest import PHONE, context
from tests.journeys.people import barriers, too_wide
from tests.journeys.staff import OUR_BODY, PERSON, Citizen, SignIn, fill, solve

OURS = "main"
DESK = "/office/applications/"
#: Addresses that answer with a file, a picture, only to a form that was sent or to the link of
#: an e-mail.
NO_PAGES = {
    "apply-account-open",
    "apply-account-reset",
    "apply-account-reset-link",
    "apply-account-sign-out",
    "apply-discard",
    "apply-form-docx",
    "apply-form-pdf",
    "apply-next",
    "apply-receipt-pdf",
    "track-leave",
    "track-file",
    "track-confirm",
    "desk-answer-withdraw",
    "desk-calendar-file",
    "desk-case-code",
    "desk-case-file",
    "desk-case-bound",
    "desk-dispute-file",
    "desk-evidence-remove",
    "desk-letter-file",
    "desk-letter-newest",
    "desk-redact-page",
    "desk-redact-result",
    "desk-side-file",
    "desk-side-letter",
    "desk-side-person",
    "desk-side-take",
    "desk-statistics-file",
    "desk-template-restore",
    "side-letter",
}


def _names(patterns: list) -> Iterator[str]:  # type: ignore[type-arg]
    for one in patterns:
        if hasattr(one, "url_patterns"):
            yield from _names(one.url_patterns)
        else:
            yield one.name


def _pages(patterns: list) -> set[str]:  # type: ignore[type-arg]
    return {n for n in _names(patterns) if n not in NO_PAGES and "desk-cases-" not in n}


class Look:
    """Collects what is wrong with the pages that somebody comes by."""

    def __init__(self, page: Page, part: str | None = None, *, wide: bool = True) -> None:
        self.page, self.part, self.wide = page, part, wide
        self.seen: set[str] = set()
        self.found: list[str] = []

    def at(self, name: str, address: str = "") -> None:
        """Go there, or stay, and look."""
        if address:
            answer = self.page.goto(address)
            assert answer and answer.status == 200, address
        self.seen.add(name)
        self.found += barriers(self.page, self.part)
        if self.wide and (over := too_wide(self.page)) > 0:
            self.found.append(f"{self.page.url} moves sideways by {over}")

    def link(self, name: str, pattern: str) -> None:
        """Follow the first link of the page whose address is so."""
        links = self.page.locator("main a[href]").evaluate_all("all => all.map(a => a.href)")
        self.at(name, next(a for a in links if re.search(pattern, a)))


@pytest.fixture
def phone_page(chromium: Browser, site: str) -> Iterator[Page]:
    opened = context(chromium, site, **PHONE)
    yield opened.new_page()
    opened.close()


def test_the_pages_of_the_applicant(phone_page: Page) -> None:
    page, citizen = phone_page, Citizen(phone_page)
    look = Look(page)
    look.at("apply", "/apply/")
    look.at("apply", "/apply/?q=预防接种门诊")
    look.at("answer-list", "/answers/")
    look.link("answer", r"/answers/\d+/")
    citizen.begin("食堂餐饮服务合同")
    look.at("apply-matter")
    look.at("apply-body", "/apply/body/")
    citizen.go_on()
    citizen.say(
        subject="食堂餐饮服务合同和物业服务合同",
        details="1.2025年全市各医院食堂餐饮服务合同；2.2025年物业服务合同。",
    )
    look.at("apply-split")
    page.get_by_role("button", name="拆成 2 件分别申请").click()
    look.at("apply-who")
    citizen.go_on()  # nothing is filled in: the errors stand at their fields
    look.at("apply-who")
    citizen.say(**PERSON)
    look.at("apply-delivery")
    citizen.say(form="electronic", route="online")
    look.at("apply-check")
    citizen.send()
    look.at("apply-receipt")
    page.get_by_role("button", name="继续下一件").click()
    citizen.send()
    expect(page.locator("main")).to_contain_text("这次提交的其他申请")
    look.at("apply-receipt")
    look.link("receipt-verify", "/receipt/verify/")
    look.at("track", "/track/")
    citizen.track()
    look.at("track-case")
    look.link("track-deed", "/do/withdraw/")
    look.at("track-deed", "/track/case/do/accessible-form/")
    look.at("side-requests", "/requests/")
    look.at("remedies", "/requests/remedies/")
    for kind in ("correction", "complaint", "suggestion"):
        look.at("side-new", f"/requests/{kind}/")
    _suggest(page)
    look.at("side-status")
    for door in ("register", "forgotten", "sign-in"):
        look.at(f"apply-account-{door}", f"/apply/account/{door}/")
    fill(page.locator("form.track-form"), {"username": APPLICANT, "password": PASSWORD})
    page.get_by_role("button", name="登录").click()
    expect(page.locator("h1")).to_have_text("我的申请")
    look.at("apply-account")
    for inside in ("add", "profile", "password", "close"):
        look.at(f"apply-account-{inside}", f"/apply/account/{inside}/")
    assert look.found == []
    assert _pages(public) - look.seen == set()


def _suggest(page: Page) -> None:
    form = page.locator("form.track-form")
    body = form.locator("[name=body] option", has_text="示例市卫生健康委员会").first
    fill(
        form,
        {
            "body": body.get_attribute("value"),
            "what": "全市发热门诊名单",
            "reason": "许多人要用。",
            "answer": solve(page.locator("label[for=id_answer]").inner_text()),
        },
    )
    page.get_by_role("button", name="提交").click()
    expect(page).to_have_url(re.compile("/track/request/"))


def test_the_pages_of_the_desk(signed_in: SignIn, phone_page: Page) -> None:
    phone_page.goto("/requests/suggestion/")
    _suggest(phone_page)
    clerk = signed_in("jingban")
    look = Look(clerk, OURS)
    look.at("home", "/office/")
    for tab in ("", "?tab=body", "?tab=body&state=all", "?tab=body&q=没有这样的"):
        look.at("desk-cases", DESK + tab)
    look.at("desk-new-case", f"{DESK}new/")
    for channel in ("in_person", "oral", "ems", "ordinary", "email"):
        look.at("desk-new-case", f"{DESK}new/?channel={channel}")
    look.at("desk-calendar", f"{DESK}calendar/")
    look.at("desk-moved", f"{DESK}moved/")
    look.at("desk-answers", f"{DESK}answers/")
    look.at("desk-statistics", f"{DESK}statistics/")
    look.link("desk-statistics-cases", "/statistics/cases/")
    look.at("desk-side-requests", f"{DESK}requests/")
    look.link("desk-side-request", r"/requests/\d+/$")
    look.at("desk-disputes", f"{DESK}disputes/")
    look.link("desk-dispute", r"/disputes/\d+/$")
    dispute = clerk.url
    for key in ("answer", "end", "evidence"):
        look.at("desk-dispute-deed", f"{dispute}do/{key}/")
    look.at("desk-dispute-new", f"{DESK}disputes/new/")

    # A case of every state that there is, and every deed that can be done on it.
    clerk.goto(f"{DESK}?clear=1")
    clerk.goto(f"{DESK}?tab=body&state=all")
    states = clerk.locator("select[name=state] option").evaluate_all("all => all.map(o => o.value)")
    deeds: set[str] = set()
    for state in (s for s in states if s):
        clerk.goto(f"{DESK}?tab=body&state={state}")
        case = clerk.locator("main tbody a[href]").first
        if not case.count():
            continue
        look.at("desk-case", case.get_attribute("href") or "")
        case_page = clerk.url
        ways = clerk.locator("#deeds a[href*='/do/']").evaluate_all("all => all.map(a => a.href)")
        for way in ways:
            key = way.rstrip("/").rpartition("/")[2]
            if key not in deeds:
                deeds.add(key)
                look.at("desk-decide" if key == "decide" else "desk-case-deed", way)
        if "desk-decide-item" not in look.seen and f"{case_page}do/decide/" in ways:
            clerk.goto(f"{case_page}do/decide/")
            if clerk.get_by_role("link", name="回答七个问题").count():
                look.link("desk-decide-item", r"/do/decide/\d+/$")
    assert len(deeds) > 15
    look.at("desk-case-unmask", f"{case_page}person/")

    # Letters, the original and what is taken out of it.
    clerk.goto(f"{DESK}?tab=body&state=all&q=检验设备维护合同")
    look.link("desk-case", r"/applications/\d+/$")
    case_page = clerk.url
    look.link("desk-letter", r"/letters/\d+/$")
    clerk.get_by_role("button", name="显示完整内容").click()
    look.at("desk-letter-whole")
    look.at("desk-case-files", f"{case_page}files/")
    look.wide = False  # the page of a document is as wide as it is
    look.link("desk-redact", r"/redact/$")
    look.link("desk-redact-preview", r"/redact/preview/$")
    look.wide = True

    head = signed_in("fuze")
    see = Look(head, OURS)
    see.at("home", "/office/")
    see.at("desk-cases", DESK)
    see.at("desk-office-settings", f"{DESK}settings/")
    see.at("desk-office-settings-of", f"{DESK}settings/{OUR_BODY}/")
    see.at("desk-templates", f"{DESK}templates/")
    see.at("desk-template", f"{DESK}templates/{OUR_BODY}/L16/")
    see.at("desk-template-compare", f"{DESK}templates/{OUR_BODY}/L16/compare/")
    see.at("acting", "/office/organisation/acting/")
    see.at("holidays", "/office/holidays/")
    see.at("holidays", "/office/holidays/new/")
    assert look.found + see.found == []
    assert _pages(desk) - look.seen - see.seen == set()


def test_clerks_use_the_phone_too(signed_in: SignIn) -> None:
    phone = signed_in("jingban", **PHONE)
    look = Look(phone, OURS)
    look.at("home", "/office/")
    look.at("desk-cases", f"{DESK}?clear=1")
    look.at("desk-cases", f"{DESK}?tab=body")
    look.link("desk-case", r"/applications/\d+/$")
    case = phone.url
    look.at("desk-case-files", f"{case}files/")
    look.at("desk-case-deed", f"{case}do/note/")
    look.at("desk-calendar", f"{DESK}calendar/")
    look.at("desk-new-case", f"{DESK}new/?channel=in_person")
    assert look.found == []
