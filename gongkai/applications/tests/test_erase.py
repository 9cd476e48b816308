"""Personal data go when their term is over; counts, decisions and dates stay."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongkai.applications.actions import erase
from gongkai.applications.actions.closing import archive_case, close_case
from gongkai.applications.actions.core import add_event, on_case, record
from gongkai.applications.actions.side import SideIntake, answer_side, file_side
from gongkai.applications.files import keep_file
from gongkai.applications.models import (
    Application,
    CaseFile,
    CaseNote,
    FeeNotice,
    Letter,
    LetterStep,
    Payment,
    SideRequest,
)
from gongkai.applications.tests.cast import APPLICANT, Cast, an_application
from gongkai.applications.tests.paper_way import a_letter, sent
from gongkai.base import append_only, chain
from gongkai.base.models import AuditEntry
from gongkai.base.uploads import check_upload
from gongkai.law.remedies import add_months

DAY = date(2019, 8, 14)


def an_archived_case(cast: Cast, on: date = date(2019, 8, 1)) -> Application:
    case = an_application(cast.body, on=on).case
    case.items.update(decision="granted", letter="L14")
    CaseNote.objects.create(
        application=case, kind="call", text="周申请来电", happened_at=timezone.now()
    )
    keep_file(case, CaseFile.Kind.IDENTITY, "周申请身份证.jpg", b"id", "image/jpeg", by=cast.clerk)
    keep_file(case, CaseFile.Kind.RELEASED, "名单.pdf", b"list", "application/pdf", by=cast.clerk)
    sent(a_letter(case, "L14", cast), cast, on=on + timedelta(days=5))
    close_case(case, by=cast.clerk)
    archive_case(case, on=on + timedelta(days=20), by=cast.archivist)
    return Application.objects.get(pk=case.pk)


def on_disk() -> set[str]:
    root = Path(settings.MEDIA_ROOT)
    return {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()}


def test_after_the_term_nothing_personal_is_left_and_everything_counts(
    cast: Cast, django_capture_on_commit_callbacks
) -> None:
    case = an_archived_case(cast)
    assert erase.due_for_erasure() == [case]
    with django_capture_on_commit_callbacks(execute=True):
        assert erase.erase_case(case)
    after = Application.objects.get(pk=case.pk)
    assert after.applicant == {}
    assert after.identity_mark == after.name_mark == after.phone_mark == ""
    assert (after.number, after.decision, after.closed_on, after.counted) == (
        case.number,
        case.decision,
        case.closed_on,
        True,
    )
    assert {i.text for i in after.items.all()} == {""}
    assert all(x.values == {} and x.addressee == "" for x in after.letters.all())
    assert all(n.text == "" for n in after.notes.all())
    kept = set(after.files.filter(erased_at=None).values_list("path", flat=True))
    assert on_disk() == kept
    assert APPLICANT["name"] not in str([f.name for f in after.files.all()])
    assert after.events.filter(deed="erase").count() == 1


def test_the_number_and_hash_of_the_letter_stay(cast: Cast, client: Client) -> None:
    case = an_archived_case(cast)
    before = set(case.letters.values_list("number", "frozen_sha256", "state"))
    erase.erase_case(case)
    assert set(Letter.objects.values_list("number", "frozen_sha256", "state")) == before
    # The desk says that its words are gone, and leads to no file that is not there.
    client.force_login(cast.clerk)
    page = client.get(reverse("desk-case", args=[case.pk])).content.decode()
    assert "文书内容已随个人信息清除" in page and ">PDF</a>" not in page
    # Nothing is offered that cannot be done, and it is said why.
    assert "不能再办理" in page and "内容已随个人信息清除" in page
    for gone in ("作废文书", "上传和处理材料", "添加备注", "案卷合订本", "现在不能办的"):
        assert gone not in page
    note = client.post(reverse("desk-case-deed", args=[case.pk, "note"]), {"text": "来电"})
    assert note.status_code == 422 and "不能再添加备注" in note.content.decode()
    materials = client.get(reverse("desk-case-files", args=[case.pk])).content.decode()
    assert "名单.pdf" in materials and "不能再添加和处理材料" in materials
    assert 'type="file"' not in materials
    letter = case.letters.exclude(frozen_sha256="").get()
    address = reverse("desk-letter", args=[letter.pk])
    page = client.get(address).content.decode()
    assert "文号、日期和校验值仍然保留" in page and letter.frozen_sha256 in page
    assert "下载 PDF" not in page and "显示完整内容" not in page
    # An old tab, or an address kept: back to that page.
    assert (
        client.post(reverse("desk-letter-whole", args=[letter.pk])).headers["Location"] == address
    )
    old = client.get(reverse("desk-letter-file", args=[letter.pk, "pdf"]))
    assert old.headers["Location"] == address
    assert "个日。" not in page


def test_what_the_staff_wrote_stays_without_the_applicant(cast: Cast) -> None:
    """A waiver tells how somebody lives: its reasons go too, the opinion on the matter stays."""
    case = an_archived_case(cast)
    name, phone = APPLICANT["name"], APPLICANT["phone"]
    case.assignments.create(section=cast.section, opinion=f"{name}（{phone}）要的名单可以公开。")
    case.searches.create(
        place="档案室", words=f"{name}、名单", searched_on=DAY, searcher="示例己", result="找到名单"
    )
    FeeNotice.objects.create(
        application=case, mode="per_page", units=40, amount=100, formula="略", waived=True,
        reason="家庭困难，领取低保金",
    )  # fmt: skip
    asked = {"reason": "家庭困难，领取低保金"}
    waiver = case.approvals.create(kind="fee_waiver", asked=asked, approved=True, answer="低保属实")
    longer = case.approvals.create(
        kind="extension", asked={"days": 5, "reason": f"{name}要的材料多"}, answer="同意"
    )
    fee = FeeNotice.objects.get()
    Payment.objects.create(fee=fee, amount=1, on=DAY, note="其子代缴")
    # What was written into rows that nobody changes: its end is cut off, the deed stays.
    append_only.install(connection)
    step = LetterStep.objects.filter(letter__application=case).exclude(note="").first()
    assert step is not None
    with on_case(case, by=None, ended=True) as open_case:
        why = f"{name}（{phone}）之子来电"
        add_event(open_case, "contact", by=None, text=f"联系申请人未果（{why}）")
        record(open_case, "联系申请人", by=None, new={"理由": why, "另": [why]})
    kept = AuditEntry.objects.get(action="联系申请人").new
    assert "之子来电" in kept["理由"] and name not in str(kept) and phone not in str(kept)
    erase.erase_case(case)
    step.refresh_from_db()
    assert step.note == ""
    told = list(case.events.values_list("text", flat=True))
    assert "联系申请人未果" in told and "签收公开告知书" in told
    assert "之子" not in "".join(told) and Payment.objects.get().note == erase.ERASED
    assert not [one.broken for one in chain.verify() if one.broken]
    opinion = case.assignments.get().opinion
    assert "要的名单可以公开。" in opinion
    assert "名单" in case.searches.get().words
    for row in (waiver, longer):
        row.refresh_from_db()
    assert longer.asked["days"] == 5 and "要的材料多" in longer.asked["reason"]
    left = [opinion, case.searches.get().words, FeeNotice.objects.get().reason]
    left += [str(waiver.asked), waiver.answer, str(longer.asked)]
    for gone in (name, phone, "低保"):
        assert gone not in "".join(left)


def test_a_run_killed_before_the_files_went_is_swept(cast: Cast) -> None:
    case = an_archived_case(cast)
    erase.erase_case(case)  # the test's transaction never commits: the files are still there
    assert len(on_disk()) > 1
    swept = erase.sweep()
    assert swept.erased >= 1
    assert on_disk() == set(case.files.filter(erased_at=None).values_list("path", flat=True))


def test_the_sweeper_spares_what_is_just_being_kept(cast: Cast) -> None:
    case = an_archived_case(cast)
    path = Path(settings.MEDIA_ROOT) / "cases" / "ab" / "cd"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"new")
    assert erase.sweep().orphans == 0
    assert erase.sweep(young=0).orphans == 1
    assert not path.exists()
    assert case.files.filter(erased_at=None).exists()


def test_a_failure_in_the_middle_erases_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = an_archived_case(cast)

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("power gone")

    monkeypatch.setattr(erase, "record", fail)
    with pytest.raises(RuntimeError):
        erase.erase_case(case)
    after = Application.objects.get(pk=case.pk)
    assert after.erased_at is None
    assert after.applicant["name"] == APPLICANT["name"]


def an_answered_suggestion(cast: Cast, *, applicant: dict[str, str]) -> SideRequest:
    side = file_side(
        SideIntake(
            kind=SideRequest.Kind.SUGGESTION,
            body=cast.body,
            subject="公开全县急救站点",
            text="周申请建议公开。",
            applicant=applicant,
            evidence=[check_upload("说明.txt", "说明".encode())],
        )
    ).request
    return answer_side(side, "published", "已经公开。", by=cast.clerk)


def test_a_request_beside_no_application_is_erased_when_its_own_term_is_over(
    cast: Cast, django_capture_on_commit_callbacks
) -> None:
    side = an_answered_suggestion(cast, applicant={"name": "周申请", "phone": "13800000000"})
    today = timezone.localdate()
    years = cast.body.application_settings.personal_data_years
    assert erase.sides_due_for_erasure(on=add_months(today, 12 * years) - timedelta(days=1)) == []
    assert erase.sides_due_for_erasure(on=add_months(today, 12 * years)) == [side]
    with django_capture_on_commit_callbacks(execute=True):
        assert erase.erase_side(side)
    side.refresh_from_db()
    assert (side.applicant, side.text, side.answer, side.subject) == ({}, "", "", "")
    assert (side.result, side.state) == ("published", SideRequest.State.ANSWERED)
    assert on_disk() == set()
    assert not erase.erase_side(side)
    assert erase.sides_due_for_erasure(on=date(2099, 1, 1)) == []


def test_a_request_not_yet_answered_is_never_erased(cast: Cast) -> None:
    case = an_archived_case(cast)
    side = file_side(
        SideIntake(
            kind=SideRequest.Kind.COMPLAINT,
            body=cast.body,
            subject="逾期不答复",
            text="周申请投诉。",
            case_number=case.number,
        )
    ).request
    erase.erase_case(case)
    assert erase.sides_due_for_erasure(on=date(2099, 1, 1)) == []
    assert SideRequest.objects.get(pk=side.pk).text == "周申请投诉。"


def test_the_timer_erases_applications_and_other_requests_alike_and_once(cast: Cast) -> None:
    """Before its term nothing is erased, and what is erased is not erased again."""
    old, young = an_archived_case(cast), an_archived_case(cast, on=date(2026, 3, 2))
    side = an_answered_suggestion(cast, applicant={"name": "周申请"})
    SideRequest.objects.filter(pk=side.pk).update(
        answered_at=timezone.make_aware(datetime(2019, 8, 14, 9))
    )
    call_command("erase_personal_data", verbosity=0)
    assert list(Application.objects.filter(erased_at=None)) == [young]
    assert Application.objects.get(pk=young.pk).applicant["name"] == APPLICANT["name"]
    assert SideRequest.objects.get(pk=side.pk).erased_at is not None
    version = Application.objects.get(pk=old.pk).version
    assert not erase.erase_case(old)
    assert old.events.filter(deed="erase").count() == 1
    assert erase.due_for_erasure() == []
    assert Application.objects.get(pk=old.pk).version == version
