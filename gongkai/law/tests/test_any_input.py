"""Whatever comes in: an answer or one clear sentence, never a traceback."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gongkai.law.calendar import CalendarRangeError
from gongkai.law.deadlines import EventError, EventType, clock
from gongkai.law.taxonomy import channels, decisions

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 40),
    st.integers(10**8, 10**30),
    st.floats(),
    st.text(max_size=5),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
)
DAYS = st.dates(date(2007, 12, 25), date(2031, 1, 5)).map(date.isoformat)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "channel": st.sampled_from(list(channels())),
    "days": st.integers(1, 30),
    "correction_days_wd": st.integers(1, 300),
    "until": DAYS,
    "id": st.sampled_from(("C1", "C2", 3)),
    "party": st.sampled_from(("third_party", "joint_maker", "other_agency")),
    "position": st.sampled_from(("agree", "object")),
    "mode": st.sampled_from(("per_piece", "per_page", "EMS")),
    "amount": st.integers(0, 9000),
    "ordinal": st.integers(1, 10**6),
    "pages": st.integers(0, 10**6),
    "decision": st.sampled_from(list(decisions())),
    "applicant_class": st.sampled_from(("natural_person", "law_firm")),
    "carrier": st.sampled_from(("EMS", "顺丰")),
    "case": st.sampled_from(("A", "B")),
    "expect": st.sampled_from(("accept", "reject:late")),
    "good_reason": st.booleans(),
    "body": st.sampled_from(("department", "government", "x")),
    "report_year": st.integers(2008, 2031),
}


@st.composite
def events(draw: st.DrawFn, clean: bool) -> list[dict[str, Any]]:
    """Events of every type on any day; ``clean`` without fields that cannot be read."""
    days = sorted(draw(st.lists(DAYS, min_size=1, max_size=10)))
    found = []
    for day in days:
        event: dict[str, Any] = {"date": day, "type": draw(st.sampled_from(list(EventType))).value}
        for name in draw(st.sets(st.sampled_from(list(FIELDS)), max_size=8)):
            odd = not clean and draw(st.integers(0, 9)) == 0
            event[name] = draw(ODD if odd else FIELDS[name])
        found.append(event)
    return found


def _answer(scenario: Any) -> None:
    try:
        json.dumps(clock(scenario))
    except (EventError, CalendarRangeError) as said:
        assert str(said).endswith("。")
        assert "\n" not in str(said)


@given(events(clean=True))
def test_any_events_get_an_answer(found: list[dict[str, Any]]) -> None:
    _answer({"id": "any", "events": found})


@given(events(clean=False))
def test_unreadable_fields_get_one_sentence(found: list[dict[str, Any]]) -> None:
    _answer(found)


@given(st.recursive(ODD, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_any_json_gets_one_sentence(scenario: Any) -> None:
    _answer(scenario)
