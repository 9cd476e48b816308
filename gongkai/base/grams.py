"""Text cut into what the search index keeps: pairs of Chinese characters, words, numbers.

"预防接种2026" is 预防 防接 接种 种 2026: a phrase of pairs finds every run of characters exactly,
without a dictionary; the last character stands alone too, so that one character is found as the
beginning of a pair wherever it is. A word of Latin letters or digits is one piece.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from gongkai.base.traditional import simplified

_RUNS = re.compile(
    r"([\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+)|([a-z0-9]+)"
)
#: 〔2026〕第03号, [2026]3号, （2026）3号 are the same number.
_YEAR = re.compile(
    r"\s*[〔\[(（【［]\s*((?:19|20)\d\d)\s*[〕\])）】］]\s*(?:第\s*)?0*(?=\d)|"
    r"\s*[〔\[(（【［]\s*((?:19|20)\d\d)\s*[〕\])）】］]"
)
_BRACKETS = re.compile(r"[〔﹝\[(（【［]((?:19|20)\d\d)[〕﹞\])）】］]")
#: What a number has that can be written in several ways.
_ODD = re.compile(r"[^0-9A-Za-z\-\u4e00-\u9fff]")
#: A number as it is said: 2026年第3号.
_SAID_NUMBER = re.compile(r"((?:19|20)\d\d)\s*年\s*第?\s*0*(\d{1,5})\s*号")
#: Digits, letters and the dash in full width.
_HALF = {
    c: c - 0xFEE0 for a, z in ("０９", "ＡＺ", "ａｚ", "－－") for c in range(ord(a), ord(z) + 1)
}
#: Stands before a pair of first letters, so that they are never taken for a word.
_LETTERS = "ㄆ"
#: A syllable of pinyin without its tone.
_SYLLABLE = re.compile(
    r"(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])(?:i?ang|i?ong|uang|i?an|i?ao|uai|uan|e?ng|ing|eng|"
    r"ai|ei|en|ia|ie|in|iu|ou|ua|ue|ui|un|uo|ve|[aeiouv])|ang?|ai|ao|eng?|er|ei|ou|[aeo]"
)
_SPELT = re.compile(r"[a-z]{6,60}")
#: Fewer syllables spelt out are first letters of too many titles.
_FEWEST_SYLLABLES = 3
#: A longer word is cut: nothing sensible is, and an index page has an end.
LONGEST_WORD = 40


def plain(text: str) -> str:
    """Full and half width, upper and lower case are the same."""
    return unicodedata.normalize("NFKC", text).lower()


def one_number(text: str) -> str:
    """The text with every 文号 written in one way: 示卫发〔2026〕3号."""
    return _YEAR.sub(lambda found: f"〔{found[1] or found[2]}〕", text)


def written_number(text: str) -> str:
    """A number as official papers write it: 〔2026〕 in these brackets, no blanks, half width."""
    half = "".join(text.split()).translate(_HALF)
    return _BRACKETS.sub(r"〔\1〕", half)


def same_number(text: str) -> str:
    """What is equal of two numbers that are the same however they are written, 第 and 0 too."""
    if not _ODD.search(text):
        return text.lower()
    return plain(one_number(written_number(text)))


def squeezed(code: str) -> str:
    """A number (文号, 索引号) as letters, digits and characters only, for comparing."""
    return "".join(match[0] for match in _RUNS.finditer(plain(one_number(code))))


def initials(text: str) -> list[str]:
    """The first letters of the pinyin of its Chinese characters: 预防接种 is yfjz.

    Where numbers or Latin words stand between them, once without and once with those:
    2026年计划 is njh and 2026njh.
    """
    from pypinyin import Style, lazy_pinyin  # its dictionary takes a moment to load

    def letters(between: Callable[[str], str]) -> str:
        found = "".join(lazy_pinyin(plain(text), style=Style.FIRST_LETTER, errors=between))
        return "".join(c for c in found.lower() if c.isascii() and c.isalnum())

    return list(dict.fromkeys((letters(lambda other: ""), letters(lambda other: other))))


def spelt(word: str) -> list[str]:
    """The first letters of a word that is written out in pinyin: yufangjiezhong is yfjz.

    Of the ways to part it into syllables those with the fewest; none where it is no pinyin.
    """
    if not _SPELT.fullmatch(word):
        return []
    ways: list[set[str]] = [{""}, *(set() for _ in word)]
    for start, rows in enumerate(ways):
        for end in range(start + 1, min(start + 6, len(word)) + 1) if rows else ():
            if _SYLLABLE.fullmatch(word, start, end):
                both = ways[end] | {row + word[start] for row in rows}
                fewest = min(map(len, both))
                ways[end] = {row for row in both if len(row) == fewest}
    return sorted(row for row in ways[-1] if len(row) >= _FEWEST_SYLLABLES)


def initial_pieces(*letters: str) -> list[str]:
    """What the index keeps of first letters: their pairs in order, a gap after each row."""
    return [
        piece
        for row in letters
        for piece in (*(f"{_LETTERS}{row[i : i + 2]}" for i in range(len(row) - 1)), _LETTERS)
    ][:-1]


def _cut(text: str) -> list[tuple[str, bool]]:
    """The runs of the text, and whether each is Chinese."""
    return [
        (match[1] or match[2][:LONGEST_WORD], bool(match[1]))
        for match in _RUNS.finditer(plain(one_number(text)))
    ]


def pieces(text: str) -> list[str]:
    """What the index keeps of a text, in order."""
    found: list[str] = []
    for run, chinese in _cut(text):
        if chinese:
            found += [run[i : i + 2] for i in range(len(run) - 1)]
            found.append(run[-1])
        else:
            found.append(run)
    return found


def phrase(word: str) -> tuple[list[str], bool]:
    """The pieces that must follow each other for ``word``, and whether the last only begins one.

    The end of the word may stand in the middle of the text: its last character alone is not
    asked for, unless it is all there is of the run.
    """
    runs = _cut(word)
    found = pieces(word)
    if not runs:
        return [], False
    last, chinese = runs[-1]
    if not chinese:
        return found, True  # "202" finds 2026
    if len(last) > 1:
        return found[:-1], False
    return found, True


def words(query: str) -> list[str]:
    """The words of a query, each to be found as it stands."""
    parts = re.split(r"[\s,，、;；。？?！!“”\"《》（）()]+", one_number(query))
    return [w for w in parts if phrase(w)[0]]


def readings(word: str) -> list[str]:
    """The ways in which a text may have a word that was asked for, the word itself first.

    In simplified characters, and 2026年3号 as the number 〔2026〕3号.
    """
    simple = simplified(word)
    return list(dict.fromkeys((word, simple, _SAID_NUMBER.sub(r"〔\1〕\2号", simple))))


def pairs(text: str) -> list[str]:
    """The different pairs and words of a text, for finding what is only similar."""
    return list(dict.fromkeys(p for p in pieces(text) if len(p) > 1))
