"""The end of a case: closed, withdrawn, archived with its number (条例 Art 45)."""

from __future__ import annotations

import re
from datetime import date

import pypdfium2
import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from gongkai.applications import clock
from gongkai.applications.actions.closing import (
    archive_case,
    close_case,
    gaps,
    reopen,
    withdraw_case,
)
from gongkai.applications.actions.papers import move_letter
from gongkai.applications.desk.deeds import DEEDS
from gongkai.applications.desk.deeds.closing import why_not_close
from gongkai.applications.desk.deeds.letters import CancelForm, waiting
from gongkai.applications.desk.deeds.registry import offers, prepare
from gongkai.applications.desk.next_step import next_step
from gongkai.applications.files import keep_file
from gongkai.applications.letters.compose import compose, draft_letter
from gongkai.applications.models import Application, CaseFile, Dispute
from gongkai.applications.public.track.page import due
from gongkai.applications.tests.cast import Cast, an_application
from gongkai.applications.tests.paper_way import a_letter, made_ready, sent
from gongkai.applications.tests.test_decide import ruling
from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Refused
from gongkai.documents.blocks import Document, Paragraph
from gongkai.documents.pdf import pdf

RECEIVED, DAY = date(2026, 3, 2), date(2026, 3, 12)
State, Kind, PDF = Application.State, CaseFile.Kind, "application/pdf"


def answered(
    cast: Cast, decision: str = "granted", code: str = "L14", **how: object
) -> Application:
    case = an_application(cast.body, on=RECEIVED).case
    case.items.update(decision=decision, letter=code, discretion=ruling(decision, code).discretion)
    sent(a_letter(case, code, cast), cast, on=DAY, **how)  # type: ignore[arg-type]
    return Application.objects.get(pk=case.pk)


def fresh(case: Application) -> Application:
    return Application.objects.get(pk=case.pk)


def test_an_answered_case_is_closed_and_archived(cast: Cast) -> None:
    case = answered(cast)
    receipt = a_letter(case, "L02", cast)
    close_case(case, by=cast.clerk)
    assert fresh(case).state == State.CLOSED
    number = archive_case(case, on=date(2026, 4, 1), by=cast.archivist)
    case = fresh(case)
    # A receipt that nobody handed over does not stay a draft in the archive.
    receipt.refresh_from_db()
    assert receipt.state == receipt.State.CANCELLED
    assert "随归档作废" in receipt.steps.latest("pk").note
    assert number == case.archive_number == "示卫健-GK·2026-D10-0001"
    assert (case.state, case.retention_until) == (State.ARCHIVED, date(2036, 4, 1))


def test_the_whole_file_of_a_finished_case_is_one_pdf(cast: Cast, client: Client) -> None:
    case = answered(cast)
    for kind, name, data, media_type in (
        (Kind.ORIGINAL, "名单.pdf", pdf(Document("名单", (Paragraph("仅供内部的原文"),))), PDF),
        (Kind.CORRECTION, "补正", "补充说明：二〇二六年的名单\n".encode(), "text/plain"),
        (Kind.OTHER, "表.xlsx", b"PK", "application/zip"),
        (Kind.REQUEST, "申请.pdf", b"%PDF-1.7 torn", PDF),
    ):
        keep_file(case, kind, name, data, media_type, by=None)
    address = reverse("desk-case-bound", args=[case.pk])
    client.force_login(cast.clerk)
    assert client.get(address).status_code == 404
    close_case(case, by=cast.clerk)
    number = archive_case(case, on=date(2026, 4, 1), by=cast.archivist)
    assert address in client.get(reverse("desk-case", args=[case.pk])).content.decode()
    texts = {}
    for person in (cast.clerk, cast.archivist):
        client.force_login(person)
        bound = pypdfium2.PdfDocument(client.get(address).content)
        texts[person] = [page.get_textpage().get_text_range() for page in bound]
    pages = texts[cast.clerk]
    front = "".join(pages[0].split())
    assert number in front and "2036年4月1日" in front and "1申请人申请材料" in front
    marks = [(m.get_title(), m.get_dest().get_index() + 1) for m in bound.get_toc()]
    assert [m.split(". ")[-1] for m, _ in marks][1:3] == ["申请材料", "公开告知书"]
    for mark, at in marks[1:-1]:
        title = mark.split(". ")[1]
        assert title in "".join(pages[at - 1].split()) or title == "信息原件"
        assert re.search(rf"{title}\d{{4}}-\d\d-\d\d{at}", front), mark
    said = "".join(pages)
    assert "补充说明：二〇二六年的名单" in said and "不能合订的电子文件" in said
    assert "电子文件读不出来" in said
    assert "卷内备考表" in pages[-1] and "归档，档号" in pages[-1].replace("\r\n", "")
    assert "仅供内部的原文" in said and "仅供内部的原文" not in "".join(texts[cast.archivist])
    client.force_login(cast.inspector)
    assert client.get(address).status_code in (302, 404)
    assert AuditEntry.objects.filter(action="下载案卷合订本", object_id=str(case.pk)).count() == 2


