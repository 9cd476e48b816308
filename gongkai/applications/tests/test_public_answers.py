"""Answers published for all (条例 Art 44): by the head, in words that somebody looked through."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client

from gongkai.applications.actions.answers import publish_answer, withdraw_answer
from gongkai.applications.models import Application, PublicAnswer
from gongkai.applications.tests.cast import APPLICANT, Cast, an_application
from gongkai.applications.tests.paper_way import a_letter, sent
from gongkai.base import search
from gongkai.base.models import AuditEntry
from gongkai.base.refusal import Overtaken, Refused

pytestmark = pytest.mark.django_db
WORDS = {"question": "2025年全县预防接种门诊名单", "answer": "全县共有门诊12家，名单如下。"}


@pytest.fixture
def answered(cast: Cast) -> Application:
    """An application answered with the information."""
    case = an_application(cast.body, on=date(2026, 3, 2)).case
    case.items.update(decision="granted")
    sent(a_letter(case, "L14", cast), cast, on=date(2026, 3, 12))
    return Application.objects.get(pk=case.pk)


def test_the_head_publishes_an_answer_and_everybody_finds_it(
    answered: Application, cast: Cast, client: Client
) -> None:
    published = publish_answer(answered, **WORDS, by=cast.head)
    assert WORDS["answer"] in client.get(f"/answers/{published.pk}/").content.decode()
    assert WORDS["question"] in client.get("/answers/").content.decode()
    assert WORDS["question"] in client.get(f"/bodies/{cast.body.slug}/").content.decode()
    (hit,) = search.search("接种门诊").hits
    assert (hit.url, hit.body_id) == (f"/answers/{published.pk}/", cast.body.pk)
    assert AuditEntry.objects.filter(action="答复转为主动公开").exists()


def test_an_answer_taken_down_is_gone_from_page_and_search(
    answered: Application, cast: Cast, client: Client
) -> None:
    published = publish_answer(answered, **WORDS, by=cast.head)
    withdraw_answer(published, by=cast.head)
    assert client.get(f"/answers/{published.pk}/").status_code == 404
    assert not search.search("接种门诊")
    call_command("rebuild_search", verbosity=0)
    assert not search.search("接种门诊")
    with pytest.raises(Overtaken):
        withdraw_answer(published, by=cast.head)


def test_a_search_built_anew_holds_the_public_answers(answered: Application, cast: Cast) -> None:
    published = publish_answer(answered, **WORDS, by=cast.head)
    search.forget("public_answer", published.pk)
    call_command("rebuild_search", verbosity=0)
    assert len(search.search("接种门诊").hits) == 1


def test_without_an_answer_nothing_can_be_published(cast: Cast) -> None:
    case = an_application(cast.body, on=date(2026, 3, 2)).case
    with pytest.raises(Refused, match="答复送达以后"):
        publish_answer(case, **WORDS, by=cast.head)


def test_a_clerk_and_a_stranger_cannot_publish(answered: Application, cast: Cast) -> None:
    for person in (cast.clerk, cast.stranger):
        with pytest.raises(PermissionDenied):
            publish_answer(answered, **WORDS, by=person)
    assert not PublicAnswer.objects.exists()


def test_words_that_name_a_person_are_refused(answered: Application, cast: Cast) -> None:
    for left in (
        APPLICANT["name"],
        APPLICANT["phone"],
        APPLICANT["id_number"],
        "电话 139 0000 0000",
        "someone@example.com",
        "１１０１０５１９４９１２３１００２Ｘ",
    ):
        with pytest.raises(Refused, match="请删去"):
            publish_answer(answered, **(WORDS | {"answer": f"告知{left}：同意。"}), by=cast.head)
        assert not PublicAnswer.objects.exists(), left


def test_the_form_starts_empty_and_asks_for_a_careful_look(
    answered: Application, cast: Cast, client: Client
) -> None:
    client.force_login(cast.head)
    address = f"/office/applications/{answered.pk}/do/publish-answer/"
    page = client.get(address).content.decode()
    assert answered.subject not in page.split("<form", 1)[1]
    answer = client.post(address, WORDS | {"seen": answered.version})
    assert answer.status_code == 422
    assert "逐字看一遍" in answer.content.decode()
    done = client.post(address, WORDS | {"looked": "on", "seen": answered.version})
    assert done.status_code == 302
    published = PublicAnswer.objects.get()
    listed = client.get("/office/applications/answers/").content.decode()
    assert published.question in listed
    client.post(f"/office/applications/answers/{published.pk}/withdraw/")
    published.refresh_from_db()
    assert published.withdrawn_on is not None


def test_a_stranger_sees_no_answers_of_another_body_in_the_office(
    answered: Application, cast: Cast, client: Client
) -> None:
    published = publish_answer(answered, **WORDS, by=cast.head)
    client.force_login(cast.stranger)
    assert WORDS["question"] not in client.get("/office/applications/answers/").content.decode()
    refused = client.post(f"/office/applications/answers/{published.pk}/withdraw/")
    assert refused.status_code == 404
