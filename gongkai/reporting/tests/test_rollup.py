"""A government's report is the sum of those of its bodies, cell by cell, at any level."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongkai.annual_report.model import Cell
from gongkai.base.refusal import Refused
from gongkai.bodies.actions import grant_role
from gongkai.bodies.models import Body, Region, Role
from gongkai.bodies.tests.cast import person
from gongkai.engagement.models import HotlineCall
from gongkai.registers.models import LicenceDecision
from gongkai.reporting.actions import correct_cell, import_data, move_problem
from gongkai.reporting.compile import actions as compiling
from gongkai.reporting.models import Route
from gongkai.reporting.route import actions as route
from gongkai.reporting.route.rollup import roll_up
from gongkai.reporting.route.summed import make_version
from gongkai.reporting.tests.cast import Cast, sound_report

pytestmark = pytest.mark.django_db
YEAR = 2025
RECEIVED = "t3.new_received.total"
LICENCES = "t2.licensing.decisions"


def files(body: Body, received: int) -> None:
    """The body has a report of so many applications, filed as data."""
    report = sound_report(YEAR, received=received, agency=body.name)
    import_data(report, body=body, by=None, year=YEAR)


def a_body(name: str, above: Body) -> Body:
    return Body.objects.create(
        name=name,
        short_name=name,
        slug=f"b{Body.objects.count()}",
        region=above.region,
        kind=Body.Kind.TOWNSHIP,
        supervised_by=above,
        is_made_up=True,
    )


@pytest.fixture
def clerk(people: Cast) -> object:
    """A clerk of the government."""
    user = person("zhengfu", "冯", "政府")
    grant_role(user, people.government, Role.CLERK, by=None)
    return user


def test_the_sum_is_that_of_the_bodies_and_of_the_own_register(people: Cast) -> None:
    files(people.body, 3)
    files(people.other_body, 4)
    LicenceDecision.objects.create(
        body=people.government,
        number="示府许1",
        party="示例药房",
        content="准予",
        happened_on=date(YEAR, 3, 2),
    )
    whole = roll_up(people.government, YEAR)
    assert whole.cells[RECEIVED] == 7
    assert whole.cells[LICENCES] == 1
    assert not whole.missing
    assert [(p.name, n) for p, n in whole.of(RECEIVED)] == [
        ("示例县人民政府（本机关台账）", 0),
        ("示例县卫生健康委员会", 3),
        ("示例县教育局", 4),
    ]


def test_who_has_no_report_is_missing_and_who_has_errors_is_named(people: Cast) -> None:
    report = sound_report(YEAR, agency=people.body.name)
    report = report.with_cells({"t3.granted.total": Cell(9, "9"), LICENCES: Cell(None, "")})
    import_data(report, body=people.body, by=None, year=YEAR)
    whole = roll_up(people.government, YEAR)
    assert [p.name for p in whole.missing] == ["示例县教育局"]
    assert [p.name for p in whole.faulty] == ["示例县卫生健康委员会"]
    assert any("错误" in why for why in whole.faulty[0].why)
    assert any("1格没有数字" in why for why in whole.faulty[0].why)
    assert whole.wrong == whole.faulty and whole.left_out == whole.missing and not whole.drafts


def test_a_draft_is_counted_and_said_to_be_one_until_it_is_handed_in(people: Cast) -> None:
    files(people.other_body, 4)
    task = compiling.start(people.body, YEAR, by=None)
    whole = roll_up(people.government, YEAR)
    (draft,) = whole.drafts
    assert not whole.wrong  # a draft is no mistake
    assert draft.name == people.body.name and "还没有报送（编制中）" in draft.why[0]
    Route.objects.create(report=task.report, state=Route.State.SUBMITTED)
    assert not any("报送" in why for p in roll_up(people.government, YEAR).parts for why in p.why)


def test_a_level_without_a_report_of_its_own_counts_as_the_sum_below_it(people: Cast) -> None:
    town = a_body("示例镇人民政府", people.body)
    files(town, 5)
    files(people.other_body, 4)
    whole = roll_up(people.government, YEAR)
    assert whole.cells[RECEIVED] == 9
    assert [p.name for p in whole.missing] == ["示例县卫生健康委员会"]
    assert not whole.left_out  # its bodies are in the sum
    files(people.body, 6)  # a document of the whole: its bodies are in it
    assert roll_up(people.government, YEAR).cells[RECEIVED] == 10


def test_the_sum_becomes_a_version_that_keeps_its_parts(people: Cast, clerk: object) -> None:
    files(people.body, 3)
    files(people.other_body, 4)
    with pytest.raises(Refused, match="开始编制"):
        make_version(people.government, YEAR, by=clerk)
    compiling.start(people.government, YEAR, by=clerk)
    with pytest.raises(PermissionDenied):
        make_version(people.government, YEAR, by=people.clerk)
    version = make_version(people.government, YEAR, by=clerk)
    assert version.origin == "rolled_up"
    assert version.as_report.value(RECEIVED) == 7
    assert [p["name"] for p in version.computation.summation.parts][1:] == [
        "示例县卫生健康委员会",
        "示例县教育局",
    ]
    assert not version.report.problems.filter(rule="C28", gone_at=None).exists()
    with pytest.raises(Refused, match="一样"):
        make_version(people.government, YEAR, by=clerk)


def test_the_text_of_a_rolled_up_report_is_written_over_the_sums(
    people: Cast, clerk: object
) -> None:
    files(people.body, 3)
    files(people.other_body, 4)
    task = compiling.start(people.government, YEAR, by=clerk)
    make_version(people.government, YEAR, by=clerk)
    version = compiling.write_text(task, {"problems": "个别单位报送不够及时。"}, by=clerk)
    assert version.as_report.value(RECEIVED) == 7


def test_a_new_sum_counts_the_numbers_of_its_text_anew(people: Cast, clerk: object) -> None:
    files(people.body, 3)
    files(people.other_body, 4)
    # The register is kept, with nothing in it this year: 0, which is no missing number.
    HotlineCall.objects.create(body=people.government, happened_on=date(YEAR - 1, 3, 2))
    task = compiling.start(people.government, YEAR, by=clerk)
    texts = {"disclosure": "接听热线【热线工单数】件。", "problems": "解读形式单一。"}
    compiling.write_text(task, texts, by=clerk)
    make_version(people.government, YEAR, by=clerk)
    HotlineCall.objects.create(body=people.government, happened_on=date(YEAR, 3, 2))
    for problem in task.report.problems.filter(level="error", gone_at=None, state="found"):
        move_problem(problem, "confirmed", "已核实", by=clerk)
    with pytest.raises(Refused, match="重新汇总"):
        route.send(task.report, by=clerk)
    version = make_version(people.government, YEAR, by=clerk)
    assert "接听热线1件" in "".join(s.text for s in version.as_report.sections)
    with pytest.raises(Refused, match="一样"):
        make_version(people.government, YEAR, by=clerk)


def test_a_number_that_nobody_has_is_not_summed_to_nothing(people: Cast) -> None:
    """A city whose register of 规章 has no line: the zeros of its offices are not its number."""
    city = Region.objects.create(code="999200", name="示例市", level=Region.Level.CITY)
    people.government.region = city
    people.government.save()
    files(people.body, 3)
    files(people.other_body, 4)
    whole = roll_up(people.government, YEAR)
    regulations = [a for a in whole.cells if a.startswith("t2.regulations.")]
    assert {whole.cells[a] for a in regulations} == {None}
    assert whole.cells[RECEIVED] == 7
    assert f"有{len(regulations)}格在台账里没有登记过" in whole.parts[0].why[0]
    assert whole.parts[0] in whole.faulty


def test_a_cell_that_is_not_the_sum_is_a_finding(people: Cast, clerk: object) -> None:
    files(people.body, 3)
    files(people.other_body, 4)
    task = compiling.start(people.government, YEAR, by=clerk)
    make_version(people.government, YEAR, by=clerk)
    correct_cell(task.report, LICENCES, "5", "另有5件", by=clerk)
    found = task.report.problems.get(rule="C28", gone_at=None)
    assert LICENCES in found.finding["addresses"]


def test_a_sum_that_is_out_of_date_is_not_sent(people: Cast, clerk: object) -> None:
    files(people.body, 3)
    files(people.other_body, 4)
    task = compiling.start(people.government, YEAR, by=clerk)
    compiling.write_text(task, {"problems": "解读形式单一，明年增加图解。"}, by=clerk)
    make_version(people.government, YEAR, by=clerk)
    for problem in task.report.problems.filter(level="error", gone_at=None):
        move_problem(problem, "confirmed", "已核实", by=clerk)
    files(people.other_body, 5)
    with pytest.raises(Refused, match="重新汇总"):
        route.send(task.report, by=clerk)
    make_version(people.government, YEAR, by=clerk)
    for problem in task.report.problems.filter(level="error", gone_at=None, state="found"):
        move_problem(problem, "confirmed", "已核实", by=clerk)
    assert route.send(task.report, by=clerk).state == "legal"


def test_missing_bodies_stop_the_sum_unless_it_is_known(people: Cast, clerk: object) -> None:
    files(people.body, 3)
    compiling.start(people.government, YEAR, by=clerk)
    with pytest.raises(Refused, match="1个机关缺报（示例县教育局）"):
        make_version(people.government, YEAR, by=clerk)
    version = make_version(people.government, YEAR, by=clerk, despite=True)
    assert version.computation.summation.missing[0]["name"] == "示例县教育局"
    assert version.note == "汇总1个机关的年报，缺报1个"
    # The level above is told that what it sums is not whole.
    above = a_body("示例市人民政府", people.other_body)
    Body.objects.filter(pk=above.pk).update(supervised_by=None)
    Body.objects.filter(pk=people.government.pk).update(supervised_by=above)
    (part,) = roll_up(above, YEAR).wrong
    assert "汇总时所属有1个机关缺报" in part.why


def test_more_bodies_need_no_more_queries(people: Cast) -> None:
    files(people.body, 1)
    with CaptureQueriesContext(connection) as few:
        roll_up(people.government, YEAR)
    for n in range(5):
        files(a_body(f"示例{n}镇", people.government), n)
    with CaptureQueriesContext(connection) as many:
        roll_up(people.government, YEAR)
    assert len(many) == len(few)


amounts = st.decimals(min_value=0, max_value=10**6, places=4)


@settings(
    max_examples=settings.default.max_examples // 4,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(st.integers(0, 10**6), amounts), max_size=4))
def test_roll_up_equals_the_sum(people: Cast, said: list[tuple[int, Decimal]]) -> None:
    root = a_body(f"示例{Body.objects.count()}市人民政府", people.government)
    for n, (received, fees) in enumerate(said):
        body = a_body(f"{root.name}第{n}局", root)
        report = sound_report(YEAR, received=received, agency=body.name)
        report = report.with_cells({"t2.fees.fee_amount_wan": Cell(fees, f"{fees:f}")})
        import_data(report, body=body, by=None, year=YEAR)
    whole = roll_up(root, YEAR)
    assert whole.cells[RECEIVED] == sum(n for n, _ in said)
    assert whole.cells["t2.fees.fee_amount_wan"] == sum((f for _, f in said), Decimal(0))
    for address, value in whole.cells.items():
        assert value == sum(n or 0 for _, n in whole.of(address)), address