def test_the_register_sheet_of_a_case_without_a_last_day_is_made(cast: Cast) -> None:
    case = an_application(cast.body, on=RECEIVED).case
    case.due_on = None
    assert "答复期限\t—" in compose(draft_letter(case, "L03", values={}, by=cast.clerk)).text()


def test_archive_numbers_have_no_gap(cast: Cast) -> None:
    numbers = []
    for _ in range(2):
        case = answered(cast)
        with pytest.raises(Refused, match="先结案"):
            archive_case(case, by=cast.archivist)
        close_case(case, by=cast.clerk)
        numbers.append(archive_case(case, on=date(2026, 4, 1), by=cast.archivist)[-4:])
    assert numbers == ["0001", "0002"]


def test_an_archived_case_is_left_alone(cast: Cast) -> None:
    case = answered(cast)
    close_case(case, by=cast.clerk)
    archive_case(case, by=cast.archivist)
    with pytest.raises(Refused, match="归档"):
        close_case(case, by=cast.clerk)
    assert fresh(case).state == State.ARCHIVED
    # What would be refused is not offered: no draft left in the file is cancelled, no fee given
    # back; a note, a new answer and an answer to the court are.
    draft_letter(case, "L09", by=cast.clerk, values={})
    possible = {o.deed.key for o in offers(fresh(case), cast.clerk, DEEDS) if o.possible}
    assert possible == {"note", "call", "reopen", "renew-code"}
    draft_letter(case, "L40", by=cast.clerk, values={})
    (own,) = waiting(fresh(case), CancelForm.wanted)
    assert own.code == "L40"


def test_an_open_case_is_not_closed(cast: Cast) -> None:
    case = an_application(cast.body, on=clock.today()).case
    with pytest.raises(Refused, match="还没有送达"):
        close_case(case, by=cast.clerk)
    assert fresh(case).state != State.CLOSED


def test_a_letter_begun_and_not_sent_keeps_the_case_open(cast: Cast) -> None:
    case = answered(cast)
    a_letter(case, "L09", cast)
    with pytest.raises(Refused, match="没有送出的文书"):
        close_case(case, by=cast.clerk)
    assert fresh(case).state == State.DELIVERED


def test_what_was_sealed_before_a_withdrawal_can_be_cancelled(cast: Cast) -> None:
    case = an_application(cast.body, on=RECEIVED).case
    case.items.update(decision="granted", letter="L14")
    sealed = made_ready(a_letter(case, "L14", cast), cast, on=DAY)
    on_its_way = move_letter(a_letter(case, "L06", cast, days=5), "submit", by=cast.clerk)
    with pytest.raises(Refused, match="不能作废"):
        move_letter(on_its_way, "cancel", note="不再需要", by=cast.clerk)
    sent(withdraw_case(case, on=DAY, by=cast.clerk), cast, on=DAY)
    case = fresh(case)
    prepare(case)
    assert next_step(case).key == "cancel"
    for letter in (sealed, on_its_way):
        move_letter(letter, "cancel", note="申请已经撤回", by=cast.clerk)
    close_case(case, by=cast.clerk)


def test_a_pending_dispute_keeps_it_out_of_the_archive(cast: Cast) -> None:
    case = answered(cast)
    close_case(case, by=cast.clerk)
    Dispute.objects.create(
        body=cast.body,
        application=case,
        kind="reconsideration",
        institution="示例县人民政府",
        accepted_on=date(2026, 3, 20),
    )
    with pytest.raises(Refused, match="审结"):
        archive_case(case, by=cast.archivist)
    assert fresh(case).archive_number == ""


