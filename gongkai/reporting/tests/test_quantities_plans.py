"""A number of the report counts what has happened, not what is planned."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from gongkai.bodies.ledger import actions
from gongkai.bodies.ledger.book import book
from gongkai.reporting.compile.compute import named
from gongkai.reporting.tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_planned_training_is_in_no_number_before_its_day(people: Cast) -> None:
    training, today = book("training"), timezone.localdate()
    planned = {"happened_on": today + timedelta(days=2), "subject": "公开业务"}
    held = {"happened_on": today, "subject": "公开业务", "attended": 9}
    for values in (planned, held):
        actions.enter(training, people.body, values, by=people.clerk)
    found = named(people.body, today.year)
    numbers = {name: one["value"] for name, one in found.items() if one.get("book") == "training"}
    assert sorted(value for value in numbers.values() if value) == ["1", "9"]
