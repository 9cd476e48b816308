"""The search finds every substring, one character or more, on both databases."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.base import grams, search
from gongkai.base.models import SearchChunk, SearchEntry
from gongkai.base.search import forget, index, similar

pytestmark = pytest.mark.django_db


def titles(query: str, **narrow: object) -> list[str]:
    found = search.search(query, **narrow)  # type: ignore[arg-type]
    assert found.count == len(found.hits)
    return ["".join(text for text, _ in hit.title) for hit in found]


def put(number: int, title: str, text: str = "", **more: object) -> None:
    index("notice", number, title=title, text=text, url=f"/{number}/", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "query",
    [
        "疫",
        "情",
        "疫情",
        "新冠疫情防控",
        "2022",
        "202",
        "2022年",
        "防控工作2022年",
        "COVID",
        "covid-19",
        "１９",
    ],
)
def test_a_word_of_any_length_is_found(query: str) -> None:
    put(1, "新冠疫情防控工作2022年度总结（Covid-19）")
    put(2, "义务教育招生方案")
    assert titles(query) == ["新冠疫情防控工作2022年度总结（Covid-19）"]


@pytest.mark.parametrize("query", ["情疫", "疫控", "疫情工作", "022", "", "　", "？！", "年度2022"])
def test_what_does_not_stand_there_is_not_found(query: str) -> None:
    put(1, "新冠疫情防控工作2022年度总结")
    assert titles(query) == []


def test_every_word_of_the_query_must_be_there() -> None:
    put(1, "接种门诊名单", "全县预防接种门诊，2026年")
    put(2, "接种门诊名单", "全县预防接种门诊")
    assert len(titles("接种　2026")) == 1
    assert len(titles("接种、门诊")) == 2


def test_a_hit_in_the_title_comes_first_then_the_newest() -> None:
    put(1, "年度总结", "其中说到疫苗。", on=date(2026, 3, 1))
    put(2, "疫苗批次", on=date(2020, 1, 1))
    put(3, "疫苗价格", on=date(2025, 1, 1))
    put(4, "旧的总结", "疫苗", on=None)
    assert titles("疫苗") == ["疫苗价格", "疫苗批次", "年度总结", "旧的总结"]


def test_one_body_and_one_kind_can_be_asked_for() -> None:
    put(1, "疫苗甲", body_id=7)
    put(2, "疫苗乙", body_id=8)
    index("report", 1, title="疫苗丙", text="", url="/r/", body_id=7)
    assert titles("疫苗", body_id=8) == ["疫苗乙"]
    assert titles("疫苗", kinds=["report"]) == ["疫苗丙"]
    assert sorted(titles("疫苗", body_id=7)) == ["疫苗丙", "疫苗甲"]


def test_a_page_of_many_hits_knows_how_many_there_are() -> None:
    for number in range(12):
        put(number, f"疫苗{number}", on=date(2026, 1, 1 + number))
    page = search.search("疫苗", start=5, limit=5)
    assert (len(page.hits), page.count) == (5, 12)


def test_an_entry_put_in_again_takes_the_place_of_the_old() -> None:
    put(1, "旧标题")
    put(1, "新题目")
    assert titles("旧标") == []
    assert titles("题目") == ["新题目"]
    assert SearchEntry.objects.count() == 1


def test_a_forgotten_entry_is_not_found_and_leaves_nothing() -> None:
    put(1, "疫苗批次", "正文" * 9000)
    forget("notice", 1)
    forget("notice", 1)
    assert titles("疫苗") == []
    assert not SearchChunk.objects.exists()


def test_a_long_text_is_found_to_its_end_and_across_its_pieces() -> None:
    start = search.CHUNK - 3
    text = "甲" * start + "预防接种门诊" + "乙" * 200_000 + "最后一句"
    put(1, "很长的文件", text)
    assert titles("预防接种门诊") == titles("最后一句") == ["很长的文件"]


def test_the_excerpt_shows_the_word_and_marks_it() -> None:
    put(1, "总结", "无关的话。" * 40 + "本年接种疫苗三万剂次。" + "无关的话。" * 40)
    (hit,) = search.search("疫苗").hits
    assert ("疫苗", True) in hit.excerpt
    assert len("".join(t for t, _ in hit.excerpt)) <= search.BEFORE + search.AFTER + 2


def test_markup_in_a_text_stays_text_and_quotes_in_a_query_do_no_harm() -> None:
    put(1, "<b>疫苗</b>")
    assert titles("'疫苗' OR \"x\" <-> & |*") == []
    assert titles('"疫苗"') == ["<b>疫苗</b>"]


def test_a_whole_sentence_finds_what_is_about_the_same_thing() -> None:
    put(1, "全县预防接种门诊一览表", "名称、地址、服务时间")
    put(2, "小学招生划片方案", "公开")
    asked = "请提供我县预防接种门诊的名单和地址"
    assert titles(asked) == []
    assert ["".join(t for t, _ in h.title) for h in similar(asked)] == ["全县预防接种门诊一览表"]
    assert not similar("请提供政府信息公开申请的有关情况")


def test_rebuilding_puts_everything_in_and_takes_out_what_is_no_longer_public(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put(1, "已经撤下的通知")
    entry = search.Entry("notice", 2, "现行的通知", "正文", "/2/", 5, date(2026, 1, 1))
    monkeypatch.setattr(search, "provided", lambda: iter([entry]))
    assert search.rebuild() == (1, 1)
    assert search.rebuild() == (1, 0)
    assert titles("通知") == ["现行的通知"]


@given(st.text("疫苗接种名单23aB 、", min_size=1, max_size=30), st.data())
def test_every_substring_of_a_run_is_a_phrase_of_its_pieces(text: str, data: st.DataObject) -> None:
    """The pieces of a substring (without its own edges) stand in a row among those of the text."""
    start = data.draw(st.integers(0, len(text) - 1))
    word = text[start : data.draw(st.integers(start + 1, len(text)))]
    wanted, begins = grams.phrase(word)
    inside = start and re.fullmatch("[0-9a-zA-Z]{2}", text[start - 1 : start + 1])
    if not wanted or inside:
        return  # the middle of a Latin word or a number is not searched for
    every = grams.pieces(text)
    rows = [every[i : i + len(wanted)] for i in range(len(every) - len(wanted) + 1)]
    assert any(
        row == wanted or (begins and row[:-1] == wanted[:-1] and row[-1].startswith(wanted[-1]))
        for row in rows
    )
