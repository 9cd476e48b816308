"""The demonstration's applications count as the two real reports do, and stand in every state."""

from __future__ import annotations

from datetime import date

import pypdfium2
from django.utils import timezone

from gongkai.applications import clock
from gongkai.applications.files import content
from gongkai.applications.models import ApplicantAccount, Application, CaseFile, Dispute, Letter
from gongkai.applications.statistics.measures import measures
from gongkai.applications.statistics.proofs import proofs
from gongkai.applications.statistics.tables import Period, table3
from gongkai.bodies.models import Body
from gongkai.demo.case_deeds import PRIVATE
from gongkai.demo.data import load
from gongkai.demo.reports import reports
from gongkai.law.calendar import national

State = Application.State


def test_the_cases_of_the_demonstration(seeded: None) -> None:
    names = {b["slug"]: b["name"] for b in load("bodies.yaml")["bodies"]}
    published = dict(reports("reports_published.yaml", names))
    # Table 三 of the made-up counties equals that of the two real reports, cell by cell.
    for slug, real, year in (
        ("shiliyixian-wjw", "xuchang-wjw", 2022),
        ("shilierxian-wjw", "jiyuan-wjw", 2020),
    ):
        cases = Application.objects.filter(body__slug=slug)
        counted = table3(cases, Period.of_year(year))
        printed = published[real].table3
        assert {row: list(cells.values()) for row, cells in counted.items()} == {
            row: [cell.number for cell in cells] for row, cells in printed.items()
        }
        found = proofs(cases, Dispute.objects.none(), Period.of_year(year))
        assert not [p for p in found if p.faults]
        # What was answered years ago does not stand as open work.
        assert set(cases.values_list("state", flat=True)) == {State.ARCHIVED}
    # No made-up case stands under a real body's name.
    assert not Body.objects.filter(is_made_up=False, applications__isnull=False).exists()
    # The applicant with an account finds there what he asked for, and nobody else's.
    account = ApplicantAccount.objects.get()
    assert account.links.count() > 5
    assert {x.application.applicant["name"] for x in account.links.all()} == {
        account.profile["person"]
    }
    # Some forty cases of today, in every state, none without its day.
    today = Application.objects.filter(body__slug="shilishi-wjw")
    assert today.count() >= 40
    assert set(today.values_list("state", flat=True)) == set(State)
    near = [c.due_on for c in today.filter(closed_on=None) if c.due_on]
    assert min(near) < clock.today() <= max(near) <= date(clock.today().year + 1, 12, 31)
    assert Letter.objects.exclude(frozen_sha256="").count() > 60
    # The table of the sections tells something: who answered what.
    first = today.exclude(closed_on=None).earliest("closed_on").closed_on
    found_by = measures(today, Period(first, clock.today()), national()).sections
    rows = {r.name: r.concluded for r in found_by}
    assert rows["医政医管科"] >= 4 and rows["政策法规科"] >= 2, rows
    assert rows.get("未交办", 0) < sum(rows.values()) / 2, rows
    # A section was asked and spoke before the answer, on the days of the story.
    for case in today.filter(assignments__answered_at__isnull=False, closed_on__isnull=False):
        for one in case.assignments.all():
            spoke = timezone.localdate(one.answered_at)
            assert case.submitted_on <= timezone.localdate(one.assigned_at) <= spoke, case.subject
            assert spoke <= case.closed_on, case.subject
    # The copy that was let out says nothing of the person in the contract.
    contract = today.get(subject="检验设备维护合同")
    released = CaseFile.objects.get(kind=CaseFile.Kind.RELEASED, application=contract)
    copy = pypdfium2.PdfDocument(content(released))[0].get_textpage().get_text_range()
    assert "12.6万元" in copy and not [p for p in PRIVATE if p in "".join(copy.split())]
    # What the clock says is what is stored.
    for case in today.select_related("body"):
        said = clock.outcome(case)
        assert (case.received_on, case.due_on) == (said.received_on, said.reply_due), case.subject
