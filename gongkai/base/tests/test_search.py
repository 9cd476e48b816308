"""The search finds every substring, one character or more, on both databases."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.base import grams, search
from gongkai.base.models import SearchChunk, SearchEntry
from gongkai.base.search import forget, index, match, similar
from gongkai.base.search.store import PIECES

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
        "年度總結",
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
    assert search.search("劑次").hits[0].excerpt == search.search("剂次").hits[0].excerpt
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
    monkeypatch.setattr("gongkai.base.search.store.provided", lambda: iter([entry]))
    assert search.rebuild() == (1, 1)
    assert search.rebuild() == (1, 0)
    assert titles("通知") == ["现行的通知"]


NUMBER = "示卫发〔2026〕3号"


@pytest.mark.parametrize(
    "query",
    [
        "示卫发〔2026〕3号",
        "示卫发[2026]3号",
        "示卫发（2026）3号",
        "示卫发(2026)第3号",
        "示卫发【2026】03号",
        "示卫发 〔2026〕 3号",
        "〔2026〕3号",
        "示卫发2026年第3号",
        "示衛發[2026]3號",
    ],
)
def test_a_number_is_found_however_its_brackets_are_written(query: str) -> None:
    search.put(search.Entry("notice", 1, "通知", f"{NUMBER}\n正文", "/1/", codes=(NUMBER,)))
    put(2, "别的通知", "示卫发〔2026〕33号、示卫办〔2026〕3号".replace("办", "函"))
    assert "通知" in titles(query)
    assert "别的通知" not in titles("示卫发〔2026〕3号")


def test_what_bears_the_number_comes_before_what_cites_it() -> None:
    put(1, f"关于废止{NUMBER}的通知", on=date(2026, 9, 1))
    search.put(
        search.Entry("notice", 2, "原来的通知", NUMBER, "/2/", on=date(2020, 1, 1), codes=(NUMBER,))
    )
    assert titles("示卫发（2026）3号") == ["原来的通知", f"关于废止{NUMBER}的通知"]


def test_the_first_letters_of_a_title_find_it() -> None:
    put(1, "关于公布预防接种门诊的通知")
    put(2, "重庆市的做法", "yfjz 不在标题里")
    assert titles("yfjzmz") == ["关于公布预防接种门诊的通知"]
    # Written out, too; no other word of letters is taken for pinyin.
    assert titles("yufangjiezhongmenzhen") == ["关于公布预防接种门诊的通知"]
    assert grams.spelt("yufangjiezhong") == ["yfjz"] and grams.spelt("fangan") == []
    assert grams.spelt("gongkaifangan") == ["gkfa", "gkfg"] and grams.spelt("bulletin") == []
    assert titles("GBYF") == ["关于公布预防接种门诊的通知"]
    assert titles("cqs") == ["重庆市的做法"]
    assert titles("yfjz") == ["关于公布预防接种门诊的通知", "重庆市的做法"]


def test_first_letters_are_found_with_the_numbers_of_the_title_and_without_them() -> None:
    put(1, "2026年第3批名单", "别的")
    put(2, "甲型H1N1流感的防控")
    for query in ("2026nd3p", "ndpmd", "d3pm", "D3P"):
        assert titles(query) == ["2026年第3批名单"]
    assert titles("h1n1lg") == titles("jxlgdfk") == ["甲型H1N1流感的防控"]
    assert titles("md2026") == []  # the end of one row and the beginning of the other
    assert titles("2025nd3p") == []


def test_a_number_is_shown_with_its_label_where_it_was_searched_for() -> None:
    facts = (("发文字号", NUMBER), ("索引号", "wjw/2026-00001"))
    search.put(search.Entry("notice", 1, "关于疫苗的通知", "按规定接种。", "/1/", facts=facts))
    (hit,) = search.search("疫苗")
    assert (hit.facts, hit.excerpt) == ((), (("按规定接种。", False),))
    (hit,) = search.search("wjw/2026-00001")
    assert hit.facts == (("索引号", (("wjw/2026-00001", True),)),)
    (hit,) = search.search("疫苗 示卫发(2026)第3号")
    assert hit.facts == (("发文字号", ((NUMBER, True),)),)
    assert "wjw" not in "".join(text for text, _ in hit.excerpt)


def entry(number: int, **more: object) -> search.Entry:
    facts: dict[str, object] = {"title": f"疫苗{number}", "text": "", "url": f"/{number}/", **more}
    return search.Entry("notice", number, **facts)  # type: ignore[arg-type]


def test_what_holds_comes_before_what_does_not() -> None:
    search.put(entry(1, on=date(2026, 1, 1), standing="已废止", current=False))
    search.put(entry(2, on=date(2020, 1, 1), standing="有效"))
    assert titles("疫苗") == ["疫苗2", "疫苗1"]
    assert search.restate("notice", [2], standing="失效", current=False) == 1
    assert titles("疫苗") == ["疫苗1", "疫苗2"]


def test_hits_are_counted_and_narrowed_by_each_facet() -> None:
    for number in range(6):
        search.put(
            entry(
                number,
                on=date(2020 + number % 2, 1, 1),
                heading="政策文件" if number % 3 else "通知公告",
                genre="通知",
                item="5" if number % 2 else "",
                body_id=number % 2,
            )
        )
    found = search.find("疫苗")
    assert found.facets["year"] == {2020: 3, 2021: 3}
    assert found.facets["heading"] == {"政策文件": 4, "通知公告": 2}
    assert found.facets["item"] == {"5": 3}
    assert search.find("疫苗", narrow=search.Narrow(item="5", heading="通知公告")).count == 1
    narrow = search.Narrow(heading="政策文件", year=2021, bodies=(1,), genre="通知")
    assert search.find("疫苗", narrow=narrow).count == 2
    assert search.find("疫苗", narrow=search.Narrow(year=2019)).count == 0


def test_too_many_hits_are_counted_and_the_newest_that_hold_are_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gongkai.base.search.found.SORTED", 5)
    monkeypatch.setattr("gongkai.base.search.found.LISTED", 4)
    for number in range(12):
        old = number % 4 == 0
        search.put(
            search.Entry(
                "n",
                number,
                f"第{number}件",
                "疫苗",
                f"/{number}/",
                on=date(2026, 1, 1 + number),
                current=not old,
            )
        )
    found = search.find("疫苗")
    assert (found.count, found.listed) == (12, 4)
    assert [hit.url for hit in found] == ["/11/", "/10/", "/9/", "/7/"]
    assert search.find("疫苗", narrow=search.Narrow(year=2025)).count == 0


def test_hits_are_counted_over_every_piece_that_holds_a_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A limit on the pieces of a word loses entries: of 100,000 documents it once lost 23,000."""
    asked = []
    real = match.pieces

    def pieces(query: str, **how: Any) -> list[int]:
        asked.append(how)
        return real(query, **how)

    monkeypatch.setattr(match, "pieces", pieces)
    for number in range(3):
        put(number, f"疫苗第{number}件", "疫苗 " * 3_000 + "接种")
    assert search.find("疫苗 接种").count == 3
    assert asked == [{}, {}]
    assert len(real(match.query("疫苗"))) == 3 * 3
    newest = real(match.query("疫苗"), titles=True, most=2)
    assert [piece // PIECES for piece in newest] == sorted(match.entries(newest), reverse=True)
    assert {e.title for e in SearchEntry.objects.filter(pk__in=match.entries(newest))} == {
        "疫苗第1件",
        "疫苗第2件",
    }


def test_titles_are_suggested_while_typing() -> None:
    put(1, "预防接种门诊名单")
    put(2, "别的", "预防接种")
    search.put(entry(3, title="预防接种旧名单", current=False))
    assert search.suggest("接种") == [("预防接种门诊名单", "/1/"), ("预防接种旧名单", "/3/")]
    assert search.suggest("yfjzm") == [("预防接种门诊名单", "/1/")]
    assert search.suggest("、") == []


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
