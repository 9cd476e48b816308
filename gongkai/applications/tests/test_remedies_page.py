"""The page on 行政复议 and 行政诉讼, for someone who has no answer yet."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from gongkai.applications.tests.cast import Cast
from gongkai.bodies.models import Body


def test_a_citizen_is_told_of_reconsideration_before_any_answer(cast: Cast) -> None:
    """Where, how and how long, with the article; of a body the institution with its address."""
    client = Client()
    page = client.get(reverse("remedies")).content.decode()
    assert "本级人民政府" in page and "《行政复议法》（2023）第二十二条" in page
    assert "上一级主管部门" in page, "an answer of before 2024"
    assert reverse("remedies") in client.get(reverse("side-requests")).content.decode()
    # The body's own page promises no address that is not there.
    assert "见下" not in client.get(reverse("body", args=["shili-edu"])).content.decode()
    office = cast.body.application_settings
    own = client.get(reverse("remedies"), {"body": cast.body.slug}).content.decode()
    assert office.government in own and office.court in own and "还没有录入" in own
    seat = Body.objects.get(name=office.government)
    seat.address, seat.phone = "人民路1号", "0000-1111111"
    seat.save()
    own = client.get(reverse("remedies"), {"body": cast.body.slug}).content.decode()
    assert seat.address in own and seat.phone in own and "还没有录入" not in own
    assert client.get(reverse("remedies"), {"body": "nobody"}).status_code == 404
