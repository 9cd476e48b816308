"""The people of an agency at work on applications, and a citizen who applies."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

CASE_PAGE = re.compile(r"/office/applications/\d+/(#.*)?$")
SignIn = Callable[[str], Page]
OUR_BODY = "shilishi-wjw"
#: Who takes which step of a letter, in their order.
STEPS = {
    "submit": "jingban",
    "legal-review": "fazhi",
    "secrecy-review": "baomi",
    "sign": "lingdao",
    "seal": "yinzhang",
}
_DIGITS = "零一二三四五六七八九"


def solve(text: str) -> str:
    """The answer to the question that keeps machines out, as a person would write it."""
    first, second = (
        _number(word) for word in re.findall(f"[{_DIGITS}十]+", text.replace("两", "二"))[:2]
    )
    return str(first - second if "减" in text else first + second)


def _number(word: str) -> int:
    tens, ten, ones = word.rpartition("十")
    lead = (_DIGITS.index(tens) if tens else 1) * 10 if ten else 0
    return lead + (_DIGITS.index(ones) if ones else 0)


def fill(form: Locator, fields: dict[str, object]) -> None:
    """Fill in a form by the names of its fields, whatever control each is."""
    for name, value in fields.items():
        control = form.locator(f"[name='{name}']")
        kind = control.first.get_attribute("type")
        if kind == "file":
            control.set_input_files(value)  # type: ignore[arg-type]
        elif kind == "checkbox" and value is True:
            control.check()
        elif kind in ("radio", "checkbox"):  # by its value, or by the words beside it
            exact = form.locator(f"[name='{name}'][value='{value}']")
            (exact if exact.count() else form.get_by_label(str(value))).check()
        elif control.first.evaluate("e => e.tagName") == "SELECT":
            control.select_option(str(value))
        else:
            control.fill(str(value))


def fill_letter(form: Locator, name: str) -> None:
    """Choose the letter by its name; the only one is chosen already."""
    if name and form.locator("[name='letter']").count() > 1:
        form.get_by_label(re.compile(name)).check()


class Citizen:
    """Somebody who applies without an account."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.number = self.code = ""

    def go_on(self) -> None:
        self.page.get_by_role("button", name="下一步").click()

    def begin(self, search: str, body: str = OUR_BODY) -> None:
        """Search first, then go on to the body."""
        self.page.goto("/apply/")
        self.page.fill("#q", search)
        self.page.get_by_role("button", name="查一查").click()
        self.page.get_by_role("link", name="继续申请").click()
        self.page.locator(f"input[name=body][value={body}]").check()
        self.go_on()

    def say(self, **fields: object) -> None:
        fill(self.page.locator("form[data-keep]"), fields)
        self.go_on()

    def send(self) -> None:
        """Answer the question, send, and write number and query code down."""
        asked = self.page.locator("label[for=id_answer]").inner_text()
        self.page.fill("#id_answer", solve(asked))
        self.page.get_by_role("button", name="提交申请").click()
        expect(self.page.locator("h1")).to_have_text("申请已经提交")
        self.number, self.code = self.page.locator(".receipt-codes dd").all_inner_texts()

    def apply(self, subject: str, *, who: dict[str, object] | None = None, **matter: str) -> None:
        """The whole way with as few words as possible."""
        self.begin(subject)
        self.say(subject=subject, **matter)
        self.say(**(who or PERSON))
        self.say(form="electronic", route="online")
        self.send()

    def track(self) -> None:
        self.page.goto("/track/")
        self.page.fill("#id_number", self.number)
        self.page.fill("#id_code", self.code)
        self.page.get_by_role("button", name="查询", exact=True).click()
        expect(self.page.locator("h1")).to_have_text("办理进度")

    def download(self, title: str) -> bytes:
        """A paper from the tracking page."""
        with self.page.expect_download() as waiting:
            self.page.locator(".track-papers li", has_text=title).get_by_text("下载").first.click()
        return Path(waiting.value.path()).read_bytes()


PERSON: dict[str, object] = {
    "applicant_kind": "natural",
    "person": "示例秋",
    "id_number": "990101199001010019",
    "phone": "13800000077",
}


