import json

import pytest

from gongkai.reporting import reading
from gongkai.reporting.models import AnnualReport
from gongkai.reporting.tests.cast import make_cast
from gongkai.reporting.tests.route_cast import Office


@pytest.fixture(scope="session")
def make_people():
    return make_cast


@pytest.fixture
def office(people: Office) -> Office:
    """The people of a module whose ``make_people`` is ``make_office``."""
    return people


@pytest.fixture
def report(office: Office) -> AnnualReport:
    return office.report


@pytest.fixture
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the process that reads a visitor's file would do is done here, without its start."""
    here = reading._answer
    monkeypatch.setattr(reading, "_ask", lambda message: json.loads(json.dumps(here(message))))
