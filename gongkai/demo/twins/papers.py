"""What of a twin is no line of a register: applications, normative documents, posts, transfers."""

from __future__ import annotations

from datetime import date
from typing import Any

from gongkai.base import audit
from gongkai.bodies import actions as bodies
from gongkai.bodies.models import Body, Person, Post
from gongkai.demo import cases, documents
from gongkai.demo.data import load
from gongkai.demo.twins.lines import Team
from gongkai.publishing.models import Document, TransferBatch, TransferItem


def applications(body: Body, entry: dict[str, Any]) -> None:
    """Through the same deeds as every application, each on its day."""
    if found := entry.get("cases"):
        cases.office(body, entry["code"])
        cases.replay(body.slug, found, {"applicants": load("cases.yaml")["applicants"]}, {})


def normative_documents(body: Body, entry: dict[str, Any]) -> None:
    """Each is reviewed and published as every document is."""
    found = [_normative(body, *facts) for facts in entry.get("normative", ())]
    if found:
        documents.enter([body.slug], found)


def _normative(
    body: Body, title: str, number: str, formed: date, effective: date, expires: date
) -> dict[str, Any]:
    subject = title.removeprefix(body.region.name)
    return {
        "id": number,
        "body": body.slug,
        "column": "policies",
        "genre": "measures",
        "title": title,
        "number": number,
        "formed": formed,
        "effective": effective,
        "expires": expires,
        "normative": True,
        "theme": "卫生健康",
        "summary": f"{title}的适用范围、办理程序和施行日期。",
        "keywords": "规范性文件 演示",
        "text": [
            f"第一条　为做好本市有关工作，制定《{subject}》（演示）。",
            "第二条　各单位按照职责分工落实，每年报告一次执行情况。",
            f"第三条　自{effective.year}年{effective.month}月{effective.day}日起施行。",
        ],
    }


def leading_group(body: Body, entry: dict[str, Any]) -> None:
    """政务公开领导小组: the posts that were held in the year."""
    group_roles = {"主任": Post.GroupRole.LEAD, "副主任": Post.GroupRole.DEPUTY}
    for name, title in entry.get("leading_group", ()):
        person = Person(name=name)
        bodies.save(person, by=None)
        bodies.save(
            Post(
                person=person,
                body=body,
                title=title,
                in_leading_group=True,
                group_role=group_roles.get(title, Post.GroupRole.MEMBER),
                from_on=date(entry["year"], 1, 2),
            ),
            by=None,
        )


def transfers(body: Body, entry: dict[str, Any], by: Team) -> None:
    """Batches handed to the archive in the year, of what was published then.

    Made here and not by the deed: that one gives the year of today.
    """
    year, number = entry["year"], entry.get("transfers", 0)
    published = list(Document.objects.filter(body=body, live=True).order_by("formed_on", "pk"))
    for batch_number in range(1, number + 1):
        on = date(year, 3 * batch_number, 26)
        batch = TransferBatch.objects.create(
            body=body,
            to=TransferBatch.To.ARCHIVE,
            to_name=f"{body.region.name}档案馆",
            year=year,
            number=batch_number,
            state=TransferBatch.State.RECEIVED,
            made_by=by.keeper,
            sent_on=on,
            received_on=on,
            received_by="示例档案馆接收人",
        )
        before = date(year, 3 * batch_number - 2, 1)
        fresh = [one for one in published if before <= one.formed_on <= on]
        TransferItem.objects.bulk_create(
            TransferItem(batch=batch, document=one, release_id=one.release_id, serial=serial)
            for serial, one in enumerate(fresh, 1)
        )
        told = {"日期": str(on), "件数": len(fresh)}
        audit.record("移送", batch, by=by.keeper, scope=body.slug, new=told)
