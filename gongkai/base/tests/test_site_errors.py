"""What visitors find wrong reaches somebody, who notes what was done."""

import pytest
from django.test import Client
from django.urls import reverse

from gongkai.base.models import AuditEntry, SiteError
from gongkai.base.office import number_of
from gongkai.bodies.tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="session")
def make_people():
    return make_cast


@pytest.fixture
def remark() -> SiteError:
    return SiteError.objects.create(page="/reports/", message="年度写成了2032年")


def test_a_head_settles_a_remark_and_the_trail_keeps_both_answers(
    client: Client, cast: Cast, remark: SiteError
) -> None:
    client.force_login(cast.head)
    assert "年度写成了2032年" in client.get(reverse("desk-site-errors")).content.decode()
    address = reverse("desk-site-error", args=[remark.pk])
    for answer in ("已转技术人员", "已改正"):
        assert client.post(address, {"answer": answer}).status_code == 302
    remark.refresh_from_db()
    assert remark.answer == "已改正"
    assert remark.settled_at is not None
    newest = AuditEntry.objects.filter(action="处理网站找错").first()
    assert newest is not None
    assert newest.old == {"处理结果": "已转技术人员"}
    assert newest.new == {"处理结果": "已改正"}


def test_an_empty_answer_is_refused_with_what_to_write(
    client: Client, cast: Cast, remark: SiteError
) -> None:
    client.force_login(cast.head)
    response = client.post(reverse("desk-site-error", args=[remark.pk]), {"answer": " "})
    assert response.status_code == 422
    assert "请写明怎样处理的" in response.content.decode()
    remark.refresh_from_db()
    assert remark.settled_at is None


def test_open_remarks_stand_before_settled_ones(client: Client, cast: Cast) -> None:
    SiteError.objects.create(message="先来的")
    settled = SiteError.objects.create(message="后来的")
    client.force_login(cast.head)
    client.post(reverse("desk-site-error", args=[settled.pk]), {"answer": "已改正"})
    page = client.get(reverse("desk-site-errors")).content.decode()
    assert page.index("先来的") < page.index("后来的")


def test_a_clerk_may_not_read_the_remarks(client: Client, cast: Cast, remark: SiteError) -> None:
    client.force_login(cast.clerk)
    response = client.get(reverse("desk-site-errors"))
    assert remark.message not in response.content.decode()
    assert response.status_code in (302, 403)


def test_what_a_page_sends_instead_of_a_whole_number_is_none() -> None:
    assert number_of("12") == 12
    for text in (None, "", "-1", "1.5", "²", "١", "9" * 5000):
        assert number_of(text) is None
