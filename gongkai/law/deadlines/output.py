"""An :class:`Outcome` as the JSON object that ``gongkai law clock`` prints."""

from __future__ import annotations

from datetime import date
from typing import Any

from gongkai.law.calendar import WorkCalendar
from gongkai.law.counting import format_of
from gongkai.law.deadlines.duties import warning
from gongkai.law.deadlines.events import EventType
from gongkai.law.deadlines.outcome import Outcome, before_name
from gongkai.law.decisions import report_row


def iso(value: Any) -> Any:
    """Days as ISO text, through lists and mappings; everything else as it is."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: iso(item) for key, item in value.items()}
    return [iso(item) for item in value] if isinstance(value, list | tuple) else value


def as_json(one: Outcome, calendar: WorkCalendar) -> dict[str, Any]:
    """Flat keys for the dates, then ``table3``, ``provisional``, ``refused`` and ``steps``.

    Keys that do not apply to these events are left out; a key that applies and cannot be told
    is null.
    """
    out: dict[str, Any] = {"status": one.status}
    if one.case.waiting is not None:
        out["waits_for"] = _RECEIPT[one.case.waiting].value
    if one.case.submitted is not None:
        out |= _clock(one)
    waits = one.reanswer_due if one.status == "reanswering" else None
    if waits is None and one.closed_on is None:
        waits = one.reply_due
    if one.as_of is not None and waits is not None:
        near = warning(waits, one.as_of, calendar=calendar)
        out["warning"] = {
            "colour": near.colour,
            "label": near.label,
            "days_left": near.days_left,
        }
    out |= _consultations(one)
    out |= _fee(one)
    if one.case.reply is not None:
        out |= {"effective_date": one.effective_on, "on_time": one.on_time}
    out |= _reanswer(one)
    if one.closed_on is not None:
        out |= {"closed_on": one.closed_on, "decision": one.decision}
        if one.decision is not None:
            out["table3_row"] = report_row(one.decision, format_of(one.closed_on.year)).path
    if one.case.correction is not None or one.case.fee is not None:
        out["deemed_abandoned"] = one.abandoned_on is not None
    if one.abandoned_on is not None:
        out["deemed_abandoned_on"] = one.abandoned_on
    out |= _remedies(one)
    out |= one.duties
    published = one.duties.get("publication_due", {})
    if len(published) == 1:
        out["publication_due"] = next(iter(published.values()))
    if one.table3:
        out["table3"] = {str(year): rows for year, rows in one.table3.items()}
    out["provisional"] = bool(one.provisional)
    if one.provisional:
        out["provisional_dates"] = list(one.provisional)
    out["warnings"] = list(one.warnings)
    out["refused"] = [
        {
            "event": r.number,
            "date": r.event.on,
            "type": r.event.type.value,
            "result": f"reject:{r.code}",
            "rule": r.rule,
            "article": r.article,
            "message": r.message,
        }
        for r in one.refused
    ]
    out["steps"] = [step.as_json(calendar) for step in one.steps]
    plain: dict[str, Any] = iso(out)
    return plain


#: What fixes the receipt of something not handed over in person, and starts the clock (Art 31).
_RECEIPT = {
    "signature": EventType.SIGNED_FOR,
    "confirmation": EventType.RECEIPT_CONFIRMED_BY_BOTH,
}


def _clock(one: Outcome) -> dict[str, Any]:
    out: dict[str, Any] = {
        "received_date": one.received_on,
        "correction_notice_due": one.correction_notice_due,
        "clock_start": one.clock_start,
        "reply_due": one.reply_due,
    }
    if one.correction_due is not None:
        out["applicant_correction_due"] = one.correction_due
    for what, day in one.before.items():
        out[before_name(what)] = day
    if one.case.correction is not None:
        late = one.case.notice_due is not None and one.case.correction.served > one.case.notice_due
        out["correction_notice_on_time"] = not late
    return out


def _reanswer(one: Outcome) -> dict[str, Any]:
    if one.reanswer_ordered_on is None:
        return {}
    return {
        "reanswer_ordered_on": one.reanswer_ordered_on,
        "reanswer_due": one.reanswer_due,
        "reanswer_effective_date": one.reanswer_effective,
        "reanswer_decision": one.reanswer_decision,
        "reanswer_on_time": one.reanswer_on_time,
    }


def _consultations(one: Outcome) -> dict[str, Any]:
    """One consultation gives plain values; several give a mapping by id."""
    if not one.consultations:
        return {}
    due = {c.id: c.due for c, _ in one.consultations}
    said = {c.id: outcome for c, outcome in one.consultations}
    single = len(due) == 1
    out: dict[str, Any] = {
        "consultation_due": next(iter(due.values())) if single else due,
        "consultation_outcome": next(iter(said.values())) if single else said,
        "excluded_working_days": one.excluded,
        "consultations": {
            c.id: {
                "party": c.party,
                "sent": c.sent,
                "delivered": c.delivered,
                "due": c.due,
                "replied": c.replied,
                "outcome": outcome,
            }
            for c, outcome in one.consultations
        },
    }
    if one.consumed is not None:
        out["consumed_working_days_before_pause"] = one.consumed
    if not single:
        out |= {f"consultation_due_{name}": day for name, day in due.items()}
    return out


def _fee(one: Outcome) -> dict[str, Any]:
    notice = one.case.fee
    out: dict[str, Any] = {}
    if notice is not None:
        out |= {
            "latest_day_to_serve_fee_notice": notice.latest,
            "fee_payment_due": notice.due,
            "fee_amount": notice.amount,
            "fee_paid": notice.paid_on is not None,
        }
    found = one.fee
    if found is None:
        return out
    price = found.price
    out["fee_mode"] = found.mode
    if out.get("fee_amount") is None:
        out["fee_amount"] = price
    if found.mode == "per_piece":
        out["fee_this_piece"] = price
        out[f"fee_month_if_all_{found.units}_by_piece"] = found.total
        out.setdefault("latest_day_to_serve_fee_notice", one.reply_due)
    else:
        out |= {"fee_pages": found.units, "fee_this_application": price}
    out |= {"fee_total": found.total, "fee_formula": found.formula}
    return out


def _remedies(one: Outcome) -> dict[str, Any]:
    found = one.remedies
    if found is None:
        return {}
    out: dict[str, Any] = {
        "reconsideration_first": found.reconsideration_first,
        "reviewing_body": found.reviewing_body,
        "litigation_open": found.litigation_open,
        "litigation_unsettled": found.litigation_unsettled,
        "remedy_articles": list(found.articles),
    }
    if found.reconsideration_raw is not None:
        out |= {
            "reconsideration_raw": found.reconsideration_raw,
            "reconsideration_due": found.reconsideration_due,
            "litigation_raw": found.litigation_raw,
            "litigation_due": found.litigation_due,
        }
    return out
