"""Wrong and outdated words, by dictionaries as data; one pass over the text for all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from gongkai.publishing.scan.model import ASK, STOP, Context, Hit, Part, data, hit_at


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a dictionary; ``rule`` "" stands for a longer word in which it is right."""

    text: str
    right: str = ""
    rule: str = ""
    level: str = ASK
    since: date | None = None


#: "截止2026年3月" means 截至.
_UNTIL = re.compile(r"截止(?=(?:到)?(?:19|20)\d\d年)")
#: Not the old name of a body but of a thing that keeps it.
_FORMER = ("原", "前身", "（原", "(原")


@cache
def shipped() -> tuple[Word, ...]:
    """All dictionaries that ship."""
    found: list[Word] = []
    typos, wording = data("typos"), data("wording")
    found += [Word(w, str(r), "words.typo") for w, r in typos["words"].items()]
    found += [Word(w["wrong"], w["right"], "words.wording", w["level"]) for w in wording["words"]]
    for entry in data("reforms"):
        found.append(Word(entry["old"], entry["new"], "words.reform", ASK, entry["since"]))
        found += [Word(text) for text in entry.get("except", ())]
    found += [Word(text) for text in (*typos["except"], *wording["except"])]
    return tuple(found)


@lru_cache(maxsize=32)
def _automaton(own: tuple[tuple[str, str], ...]) -> tuple[AhoCorasick, tuple[Word, ...]]:
    mine = tuple(Word(w, r, "words.own", STOP) for w, r in own if len(w) > 1)
    words = (*mine, *shipped())
    matcher = AhoCorasick(
        [word.text for word in words],
        matchkind=MatchKind.LeftmostLongest,
        implementation=Implementation.ContiguousNFA,
    )
    return matcher, words


def words(part: Part, context: Context) -> Iterator[Hit]:
    """Every word of the dictionaries, with what it should be."""
    matcher, known = _automaton(tuple(sorted(context.own_words.items())))
    for index, start, end in matcher.find_matches_as_indexes(part.text):
        word = known[index]
        if not word.rule or _is_right_here(word, part, context, start):
            continue
        yield hit_at(
            part, start, end, rule=word.rule, level=word.level, message=_says(word, part.label)
        )
    for match in _UNTIL.finditer(part.text):
        yield hit_at(
            part, *match.span(), rule="words.typo", level=ASK,
            message=f"{part.label}里的“截止”，疑为“截至”，请核对。",
        )  # fmt: skip


def _is_right_here(word: Word, part: Part, context: Context, start: int) -> bool:
    if word.since is None:
        return False
    before = part.text[max(0, start - 3) : start]
    return context.on < word.since or before.endswith(_FORMER) or _in_title(part.text, start)


def _in_title(text: str, at: int) -> bool:
    """Inside 《…》: the name of an older paper stays as it was."""
    opened = text.rfind("《", max(0, at - 80), at)
    return opened >= 0 and text.find("》", opened, at) < 0


def _says(word: Word, label: str) -> str:
    if word.rule == "words.reform":
        assert word.since is not None
        day = f"{word.since.year}年{word.since.month}月"
        return f"{label}里的“{word.text}”是旧名称，{day}起为“{word.right}”，请核对。"
    if word.rule == "words.own":
        instead = f"，请改为“{word.right}”" if word.right else "，请改正"
        return f"{label}里有本机关词表列出的“{word.text}”{instead}。"
    return f"{label}里的“{word.text}”，疑为“{word.right}”，请核对。"
