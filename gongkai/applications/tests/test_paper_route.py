"""A letter's way: each station by its own person, bound to what was seen (条例 Arts 17, 45)."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gongkai.applications.actions.delivery import deliver_letter
from gongkai.applications.actions.drafts import change_draft
from gongkai.applications.actions.papers import content_hash, move_letter
from gongkai.applications.desk.todo import case_todo
from gongkai.applications.letters.compose import compose
from gongkai.applications.models import Application, Letter
from gongkai.applications.tests.cast import Cast, a_registered_application, an_application
from gongkai.applications.tests.first_page import panel
from gongkai.applications.tests.paper_way import a_letter, made_ready, walked
from gongkai.base.audit import name_of
from gongkai.base.refusal import Overtaken, Refused
from gongkai.bodies.acting import hand_over, signature, take_back
from gongkai.bodies.actions import grant_role
from gongkai.bodies.models import Membership, Role

RECEIVED, DAY = date(2026, 3, 2), date(2026, 3, 12)
State = Letter.State


def a_reply(cast: Cast) -> Letter:
    case = an_application(cast.body, on=RECEIVED).case
    case.items.update(decision="granted", letter="L14")
    return a_letter(case, "L14", cast)


def test_a_reply_passes_law_secrecy_signature_and_seal(cast: Cast) -> None:
    letter = walked(a_reply(cast), cast, on=DAY)
    assert letter.state == State.SEALED
    assert letter.dated_on == DAY
    assert letter.seal_number == "示卫健印〔2026〕1号"
    states = [s.to_state for s in letter.steps.order_by("id")]
    assert states == ["legal", "secrecy", "signing", "signed", "sealed"]
    sheet = letter.application.letters.get(code="L39")
    assert "可以公开，依据第十七条" in compose(sheet).text()


def test_what_is_made_ready_in_one_deed_stands_as_if_it_had_gone_its_way(cast: Cast) -> None:
    """Many tests begin with a letter that may go out: they begin with what the deeds leave."""

    def left(letter: Letter) -> list[object]:
        case = Application.objects.get(pk=letter.application_id)
        steps = ("from_state", "to_state", "note", "by", "by_name")
        return [
            (letter.code, letter.state, letter.dated_on, letter.copy, case.state),
            list(letter.steps.order_by("pk").values_list(*steps)),
            {s.seen_sha256 for s in letter.steps.all()} == {content_hash(letter)},
            list(case.events.order_by("pk").values_list("deed", "on", "text", "by", "by_name")),
            list(case.letters.order_by("pk").values_list("code", "state", "made_by")),
        ]

    for code in ("L14", "L04"):
        one, other = (a_letter(a_reply(cast).application, code, cast) for _ in range(2))
        walked_there, made = walked(one, cast, on=DAY), made_ready(other, cast, on=DAY)
        assert left(walked_there) == left(made), code
        numbers = [int(x.seal_number[-2]) for x in (walked_there, made)]
        assert numbers[1] == numbers[0] + 1
        assert deliver_letter(made, way="counter", on=DAY, by=cast.clerk).frozen_sha256


def test_a_notice_needs_signature_and_seal_only(cast: Cast) -> None:
    case = an_application(cast.body, on=RECEIVED).case
    letter = walked(a_letter(case, "L04", cast), cast, on=DAY)
    assert [s.to_state for s in letter.steps.order_by("id")] == ["signing", "signed", "sealed"]


def test_a_receipt_is_the_clerks_alone(cast: Cast) -> None:
    case = an_application(cast.body, on=RECEIVED).case
    letter = a_letter(case, "L02", cast)
    with pytest.raises(Refused, match="直接送出"):
        move_letter(letter, "submit", by=cast.clerk)
    assert deliver_letter(letter, way="counter", on=DAY, by=cast.clerk).frozen_sha256


def test_a_body_can_have_its_own_way(cast: Cast) -> None:
    office = cast.body.application_settings
    office.letter_routes = {"L14": ["sign"]}
    office.save()
    letter = walked(a_reply(cast), cast, on=DAY)
    assert letter.state == State.SIGNED
    assert deliver_letter(letter, way="counter", on=DAY, by=cast.clerk).frozen_sha256


def test_no_station_is_skipped(cast: Cast) -> None:
    letter = a_reply(cast)
    for key, person in (("sign", cast.leader), ("seal", cast.seal_keeper)):
        with pytest.raises(Refused, match="不能"):
            move_letter(letter, key, by=person)
    with pytest.raises(Refused, match="法制审核、保密审查、签发、用印"):
        deliver_letter(letter, way="counter", on=DAY, by=cast.clerk)
    letter.refresh_from_db()
    assert letter.state == State.DRAFT


def test_nobody_reviews_or_signs_what_he_drafted(cast: Cast) -> None:
    for role in (Role.LEGAL, Role.LEADER):
        grant_role(cast.clerk, cast.body, role, by=None)
    letter = move_letter(a_reply(cast), "submit", by=cast.clerk)
    with pytest.raises(Refused, match="您拟的"):
        move_letter(letter, "legal-review", by=cast.clerk)
    assert move_letter(letter, "legal-review", by=cast.legal).state == State.SECRECY


def test_who_edited_a_draft_does_not_review_it(cast: Cast) -> None:
    grant_role(cast.handler, cast.body, Role.LEGAL, by=None)
    letter = a_reply(cast)
    letter.application.assignments.create(section=cast.section)
    letter = change_draft(letter, {"提供内容": "名单2页"}, by=cast.handler)
    letter = move_letter(letter, "submit", by=cast.clerk)
    with pytest.raises(Refused, match="您拟的"):
        move_letter(letter, "legal-review", by=cast.handler)
    assert letter.state == State.LEGAL


def test_secrecy_review_needs_its_words(cast: Cast) -> None:
    letter = move_letter(a_reply(cast), "submit", by=cast.clerk)
    letter = move_letter(letter, "legal-review", by=cast.legal)
    with pytest.raises(Refused, match="意见"):
        move_letter(letter, "secrecy-review", by=cast.secrecy)
    assert letter.state == State.SECRECY


def test_a_change_after_review_begins_the_way_anew(cast: Cast) -> None:
    letter = move_letter(a_reply(cast), "submit", by=cast.clerk)
    letter = move_letter(letter, "legal-review", by=cast.legal)
    letter = move_letter(letter, "return", by=cast.secrecy, note="页数写错了")
    letter = change_draft(letter, {"提供内容": "名单3页"}, by=cast.clerk)
    assert move_letter(letter, "submit", by=cast.clerk).state == State.LEGAL


def test_a_change_behind_the_reviewers_stops_the_signature(cast: Cast) -> None:
    letter = move_letter(a_reply(cast), "submit", by=cast.clerk)
    letter = move_letter(letter, "legal-review", by=cast.legal)
    letter = move_letter(letter, "secrecy-review", by=cast.secrecy, note="可以公开")
    Letter.objects.filter(pk=letter.pk).update(values={"提供内容": "全部名单"})
    with pytest.raises(Refused, match="审核之后有改动"):
        move_letter(letter, "sign", by=cast.leader)
    letter.refresh_from_db()
    assert letter.state == State.SIGNING


def test_a_reviewer_acts_on_what_he_saw(cast: Cast) -> None:
    letter = move_letter(a_reply(cast), "submit", by=cast.clerk)
    looked = content_hash(letter)
    letter = move_letter(letter, "return", by=cast.legal, note="页数写错了")
    letter = change_draft(letter, {"提供内容": "名单3页"}, by=cast.clerk)
    letter = move_letter(letter, "submit", by=cast.clerk)
    with pytest.raises(Overtaken):
        move_letter(letter, "legal-review", by=cast.legal, looked=looked)
    letter.refresh_from_db()
    assert letter.state == State.LEGAL


def test_sent_back_with_words_by_whose_turn_it_is(cast: Cast) -> None:
    letter = move_letter(a_reply(cast), "submit", by=cast.clerk)
    with pytest.raises(Refused, match="意见"):
        move_letter(letter, "return", by=cast.legal)
    with pytest.raises(Refused, match="法制审核人"):
        move_letter(letter, "return", by=cast.seal_keeper, note="不行")
    letter = move_letter(letter, "return", by=cast.legal, note="依据写错了")
    assert letter.state == State.DRAFT


def test_a_cancelled_draft_keeps_its_number(cast: Cast) -> None:
    letter = a_reply(cast)
    number = letter.number
    letter = move_letter(letter, "cancel", by=cast.clerk, note="改用其他文书")
    again = a_letter(letter.application, "L14", cast)
    assert letter.state == State.CANCELLED
    assert again.number != number


def test_seal_numbers_have_no_gap(cast: Cast) -> None:
    numbers = []
    for _ in range(3):
        letter = made_ready(a_reply(cast), cast, on=DAY)
        numbers.append(letter.seal_number)
        with pytest.raises(Refused):
            move_letter(letter, "seal", by=cast.seal_keeper)
    assert numbers == [f"示卫健印〔2026〕{n}号" for n in (1, 2, 3)]


def test_each_station_belongs_to_its_role(cast: Cast) -> None:
    letter = move_letter(a_reply(cast), "submit", by=cast.clerk)
    for person in (cast.clerk, cast.secrecy, cast.stranger, cast.inspector):
        with pytest.raises(PermissionDenied):
            move_letter(letter, "legal-review", by=person)
    with pytest.raises(PermissionDenied):
        move_letter(letter, "cancel", by=cast.stranger, note="x")
    letter.refresh_from_db()
    assert letter.state == State.LEGAL


def test_the_case_follows_its_letter(cast: Cast) -> None:
    letter = a_reply(cast)
    letter.application.registered_at = letter.application.submitted_at
    letter.application.save()
    letter = move_letter(letter, "submit", by=cast.clerk)
    case = Application.objects.get(pk=letter.application_id)
    assert case.state == Application.State.REVIEWING


def test_the_reviewer_reads_the_letter_before_he_passes_it(cast: Cast, client: Client) -> None:
    letter = move_letter(a_reply(cast), "submit", by=cast.clerk)
    client.force_login(cast.legal)
    address = reverse("desk-case-deed", args=[letter.application_id, "legal-review"])
    page = client.get(address).content.decode()
    assert "示例县预防接种门诊名单" in page
    assert "周申请" not in page
    choice = f"{letter.pk}.{content_hash(letter)}"
    version = Application.objects.get(pk=letter.application_id).version
    done = client.post(address, {"letter": choice, "note": "同意", "seen": version})
    assert done.status_code == 302
    letter.refresh_from_db()
    assert letter.state == State.SECRECY


def test_the_desk_sends_by_post_and_refuses_a_courier(cast: Cast, client: Client) -> None:
    letter = made_ready(a_reply(cast), cast, on=DAY)
    client.force_login(cast.clerk)
    address = reverse("desk-case-deed", args=[letter.application_id, "deliver"])
    form = {
        "letter": f"{letter.pk}.{content_hash(letter)}",
        "way": "post",
        "on": "2026-03-12",
        "tracking": "1000000000000",
        "carrier": "顺丰",
        "seen": Application.objects.get(pk=letter.application_id).version,
    }
    refused = client.post(address, form)
    assert refused.status_code == 422
    assert "邮政企业" in refused.content.decode()
    assert client.post(address, form | {"carrier": ""}).status_code == 302
    letter.refresh_from_db()
    assert letter.state == State.SENT


def test_who_acts_for_the_head_is_told_so_and_every_paper_names_both(
    cast: Cast, client: Client
) -> None:
    """外出代行 (docs/operations.md 四之三): his own name, and for whom he acts."""
    case = a_registered_application(cast, on=RECEIVED)
    case.items.update(decision="granted", letter="L14")
    letter = a_letter(case, "L14", cast)
    for key, person in (("submit", cast.clerk), ("legal-review", cast.legal)):
        letter = move_letter(letter, key, by=person)
    letter = move_letter(letter, "secrecy-review", by=cast.secrecy, note="可以公开")
    held = Membership.objects.get(user=cast.leader, body=cast.body, role=Role.LEADER)
    hand_over(held, cast.archivist, timezone.localdate(), by=cast.leader)
    giver, taker = name_of(cast.leader), name_of(cast.archivist)
    (row,) = case_todo(cast.archivist).mine.cases
    assert row.acting == giver
    assert not hasattr(case_todo(cast.leader).mine.cases[0], "acting")
    # Both away at the same time: either role can sign, both are named.
    head = Membership.objects.get(user=cast.head, body=cast.body, role=Role.HEAD)
    second = hand_over(head, cast.archivist, timezone.localdate(), by=cast.head)
    assert case_todo(cast.archivist).mine.cases[0].acting == f"{giver}、{name_of(cast.head)}"
    take_back(second, by=cast.head)
    client.force_login(cast.archivist)
    page = client.get(reverse("desk-case", args=[case.pk])).content.decode()
    assert f"代 {giver}" in page and f"代 {giver}" in panel(cast.archivist)
    form = client.get(reverse("desk-case-deed", args=[case.pk, "sign"])).content.decode()
    assert f"您代 {giver} 办理" in form
    letter = move_letter(letter, "sign", by=cast.archivist, note="同意。")
    both = f"{taker}（代 {giver}）"
    assert letter.steps.get(from_state="signing").by_name == both
    assert case.events.get(deed="sign").by_name == both
    assert f"{both}：同意。" in compose(case.letters.get(code="L39")).text()
    # What is his own by his own role, he does in his own name.
    assert signature(cast.archivist, cast.body, Role.ARCHIVIST, Role.LEADER) == taker
