"""The buttons that take files speak Chinese, whatever language the browser speaks."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

FORMS = [
    ("", "/engagement/mailboxes/shilishi-wjw-zhuren/write/"),
    ("", "/check/"),
    ("jingban", "/office/ledgers/licences/import/"),
    ("jingban", "/office/annual-reports/import/"),
]


@pytest.mark.parametrize(("who", "address"), FORMS)
def test_a_file_is_chosen_and_named_in_chinese(
    signed_in, page: Page, who: str, address: str, tmp_path: Path
) -> None:
    file = tmp_path / "三月.xlsx"
    file.write_bytes(b"PK")
    if who:
        page = signed_in(who)
    page.goto(address)
    for shut in page.locator("main details:not([open]) > summary").all():
        shut.click()
    for control in page.locator("main input[type=file]").all():
        assert control.evaluate("e => getComputedStyle(e).opacity") == "0"
    expect(page.get_by_text("选择文件", exact=True).first).to_be_visible()
    with page.expect_file_chooser() as chooser:
        page.locator("main input[type=file]").first.click()
    chooser.value.set_files(file)
    expect(page.get_by_text("已选择：三月.xlsx")).to_be_visible()
