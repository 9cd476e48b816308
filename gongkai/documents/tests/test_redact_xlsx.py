"""A passage that is masked in a workbook is in none of its parts any more."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter

from gongkai.documents.readable.sheet import sheet_readable
from gongkai.documents.redact.worker import isolated
from gongkai.documents.redact.xlsx import without
from gongkai.documents.safety import UnusableInput

PHONE = "13900005678"


def a_book() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet("联系人")
        bold = book.add_format({"bold": True})
        page.write_row(0, 0, ["姓名", "手机"])
        page.write(1, 0, "示例某")
        page.write_number(1, 1, int(PHONE))
        page.write_string(2, 0, f"请拨打{PHONE}咨询")
        page.write_rich_string(3, 0, "电话139", bold, "00005678", "，工作日")
        page.write_formula(4, 0, f'="电话"&"{PHONE}"', value=f"电话{PHONE}")
        page.write_comment(5, 0, f"打过{PHONE}")
        page.write(6, 0, "每人25元")
        other = book.add_worksheet("隐藏")
        other.write(0, 0, PHONE)
        other.hide()
        book.set_properties({"comments": PHONE})
    return out.getvalue()


def _all_words(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def test_the_passage_is_in_no_part_and_everything_else_stays() -> None:
    data = a_book()
    assert PHONE in _all_words(data)
    made = without(data, PHONE)
    words = _all_words(made)
    assert PHONE not in words and "00005678" not in words
    read = sheet_readable(made)
    assert "请拨打■■■■■■■■■■■咨询" in read.text and "每人25元" in read.text
    assert PHONE not in read.text + "".join(one.text for one in read.hidden)
    assert without(made, PHONE) == made


def test_a_passage_that_stands_nowhere_changes_nothing() -> None:
    data = a_book()
    assert without(data, "不在里面") == data == without(data, " ")


def test_it_runs_in_a_process_of_its_own_and_refuses_rubbish() -> None:
    _, made = isolated("release_xlsx", a_book(), secret=PHONE)
    assert PHONE not in _all_words(made)
    with pytest.raises(UnusableInput):
        isolated("release_xlsx", b"PK rubbish", secret=PHONE)
