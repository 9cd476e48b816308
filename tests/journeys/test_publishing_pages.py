"""No page of publishing has a barrier, and none moves sideways on a phone."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from gongkai.publishing.desk.urls import urlpatterns as desk
from gongkai.publishing.public.urls import urlpatterns as public
from tests.journeys.conftest import PHONE, context
from tests.journeys.people import barriers, too_wide
from tests.journeys.press import DOCUMENTS
from tests.journeys.staff import OUR_BODY, SignIn, fill, solve

DESK = "/office/publishing/"
BODY = f"/bodies/{OUR_BODY}/"
#: Addresses that answer with a file or data, or only to a form that was sent.
NO_PAGES = re.compile(
    r"feed$|^data-|^api-|suggest$|file$|export$|-csv$|-set-up$|-standard-columns$|-proof$"
    r"|-(un)?link$|-judge$|-send-back$|desk-submit|desk-take-back|desk-look-again|desk-finding$"
    r"|-transfer-list$|-register-(pdf|docx)$|-level-end$"
)
#: Only after an urgent publication.
SELDOM = {"desk-check-afterwards"}


class Look:
    """Collects what is wrong with the pages that somebody comes by."""

    def __init__(self, page: Page, part: str | None = None) -> None:
        self.page, self.part = page, part
        self.seen: set[str] = set()
        self.found: list[str] = []

    def at(self, name: str, address: str = "", status: int = 200) -> None:
        """Go there, or stay, and look."""
        if address:
            answer = self.page.goto(address)
            assert answer and answer.status == status, address
            path = re.sub(r"[?#].*", "", address)
            assert self.page.url.partition("?")[0].endswith(path), f"{address}: {self.page.url}"
        self.seen.add(name)
        self.found += barriers(self.page, self.part)
        if (over := too_wide(self.page)) > 0:
            self.found.append(f"{self.page.url} moves sideways by {over}")

    def link(self, name: str, pattern: str) -> None:
        """Follow the first link of the page whose address is so."""
        self.at(name, self.address(pattern))

    def address(self, pattern: str) -> str:
        links = self.page.locator("main a[href]").evaluate_all("all => all.map(a => a.href)")
        found = [a for a in links if re.search(pattern, a)]
        assert found, f"{pattern} at {self.page.url}"
        return str(found[0])

    def do(self, button: str, **fields: object) -> None:
        """Fill the form of this button in and send it."""
        form = self.page.locator("main form", has=self.page.get_by_role("button", name=button))
        fill(form.first, fields)
        with self.page.expect_navigation():
            form.first.get_by_role("button", name=button).click()
        refused = self.page.locator("main [role=alert]").all_inner_texts()
        assert not refused, refused


def _names(patterns: list) -> set[str]:  # type: ignore[type-arg]
    return {one.name for one in patterns if one.name and not NO_PAGES.search(one.name)}


@pytest.fixture
def phone_page(chromium: Browser, site: str) -> Iterator[Page]:
    opened = context(chromium, site, **PHONE)
    yield opened.new_page()
    opened.close()


def test_the_pages_of_the_portal_on_a_phone(phone_page: Page) -> None:
    look = Look(phone_page)
    look.at("home", "/")
    look.at("guide-list", "/guides/")
    look.at("rule-list", "/rules/")
    look.at("catalogue", "/catalogue/")
    look.at("catalogue-item", "/catalogue/1/")
    look.at("catalogue-local", "/catalogue/local/")
    look.at("catalogue-local-item", "/catalogue/local/service/")
    look.at("policy-list", "/policies/")
    look.at("policy-list", "/policies/?validity=repealed")
    look.at("interpretation-list", "/interpretations/")
    look.at("key-field-list", "/key-fields/")
    look.at("topic-list", "/topics/")
    look.at("region", "/regions/99/")
    look.at("body-guide", f"{BODY}guide/")
    look.at("body-rules", f"{BODY}rules/")
    look.at("body-catalogue", f"{BODY}catalogue/")
    look.at("body-organisation", f"{BODY}organisation/")
    look.link("body-section", r"/organisation/\d+/$")
    look.at("column", f"{BODY}columns/budget/")
    look.at("column", f"{BODY}columns/other/")
    look.at("document", f"/documents/{OUR_BODY}/2021/1/")
    look.at("document", f"/documents/{OUR_BODY}/2022/1/")
    look.at("document", f"/documents/{OUR_BODY}/2025/5/")
    look.link("document-read", r"/files/\d+/$")
    look.at("document", f"/documents/{OUR_BODY}/2026/19/", status=410)
    look.at("document-releases", f"/documents/{OUR_BODY}/2024/5/releases/")
    look.at("search", "/search/")
    look.at("search", "/search/?q=预防接种")
    look.at("search", "/search/?q=预防接种&genre=通知")
    look.at("search", "/search/?q=没有这样的词")
    look.at("api", "/api/")
    look.at("standard-catalogue-list", "/standard-catalogue/")
    look.at("standard-catalogue", f"/standard-catalogue/{OUR_BODY}/")
    look.at("reading-points", "/reading-points/")
    assert look.found == []
    assert _names(public) == look.seen


def test_large_type_for_the_elderly(phone_page: Page) -> None:
    phone_page.goto("/")
    phone_page.get_by_role("link", name="长辈版").first.click()
    look = Look(phone_page)
    for address in ("/", f"/documents/{OUR_BODY}/2021/1/", "/search/?q=预防", f"{BODY}catalogue/"):
        look.at("large", address)
    assert look.found == []


def test_the_pages_of_the_desk(signed_in: SignIn, phone_page: Page) -> None:
    _suggest(phone_page)
    clerk = signed_in("jingban")
    look = Look(clerk, "main")
    look.at("home", "/office/")
    for tab in ("?q=没有这样的信息", "?clear=1"):
        look.at("desk-documents", DOCUMENTS + tab)
    look.at("desk-new-document", f"{DOCUMENTS}new/")
    clerk.get_by_role("button", name="保存草稿").click()  # the errors stand at their fields
    expect(clerk.get_by_role("alert").first).to_be_visible()
    look.at("desk-new-document")
    clerk.goto(f"{DOCUMENTS}?tab=all&q=优秀乡村医生")
    look.link("desk-document", r"/documents/\d+/$")
    draft = clerk.url
    look.at("desk-edit-document", f"{draft}edit/")
    look.at("desk-findings", f"{draft}findings/")
    clerk.goto(f"{DOCUMENTS}?tab=live&q=示卫发〔2025〕17号")
    look.link("desk-document", r"/documents/\d+/$")
    live = clerk.url
    look.link("desk-document-withdraw", r"/withdraw/$")
    clerk.goto(live)
    look.link("desk-normative-entry", r"/normative/\d+/$")
    clerk.goto(f"{DOCUMENTS}?tab=all&state=approved")
    look.link("desk-document-publish", r"/publish/$")
    clerk.goto(f"{DOCUMENTS}?tab=all&state=kept")
    look.link("desk-document", r"/documents/\d+/$")
    look.at("desk-evaluate", f"{clerk.url}evaluate/")
    for name, address in (
        ("desk-re-evaluation", f"{DOCUMENTS}re-evaluation/"),
        ("desk-update-duties", f"{DOCUMENTS}update-duties/"),
        ("desk-publishing-counts", f"{DESK}counts/"),
        ("desk-secrecy-register", f"{DOCUMENTS}secrecy-register/"),
        ("desk-normative", f"{DESK}normative/"),
        ("desk-normative-counts", f"{DESK}normative/counts/"),
        ("desk-imports", f"{DESK}imports/"),
        ("desk-links", f"{DOCUMENTS}links/"),
    ):
        look.at(name, address)
    clerk.goto(f"{DESK}imports/")
    look.link("desk-import-run", r"/imports/\d+/$")
    look.at("desk-proposals", f"{DESK}proposals/")
    look.link("desk-proposal", r"/proposals/\d+/$")
    _catalogue(look)
    _channels(look, live)
    _registers(look)
    # As the public would read it: the whole page is ours.
    look.part = None
    look.at("desk-preview", f"{draft}preview/")

    reviewer = Look(signed_in("shenhe"), "main")
    reviewer.page.goto(f"{DOCUMENTS}?tab=all&state=review")
    document = reviewer.address(r"/documents/\d+/$")
    secrecy = Look(signed_in("baomi"), "main")
    secrecy.at("desk-review", f"{document}review/")

    head = Look(signed_in("fuze"), "main")
    head.page.goto(f"{DESK}bulletins/")
    head.link("desk-bulletin-check", r"/check/$")
    head.at("desk-columns", f"{DOCUMENTS}columns/")
    head.at("desk-new-column", f"{DOCUMENTS}columns/{OUR_BODY}/new/")
    head.page.goto(f"{DOCUMENTS}columns/")
    head.link("desk-column", rf"/columns/{OUR_BODY}/\d+/$")
    head.at("desk-publishing-settings", f"{DOCUMENTS}settings/")
    head.at("desk-publishing-settings-of", f"{DOCUMENTS}settings/{OUR_BODY}/")
    levels = f"{DOCUMENTS}settings/{OUR_BODY}/levels/"
    head.at("desk-review-level-new", f"{levels}new/")
    head.do("保存", name=f"核稿{random.randrange(10_000)}", role="leader")
    head.link("desk-review-level", r"/levels/\d+/$")
    head.page.goto(f"{DOCUMENTS}settings/{OUR_BODY}/")
    head.page.get_by_role("button", name="停用").last.click()
    legal = Look(signed_in("fazhi"), "main")
    legal.page.goto(f"{DESK}normative/")
    legal.link("desk-normative-entry", r"/normative/\d+/$")
    legal.link("desk-normative-legality", r"/legality/$")

    seen = set().union(*(one.seen for one in (look, reviewer, secrecy, head, legal)))
    assert look.found + reviewer.found + secrecy.found + head.found + legal.found == []
    assert _names(desk) - seen == SELDOM


def _suggest(page: Page) -> None:
    """A citizen proposes to publish something."""
    page.goto("/requests/suggestion/")
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


def _catalogue(look: Look) -> None:
    look.page.goto(f"{DESK}catalogue/")
    look.page.get_by_role("button", name=re.compile("标准")).click()
    look.at("desk-catalogue", f"{DESK}catalogue/")
    look.link("desk-catalogue-item", r"/catalogue/\d+/$")
    look.link("desk-catalogue-change", r"/change/$")
    look.at("desk-catalogue-import", f"{DESK}catalogue/import/")
    part, look.part = look.part, None
    look.at("standard-catalogue", f"/standard-catalogue/{OUR_BODY}/")
    look.part = part


def _channels(look: Look, live: str) -> None:
    look.at("desk-channels", f"{DESK}channels/")
    look.at("desk-channel-new", f"{DESK}channels/new/")
    name = f"示例健康{random.randrange(10_000)}"
    look.do("保存", name=name, account="shili-jiankang")
    look.link("desk-channel", r"/channels/\d+/$")
    look.page.goto(live)
    look.link("desk-new-post", r"/posts/new/\d+/$")
    look.page.locator("[name=channel]").select_option(label=name)
    look.do("保存，交他人核对", title="预防接种门诊", text="周末也开放。")
    look.at("desk-post")
    look.at("desk-posts", f"{DESK}posts/")


def _registers(look: Look) -> None:
    """Bulletins, transfers, reading points, clean-up: each begun, then looked at."""
    look.at("desk-bulletins", f"{DESK}bulletins/")
    look.at("desk-bulletin-template-new", f"{DESK}bulletins/templates/new/")
    column = look.page.locator("[name=column] option", has_text="工作动态").get_attribute("value")
    look.do(
        "保存",
        name=f"接种日报{random.randrange(10_000)}",  # a site that runs may have one
        column=column,
        title="{日期}接种情况",
        text="新增接种{新增}人次，累计{累计}人次。",
    )
    look.page.goto(f"{DESK}bulletins/")
    look.link("desk-bulletin-template", r"/templates/\d+/$")
    look.page.goto(f"{DESK}bulletins/")
    look.link("desk-bulletin-enter", r"/enter/$")
    look.do("保存", figure0="12", figure1="340", source="接种系统", approver="示例丙")
    look.at("desk-transfers", f"{DESK}transfers/")
    look.at("desk-transfer-new", f"{DESK}transfers/new/")
    look.do("编制", to_name="示例市档案馆")
    look.at("desk-transfer")
    look.link("desk-transfer-deed", r"/send/$")
    look.at("desk-points", f"{DESK}points/")
    look.at("desk-point-new", f"{DESK}points/new/")
    look.do("保存", name="市卫健委一楼查阅点", address="示例市示例路1号")
    look.page.goto(f"{DESK}points/")
    look.link("desk-point", r"/points/\d+/$")
    look.page.goto(f"{DESK}points/")
    look.link("desk-point-visits", r"/visits/$")
    look.at("desk-cleanups", f"{DESK}cleanups/")
    look.at("desk-cleanup-new", f"{DESK}cleanups/new/")
    look.do("开始", name="2026年规范性文件清理", reason="按年度清理")
    look.at("desk-cleanup")
    look.link("desk-cleanup-finish", r"/result/$")