def test_a_withdrawal_at_the_counter_is_confirmed(cast: Cast) -> None:
    case = an_application(cast.body, on=RECEIVED).case
    letter = withdraw_case(case, on=date(2026, 3, 6), note="当面书面撤回", by=cast.clerk)
    case = fresh(case)
    assert (case.state, case.decision) == (State.WITHDRAWN, "other_other")
    assert letter.code == "L36"
    # What has to go out first is the next deed, not the closing that is refused.
    prepare(case)
    assert next_step(case) == ("deliver", "撤回申请确认书送达")
    sent(letter, cast, on=date(2026, 3, 6))
    close_case(case, by=cast.clerk)
    case = fresh(case)
    prepare(case)
    assert next_step(case).key == "archive"
    assert why_not_close(case, clock.outcome(case)) == ("已经结案。", "")
    archive_case(case, by=cast.archivist)
    assert fresh(case).closed_on == date(2026, 3, 6)


def test_an_answered_case_cannot_be_withdrawn(cast: Cast) -> None:
    case = answered(cast)
    with pytest.raises(Refused):
        withdraw_case(case, on=clock.today(), by=cast.clerk)
    assert fresh(case).decision == "granted"


def test_an_abandoned_case_is_closed_and_archived(cast: Cast) -> None:
    case = an_application(cast.body, on=RECEIVED).case
    sent(a_letter(case, "L04", cast), cast, on=date(2026, 3, 4))
    case = fresh(case)
    assert (case.state, case.decision) == (State.ABANDONED, "other_uncorrected")
    close_case(case, by=cast.clerk)
    assert archive_case(case, by=cast.archivist)


def test_gaps_of_the_file_are_told(cast: Cast) -> None:
    case = answered(cast, way="post", tracking="E1")
    assert any("签收" in gap for gap in gaps(fresh(case)))
    assert any("申请材料" in gap for gap in gaps(fresh(case)))


def test_only_the_archivist_archives(cast: Cast) -> None:
    case = answered(cast)
    close_case(case, by=cast.clerk)
    for person in (cast.clerk, cast.stranger, cast.head):
        with pytest.raises(PermissionDenied):
            archive_case(case, by=person)


def test_the_desk_closes_with_one_button(cast: Cast, client: Client) -> None:
    case = answered(cast)
    client.force_login(cast.clerk)
    address = reverse("desk-case-deed", args=[case.pk, "close"])
    assert client.get(address).status_code == 200
    assert client.post(address, {"seen": fresh(case).version}).status_code == 302
    assert fresh(case).state == State.CLOSED


# --- a new answer is ordered ----------------------------------------------------------------------


def test_a_new_answer_is_ordered_given_and_not_counted_again(cast: Cast) -> None:
    case = answered(cast)
    close_case(case, by=cast.clerk)
    archive_case(case, on=date(2026, 4, 1), by=cast.archivist)
    reopen(
        case,
        on=date(2026, 6, 1),
        until=date(2026, 6, 30),
        reason=f"示政复〔2026〕3号（{case.applicant['name']}）",
        by=cast.clerk,
    )
    case = fresh(case)
    # Neither the timeline nor the audit, which stay for ever, says who applied.
    kept = AuditEntry.objects.get(action="重新办理").new["依据"]
    told_by = case.events.get(deed="reopen").text
    assert "3号" in kept and kept in told_by and case.applicant["name"] not in told_by
    assert case.state == State.REANSWERING
    # The applicant reads the new day, not that of the first answer.
    told = due(case, clock.outcome(case))
    assert (told.label, told.day) == ("本机关重新答复", date(2026, 6, 30))
    assert [i.decision for i in case.items.all()] == [""]
    assert case.archive_number
    case.items.update(decision="unable_needs_creation", letter="L27")
    sent(a_letter(case, "L27", cast), cast, on=date(2026, 6, 20))
    case = fresh(case)
    found = clock.outcome(case)
    assert (found.reanswer_decision, found.reanswer_on_time) == ("unable_needs_creation", True)
    assert (case.decision, case.closed_on) == ("granted", DAY)
    assert case.state == State.DELIVERED
    close_case(case, by=cast.clerk)
    assert fresh(case).state == State.CLOSED


def test_nothing_is_reopened_before_it_was_answered_nor_by_a_stranger(cast: Cast) -> None:
    case = an_application(cast.body, on=RECEIVED).case
    order = {"on": date(2026, 6, 1), "until": date(2026, 6, 30), "reason": "示政复〔2026〕3号"}
    with pytest.raises(Refused):
        reopen(case, **order, by=cast.clerk)
    with pytest.raises(PermissionDenied):
        reopen(answered(cast), **order, by=cast.stranger)
