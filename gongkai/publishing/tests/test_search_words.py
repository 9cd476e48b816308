"""The search takes whatever is typed: no words are an error of the site, on either database."""

from __future__ import annotations

import random
from urllib.parse import quote

from django.test import Client

from gongkai.publishing.public.search import FACETS
from gongkai.publishing.tests.cast import Cast, published

#: Operators of full-text queries, what databases and templates choke on, and plain words.
PIECES = (
    *(
        "接种",
        "门诊",
        "示卫发",
        "a",
        "yf",
        "1号",
        "２０２６",
        "ＡＢＣ",
        "〔2026〕",
        "的",
        "龘",
        "𠮷",
    ),
    *(" ", "\u3000", "\t", "\n", "\u200b", "\ufeff", "\u202e", "\x00", "\x1f", "\x7f", "\ud800"),
    *("&", "|", "!", ":", "*", "(", ")", "<->", "<2>", ":*", "'", '"', "\\", "%", "_", "?", "^"),
    *("''", "--", ";", "/*", "{{", "}}", "{%", "<b>", "&amp;", "😀", "👨‍👩‍👧", "é", "e\u0301", "ﷺ"),
    *("AND", "NOT", "NEAR", "-", "+", "~", "$1", "$$", "%s", "%(a)s", "()", "999999999999999999"),
)
ADDRESSES = ("/search/", "/search/", "/search/suggest/", "/search/feed.atom")
ROUNDS = 150


def words(chance: random.Random) -> str:
    return "".join(chance.choices(PIECES, k=chance.choice((1, 1, 2, 3, 5, 9, 400))))


def test_no_odd_words_are_an_error_of_the_site(cast: Cast) -> None:
    published(cast)
    chance = random.Random(20261123)
    client = Client()
    for number in range(ROUNDS):
        given = {"q": words(chance)}
        if chance.random() < 0.4:
            given[chance.choice((*FACETS, "page"))] = words(chance)
        # Lone surrogates travel as bytes that are no UTF-8.
        query = "&".join(
            f"{k}={quote(v.encode('utf-8', 'surrogatepass'))}" for k, v in given.items()
        )
        address = f"{chance.choice(ADDRESSES)}?{query}"
        at = f"10.0.{number // 250}.{number % 250}"  # a visitor of his own: nobody is slowed down
        assert client.get(address, REMOTE_ADDR=at).status_code < 500, address
