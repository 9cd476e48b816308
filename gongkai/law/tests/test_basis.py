"""Each date cites the rule and the article that it really rests on."""

from datetime import date
from typing import Any

import pytest

from gongkai.law.deadlines import clock
from gongkai.law.parameters import rule

SUBMITTED = {"date": "2024-03-04", "type": "application_submitted", "channel": "in_person"}
CONFIRMED = {"date": "2024-03-05", "type": "receipt_confirmed_by_both"}
ON = date(2024, 3, 4)


def steps(*events: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The last step of each key."""
    return {step["key"]: step for step in clock(list(events))["steps"]}


@pytest.mark.parametrize(
    ("channel", "number", "key"),
    [
        ("ordinary", "R1d", "receipt.ordinary_mail"),
        ("online", "R1c", "receipt.online"),
        ("fax", "R1c", "receipt.online"),
        ("email", "R1c", "receipt.online"),
        ("other", "R1c", "receipt.online"),
    ],
)
def test_a_confirmed_receipt_rests_on_the_channel_of_the_application(
    channel: str, number: str, key: str
) -> None:
    found = steps(SUBMITTED | {"channel": channel}, CONFIRMED)["received_date"]
    assert found["day"] == "2024-03-05"
    assert (found["rule"], found["article"]) == (number, rule(key, on=ON).article)


def test_an_ordinary_letter_that_was_posted_is_confirmed_not_signed_for() -> None:
    posted = {"date": "2024-03-01", "type": "application_posted", "channel": "ordinary"}
    assert steps(posted, CONFIRMED)["received_date"]["rule"] == "R1d"
    signed = clock([posted, {"date": "2024-03-05", "type": "signed_for"}])
    assert signed["refused"][0]["result"] == "reject:nothing_to_sign"


@pytest.mark.parametrize("party", ["third_party", "joint_maker", "other_agency"])
def test_the_term_of_an_opinion_rests_on_who_is_asked(party: str) -> None:
    sent = {"date": "2024-03-06", "type": "consultation_sent", "id": "C1", "party": party}
    delivered = {"date": "2024-03-07", "type": "consultation_delivered", "id": "C1"}
    found = steps(SUBMITTED, sent, delivered)["consultation_due"]
    assert found["article"] == rule(f"consultation.{party}_days", on=ON).article


def test_a_new_period_rests_on_what_started_it() -> None:
    notice = {"date": "2024-03-06", "type": "correction_notice_served", "correction_days_wd": 10}
    corrected = {"date": "2024-03-11", "type": "corrected_application_received"}
    fee = {"date": "2024-03-06", "type": "fee_notice_served", "mode": "per_page", "amount": 10}
    paid = {"date": "2024-03-11", "type": "fee_paid", "amount": 10}
    after_correction = steps(SUBMITTED, notice, corrected)["clock_start"]
    assert after_correction["article"] == rule("correction.notice_days", on=ON).article
    after_payment = steps(SUBMITTED, fee, paid)["clock_start"]
    assert after_payment["article"] == rule("fee.restarts_clock", on=ON).article


def test_an_event_from_before_its_law_names_that_law() -> None:
    early = SUBMITTED | {"date": "2020-12-01"}
    fee = {"date": "2020-12-02", "type": "fee_notice_served", "mode": "per_page", "amount": 10}
    (refused,) = clock([early, fee])["refused"]
    assert refused["result"] == "reject:no_law"
    assert refused["article"].startswith("国办函〔2020〕109号")
    assert "开始施行的2021-01-01" in refused["message"]


def test_a_day_before_the_regulation_is_called_so() -> None:
    (refused,) = clock([SUBMITTED | {"date": "2008-04-30"}])["refused"]
    assert refused["result"] == "reject:no_law"
    assert "早于《条例》开始施行的2008-05-01" in refused["message"]


@pytest.mark.parametrize("carrier", ["顺丰", "顺丰速运", "SF Express", "sf_express", "京东快递"])
def test_a_reply_does_not_go_by_private_courier(carrier: str) -> None:
    posted = {"date": "2024-03-08", "type": "reply_posted", "carrier": carrier}
    assert clock([SUBMITTED, posted])["refused"][0]["result"] == "reject:private_courier"


@pytest.mark.parametrize("carrier", ["EMS", "中国邮政", "邮政快递", "China Post", "挂号信"])
def test_a_reply_goes_by_post(carrier: str) -> None:
    posted = {"date": "2024-03-08", "type": "reply_posted", "carrier": carrier}
    assert clock([SUBMITTED, posted])["refused"] == []


def test_a_remedy_shows_its_count_and_why_the_last_day_moved() -> None:
    posted = {"date": "2024-01-29", "type": "reply_posted", "decision": "unable_not_held"}
    signed = {"date": "2024-01-31", "type": "reply_signed_for"}
    found = steps(posted, signed)
    assert found["effective_date"]["day"] == "2024-01-29"
    assert found["effective_date"]["rule"] == "R7"
    review, suit = found["reconsideration_due"], found["litigation_due"]
    assert (review["from"], review["day"]) == ("2024-01-31", "2024-04-01")
    assert (review["days_counted"], review["unit"]) == (60, "日")
    assert rule("period.roll_forward", on=ON).article in review["article"]
    assert review["note"] == "末日2024-03-31为休息日（周末），顺延至下一个工作日"
    assert (suit["day"], suit["days_counted"], suit["unit"]) == ("2024-07-31", 6, "月")
    assert "note" not in suit
    assert "provisional" not in review
    # A last day in a year whose holidays are not told yet may still move on.
    far = {"date": "2029-11-01", "type": "reply_signed_for"}
    assert steps(posted | {"date": "2029-10-30"}, far)["reconsideration_due"]["provisional"]
