import csv
import io
import zipfile
from typing import Any

import pytest
import python_calamine

from gongkai.documents.tables import ARMED, armed_again, csv_file, csv_pieces, unarmed, workbook


@pytest.mark.parametrize("start", ARMED)
def test_no_text_opens_like_a_formula_and_what_was_written_comes_back(start: str) -> None:
    text = f"{start}SUM(A1)"
    assert not unarmed(text).startswith(ARMED)
    assert armed_again(unarmed(text)) == text
    assert unarmed(unarmed(text)) == unarmed(text)


@pytest.mark.parametrize("text", ["规章", "-1", "-12.50", "-", "/", "", "'已有撇号"])
def test_numbers_marks_and_plain_words_stay_as_they_are(text: str) -> None:
    assert unarmed(text) == text
    assert armed_again(text) == text


def test_a_csv_file_opens_in_chinese_and_keeps_every_row() -> None:
    rows: list[list[Any]] = [
        ["名称", "数量"],
        *(["=1+1", None if n % 2 else n] for n in range(1203)),
    ]
    whole = csv_file(rows)
    assert whole.startswith("\ufeff")
    assert len(list(csv_pieces(rows))) == 4
    back = list(csv.reader(io.StringIO(whole.removeprefix("\ufeff"))))
    assert len(back) == 1204
    assert back[1:3] == [["'=1+1", "0"], ["'=1+1", ""]]


def test_a_workbook_carries_text_only() -> None:
    content = workbook("名单", [["名称", "类别"], ["=1+1", "甲"]], {1: ["甲", "乙"]})
    sheet = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0)
    assert sheet.to_python() == [["名称", "类别"], ["=1+1", "甲"]]
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        written = book.read("xl/worksheets/sheet1.xml")
    assert b'<c r="A2" t="inlineStr"><is><t>=1+1</t></is></c>' in written and b"<f>" not in written
