"""The portal with a hundred thousand documents: search, pages, the server, publishing, the machine.

Run: ``python benchmarks/documents.py [--database sqlite|postgresql] [--documents 100000]``.
Wall time. Search: queries of made-up documents whose answers are known from reading every one of
them; recall and precision over what is listed. Pages: the whole request in one process, queries
counted with 2,000 documents and with all. Server: granian as ``make demo`` starts it, asked over
four open connections by another process, once with pages kept (GONGKAI_PAGE_CACHE) and once with
every page made anew; beside it a static file of the same server and the same words as a plain
Wagtail page in the same frame. Publishing: the deed, its part for the index,
and how long after it the running server shows the document. Reading: the machine's rules on
drafts with and without personal data, bytes of UTF-8. With ``--keep FOLDER`` the filled database
stays there, and a later run begins with it; ``--only server`` (search, pages, publishing, reading)
measures one part.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

from _documents import BODIES, Made, answers, made, queries
from _load import Connection
from _server import ask, server
from _site import load, machine, middle_and_p95, options, site, timed
from _stored import filled

FEW = 2_000
#: More are not brought into order by the search, and not listed.
LISTED = 2_000


# --- search ---------------------------------------------------------------------------------


def measure_search(documents: int, rounds: int) -> None:
    """Time of the search alone and of its page; what is found against what should be."""
    from django.db import connection
    from django.test import Client

    from gongkai.base import search
    from gongkai.base.search import found as inside

    asked = queries(documents)
    start = time.perf_counter()
    known, all_made = answers(documents, asked)
    spent = time.perf_counter() - start
    print(f"answers by reading every document: {spent:.0f} s")
    print(
        f"{'search':28}{'hits':>9}{'median ms':>11}{'p95 ms':>9}{'page p95':>10}"
        f"{'recall':>8}{'precision':>11}{'first 20':>10}"
    )
    client = Client(SERVER_NAME="localhost")
    everything: list[float] = []
    for kind, wanted in asked.items():
        alone, page, hits = [], [], []
        right = found = possible = ordered = 0
        for (words, _), answer in zip(wanted, known[kind], strict=True):
            for _ in range(rounds):
                alone.append(timed(lambda w=words: search.find(w)) * 1000)
            page.append(timed(lambda w=words: client.get("/search/", {"q": w})) * 1000)
            with patch.object(inside, "_hits", addresses):
                listed = search.find(words, limit=4_000)
            numbers = [number_of(url) for url in listed]
            if len(answer) <= 4_000:
                assert listed.count == len(numbers)
                possible += len(answer)
            else:  # the newest are listed, and all are counted
                assert listed.count == len(answer), (words, listed.count, len(answer))
                possible += LISTED
                numbers = numbers[:LISTED]
            right += len(answer & set(numbers))
            found += len(numbers)
            ordered += first_page(numbers[:20], answer, words, all_made)
            hits.append(listed.count)
        everything += alone
        median, p95 = middle_and_p95(alone)
        _, page95 = middle_and_p95(page)
        print(
            f"{kind:28}{f'{min(hits)}–{max(hits)}':>9}{median:11.1f}{p95:9.1f}{page95:10.1f}"
            f"{right / possible if possible else 1:8.3f}{right / found if found else 1:11.3f}"
            f"{f'{ordered}/{len(wanted)}':>10}",
            flush=True,
        )
    median, p95 = middle_and_p95(everything)
    print(f"{'all':28}{'':9}{median:11.1f}{p95:9.1f}")
    like = (
        "SELECT count(*) FROM base_searchentry e JOIN base_searchtext t ON t.entry_id = e.id"
        " WHERE e.title LIKE %s OR t.text LIKE %s"
    )

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(like, ["%宣讲%", "%宣讲%"])
            cursor.fetchall()

    print(f"reference: LIKE over title and text {timed(bare) * 1000:.0f} ms", flush=True)


def number_of(url: str) -> int:
    """The number of the made-up document that has this address."""
    body, _, serial = url.strip("/").split("/")[-3:]
    return int(body[1:]) + (int(serial) - 1) * BODIES


def addresses(ids: list[int], wanted: list[str]) -> tuple[str, ...]:
    """What was found as addresses only: no excerpts of thousands."""
    from gongkai.base.models import SearchEntry

    urls = dict(SearchEntry.objects.filter(kind="document").values_list("pk", "url"))
    return tuple(urls[pk] for pk in ids)


def first_page(numbers: list[int], answer: set[int], words: str, all_made: list[Made]) -> bool:
    """Whether the first page is the right one: what holds, then in the title, then newest."""

    def rank(n: int) -> tuple[bool, bool, int]:
        m = all_made[n]
        return m.repealed, not in_title(m, words), -m.day.toordinal()

    wanted = sorted(map(rank, answer))[: len(numbers)]
    return [rank(n) for n in numbers] == wanted


def in_title(m: Made, words: str) -> bool:
    return all(w in m.title or w in m.letters for w in words.split())


# --- pages ----------------------------------------------------------------------------------


def pages(documents: int) -> dict[str, Callable[[], str]]:
    """Addresses, another one each time."""
    rnd = random.Random(20260101)

    def one() -> Made:
        return made(rnd.randrange(documents))

    return {
        "home": lambda: "/",
        "column": lambda: f"/bodies/b{rnd.randrange(BODIES)}/columns/c{rnd.randrange(1, 7)}/",
        "column, page 10": lambda: f"/bodies/b{rnd.randrange(BODIES)}/columns/c0/?page=10",
        "document": lambda: address(one()),
        "body": lambda: f"/bodies/b{rnd.randrange(BODIES)}/",
        "policies": lambda: f"/policies/?page={rnd.randrange(1, 9)}",
        "catalogue of the law": lambda: "/catalogue/",
        "an item of it": lambda: f"/catalogue/{rnd.randrange(5, 8)}/",
        "region": lambda: "/regions/99/",
        "search, a facet": lambda: f"/search/?q=急救&year={rnd.randrange(2019, 2026)}",
        "feed of a column": lambda: f"/bodies/b{rnd.randrange(BODIES)}/columns/c1/feed.atom",
        "plain Wagtail page": lambda: f"/plain/p{rnd.randrange(documents)}/",
    }


def address(m: Made) -> str:
    return f"/documents/b{m.body}/{m.day.year}/{m.n // BODIES + 1}/"


def count_queries(documents: int) -> dict[str, int]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    counted = {}
    client = Client(SERVER_NAME="localhost")
    for name, where in pages(documents).items():
        client.get(where())
        with CaptureQueriesContext(connection) as captured:
            response = client.get(where())
        assert response.status_code == 200, (name, response.status_code)
        counted[name] = len(captured)
    return counted


def measure_pages(documents: int, rounds: int, before: dict[str, int]) -> None:
    from django.test import Client

    after = count_queries(documents)
    # One for all: a new one looks through the folder of static files before its first answer.
    client = Client(SERVER_NAME="localhost")
    print(f"{'page':28}{'median ms':>11}{'p95 ms':>9}{f'queries {FEW}':>14}{'all':>6}")
    for name, where in pages(documents).items():
        times = []
        for i in range(rounds + 3):
            url = where()
            spent = timed(lambda u=url: client.get(u)) * 1000
            if i >= 3:  # the first ones load templates
                times.append(spent)
        median, p95 = middle_and_p95(times)
        print(f"{name:28}{median:11.1f}{p95:9.1f}{before[name]:14}{after[name]:6}", flush=True)


# --- the server -----------------------------------------------------------------------------


def measure_server(documents: int, seconds: float) -> None:
    """With pages kept as the site keeps them, and with every page made anew."""
    rnd = random.Random(7)
    some = rnd.sample(range(documents), min(documents, 50_000))
    static = 0.0
    print(f"{'server':34}{'requests/s':>11}{'p95 ms':>9}{'KB':>8}{'of static':>11}")
    for how, seconds_kept in (("kept", "60"), ("made anew", "0")):
        with server(GONGKAI_PAGE_CACHE=seconds_kept) as port:
            home = Connection(port).get("/")[1].decode()
            style = re.search(r'href="(/static/base/site[^"]*\.css)"', home)
            assert style is not None
            asked = {
                "static file": [style[1]],
                f"home, {how}": ["/"],
                f"column, {how}": ["/bodies/b1/columns/c0/"],
                f"document, {how}": [address(made(some[0]))],
            }
            if seconds_kept == "0":
                del asked["static file"]
                asked["documents, each another"] = [address(made(n)) for n in some]
                asked["plain Wagtail page"] = [f"/plain/p{some[0]}/"]
                asked["plain Wagtail, each another"] = [f"/plain/p{n}/" for n in some]
            for name, paths in asked.items():
                ask(port, 1, paths[:50])
                found = ask(port, seconds, paths[50:] or paths)
                static = static or found["rate"]
                print(
                    f"{name:34}{found['rate']:11.0f}{found['p95']:9.1f}"
                    f"{found['bytes'] / 1000:8.1f}{found['rate'] / static:11.3f}",
                    flush=True,
                )


# --- publishing -----------------------------------------------------------------------------


def measure_publishing(port: int, columns: list[list[Any]], rounds: int) -> None:
    """Whole deeds by the room's actions, and the server's answers after them."""
    from gongkai.base import search
    from gongkai.publishing.actions.drafts import create_document
    from gongkai.publishing.actions.publish import publish
    from gongkai.publishing.actions.review import due_step, review, submit
    from gongkai.publishing.index import entry_of
    from gongkai.publishing.models import Document

    deed, index, seen = [], [], {"document": [], "column": [], "search": [], "home": []}
    watch = Connection(port)
    column = columns[3][1]
    for n in range(rounds):
        title = f"关于核发第{n}批{'甲乙丙丁戊己庚辛'[n % 8]}字证的通知"
        document = create_document(
            column.body,
            column,
            title,
            by=None,
            text=made(n).text,
            summary="核发证件",
            keywords="证件",
            theme="卫生、体育",
            doc_number=f"示核发〔2026〕{n + 1}号",
        )
        for finding in document.findings.all():
            finding.state = "answered"
            finding.save()
        submit(document, by=None)
        while (state := due_step(document)) is not None:
            secrecy = state.task.specific.step == "secrecy"
            verdict = {"conclusion": "public"} if secrecy else {}
            review(document, by=None, approve=True, **verdict)
        where = {
            "column": f"/bodies/b3/columns/{column.key}/",
            "search": f"/search/?q=核发第{n}批",
            "home": "/",
        }
        for path in where.values():
            watch.get(quoted(path))  # what the server keeps is the old page
        deed.append(timed(lambda d=document: publish(d, by=None)) * 1000)
        done = time.perf_counter()
        document = Document.objects.select_related("body", "column").get(pk=document.pk)
        where = {"document": document.get_absolute_url(), **where}
        for name, path in where.items():
            seen[name].append(until_shown(watch, quoted(path), title, done) * 1000)
        index.append(timed(lambda d=document: search.put(entry_of(d))) * 1000)
    for name, times in (("publish, the whole deed", deed), ("of it, index update", index)):
        median, p95 = middle_and_p95(times)
        print(f"{name:28}{median:11.1f}{p95:9.1f} ms")
    for name, times in seen.items():
        median, p95 = middle_and_p95(times)
        print(f"{'to be seen: ' + name:28}{median:11.1f}{p95:9.1f} ms", flush=True)


def quoted(path: str) -> str:
    from urllib.parse import quote

    return quote(path, safe="/?=&")


def until_shown(watch: Connection, path: str, title: str, since: float) -> float:
    """Seconds from then until the page has the title; asked without a pause."""
    while time.perf_counter() - since < 120:
        status, body = watch.get(path)
        text = re.sub(r"</?mark>", "", body.decode())
        if status == 200 and title in text:
            return time.perf_counter() - since
        time.sleep(0.005)
    raise AssertionError(f"{path} does not show it after two minutes")


# --- the machine that reads -------------------------------------------------------------------


def measure_reading(column: Any, megabytes: float) -> None:
    """The rules on drafts of ordinary length; with and without personal data in them."""
    from gongkai.publishing.models import Document
    from gongkai.publishing.scan.look import context_of, parts, read
    from gongkai.publishing.scan.personal import personal

    plants = (
        "联系人李小明，身份证号110101199003078515，手机13800138000。",
        "退款转入账号6222020200112230010，户主住示例市示例路12号3单元402室。",
    )
    texts: list[str] = []
    size = 0
    while size < megabytes * 1e6:
        texts.append("".join(made(len(texts) * 5 + i).text for i in range(5)))
        size += len(texts[-1].encode())
    for name, planted in (("without", False), ("with one in 700 characters", True)):
        drafts = [
            Document(
                body=column.body,
                column=column,
                title="关于名单的公告",
                formed_on=made(0).day,
                text=re.sub(r"(.{700})", lambda m: f"{m[1]}{plants[len(m[1]) % 2]}", text)
                if planted
                else text,
            )
            for text in texts
        ]
        amount = sum(len(d.text.encode()) for d in drafts) / 1e6
        ready = [(context_of(d), list(parts(d))) for d in drafts]
        hits = 0

        def only(ready: Any = ready) -> None:
            nonlocal hits
            hits = sum(1 for context, p in ready for part in p for _ in personal(part, context))

        alone = timed(only)
        whole = timed(lambda drafts=drafts: [list(read(d)) for d in drafts])
        print(
            f"reading, {name}: personal data {amount / alone:.1f} MB/s ({hits} found), "
            f"every rule {amount / whole:.1f} MB/s, {len(drafts) / whole:.0f} drafts/s",
            flush=True,
        )


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=8, help="the server is asked so long")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="of the filled database")
    parts = ("search", "pages", "server", "publishing", "reading")
    parser.add_argument("--only", choices=parts, nargs="+", default=parts)
    wanted = parser.parse_args()
    os.environ["GONGKAI_PAGE_CACHE"] = "0"  # in this process; the server keeps pages
    with site(wanted.database, "benchmarks.plain_wagtail.settings", wanted.keep) as folder:
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)
        print(f"machine: {machine()}", flush=True)
        columns, before = filled(folder, wanted.documents, FEW, count_queries)
        print(f"{wanted.database}, {wanted.documents} documents")
        if "search" in wanted.only:
            measure_search(wanted.documents, 3)
        if "pages" in wanted.only:
            measure_pages(wanted.documents, wanted.rounds, before)
        if "server" in wanted.only:
            measure_server(wanted.documents, wanted.seconds)
        if "publishing" in wanted.only:
            with server() as port:
                measure_publishing(port, columns, max(8, wanted.rounds // 2))
        if "reading" in wanted.only:
            measure_reading(columns[0][0], 4)
        print(f"load at the end {load()}")


if __name__ == "__main__":
    main()
