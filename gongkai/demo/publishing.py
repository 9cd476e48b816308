"""What is done beside and after publication: handed to the archive, posted elsewhere, proposed by
citizens, taken over from an older site, reviewed at a level of the body's own.

Through the same deeds as everywhere; the made-up bodies' only.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter
from django.contrib.auth import get_user_model
from django.utils import timezone
from PIL import Image, ImageDraw

from gongkai.applications.actions.side import SideIntake, file_side
from gongkai.applications.models import SideRequest
from gongkai.base.uploads import check_upload
from gongkai.bodies.models import Body, Role
from gongkai.demo.data import load
from gongkai.demo.documents import BODY
from gongkai.publishing.actions import channels, proposals, transfer
from gongkai.publishing.actions.batch import submit_many
from gongkai.publishing.actions.columns import set_up_columns
from gongkai.publishing.actions.drafts import create_document
from gongkai.publishing.actions.imports import HEADS, import_documents
from gongkai.publishing.actions.levels import save_level
from gongkai.publishing.actions.review import review, submit
from gongkai.publishing.models import (
    Channel,
    Column,
    Document,
    ImportRun,
    Post,
    Proposal,
    ReviewLevel,
    TransferBatch,
)
from gongkai.publishing.models.review import Step


def publishing() -> Iterator[tuple[str, Callable[[], None]]]:
    """(name, step) of what is not there yet."""
    body, facts = Body.objects.get(slug=BODY), load("desk_publishing.yaml")
    level = facts["level"]
    for name, there, step in (
        ("移送档案馆和图书馆", TransferBatch.objects.filter(body=body), _transfers),
        ("主动公开的建议", Proposal.objects.filter(body=body), _suggestions),
        ("其他渠道的发布", Post.objects.filter(channel__body=body), _posts),
        ("旧网站的导入", ImportRun.objects.filter(body=body), _old_site),
    ):
        if not there.exists():
            yield name, lambda step=step: step(body, facts)  # type: ignore[misc]
    if not ReviewLevel.objects.filter(body__slug=level["body"]).exists():
        yield "增加的审查环节", lambda: _level(Body.objects.get(slug=level["body"]), level)


def _who(username: str) -> Any:
    return get_user_model().objects.get(username=username)


def _shown(body: Body, title: str) -> Document:
    return Document.objects.get(body=body, live=True, title=title)


def _transfers(body: Body, facts: dict[str, Any]) -> None:
    today, clerk = timezone.localdate(), _who("jingban")
    for one in facts["transfers"]:
        until = today - timedelta(days=one["until_ago"])
        batch = transfer.prepare_batch(
            body, one["to"], one["to_name"], date(until.year, 1, 1), until, by=clerk
        )
        transfer.send_batch(batch, today, by=clerk)
        if signed := one.get("received_by"):
            paper = check_upload("移送回执.png", _picture("receipt"))
            transfer.receive_batch(batch, today, signed, by=_who("dangan"), receipt=paper)


def _suggestions(body: Body, facts: dict[str, Any]) -> None:
    """One is taken up, one is not, one waits, beside what several applicants asked for."""
    clerk = _who("jingban")
    for number, one in enumerate(facts["suggestions"]):
        intake = SideIntake(
            kind=SideRequest.Kind.SUGGESTION,
            body=body,
            subject=one["subject"],
            text=one["text"],
            submission_key=f"demo-suggestion-{number}",
        )
        file_side(intake)
    proposals.collect(body)
    for one in facts["suggestions"]:
        proposal = Proposal.objects.get(body=body, subject=one["subject"])
        if title := one.get("taken_up"):
            proposals.accept(proposal, document=_shown(body, title), by=clerk)
        elif reason := one.get("refused"):
            proposals.refuse(proposal, reason, by=clerk)


def _posts(body: Body, facts: dict[str, Any]) -> None:
    clerk, reviewer = _who("jingban"), _who("shenhe")
    for one in facts["posts"]:
        channel = Channel.objects.get(body=body, name=one["channel"])
        title = one["title"]
        post = channels.write_post(channel, _shown(body, title), title, one["text"], by=clerk)
        if one["is"] == "written":
            continue
        channels.check_post(post, by=reviewer)
        if one["is"] == "posted":
            address = one.get("address", "")
            photo = None if address else check_upload("公告栏.png", _picture("board"))
            channels.mark_posted(
                post, by=clerk, address=address, issue=one.get("issue", ""), proof=photo
            )


def _level(body: Body, facts: dict[str, Any]) -> None:
    """A level of another body, with a notice that waits at it."""
    set_up_columns(body, by=None)
    values = {name: facts[name] for name in ("name", "role", "after", "duty")}
    save_level(body, values | {"role": Role(facts["role"])}, by=None)
    clerk = _who(facts["clerk"])
    document = create_document(
        body,
        Column.objects.get(body=body, key=facts["column"]),
        facts["title"],
        by=clerk,
        formed_on=timezone.localdate(),
        genre=Document.Genre.NOTICE,
        theme="卫生健康",
        text=_paragraphs(facts["text"]),
    )
    submit(document, by=clerk)
    review(document, by=None, approve=True, step=Step.SECTION)
    review(document, by=None, approve=True, step=Step.SECRECY, conclusion="public")


def _old_site(body: Body, facts: dict[str, Any]) -> None:
    """Pages of an older site with their table; one page is missing, the others wait for review."""
    site, clerk = facts["old_site"], _who("jingban")
    with TemporaryDirectory() as name:
        folder = Path(name)
        for page in site["pages"]:
            if "text" in page:
                words = f"<article>{_paragraphs(page['text'])}</article>"
                folder.joinpath(f"{page['key']}.html").write_text(words, "utf-8")
        table = folder / f"{site['name']}.xlsx"
        heads = ("key", "title", "column", "formed", "published", "number")
        with xlsxwriter.Workbook(str(table)) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, [HEADS[head][0] for head in (*heads, "file")])
            for line, page in enumerate(site["pages"], 1):
                cells = [str(page[head]) for head in heads]
                sheet.write_row(line, 0, [*cells, f"{page['key']}.html"])
        run = import_documents(folder, table, body, by=clerk)
    submit_many(Document.objects.filter(imported__run=run), by=clerk)


def _paragraphs(texts: list[str]) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in texts)


def _picture(of: str) -> bytes:
    """A drawn stand-in for a photograph: a paper with lines, on a board or with a round seal."""
    image = Image.new("RGB", (640, 480), "#e8e4da" if of == "receipt" else "#7a5a3a")
    pen = ImageDraw.Draw(image)
    pen.rectangle((120, 40, 520, 440), fill="white", outline="#888888", width=2)
    pen.rectangle((200, 70, 440, 90), fill="#333333")
    for line in range(8):
        pen.rectangle((160, 130 + 26 * line, 480, 136 + 26 * line), fill="#999999")
    if of == "receipt":
        pen.ellipse((380, 330, 470, 420), outline="#c8102e", width=5)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
