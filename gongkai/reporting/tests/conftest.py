import pytest

from gongkai.bodies.actions import grant_role
from gongkai.bodies.models import Role
from gongkai.reporting.models import AnnualReport
from gongkai.reporting.tests.cast import Cast, make_cast, person
from gongkai.reporting.tests.route_cast import compiled, licences


@pytest.fixture(scope="session")
def make_people():
    return make_cast


@pytest.fixture
def office(people: Cast) -> Cast:
    """The body has people for the legal and the secrecy review."""
    people.legal = person("fazhi", "周", "法制")
    people.secrecy = person("baomi", "吴", "保密")
    grant_role(people.legal, people.body, Role.LEGAL, by=None)
    grant_role(people.secrecy, people.body, Role.SECRECY, by=None)
    return people


@pytest.fixture
def report(office: Cast) -> AnnualReport:
    licences(office, 3)
    return compiled(office)
