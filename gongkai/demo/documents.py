"""The made-up bodies' documents: each goes the way that every document goes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

import xlsxwriter
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone

from gongkai.base.uploads import check_upload
from gongkai.bodies.models import Body
from gongkai.demo.accounts import people
from gongkai.demo.data import load
from gongkai.law.calendar import national
from gongkai.publishing.actions import bulletins, normative
from gongkai.publishing.actions.columns import set_up_columns
from gongkai.publishing.actions.drafts import attach, create_document, save_draft
from gongkai.publishing.actions.findings import answer
from gongkai.publishing.actions.publish import publish, withdraw
from gongkai.publishing.actions.review import review, submit
from gongkai.publishing.actions.settings import save_column
from gongkai.publishing.models import BulletinTemplate, Column, Document, Finding, Way
from gongkai.publishing.models.review import Step
from gongkai.publishing.roles import REVIEWERS

BODY = "shilishi-wjw"
#: Working days between the day a document was formed and its publication.
AFTER = 3
#: YAML key → field of the document.
_FIELDS = {
    "genre": "genre",
    "number": "doc_number",
    "theme": "theme",
    "keywords": "keywords",
    "summary": "summary",
    "effective": "effective_on",
    "expires": "expires_on",
    "normative": "is_normative",
    "money": "shows_money",
    "form": "explains_by",
}


def documents() -> Iterator[tuple[str, Callable[[], None]]]:
    """(name, step) of the bodies whose documents are not there yet."""
    entries = load("documents.yaml")
    missing = [
        slug
        for slug in dict.fromkeys(entry.get("body", BODY) for entry in entries)
        if not Document.objects.filter(body__slug=slug).exists()
    ]
    if missing:
        theirs = [entry for entry in entries if entry.get("body", BODY) in missing]
        yield "主动公开的信息", partial(enter, missing, theirs)
    if not BulletinTemplate.objects.filter(body__slug=BODY).exists():
        yield "每日情况", bulletin


def enter(slugs: list[str], entries: list[dict[str, Any]]) -> None:
    """Columns for bodies, and their documents on the way that each entry says."""
    for slug in slugs:
        set_up_columns(Body.objects.get(slug=slug), by=None)
    known: dict[str, int] = {}
    ours = _staff() if BODY in slugs else {}
    if ours:
        _topics(ours["head"])
    listed = Column.objects.filter(body__slug__in=slugs).select_related("body", "section")
    columns = {(column.body.slug, column.key): column for column in listed}
    for entry in sorted(entries, key=lambda e: _day(e["formed"])):
        slug = entry.get("body", BODY)
        column = columns[slug, entry["column"]]
        known[entry["id"]] = _one(entry, column, known, ours if slug == BODY else {}).pk


def _topics(head: AbstractBaseUser) -> None:
    """专题专栏: one that runs, one that is over."""
    body, today = Body.objects.get(slug=BODY), timezone.localdate()
    for facts in load("topics.yaml"):
        if not Column.objects.filter(body=body, key=facts["key"]).exists():
            values = {"block": Column.Block.TOPIC, "column_type": "专题专栏", **facts}
            for name in ("opens", "closes"):
                day = values.pop(name)
                is_day = isinstance(day, date)
                values[f"{name}_on"] = day if is_day else today + timedelta(days=day)
            save_column(body, values, by=head)


def bulletin() -> None:
    """每日情况: a template, and yesterday's figures, entered by two and published at once."""
    staff, body = _staff(), Body.objects.get(slug=BODY)
    template = bulletins.save_template(
        body,
        {
            "name": "流感样病例监测",
            "column": Column.objects.get(body=body, key="emergency"),
            "title": "{日期}流感样病例监测情况",
            "text": "全市哨点医院报告流感样病例{新增}例，本周累计{累计}例。\n"
            "请做好个人防护，有症状时及时就诊。",
        },
        by=staff["clerk"],
    )
    figures = {"新增": 46, "累计": 213}
    told = bulletins.enter_figures(
        template,
        timezone.localdate() - timedelta(days=1),
        figures,
        source="示例市哨点医院监测系统",
        approver="分管领导",
        by=staff["clerk"],
    )
    draft = bulletins.check_figures(told, figures, by=staff["reviewer"])
    for finding in draft.findings.filter(state=Finding.State.OPEN):
        answer(finding, "监测数字由有权机关批准发布。", by=staff["clerk"])
    _review(draft, submit(draft, by=staff["clerk"]), staff)
    publish(draft, by=staff["clerk"])


