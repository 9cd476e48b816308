"""A passage of the words is found in the HTML: marked there, or taken out for good."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.publishing.content import clean_html, words
from gongkai.publishing.passages import COVER, cover_html, cover_text, marked_html, marked_text

HTML = (
    "<p>联系人：<b>张</b>三，电话 138 0000&nbsp;0000 &amp; 其他</p>"
    "<table><tr><td>A</td></tr></table>"
)


def covered(passage: str) -> str:
    text = words(HTML)
    at = text.index(passage)
    return cover_html(HTML, text, at, at + len(passage))


def test_a_passage_that_runs_over_tags_goes_out_and_the_tags_stay() -> None:
    assert covered("张三") == HTML.replace("<b>张</b>三", f"<b>{COVER}</b>{COVER}")


def test_spaces_and_character_references_count_as_what_they_show() -> None:
    out = covered("138 0000 0000 &")
    assert words(out) == words(HTML).replace("138 0000 0000 &", "××× ×××× ×××× ×")
    assert "其他" in out and "A" in out


def test_a_passage_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ValueError):
        cover_html("<p>短</p>", "短短短短", 0, 4)


def test_plain_text_keeps_its_spaces() -> None:
    assert cover_text("王 五来电", 0, 3) == "× ×来电"


def test_marks_close_before_every_tag_and_lead_to_one_place() -> None:
    text = words(HTML)
    at = text.index("张三")
    out = marked_html(HTML, text, [(at, at + 2, ' id="found-1"')])
    assert out.count('id="found-1"') == 1 and out.count("<mark") == out.count("</mark>") == 2
    assert words(out) == text


def test_the_words_of_a_plain_field_are_escaped_beside_the_mark() -> None:
    assert marked_text("<i>王五", [(3, 5, "")]) == "&lt;i&gt;<mark>王五</mark>"


pieces = st.lists(
    st.sampled_from(["<p>", "</p>", "<b>", "</b>", "<br>", "甲", "乙1", " ", "&amp;", "&lt;", "x"]),
    max_size=30,
)


@given(pieces, st.data())
def test_nothing_but_the_passage_changes(parts: list[str], data: st.DataObject) -> None:
    html = clean_html("".join(parts))
    text = words(html)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert words(cover_html(html, text, start, end)) == cover_text(text, start, end)
    assert words(marked_html(html, text, [(start, end, ' id="x"')])) == text
