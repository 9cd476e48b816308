"""Intake at the desk: the receipt day follows from channel and evidence (条例 Art 31)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from gongkai.applications import clock
from gongkai.applications.actions.intake import file_at_desk
from gongkai.applications.desk.intake import _cautions as cautions_of
from gongkai.applications.desk.intake_form import IntakeForm
from gongkai.applications.files import content
from gongkai.applications.identity import ID_TYPES
from gongkai.applications.models import Application, CaseFile, CaseNote, Letter
from gongkai.applications.numbers import code_fits, grouped
from gongkai.applications.public.apply.forms import WhoForm
from gongkai.applications.roles import takes_in
from gongkai.applications.tests.cast import Cast, an_application, undone
from gongkai.base.models import AuditEntry
from gongkai.base.tests.test_uploads import picture
from gongkai.law.deadlines import Event, EventType, run
from gongkai.law.taxonomy import channels

TODAY = date(2026, 3, 4)
ON = date(2026, 3, 2)
KEY = "0123456789abcdef0123456789abcdef"
PICTURE = picture()


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.fixture
def desk(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.clerk)
    return client


def filled(cast: Cast, **more: Any) -> dict[str, Any]:
    return {
        "submission_key": KEY,
        "body": cast.body.pk,
        "on": ON.isoformat(),
        "applicant_kind": "natural",
        "name": "周申请",
        "id_type": "居民身份证",
        "id_number": "11010519491231002X",
        "phone": "13800000000",
        "subject": "全县预防接种门诊名单",
        "details": "请提供全县预防接种门诊的名称和地址。",
        "form": "paper",
        "route": "post",
        "step": "check",
    } | more


def address(channel: str) -> str:
    return f"{reverse('desk-new-case')}?channel={channel}"


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""


def file_it(desk: Client, cast: Cast, channel: str, **more: Any) -> Application:
    """Fill in the form, look at what follows, confirm."""
    data = filled(cast, **more)
    looked = desk.post(address(channel), data)
    page = looked.content.decode()
    assert looked.status_code == 200, page
    files = [k for k, v in data.items() if isinstance(v, SimpleUploadedFile)]
    data = {k: v for k, v in data.items() if k not in files} | {
        "step": "save",
        "shown": hidden(page, "shown"),
        "kept": hidden(page, "kept"),
    }
    saved = desk.post(address(channel), data)
    assert saved.status_code == 200
    assert "查询码" in saved.content.decode()
    return Application.objects.get()


def checked(cast: Cast, channel: str, **more: Any) -> IntakeForm:
    form = IntakeForm(filled(cast, **more), channel=channels()[channel], user=cast.clerk)
    assert form.is_valid(), form.errors
    return form


def taken_in(cast: Cast, channel: str, **more: Any) -> Application:
    """The same without its pages."""
    return file_at_desk(checked(cast, channel, **more).intake(()), by=cast.clerk).case


def by_law(*events: Event) -> tuple[date | None, date | None]:
    found = run(events, as_of=TODAY)
    return found.received_on, found.reply_due


CALL = {"call": "3月2日上午致电，申请人确认已寄出本申请。"}
STORIES = [
    ("in_person", {}, [EventType.APPLICATION_SUBMITTED]),
    ("oral", {"read_back": "on"}, [EventType.APPLICATION_SUBMITTED]),
    ("ems", {"tracking": "EB123456789CN"}, [EventType.SIGNED_FOR]),
    ("registered", {"tracking": "XA12345678901"}, [EventType.SIGNED_FOR]),
    ("ordinary", {}, [EventType.ORDINARY_MAIL_ARRIVED]),
    (
        "ordinary",
        {"then": "confirmed", **CALL},
        [EventType.ORDINARY_MAIL_ARRIVED, EventType.RECEIPT_CONFIRMED_BY_BOTH],
    ),
    (
        "ordinary",
        {"then": "contact_failed", **CALL},
        [EventType.ORDINARY_MAIL_ARRIVED, EventType.CONTACT_ATTEMPT_FAILED],
    ),
    *(
        (
            channel,
            {"then": "confirmed", **CALL},
            [EventType.APPLICATION_SUBMITTED, EventType.RECEIPT_CONFIRMED_BY_BOTH],
        )
        for channel in ("fax", "email", "online", "other")
    ),
    *((channel, {}, [EventType.APPLICATION_SUBMITTED]) for channel in ("fax", "email")),
]


def test_the_receipt_day_of_every_channel_is_the_laws(cast: Cast) -> None:
    for channel, more, kinds in STORIES:
        with undone():
            case = taken_in(cast, channel, **more)
            events = [Event(on=ON, type=kind, channel=channel) for kind in kinds]
            assert (case.received_on, case.due_on) == by_law(*events), (channel, more)
            assert [e.law_type for e in case.events.all()] == kinds, (channel, more)
            waits = case.received_on is None
            assert (case.state == Application.State.AWAITING_CONFIRMATION) is waits
            assert case.clerk == cast.clerk


def test_every_channel_has_its_story() -> None:
    assert {channel for channel, _, _ in STORIES} == set(channels())


def test_the_days_and_their_article_are_shown_before_anything_is_saved(
    desk: Client, cast: Cast
) -> None:
    page = desk.post(address("in_person"), filled(cast)).content.decode()
    assert "收到申请之日将是 <strong>2026年3月2日</strong>" in page
    assert "2026年3月30日" in page
    assert "第三十一条第（一）项" in page
    assert not Application.objects.exists()


def test_a_letter_by_ordinary_mail_confirmed_later_is_flagged(desk: Client, cast: Cast) -> None:
    data = filled(cast, then="confirmed", then_on="2026-03-03", **CALL)
    page = desk.post(address("ordinary"), data).content.decode()
    assert "收到申请之日将是 <strong>2026年3月3日</strong>" in page
    assert "应当于收到当日" in page


def test_changing_the_day_after_looking_shows_the_new_days_first(desk: Client, cast: Cast) -> None:
    page = desk.post(address("in_person"), filled(cast)).content.decode()
    changed = filled(cast, step="save", shown=hidden(page, "shown"), on="2026-03-03")
    again = desk.post(address("in_person"), changed).content.decode()
    assert "请再核对一次" in again
    assert not Application.objects.exists()


def test_evidence_is_kept_with_the_case_though_it_was_chosen_only_once(
    desk: Client, cast: Cast
) -> None:
    def scan(name: str) -> SimpleUploadedFile:
        return SimpleUploadedFile(name, PICTURE, "image/png")

    case = file_it(
        desk,
        cast,
        "ems",
        tracking="EB123456789CN",
        requests=scan("申请书.png"),
        proofs=scan("面单.png"),
        identity=scan("身份证.png"),
    )
    kinds = {f.kind: f for f in case.files.exclude(kind=CaseFile.Kind.LETTER)}
    assert set(kinds) == {"request", "receipt_proof", "identity"}
    assert content(kinds["request"]) == PICTURE
    assert "EB123456789CN" in case.events.get().text


def test_a_file_of_another_form_cannot_be_taken_over(desk: Client, cast: Cast) -> None:
    page = desk.post(address("in_person"), filled(cast)).content.decode()
    data = filled(cast, step="save", shown=hidden(page, "shown"), kept="[1]")
    desk.post(address("in_person"), data)
    assert Application.objects.get().files.filter(kind=CaseFile.Kind.REQUEST).count() == 0


def test_the_query_code_is_shown_once_and_the_receipt_is_drafted(desk: Client, cast: Cast) -> None:
    page = desk.post(address("in_person"), filled(cast)).content.decode()
    data = filled(cast, step="save", shown=hidden(page, "shown"))
    saved = desk.post(address("in_person"), data)
    case = saved.context["case"]
    code = saved.context["filed"].code
    assert code_fits(case.number, code, case.code_mark)
    letter = case.letters.get()
    assert (letter.code, letter.state, letter.values) == ("L02", Letter.State.DRAFT, {})
    assert grouped(code) in saved.content.decode()
    assert grouped(code) not in desk.get(reverse("desk-case", args=[case.pk])).content.decode()


def test_what_was_taken_in_is_taken_in_once_and_not_called_registered_before_it_is(
    desk: Client, cast: Cast
) -> None:
    page = desk.post(address("in_person"), filled(cast)).content.decode()
    data = filled(cast, step="save", shown=hidden(page, "shown"))
    filed = []
    for said in ("已收件</h2>", "这件申请刚才已经收件</h2>"):
        saved = desk.post(address("in_person"), data)
        page = saved.content.decode()
        assert said in page and "已登记" not in page and "接下来在案件页登记" in page
        filed.append(saved.context["filed"])
    # Sent twice it is one application with one receipt.
    first, second = filed
    assert (second.again, second.code) == (True, first.code)
    assert Letter.objects.count() == 1
    assert saved.context["case"].get_state_display() == "待登记"
    listed = desk.get(reverse("desk-cases")).content.decode()
    assert ">收件</a>" in listed and "登记申请" not in listed


def test_the_call_is_kept_as_a_note_and_not_in_the_trail(desk: Client, cast: Cast) -> None:
    case = file_it(desk, cast, "fax", then="confirmed", **CALL)
    assert case.notes.get().kind == CaseNote.Kind.CALL
    assert CALL["call"] not in "".join(e.text + e.public_text for e in case.events.all())


MISSING = [
    ("in_person", {"on": "2026-03-05"}, "日期不能晚于今天"),
    ("in_person", {"subject": ""}, "请写明申请人需要什么信息"),
    ("in_person", {"name": ""}, "请填写申请人的姓名或者名称"),
    ("oral", {}, "须经申请人确认无误"),
    ("ems", {}, "请填写邮件号"),
    ("fax", {"then": "confirmed"}, "请写明怎样与申请人联系的"),
    ("fax", {"then": "confirmed", "then_on": "2026-03-01", **CALL}, "不能早于收到的日期"),
]


def test_what_is_missing_is_said_and_what_was_typed_stays(desk: Client, cast: Cast) -> None:
    for channel, more, said in MISSING:
        answer = desk.post(address(channel), filled(cast, **more))
        page = answer.content.decode()
        assert answer.status_code == 422, (channel, more)
        assert said in page
        assert "13800000000" in page, (channel, more)
        assert not Application.objects.exists(), (channel, more)


def test_a_late_entry_is_flagged_on_the_page_and_in_the_timeline(desk: Client, cast: Cast) -> None:
    page = desk.post(address("in_person"), filled(cast, on="2026-02-09")).content.decode()
    assert "补录" in page
    case = file_it(desk, cast, "in_person", on="2026-02-09")
    assert "补录" in case.events.get().text
    assert case.received_on == date(2026, 2, 9)


def test_a_number_copied_wrongly_and_missing_evidence_are_pointed_out(
    desk: Client, cast: Cast
) -> None:
    page = desk.post(address("fax"), filled(cast, id_number="110105194912310021")).content.decode()
    assert "校验位不对" in page
    assert "没有附收件凭证" in page
    assert "没有公布“工作机构传真”这个渠道" in page


def test_what_is_too_short_is_called_too_short(desk: Client, cast: Cast) -> None:
    page = desk.post(address("fax"), filled(cast, id_number="11", phone="1")).content.decode()
    assert "身份证号码应当是18位，现在是2位" in page
    assert "校验位" not in page
    assert "联系电话写得不完整" in page


DOUBTFUL = [
    ({"id_type": "护照", "id_number": "abc"}, "证件号码写得不完整"),
    ({"agent": "吴代理", "agent_id_number": "11010519491231002"}, "代理人证件号码应当是18位"),
    ({"credit_code": "123", "id_number": ""}, "统一社会信用代码应当是18位，现在是3位"),
    ({"phone": "不知道"}, "联系电话写得不完整"),
    ({"phone": "1380000"}, "联系电话写得不完整"),  # neither a mobile number nor one of a town
    ({"details": "我儿子110101199003074477的材料"}, "“内容描述”里好像有他人的身份证号码"),
    ({"subject": "王建国13811112222的病历"}, "“所需信息的名称”里好像有手机号码"),
    ({"subject": "周申请的病历"}, "好像有申请人的姓名"),
    ({"document_number": "身份证11010519491231002X"}, "“文号或者其他特征”里好像有身份证号码"),
]


def test_what_looks_wrong_is_pointed_out_and_taken_as_written(desk: Client, cast: Cast) -> None:
    for more, said in DOUBTFUL:
        form = checked(cast, "in_person", **more)
        assert any(said in caution for caution in cautions_of(form, form.intake(()), [])), more
        with undone():
            case = file_at_desk(form.intake(()), by=cast.clerk).case
            kept = (*case.applicant.values(), case.subject, case.details, case.document_number)
            assert {v for v in more.values() if v} <= set(kept), more
    assert file_it(desk, cast, "fax", **DOUBTFUL[0][0]).received_on is None  # no day known yet


def test_the_desk_takes_the_same_kinds_of_evidence_as_the_public_form() -> None:
    for name in ("identity", "authorisation"):
        fields = (form.base_fields[name] for form in (IntakeForm, WhoForm))
        assert len({tuple(field.kinds) for field in fields}) == 1  # type: ignore[attr-defined]


def test_what_is_changed_into_something_doubtful_is_shown_before_it_is_saved(
    desk: Client, cast: Cast
) -> None:
    page = desk.post(address("in_person"), filled(cast)).content.decode()
    assert "gk-note-warn" not in page
    seen = {"step": "save", "shown": hidden(page, "shown")}
    again = desk.post(address("in_person"), filled(cast, id_number="abc", **seen))
    assert "请再核对一次" in again.content.decode()
    assert "现在是3位" in again.content.decode()
    assert not Application.objects.exists()


def test_a_day_before_there_was_a_law_is_called_so(desk: Client, cast: Cast) -> None:
    for on in ("2007-12-31", "0001-01-01"):
        answer = desk.post(address("in_person"), filled(cast, on=on))
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "日期早于《条例》开始施行的2008年5月1日" in page
        assert "reply.days" not in page


def test_missing_identity_is_no_reason_to_refuse_but_to_ask_for_correction(
    desk: Client, cast: Cast
) -> None:
    data = filled(cast, id_number="", phone="")
    page = desk.post(address("in_person"), data).content.decode()
    assert "没有身份证明、联系方式" in page
    assert "第三十条" in page
    assert "没有附授权委托书" not in page
    by_agent = desk.post(address("in_person"), filled(cast, agent="钱代理"))
    assert "有代理人，没有附授权委托书" in by_agent.content.decode()


def test_the_same_applicants_earlier_request_is_shown_before_saving(
    desk: Client, cast: Cast
) -> None:
    first = an_application(cast.body, on=date(2026, 2, 2)).case
    page = desk.post(address("in_person"), filled(cast)).content.decode()
    assert "同一申请人" in page
    assert first.number in page


def test_each_channel_is_offered_with_its_rule(desk: Client, cast: Cast) -> None:
    page = desk.get(reverse("desk-new-case")).content.decode()
    for channel in channels().values():
        assert f"?channel={channel.key}" in page
    assert "基本渠道，不得拒收" in page


def test_only_a_clerk_of_the_body_takes_applications_in(
    cast: Cast, desk: Client, admin_user: User
) -> None:
    def offered(client: Client) -> bool:
        page = client.get(reverse("desk-moved"))
        return f'"{reverse("desk-new-case")}"' in page.content.decode()

    assert offered(desk) and takes_in(cast.clerk)
    client = Client()
    for user in (cast.handler, cast.inspector, cast.leader, admin_user):
        client.force_login(user)
        assert client.get(reverse("desk-new-case")).status_code in (302, 403)
        assert not takes_in(user), user
    assert not offered(client)
    client.force_login(cast.stranger)
    assert client.post(address("in_person"), filled(cast)).status_code == 422
    assert not Application.objects.exists()


def test_personal_data_stays_out_of_the_trail(desk: Client, cast: Cast) -> None:
    file_it(desk, cast, "in_person")
    stored = "".join(f"{e.object_label}{e.old}{e.new}" for e in AuditEntry.objects.all())
    assert not [s for s in ("周申请", "11010519491231002X", "13800000000") if s in stored]


def test_the_counter_takes_the_same_papers_as_the_site() -> None:
    """Whoever may apply online with a paper may apply with it at the counter (条例 Art 29)."""
    here = [value for value, _ in IntakeForm.base_fields["id_type"].choices]
    online = [value for value, _ in WhoForm.base_fields["id_type"].choices]
    assert here == online == list(ID_TYPES) and "外国人永久居留身份证" in here
