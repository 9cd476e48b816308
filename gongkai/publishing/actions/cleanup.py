"""规范性文件清理: a round over every normative document in force; its results become a draft."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.html import escape

from gongkai.base import audit
from gongkai.base.refusal import Refused
from gongkai.bodies.models import Body
from gongkai.documents.blocks import chinese_date
from gongkai.publishing.actions.core import By, require, today
from gongkai.publishing.actions.drafts import create_document
from gongkai.publishing.models import Change, Cleanup, CleanupItem, Column, Document
from gongkai.publishing.normative_register import in_force
from gongkai.publishing.roles import WRITERS
from gongkai.publishing.validity import IN_FORCE

Verdict = CleanupItem.Verdict
#: What the results do to a document, by its verdict; the others stay or are amended in their turn.
DOES = {Verdict.REPEAL: Change.Does.REPEALS, Verdict.LAPSE: Change.Does.LAPSES}


@transaction.atomic
def start_cleanup(
    body: Body, name: str, *, by: By, reason: str = "", as_of: date | None = None
) -> Cleanup:
    """Begin a round: every normative document of the body in force on ``as_of`` is in it."""
    require(by, body, *WRITERS)
    if not name.strip():
        raise Refused("请填写这次清理的名称，例如“2026年行政规范性文件清理”。")
    if Cleanup.objects.select_for_update(no_key=True).filter(body=body, finished_at=None).exists():
        raise Refused("上一次清理还没有完成，请先完成再开始新的一次。")
    day = as_of or today()
    documents = in_force(body, day)
    if not documents:
        raise Refused("这一天没有现行有效的行政规范性文件，不用清理。")
    cleanup = Cleanup.objects.create(
        body=body, name=name.strip(), reason=reason.strip(), as_of=day, started_by=by
    )
    CleanupItem.objects.bulk_create(
        CleanupItem(cleanup=cleanup, document=document) for document in documents
    )
    audit.record(
        "开始规范性文件清理", cleanup, by=by, scope=body.slug, new={"件数": len(documents)}
    )
    return cleanup


def judge(item: CleanupItem, verdict: str, reason: str, *, by: By) -> CleanupItem:
    """Say what becomes of one document; may be said anew until the round is finished."""
    with _on(item.cleanup, by) as cleanup:
        item = CleanupItem.objects.select_for_update(of=("self",), no_key=True).get(pk=item.pk)
        if verdict not in Verdict.values:
            raise Refused("请选择清理意见。")
        if verdict != Verdict.KEEP and not reason.strip():
            raise Refused("修改、废止、宣布失效的，请写明理由。")
        old = {"意见": item.get_verdict_display(), "理由": item.reason}
        item.verdict, item.reason, item.by, item.at = (
            verdict,
            reason.strip(),
            by,  # type: ignore[assignment]
            timezone.now(),
        )
        item.save()
        new = {"意见": item.get_verdict_display(), "理由": item.reason}
        audit.record("提出清理意见", item, by=by, scope=cleanup.body.slug, old=old, new=new)
    return item


def finish_cleanup(
    cleanup: Cleanup, column: Column, *, by: By, ends_on: date | None = None
) -> Document:
    """Make the draft that publishes the results; when it is released, it repeals.

    ``ends_on``: from which day the repealed ones are out of force; today when not said.
    Refused while a document has no verdict, or has gone out of force meanwhile.
    """
    with _on(cleanup, by) as cleanup:
        items = list(cleanup.items.select_related("document"))
        if left := [item for item in items if not item.verdict]:
            raise Refused(f"还有 {len(left)} 件没有提出清理意见，请逐件提出后再形成结果。")
        ended = {item.document_id for item in items if not _stands(item.document)}
        if wrong := [i for i in items if i.document_id in ended and i.verdict not in DOES]:
            raise Refused(
                f"《{wrong[0].document.title}》在清理期间已经废止、失效或者撤下，"
                "不能再写成继续有效或者修改，请先改正它的清理意见。"
            )
        day = ends_on or today()
        changes = [
            {"document": item.document_id, "does": DOES[Verdict(item.verdict)], "on": str(day)}
            for item in items
            if item.verdict in DOES and item.document_id not in ended
        ]
        document = create_document(
            cleanup.body,
            column,
            f"关于公布{cleanup.name}结果的公告",
            by=by,
            genre=Document.Genre.ANNOUNCEMENT,
            formed_on=today(),
            text=result_text(cleanup, items, day),
            changes=changes,
        )
        cleanup.result, cleanup.finished_at = document, timezone.now()
        cleanup.save()
        audit.record(
            "形成清理结果",
            cleanup,
            by=by,
            scope=cleanup.body.slug,
            new={v.label: sum(i.verdict == v for i in items) for v in Verdict},
        )
    return document


def result_text(cleanup: Cleanup, items: list[CleanupItem], ends_on: date) -> str:
    """The words of the announcement: one list for each verdict."""
    parts = [
        f"<p>{escape(cleanup.reason)}</p>" if cleanup.reason else "",
        f"<p>{escape(cleanup.body.name)}对截至{chinese_date(cleanup.as_of)}现行有效的 "
        f"{len(items)} 件行政规范性文件进行了清理，现将结果公布如下。</p>",
    ]
    for verdict in Verdict:
        of_it = [item for item in items if item.verdict == verdict]
        if not of_it:
            continue
        since = f"（自{chinese_date(ends_on)}起）" if verdict in DOES else ""
        parts.append(f"<h2>{verdict.label}的行政规范性文件{since}（{len(of_it)} 件）</h2>")
        keep = verdict == Verdict.KEEP
        head = "<th>序号</th><th>文件名称</th><th>发文字号</th>" + ("" if keep else "<th>理由</th>")
        rows = "".join(
            f"<tr><td>{n}</td><td>{escape(item.document.title)}{_ended(item.document)}</td>"
            f"<td>{escape(item.document.doc_number or '—')}</td>"
            + ("" if keep else f"<td>{escape(item.reason)}</td>")
            + "</tr>"
            for n, item in enumerate(of_it, 1)
        )
        parts.append(f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>")
    return "".join(parts)


def _stands(document: Document) -> bool:
    return document.live and document.validity in IN_FORCE


def _ended(document: Document) -> str:
    """What is said of a document that ended while the round went on: before the day above."""
    return "" if _stands(document) else "（清理期间已经停止执行）"


@contextmanager
def _on(cleanup: Cleanup, by: By) -> Iterator[Cleanup]:
    """Lock the round for one deed; a finished one changes no more."""
    with transaction.atomic():
        cleanup = (
            Cleanup.objects.select_for_update(of=("self",), no_key=True)
            .select_related("body")
            .get(pk=cleanup.pk)
        )
        require(by, cleanup.body, *WRITERS)
        if cleanup.finished_at is not None:
            raise Refused("这次清理已经形成结果，不能再改。")
        yield cleanup
