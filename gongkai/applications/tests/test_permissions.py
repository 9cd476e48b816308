"""Who sees and touches what: of another body, of another section, as an inspector only."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from gongkai.applications.actions import disputes
from gongkai.applications.actions.handling.receipt import register
from gongkai.applications.actions.handling.section import assign
from gongkai.applications.actions.side import SideIntake, file_side
from gongkai.applications.desk.case_parts import related
from gongkai.applications.desk.turns import posts_of
from gongkai.applications.files import keep_file
from gongkai.applications.letters.compose import draft_letter
from gongkai.applications.models import Application, CaseFile, Dispute, Letter, SideRequest
from gongkai.applications.queries import cases_for, may_touch
from gongkai.applications.roles import CLERKS, STAFF
from gongkai.applications.tests.cast import APPLICANT, Cast, an_application
from gongkai.base.models import AuditEntry
from gongkai.bodies.actions import grant_role
from gongkai.bodies.models import Body, Role
from gongkai.bodies.tests.cast import person

ON = date(2026, 3, 2)


def web(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def shut(response: HttpResponse) -> bool:
    """Not found, or sent away: the office answers a refused permission with its first page."""
    away = response.status_code == 302 and response["Location"] == "/office/"
    return away or response.status_code in (403, 404, 405)


@pytest.fixture
def case(cast: Cast) -> Application:
    made = an_application(cast.body, on=ON).case
    register(made, applicant_kind="natural", subject=made.subject, items=["名单"], by=cast.clerk)
    return Application.objects.get(pk=made.pk)


@pytest.fixture
def dispute(cast: Cast, case: Application) -> Dispute:
    return disputes.register_dispute(
        cast.body,
        kind="reconsideration",
        institution="示例县人民政府",
        accepted_on=date(2026, 4, 1),
        served_on=date(2026, 4, 3),
        application=case,
        claim="周申请不服",
        by=cast.legal,
    )


def a_file(case: Application, kind: str) -> CaseFile:
    return keep_file(case, kind, "周申请的材料.pdf", b"%PDF-1.7 secret", "application/pdf", by=None)


def pages_of(case: Application, letter: Letter, original: CaseFile) -> list[str]:
    """Every page and file on which those who work on a case see more than an inspector may."""
    item = case.items.get()
    return [
        reverse("desk-case-files", args=[case.pk]),
        reverse("desk-case-file", args=[original.pk]),
        reverse("desk-letter", args=[letter.pk]),
        reverse("desk-letter-file", args=[letter.pk, "pdf"]),
        reverse("desk-letter-file", args=[letter.pk, "docx"]),
        reverse("desk-decide", args=[case.pk]),
        reverse("desk-decide-item", args=[case.pk, item.pk]),
        reverse("desk-case-deed", args=[case.pk, "register"]),
        reverse("desk-case-deed", args=[case.pk, "correct-register"]),
        reverse("desk-redact", args=[original.pk]),
        reverse("desk-redact-page", args=[original.pk, 1]),
        reverse("desk-redact-preview", args=[original.pk]),
        reverse("desk-redact-result", args=[original.pk, 1]),
    ]


def test_who_inspects_one_body_and_works_in_another_reads_no_names_of_the_first(
    cast: Cast, case: Application
) -> None:
    """The people of the supervising office work on applications of their own office too."""
    both = cast.inspector
    grant_role(both, cast.government, Role.CLERK, by=None)
    letter = draft_letter(case, "L04", by=cast.clerk, values={})
    original = a_file(case, CaseFile.Kind.ORIGINAL)
    client = web(both)
    page = client.get(reverse("desk-case", args=[case.pk]))
    assert page.status_code == 200
    for secret in (*APPLICANT.values(), case.details, "周申请的材料"):
        assert secret not in page.content.decode()
    for address in pages_of(case, letter, original):
        assert shut(client.get(address)), address
    whole = client.post(reverse("desk-letter-whole", args=[letter.pk]))
    assert whole.status_code == 404


def test_a_stranger_finds_nothing_of_a_case_and_its_papers(cast: Cast, case: Application) -> None:
    letter = draft_letter(case, "L04", by=cast.clerk, values={})
    original = a_file(case, CaseFile.Kind.ORIGINAL)
    client = web(cast.stranger)
    more = [reverse("desk-case", args=[case.pk]), reverse("desk-case-unmask", args=[case.pk])]
    for address in [*pages_of(case, letter, original), *more]:
        assert shut(client.get(address)), address
        assert shut(client.post(address)), address


def test_originals_open_by_the_role_on_this_case_not_by_any_role(
    cast: Cast, case: Application
) -> None:
    grant_role(cast.legal, cast.other_body, Role.CLERK, by=None)
    client = web(cast.legal)
    for kind in (CaseFile.Kind.ORIGINAL, CaseFile.Kind.IDENTITY):
        file = a_file(case, kind)
        assert shut(client.get(reverse("desk-case-file", args=[file.pk])))
    assert web(cast.clerk).get(reverse("desk-case-file", args=[file.pk])).status_code == 200


def test_originals_do_not_leave_by_way_of_the_evidence(cast: Cast, dispute: Dispute) -> None:
    original = a_file(dispute.application, CaseFile.Kind.ORIGINAL)
    other = a_file(dispute.application, CaseFile.Kind.REQUEST)
    address = reverse("desk-dispute-deed", args=[dispute.pk, "evidence"])
    offered = web(cast.legal).get(address).context["form"].fields["file"].queryset
    assert list(offered) == [other]
    offered = web(cast.clerk).get(address).context["form"].fields["file"].queryset
    assert set(offered) == {original, other}
    disputes.add_evidence(dispute, title="原件", proves="存在", file=original, by=cast.clerk)
    bound = reverse("desk-dispute-file", args=[dispute.pk])
    assert web(cast.legal).get(bound).status_code == 200  # with a sheet that says why
    assert shut(web(cast.inspector).get(bound))


def test_a_handler_sees_no_disputes_behind_the_statistics(cast: Cast, dispute: Dispute) -> None:
    list_of = f"{reverse('desk-statistics-cases')}?year=2026&dispute=reconsideration_pending"
    for user, sees in ((cast.handler, False), (cast.head, True)):
        page = web(user).get(f"{reverse('desk-statistics')}?year=2026")
        cells = [c for block in page.context["blocks"] for c in block["cells"]]
        assert bool(sum(c["number"] for c in cells)) is sees
        behind = web(user).get(list_of)
        if behind.status_code == 200:
            assert bool(list(behind.context["pages"])) is sees
    assert web(cast.handler).get(reverse("desk-dispute", args=[dispute.pk])).status_code == 404


def test_a_handler_learns_of_no_case_of_another_section(cast: Cast, case: Application) -> None:
    first = case
    second = an_application(cast.body, on=date(2026, 3, 9)).case
    register(second, applicant_kind="natural", subject=second.subject, items=["x"], by=cast.clerk)
    assign(first, [cast.other_section], by=cast.clerk)
    assign(second, [cast.section], by=cast.clerk)
    address = reverse("desk-case", args=[second.pk])
    assert first.number in web(cast.clerk).get(address).content.decode()
    page = web(cast.handler).get(address)
    assert page.status_code == 200
    assert first.number not in page.content.decode()
    Application.objects.filter(pk=first.pk).update(repeats=second)
    for user, told in ((cast.clerk, True), (cast.handler, False)):
        links = dict(related(second, user, works=False)["links"])
        assert (first in links["后来的重复申请"] if told else not links) is True, user


def test_the_door_of_one_case_and_the_lists_of_many_let_in_the_same_people(
    cast: Cast, case: Application
) -> None:
    """``may_touch`` of one case, ``cases_for`` and the posts of the work list: one rule."""
    upper = cast.other_body
    Body.objects.filter(pk=cast.body.pk).update(supervised_by=upper)
    above = person("shangji", "韩", "上级")
    for role in (Role.INSPECTOR, Role.HEAD):
        grant_role(above, upper, role, by=None)
    one = Application.objects.select_related("body").get(pk=case.pk)
    people = [value for value in vars(cast).values() if isinstance(value, User)]
    for given, some in ((False, [cast.handler]), (True, [*people, above])):
        if given:
            assign(case, [cast.section], by=cast.clerk)
        for user in some:
            posts = posts_of(user)
            one_by_one = [(role,) for role in (Role.INSPECTOR, Role.HEAD, Role.HANDLER)]
            for roles in (*one_by_one, CLERKS, STAFF, ()):
                listed = cases_for(user, *roles).filter(pk=case.pk).exists()
                assert may_touch(user, one, *roles) is listed, (user, roles, given)
                if roles and not {Role.INSPECTOR, Role.REVIEWER} & set(roles):
                    seen = Application.objects.filter(posts.sees(*roles), pk=case.pk)
                    assert seen.exists() is listed, (user, roles, given)
    assert may_touch(above, one, Role.INSPECTOR) and not may_touch(above, one, Role.HEAD)
    assert may_touch(cast.handler, one, Role.HANDLER)


def test_the_accused_body_does_not_learn_of_a_complaint(cast: Cast, case: Application) -> None:
    complaint = file_side(
        SideIntake(
            SideRequest.Kind.COMPLAINT,
            cast.body,
            "泄露个人信息",
            "他们到处说我的事",
            case_number=case.number,
        )
    ).request
    assert complaint.application == case
    for user in (cast.clerk, cast.head):
        page = web(user).get(reverse("desk-case", args=[case.pk])).content.decode()
        assert complaint.number not in page
    assert not AuditEntry.objects.filter(
        scope=cast.body.slug, object_type="applications.siderequest"
    ).exists()