class Office:
    """The people of the agency, each signed in once, and one application on their desks."""

    def __init__(self, sign_in: SignIn) -> None:
        self._sign_in = sign_in
        self._pages: dict[str, Page] = {}
        self.case = ""

    def at(self, who: str) -> Page:
        """The desk of this person."""
        if who not in self._pages:
            self._pages[who] = self._sign_in(who)
        return self._pages[who]

    def open(self, number: str, who: str = "jingban") -> Page:
        """The case is looked up by its number in the work list."""
        page = self.at(who)
        page.goto(f"/office/applications/?tab=body&state=all&q={number}")
        page.locator("main a[href*='/office/applications/']", has_text=number).first.click()
        page.wait_for_url(CASE_PAGE)
        self.case = page.url
        return page

    def see(self, who: str) -> Page:
        """The case page of this person."""
        page = self.at(who)
        page.goto(self.case)
        return page

    def do(self, who: str, key: str, **fields: object) -> Page:
        """Press the button of a deed on the case page, fill in its form and do it."""
        page = self.see(who)
        with page.expect_navigation():
            page.locator(f"#deeds a[href$='/do/{key}/']").first.click()
        form = page.locator("form.ga-case-form")
        fill_letter(form, str(fields.pop("letter", "")))
        fill(form, fields)
        with page.expect_navigation():
            form.locator("button.button").click()
        assert CASE_PAGE.search(page.url), page.locator("main [role=alert]").all_inner_texts()
        return page

    def pass_on(self, *steps: str, letter: str = "", otherwise: str = "") -> None:
        """A letter through these steps, each by the one whose step it is.

        ``otherwise``: how the information is given where no file goes with the letter.
        """
        for step in steps:
            more: dict[str, object] = {"letter": letter} if letter else {}
            if step == "submit" and otherwise:
                more["otherwise"] = otherwise
            if step == "secrecy-review":
                more["conclusion"] = "不涉及国家秘密，可以按拟稿答复"
            self.do(STEPS[step], step, **more)

    def deliver(self, way: str = "online", letter: str = "", **fields: object) -> None:
        more: dict[str, object] = {"letter": letter} if letter else {}
        self.do("jingban", "deliver", **more, way=way, **fields)

    def redact(self, original: Path, *, words: str, box: str) -> None:
        """Upload the original, take out a line by selecting it and another by a box, release."""
        page = self.see("jingban")
        page.get_by_role("link", name="上传和处理材料").click()
        page.locator("#id_kind").select_option("original")
        page.set_input_files("#id_files", original)
        page.get_by_role("button", name="添加", exact=True).click()
        page.get_by_role("link", name="区分处理").first.click()
        x, y, width, height = _place(page, words)
        page.mouse.move(x + 1, y + height / 2)
        page.mouse.down()
        page.mouse.move(x + width - 1, y + height / 2, steps=8)
        page.mouse.up()
        expect(page.locator("#chosen")).to_contain_text("已选中")
        # Nothing is chosen for the clerk; the second passage starts from his first choice.
        page.locator("#ground").select_option("deny_third_party")
        page.fill("#reason", "涉及第三方个人信息，公开会损害其合法权益，且第三方不同意公开")
        page.get_by_role("button", name="加入清单", exact=True).click()
        page.get_by_role("button", name="画框", exact=True).click()
        x, y, width, height = _place(page, box)
        page.mouse.move(x - 4, y - 2)
        page.mouse.down()
        page.mouse.move(x + width + 4, y + height + 2, steps=8)
        page.mouse.up()
        expect(page.locator("#chosen")).to_contain_text("已画 1 个框")
        page.get_by_role("button", name="加入清单", exact=True).click()
        page.get_by_role("link", name="看处理后的样子").click()
        page.get_by_role("button", name="保存为对外提供的信息").click()
        expect(page.get_by_text("隐去的内容已经找不到").first).to_be_visible()

    def decide(self, *answers: str, **particulars: object) -> None:
        """The questions one by one, then what the letter must say."""
        page = self.see("jingban")
        page.locator("#deeds a[href$='/do/decide/']").first.click()
        page.get_by_role("link", name="回答七个问题").click()
        for answer in answers:
            page.locator(".ga-decide-options a").filter(
                has=page.locator("strong", has_text=re.compile(f"^{answer}$"))
            ).click()
        form = page.locator("form.ga-decide-form")
        fill(form, particulars)
        with page.expect_navigation():
            form.get_by_role("button", name="保存这一项的决定").click()
        refused = page.locator("main [role=alert]").all_inner_texts()
        assert page.url.endswith("/do/decide/"), refused

    def ask_fee(self, number: str, *, pages: int) -> None:
        """Take the application in, and send its applicant the notice of the fee."""
        self.open(number)
        self.do("jingban", "confirm-receipt", how="电话")
        self.do("jingban", "register")
        self.do("jingban", "fee", mode="per_page", pages=pages)
        self.pass_on("submit", "sign", "seal", letter="收费通知书")
        self.deliver(letter="收费通知书")


def _place(page: Page, words: str) -> tuple[float, float, float, float]:
    """Where the line with these words stands on the screen."""
    line = page.locator("svg text[data-start]", has_text=words).first
    line.scroll_into_view_if_needed()
    box = line.bounding_box()
    assert box
    return box["x"], box["y"], box["width"], box["height"]