def _one(
    entry: dict[str, Any],
    column: Column,
    known: dict[str, int],
    staff: dict[str, AbstractBaseUser],
) -> Document:
    clerk = staff.get("clerk")
    interprets = known.get(entry.get("interprets", ""))
    facts = {field: entry[key] for key, field in _FIELDS.items() if key in entry}
    changes = [
        {"document": known[other], "does": does, "on": on.isoformat()}
        for does in ("repeals", "amends")
        for other, on in entry.get(does, {}).items()
    ]
    document = create_document(
        column.body,
        column,
        entry["title"],
        by=clerk,
        formed_on=_day(entry["formed"]),
        text="".join(f"<p>{paragraph}</p>" for paragraph in entry["text"]),
        changes=changes,
        interprets=Document.objects.get(pk=interprets) if interprets else None,
        **facts,
    )
    if "sheet" in entry:
        file = check_upload(entry["sheet"]["name"], _sheet(**entry["sheet"]))
        attach(document, [file], by=clerk)
    _way(document, entry, staff)
    return document


def _way(document: Document, entry: dict[str, Any], staff: dict[str, AbstractBaseUser]) -> None:
    """As far as the entry says."""
    state, clerk = entry.get("is", "published"), staff.get("clerk")
    if state == "draft":
        return
    for finding in document.findings.filter(state=Finding.State.OPEN):
        answer(finding, "办公电话和公开的机构信息，可以公开。", by=clerk)
    if entry.get("normative"):
        _normative(document, staff)
    way = submit(document, by=clerk)
    if state == "review":
        _take(document, _steps(way)[0], staff)
        return
    if state == "returned":
        _take(document, _steps(way)[0], staff, approve=False, opinion=entry["why"])
        return
    kept = {"ground": entry["ground"], "opinion": entry["why"]} if state == "kept" else {}
    _review(document, way, staff, **kept)
    if state in ("approved", "kept"):
        return
    day = min(national().add(_day(entry["formed"]), AFTER), timezone.localdate())
    at = min(timezone.make_aware(datetime.combine(day, time(9, document.pk % 60))), timezone.now())
    publish(document, by=clerk, at=at)
    if "updated" in entry:
        save_draft(document, {"summary": entry["updated"]}, by=clerk)
        _review(document, submit(document, by=clerk), staff)
        publish(document, by=clerk, note=entry["updated"])
    if state == "withdrawn":
        withdraw(document, entry["why"], by=staff.get("head"))


def _normative(document: Document, staff: dict[str, AbstractBaseUser]) -> None:
    """What the register of normative documents wants, and the legality review."""
    facts = {
        "basis": "《中华人民共和国基本医疗卫生与健康促进法》",
        "competition": "not_needed",
        "consultation": "held",
        "discussed_on": document.formed_on,
        "discussed_at": "委务会议",
        "register_number": f"示规{document.formed_on:%Y}-{document.pk:03}",
    }
    normative.enter(document, facts, by=staff.get("clerk"))
    normative.review_legality(document, "lawful", "内容合法，程序符合规定。", by=staff.get("legal"))


def _review(document: Document, way: Way, staff: dict[str, AbstractBaseUser], **kept: str) -> None:
    """Every step of the way, each by the one whose work it is."""
    for step in _steps(way):
        _take(document, step, staff, **kept)


def _steps(way: Way) -> list[str]:
    tasks = way.workflow.workflow_tasks.order_by("sort_order")
    return list(tasks.values_list("task__reviewtask__step", flat=True))


def _take(
    document: Document,
    step: str,
    staff: dict[str, AbstractBaseUser],
    *,
    approve: bool = True,
    ground: str = "",
    opinion: str = "",
) -> None:
    by = staff.get(REVIEWERS[Step(step)][0].value)
    conclusion = ""
    if step == Step.SECRECY and approve:
        conclusion = "withheld" if ground else "public"
    review(
        document,
        by=by,
        approve=approve,
        step=step,
        conclusion=conclusion,
        ground=ground,
        opinion=opinion,
    )


def _staff() -> dict[str, AbstractBaseUser]:
    users = get_user_model().objects
    return {p.role: users.get(username=p.username) for p in people() if p.role and p.body == BODY}


def _day(on: Any) -> date:
    if isinstance(on, date):
        return on
    return national().add(national().on_or_before(timezone.localdate()), on)


def _sheet(name: str, rows: list[list[Any]], hidden: bool = False) -> bytes:
    """A small spreadsheet; ``hidden``: its last column is, as people do it who think it is gone."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
        if hidden:
            last = len(rows[0]) - 1
            page.set_column(last, last, None, None, {"hidden": 1})
    return out.getvalue()
