"""The free text of an application leaves the desk without the persons in it."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from gongkai.applications import clock
from gongkai.applications.actions.erase import erase_case
from gongkai.applications.actions.handling import correct_register
from gongkai.applications.models import Application
from gongkai.applications.side_queries import asked_often
from gongkai.applications.tests.cast import APPLICANT, Cast, an_application
from gongkai.applications.tests.first_page import panel
from gongkai.base.masking import mask_text
from gongkai.base.models import AuditEntry

PHONE, ID = "13912345678", "110105194912310038"
SUBJECT = f"周申请（{ID}，电话{PHONE}）的补偿档案"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("全县预防接种门诊名单", "全县预防接种门诊名单"),
        (f"电话{PHONE}的登记", "电话139****5678的登记"),
        (f"证件{ID}的档案", "证件11**************38的档案"),
        ("姓名：李某某，2025年的补偿", "姓名：李**，2025年的补偿"),
        ("周申请的补偿", "周**的补偿"),
        ("国办发〔2019〕61号", "国办发〔2019〕61号"),
        (None, ""),
    ],
)
def test_persons_numbers_and_addresses_in_free_text_are_masked(
    text: str | None, shown: str
) -> None:
    assert mask_text(text, APPLICANT) == shown


def a_case(cast: Cast) -> Application:
    return an_application(cast.body, on=clock.today(), subject=SUBJECT).case


@pytest.mark.parametrize("who", ["inspector", "clerk"])
def test_no_list_and_no_page_of_the_inspector_shows_who_stands_in_the_subject(
    cast: Cast, client: Client, who: str
) -> None:
    case = a_case(cast)
    client.force_login(getattr(cast, who))
    addresses = [reverse("desk-cases"), reverse("desk-calendar")]
    if who == "inspector":
        addresses.append(reverse("desk-case", args=[case.pk]))
    pages = {"panel": panel(getattr(cast, who))}
    for address in addresses:
        page = client.get(address)
        assert page.status_code == 200, address
        pages[address] = page.content.decode()
    for address, page in pages.items():
        for personal in (PHONE, ID, "周申请"):
            assert personal not in page, address


def test_who_works_on_the_case_reads_the_applicants_own_words(cast: Cast, client: Client) -> None:
    case = a_case(cast)
    client.force_login(cast.clerk)
    assert SUBJECT in client.get(reverse("desk-case", args=[case.pk])).content.decode()


def test_the_trail_of_a_correction_holds_the_subject_masked(cast: Cast) -> None:
    case = a_case(cast)
    correct_register(case, {"subject": "补偿档案"}, reason="写明", by=cast.clerk)
    entry = AuditEntry.objects.get(action="更正登记")
    assert entry.old is not None
    assert "周**" in entry.old["所需信息"]
    assert PHONE not in str(entry.old) and ID not in str(entry.old)


def test_erasure_leaves_nobody_in_the_subject(cast: Cast) -> None:
    case = a_case(cast)
    erase_case(case)
    case.refresh_from_db()
    assert case.subject.endswith("的补偿档案")
    assert not any(personal in case.subject for personal in (PHONE, ID, "周申请"))


def test_what_is_proposed_for_publication_names_nobody(cast: Cast) -> None:
    for name, number in (("周申请", ID), ("吴他人", "11010519491231002X")):
        an_application(
            cast.body,
            on=date(2026, 3, 2),
            subject="全县预防接种门诊的名单、地址和服务时间，联系人：周申请",
            applicant={"name": name, "id_number": number},
        )
    assert "周申请" not in asked_often(cast.body)[0].subject
