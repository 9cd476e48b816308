"""A slow clock that lives through every single day, written apart from the real one.

It shares no code and no data with ``gongkai.law``: its working days come from
``chinesecalendar`` and its numbers are typed in here. It never computes a date; it waits for
the day to come. Good for applications received from 2021 on (fees exist) and finished by 2026.
"""

from __future__ import annotations

import copy
from datetime import date, timedelta
from typing import Any

from gongkai.law.tests.life import Asked, Life, Waiting

#: events that need a reply period that runs
NEED_RUNNING = {
    "correction_notice_served",
    "extension_decided",
    "consultation_sent",
    "reasons_requested",
    "delayed_period_set",
    "fee_notice_served",
}
CONFIRMED = "receipt_confirmed_by_both"
#: events that can only happen before the day of receipt is fixed
BEFORE_RECEIPT = {
    "application_submitted",
    "application_posted",
    "signed_for",
    "ordinary_mail_arrived",
    CONFIRMED,
    "contact_attempt_failed",
    "contact_restored",
}


class Oracle(Life):
    """Call :meth:`happen` with JSON events in order of their days."""

    def happen(self, event: dict[str, Any]) -> str:
        """``accept`` or ``reject:…``; a refused event leaves no trace."""
        day = date.fromisoformat(event["date"])
        trial = copy.deepcopy(self)
        if self.today is not None and day < self.today:
            return "reject:out_of_order"
        trial.live_until(day)
        verdict = trial._event(day, event)
        if verdict != "accept":
            return verdict
        self.__dict__ = trial.__dict__
        return "accept"

    def _event(self, day: date, event: dict[str, Any]) -> str:
        kind = event["type"]
        if kind in NEED_RUNNING:
            if kind == "correction_notice_served" and self.correction:
                return self._closed() or "reject:second_correction"
            if kind == "fee_notice_served" and self.fee:
                return self._closed() or "reject:second_fee_notice"
            if refusal := self._closed() or self._not_running():
                return refusal
        if kind in ("consultation_delivered", "consultation_reply"):
            if self.reply_day or self.withdrawn:
                return "reject:closed"
            if event["id"] not in self.asked:
                return "reject:not_sent"
        if kind in BEFORE_RECEIPT and not (kind == CONFIRMED and self._confirms_restored(day)):
            if self.received:
                return "reject:already_received"
            if refusal := self._closed():
                return refusal
        handler = getattr(self, f"_{kind}")
        answer: str = handler(day, event) or "accept"
        return answer

    def _closed(self) -> str | None:
        if self.reply_day:
            return "reject:already_replied"
        return "reject:closed" if self.withdrawn else None

    def _not_running(self) -> str | None:
        if self.start is None:
            return "reject:not_received"
        if self.given_up:
            return "reject:abandoned"
        if self.correction and not self.corrected:
            return "reject:awaiting_correction"
        return "reject:awaiting_payment" if self.fee and not self.paid else None

    def _confirms_restored(self, day: date) -> bool:
        return self.state == "restored" and self.received == day

    def _receive(self, day: date) -> None:
        self.received = day
        self.notice = Waiting(day, 7)
        self.begin(day)

    def _application_submitted(self, day: date, event: dict[str, Any]) -> str | None:
        if self.state != "new":
            return "reject:already_submitted"
        if event["channel"] in ("in_person", "oral"):
            self.state = "received"
            self._receive(day)
        else:
            self.state = "unconfirmed"
        return None

    def _application_posted(self, day: date, event: dict[str, Any]) -> str | None:
        if self.state != "new":
            return "reject:already_submitted"
        self.state = "posted"
        return None

    def _signed_for(self, day: date, event: dict[str, Any]) -> str | None:
        if self.state in ("unconfirmed", "mail", "unreachable"):
            return "reject:nothing_to_sign"
        self.state = "received"
        self._receive(day)
        return None

    def _ordinary_mail_arrived(self, day: date, event: dict[str, Any]) -> str | None:
        if self.state in ("mail", "unreachable"):
            return "reject:already_submitted"
        self.state = "mail"
        return None

    def _receipt_confirmed_by_both(self, day: date, event: dict[str, Any]) -> str | None:
        if self._confirms_restored(day):
            return None
        if self.state not in ("unconfirmed", "mail", "unreachable"):
            return "reject:nothing_to_confirm"
        self.state = "restored" if self.state == "unreachable" else "received"
        self._receive(day)
        return None

    def _contact_attempt_failed(self, day: date, event: dict[str, Any]) -> str | None:
        if self.state != "mail" and self.state != "unreachable":
            return "reject:nothing_to_confirm"
        self.state = "unreachable"
        return None

    def _contact_restored(self, day: date, event: dict[str, Any]) -> str | None:
        if self.state != "unreachable":
            return "reject:nothing_to_restore"
        self.state = "restored"
        self._receive(day)
        return None

    def _correction_notice_served(self, day: date, event: dict[str, Any]) -> str | None:
        if self.reached:
            return "reject:late"
        self.before["correction"] = self.due()
        self.correction = Waiting(day, event["correction_days_wd"])
        return None

    def _corrected_application_received(self, day: date, event: dict[str, Any]) -> str | None:
        if refusal := self._closed():
            return refusal
        if not self.correction or self.corrected:
            return "reject:nothing_to_correct"
        if self.correction.ended:
            return "reject:late"
        self.corrected = True
        self.begin(day)
        return None

    def _extension_decided(self, day: date, event: dict[str, Any]) -> str | None:
        if self.fixed:
            return "reject:delayed"
        if self.extension:
            return "reject:second_extension"
        if self.reached:
            return "reject:late"
        if event["days"] > 20:
            return "reject:too_long"
        self.before["extension"] = self.due()
        self.extension = event["days"]
        self.allowance += event["days"]
        return None

    def _reasons_requested(self, day: date, event: dict[str, Any]) -> str | None:
        self.reasons = True
        return None

    def _delayed_period_set(self, day: date, event: dict[str, Any]) -> str | None:
        if not self.reasons:
            return "reject:reasons_not_requested"
        if self.reached and self.reached < day:
            return "reject:late"
        due, until = self.due(), date.fromisoformat(event["until"])
        if until <= (due or day):
            return "reject:not_later"
        self.before["delay"] = due
        self.fixed = until
        self.reached = None
        return None

    def _consultation_sent(self, day: date, event: dict[str, Any]) -> str | None:
        if event["id"] in self.asked:
            return "reject:already_sent"
        if not self.asked:
            self.before["consultation"] = self.due()
        self.asked[event["id"]] = Asked(day)
        return None

    def _consultation_delivered(self, day: date, event: dict[str, Any]) -> str | None:
        one = self.asked[event["id"]]
        if one.term:
            return "reject:already_delivered"
        if one.replied:
            return "reject:already_answered"
        one.term = Waiting(day, 15)
        return None

    def _consultation_reply(self, day: date, event: dict[str, Any]) -> str | None:
        one = self.asked[event["id"]]
        if one.replied:
            return "reject:already_answered"
        one.replied = day
        return None

    def _fee_notice_served(self, day: date, event: dict[str, Any]) -> str | None:
        if self.reached and self.reached < day:
            return "reject:late"
        self.before["fee"] = self.due()
        self.fee = Waiting(day, 20)
        return None

    def _fee_paid(self, day: date, event: dict[str, Any]) -> str | None:
        if refusal := self._closed():
            return refusal
        if not self.fee or self.paid:
            return "reject:nothing_to_pay"
        if self.fee.ended:
            return "reject:late"
        self.paid = True
        self.begin(day)
        return None

    def _application_withdrawn(self, day: date, event: dict[str, Any]) -> str | None:
        if refusal := self._closed():
            return refusal
        if self.state == "new":
            return "reject:not_received"
        if self.given_up:
            return "reject:abandoned"
        self.withdrawn = True
        return None

    def _reply_issued(self, day: date, event: dict[str, Any]) -> str | None:
        if self.ordered_until and not self.again:
            self.again = day
            return None
        return self._closed() or self._answer(day)

    def _reanswer_ordered(self, day: date, event: dict[str, Any]) -> str | None:
        if not self.reply_day:
            return "reject:not_replied"
        if self.ordered_until and not self.again:
            return "reject:already_ordered"
        until = date.fromisoformat(event["until"])
        if until <= day:
            return "reject:reanswer_not_later"
        self.ordered_until, self.again = until, None
        self.posted = self.signed = False
        return None

    def _reply_posted(self, day: date, event: dict[str, Any]) -> str | None:
        if self.posted:
            return "reject:already_posted"
        if self.signed:
            return "reject:already_served"
        if refusal := self._answer(day):
            return refusal
        self.posted = True
        self._went_out(day)
        return None

    def _reply_signed_for(self, day: date, event: dict[str, Any]) -> str | None:
        if self.signed:
            return "reject:already_served"
        if refusal := self._answer(day):
            return refusal
        self.signed = True
        if not self.posted:
            self._went_out(day)
        return None

    def _went_out(self, day: date) -> None:
        if self.ordered_until:
            self.again = day
        else:
            self.reply_day = day

    def _answer(self, day: date) -> str | None:
        if self.withdrawn:
            return "reject:closed"
        if self.reply_day:
            return None
        if self.given_up:
            return "reject:abandoned"
        self.due_of_reply = self.due()
        self.reply_day = day
        return None

    # the end

    def result(self) -> dict[str, Any]:
        """The dates, if nothing more happens."""
        end = self.foresee()
        done = self.reply_day is not None
        lost = None if done or self.withdrawn else end.given_up
        due = None if lost else (end.reached if self.runs else None)
        if done and self.due_of_reply:
            due = self.due_of_reply
        return {
            "received_date": self.received,
            "correction_notice_due": end.notice.ended if end.notice else None,
            "clock_start": self.start,
            "applicant_correction_due": self._ended("correction"),
            "fee_payment_due": self._ended("fee"),
            "reply_due": due,
            "excluded": end.skipped,
            "consultation_due": {
                name: one.term.ended if one.term else None for name, one in end.asked.items()
            },
            "deemed_abandoned_on": lost + timedelta(days=1) if lost else None,
            "on_time": self._on_time(),
            "reanswer_due": self.ordered_until,
            "reanswer_effective": self.again,
            "before": self.before,
        }

    def _ended(self, name: str) -> date | None:
        """When a correction or payment period ends, also one that was kept."""
        kept: Waiting | None = getattr(self, name)
        if kept is None:
            return None
        waiting, day = Waiting(kept.since, kept.length), kept.since
        while not waiting.ended:
            waiting.live(day)
            day += timedelta(days=1)
        return waiting.ended

    def _on_time(self) -> bool | None:
        if self.reply_day is None or self.received is None:
            return None
        return self.due_of_reply is None or self.reply_day <= self.due_of_reply
