"""Who may open which page of the desk, and that no posting to any of them publishes around."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver, reverse

from gongkai.bodies.calendars import same_calendar
from gongkai.bodies.models import Body
from gongkai.publishing.actions.review import submit
from gongkai.publishing.desk.access import crumb
from gongkai.publishing.desk.forms import DraftForm
from gongkai.publishing.desk.todo import DocumentTodo, Heap
from gongkai.publishing.desk.urls import urlpatterns
from gongkai.publishing.duties import Duty
from gongkai.publishing.models import Column, Document
from gongkai.publishing.templatetags.publishing_desk import update_due
from gongkai.publishing.tests.cast import Cast, a_draft, passed, published
from gongkai.publishing.wagtail_hooks import DocumentPanel, RegisterPanel

#: The modules of these pages; the pages of registers and channels have their own tests.
OURS = {
    f"gongkai.publishing.desk.{name}"
    for name in (
        *("documents", "document", "edit", "findings", "review"),
        *("registers", "re_evaluation", "columns", "settings"),
    )
}


def routes() -> list[tuple[str, str]]:
    """Name and pattern of every route of these pages."""
    found = []
    for route in urlpatterns:
        view: Any = route.callback
        while hasattr(view, "__wrapped__"):
            view = view.__wrapped__
        if view.__module__ in OURS:
            found.append((str(route.name), str(route.pattern)))
    return found


def address(name: str, pattern: str, document: Document, cast: Cast) -> str:
    """The route filled in with this document, its finding, file or column."""
    values: dict[str, Any] = {}
    if "<slug:slug>" in pattern:
        values["slug"] = cast.body.slug
    if "<int:finding>" in pattern:
        values["finding"] = getattr(document.findings.first(), "pk", 0)
    if "<int:pk>" in pattern:
        values["pk"] = cast.column.pk if "columns" in pattern else document.pk
    return reverse(name, kwargs=values)


def doors(documents: list[Document], cast: Cast, *, turn: int) -> list[tuple[str, str]]:
    """Name and address of every route, each with one of the documents, by turns.

    Over as many turns as there are documents every route has its turn with every one.
    """
    return [
        (name, address(name, pattern, documents[(turn + at) % len(documents)], cast))
        for at, (name, pattern) in enumerate(routes())
    ]


#: With nothing to do on a document that is written, is with the section, or is not public.
READERS = ("inspector", "finance", "leader", "stranger", "administrator")
WORKERS = ("clerk", "handler", "reviewer", "secrecy", "head")


#: What a hand-made request may say; every deed finds in it what it asks for.
EVERYTHING = {
    "when": "now",
    "note": "更正",
    "approve": "1",
    "conclusion": "public",
    "opinion": "同意",
    "reason": "试",
    "result": "open",
    "words": "试试看能不能",
    "then": "stay",
    "live": "1",
    "state": "published",
    "attribute": "public",
    "title": "改",
    "text": "<p>改</p>",
}


def test_the_routes_of_the_desk_are_known() -> None:
    known = {name for name, _ in routes()}
    assert {"desk-documents", "desk-document-publish", "desk-review", "desk-column"} <= known
    assert len(known) > 20


def names(resolver: Any) -> list[str]:
    """The names of all routes of the site."""
    found = []
    for entry in resolver.url_patterns:
        found += names(entry) if isinstance(entry, URLResolver) else [str(entry.name)]
    return found


def test_no_name_of_a_page_of_the_office_is_given_twice() -> None:
    """The later one would take over the links of the earlier, in another room perhaps."""
    given = Counter(name for name in names(get_resolver()) if name.startswith("desk-"))
    assert [name for name, count in given.items() if count > 1] == []


@pytest.mark.permissions
def test_nobody_publishes_around_by_posting_to_any_route(client: Client, cast: Cast) -> None:
    stories = [
        a_draft(cast),
        a_draft(cast, title="送审中的通知"),
        passed(cast, a_draft(cast, title="不公开的信息"), conclusion="withheld"),
    ]
    submit(stories[1], by=cast.clerk)

    def seen() -> list[tuple[int, int]]:
        return list(Document.objects.order_by("pk").values_list("pk", "version"))

    before = seen()
    only_shown: set[str] = set()
    for turn, who in enumerate((*READERS, *WORKERS)):
        client.force_login(getattr(cast, who))
        for name, where in doors(stories, cast, turn=turn):
            if name in only_shown or (who, name) == ("reviewer", "desk-review"):
                continue  # his own step, which is not the last
            response = client.post(where, EVERYTHING)
            assert response.status_code in (200, 302, 403, 404, 405, 422), (who, name)
            if response.status_code == 200:
                only_shown.add(name)  # a page that is no deed: one person has tried it
        assert not Document.objects.filter(live=True).exists(), who
        if who in READERS:
            assert seen() == before, who
    assert seen() != before, "those whose work it is have done something"


@pytest.mark.permissions
def test_staff_of_another_body_see_and_do_nothing(client: Client, cast: Cast) -> None:
    document = published(cast)
    client.force_login(cast.stranger)
    for name, pattern in routes():
        where = address(name, pattern, document, cast)
        if "<int:pk>" not in pattern and "<slug:slug>" not in pattern:
            assert document.title.encode() not in client.get(where).content, name
            continue
        for response in (client.get(where), client.post(where, EVERYTHING)):
            assert response.status_code in (403, 404, 405), name
    document.refresh_from_db()
    assert document.live and document.releases.count() == 1


def test_a_draft_is_shown_to_its_section_and_to_those_who_read_of_the_whole_body(
    client: Client, cast: Cast
) -> None:
    document = a_draft(cast, section=cast.section)
    for who in ("inspector", "finance", "leader", "handler", "administrator"):
        client.force_login(getattr(cast, who))
        shown = client.get(f"/office/documents/{document.pk}/")
        assert shown.status_code == 200 and document.title in shown.content.decode(), who


def test_a_section_sees_its_own_documents_only(client: Client, cast: Cast) -> None:
    own = a_draft(cast, section=cast.section)
    other = a_draft(cast, title="别的科室的通知")
    client.force_login(cast.handler)
    shown = client.get("/office/documents/?tab=all").content.decode()
    assert own.title in shown and other.title not in shown
    assert client.get(f"/office/documents/{other.pk}/").status_code == 404


@pytest.mark.permissions
def test_every_page_opens_for_those_whose_work_it_is(client: Client, cast: Cast) -> None:
    shown = [
        a_draft(cast, text="<p>电话 13900001234</p>", section=cast.section),
        published(cast, title="已经公开的通知"),
        passed(cast, a_draft(cast, title="待发布的通知")),
        passed(cast, a_draft(cast, title="不公开的信息"), conclusion="withheld"),
    ]
    submit(a_draft(cast, title="审查中的通知"), by=cast.clerk)
    alone = {name for name, pattern in routes() if "<int:pk>" not in pattern}
    for turn, user in enumerate((cast.clerk, cast.head, cast.reviewer, cast.inspector)):
        client.force_login(user)
        for name, where in doors(shown, cast, turn=turn):
            if turn > 1 and name in alone:
                continue  # of no document: it opened for two
            response = client.get(where)
            assert response.status_code in (200, 302, 403, 404, 405), (name, user)
    client.force_login(cast.clerk)
    assert client.get("/office/").status_code == 200
    for tab in ("drafts", "review", "approved", "live", "kept", "all"):
        assert client.get("/office/documents/", {"tab": tab}).status_code == 200
    page = client.get("/office/documents/", {"tab": "due"}).content.decode()
    assert re.search("■</span> <strong>已逾期</strong> [1-9]", page)
    table = client.get("/office/documents/list.csv?tab=all").content.decode("utf-8-sig")
    assert "不公开的信息" in table


def test_more_documents_ask_the_database_no_more_often(client: Client, cast: Cast) -> None:
    pages = ("/office/documents/?tab=all", "/office/documents/list.csv?tab=all")
    request = RequestFactory().get("/office/")
    request.user = cast.clerk

    def asked(where: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(where).status_code == 200
        return len(queries)

    def asked_by_the_panels() -> int:
        """The parts of the first page that are of this room."""
        with CaptureQueriesContext(connection) as queries, same_calendar():
            for panel in (DocumentPanel(), RegisterPanel()):
                panel.render_html({"request": request})
        return len(queries)

    client.force_login(cast.clerk)
    for _ in range(2):
        a_draft(cast)
    few, panels = {where: asked(where) for where in pages}, asked_by_the_panels()
    for _ in range(2):
        a_draft(cast)
    for where in pages:
        assert asked(where) <= few[where], where
    assert asked_by_the_panels() <= panels


def test_the_register_prints_every_secrecy_review(client: Client, cast: Cast) -> None:
    published(cast)
    passed(cast, a_draft(cast, title="内部调度情况"), conclusion="withheld")
    client.force_login(cast.secrecy)
    page = client.get("/office/documents/secrecy-register/")
    shown = page.content.decode()
    assert "内部调度情况" in shown and "不予公开" in shown and "按月汇总" in shown
    only = client.get("/office/documents/secrecy-register/?conclusion=withheld").content.decode()
    assert "预防接种门诊" not in only and "内部调度情况" in only
    for kind, start in (("pdf", b"%PDF"), ("docx", b"PK")):
        made = client.get(f"/office/documents/secrecy-register/register.{kind}")
        assert made.status_code == 200 and made.content.startswith(start)


def test_the_last_day_of_a_column_has_sign_word_and_colour_as_everywhere() -> None:
    def said(colour: str, left: int, *, empty: bool = False) -> str:
        return str(update_due(Duty(Column(), date(2026, 3, 2), colour, left, empty)))

    assert "●</span> <strong>期限充裕" in said("green", 9) and "还有 9 日" in said("green", 9)
    assert "■</span> <strong>已逾期" in said("overdue", -2) and "已逾期 2 日" in said("overdue", -2)
    assert "今天到期" in said("due_today", 0) and "空栏目" in said("overdue", 0, empty=True)


def test_a_title_in_the_way_above_a_page_is_cut_visibly() -> None:
    assert crumb("关于预防接种的通知") == "关于预防接种的通知"
    assert crumb("通" * 40) == "通" * 23 + "…"


def test_columns_of_several_bodies_are_told_with_their_body() -> None:
    """Who works for many bodies reads 政策文件 once for each: whose is said."""
    here, there = Body(pk=1, short_name="县卫健委"), Body(pk=2, short_name="县教育局")
    due = [
        Duty(Column(body=body, name="政策文件"), date(2026, 1, 1), "overdue", 0, empty=True)
        for body in (here, there)
    ]
    none = Heap([], 0, "")
    for duties, said in ((due, True), (due[:1], False)):
        todo = DocumentTodo(none, none, none, none, 0, 0, duties, len(duties))
        page = render_to_string("publishing/desk/todo.html", {"todo": todo})
        assert page.count("政策文件") == len(duties)
        assert (here.short_name in page) is said and (there.short_name in page) is said


def test_an_interpretation_is_of_no_news_unless_its_draft_says_so_already(cast: Cast) -> None:
    policy, news = a_draft(cast), a_draft(cast, title="工作动态", genre="news")
    form = DraftForm(body=cast.body, user=cast.clerk)
    assert list(form.fields["interprets"].queryset) == [policy]
    old = a_draft(cast, title="解读", genre="interpretation", interprets=news)
    form = DraftForm(body=cast.body, user=cast.clerk, instance=old)
    assert set(form.fields["interprets"].queryset) == {policy, news}
