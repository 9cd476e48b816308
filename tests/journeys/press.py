"""The people of an agency at work on what it publishes."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.staff import fill

SignIn = Callable[[str], Page]
DOCUMENTS = "/office/documents/"
FINDINGS_PAGE = re.compile(r"/office/documents/\d+/findings/$")
#: Who takes which step of the review, in their order.
REVIEWERS = {"科室初审": "shenhe", "保密审查": "baomi", "领导签发": "lingdao"}


class Press:
    """The people who publish, each signed in once, and one document on their desks."""

    def __init__(self, sign_in: SignIn) -> None:
        self._sign_in = sign_in
        self._pages: dict[str, Page] = {}
        self.document = ""

    def at(self, who: str) -> Page:
        """The desk of this person."""
        if who not in self._pages:
            self._pages[who] = self._sign_in(who)
        return self._pages[who]

    def see(self, who: str, part: str = "") -> Page:
        """The document, or one of its pages, as this person sees it."""
        page = self.at(who)
        page.goto(self.document + part)
        return page

    def draft(
        self, title: str, text: str, *, who: str = "jingban", column: str = "通知公告", **facts: str
    ) -> Page:
        """Write it in the editor and have the machine read it; ends beside its findings."""
        page = self.at(who)
        page.goto(f"{DOCUMENTS}new/?body=shilishi-wjw")
        form = page.locator("form.gp-form")
        form.locator("[name=column]").select_option(label=column)
        form.locator("[name=title]").fill(title)
        form.locator(".gp-area").fill(text)
        fill(form, dict(facts))
        self.save(page)
        self.document = page.url.removesuffix("findings/")
        return page

    def change(self, text: str, *, who: str = "jingban") -> Page:
        """Write the text anew."""
        page = self.see(who, "edit/")
        page.locator(".gp-area").fill(text)
        self.save(page)
        return page

    def hand_in(self, who: str = "jingban") -> None:
        page = self.see(who)
        page.get_by_role("button", name="送审", exact=True).click()
        expect(page.get_by_text("已送审")).to_be_visible()

    def review(self, step: str) -> None:
        """The one whose step it is opens it from the list of what waits for him and passes it."""
        page = self.see(REVIEWERS[step])
        page.get_by_role("link", name=step, exact=True).click()
        if step == "保密审查":
            page.get_by_label("可以公开", exact=True).check()
        page.get_by_role("button", name=re.compile("^(通过|同意签发)$")).click()
        expect(page.get_by_text(f"{step}已通过")).to_be_visible()

    def review_all(self) -> None:
        self.hand_in()
        for step in REVIEWERS:
            self.review(step)

    def publish(self) -> str:
        """Let it out; the address at which the public reads it."""
        page = self.see("jingban")
        page.get_by_role("link", name="发布", exact=True).click()
        page.get_by_role("button", name="发布", exact=True).click()
        address = page.get_by_role("link", name="公开页面").get_attribute("href")
        assert address
        return address

    def save(self, page: Page) -> None:
        page.get_by_role("button", name="保存，看机器检查").click()
        page.wait_for_url(FINDINGS_PAGE)
