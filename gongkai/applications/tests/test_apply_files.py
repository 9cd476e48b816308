"""An agent with his authorisation, and attachments, with an application made online."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gongkai.applications.letters.compose import addressee_of
from gongkai.applications.models import Application, CaseFile
from gongkai.applications.tests.cast import Cast
from gongkai.applications.tests.test_apply import DELIVERY, WHO, fill, picture, send
from gongkai.base.models import AuditEntry

pytestmark = pytest.mark.django_db


AGENT = {"agent": "李代理", "agent_id_number": "110105194912310038"}


def test_an_agent_applies_with_his_authorisation_and_letters_name_him(
    client: Client, cast: Cast
) -> None:
    fill(client, cast, until="who")
    answer = client.post(
        "/apply/who/",
        WHO | AGENT | {"identity": picture(), "authorisation": picture("李代理委托书.png")},
    )
    assert answer.url == "/apply/delivery/"
    client.post("/apply/delivery/", DELIVERY)
    page = client.get("/apply/check/").content.decode()
    assert "李代理" in page and "李代理委托书.png" in page
    send(client)
    case = Application.objects.get()
    assert case.applicant["agent"] == "李代理"
    assert {f.kind for f in case.files.all()} == {"identity", "authorisation"}
    assert addressee_of(case) == "周申请（委托代理人李代理）"
    desk = Client()
    desk.force_login(cast.clerk)
    shown = desk.get(f"/office/applications/{case.pk}/").content.decode()
    assert "李*" in shown
    assert "李代理" not in shown and AGENT["agent_id_number"] not in shown


def test_an_authorisation_is_kept_as_guarded_as_an_identity_paper(
    client: Client, cast: Cast
) -> None:
    fill(client, cast, until="who")
    client.post("/apply/who/", WHO | AGENT | {"authorisation": picture("委托书.png")})
    client.post("/apply/delivery/", DELIVERY)
    send(client)
    file = CaseFile.objects.get(kind=CaseFile.Kind.AUTHORISATION)
    desk = Client()
    desk.force_login(cast.archivist)
    assert desk.get(f"/office/applications/file/{file.pk}/").status_code != 200
    desk.force_login(cast.clerk)
    assert desk.get(f"/office/applications/file/{file.pk}/").status_code == 200
    assert AuditEntry.objects.filter(action="打开受限材料").count() == 1


def test_without_an_authorisation_an_agent_is_told_and_not_refused(
    client: Client, cast: Cast
) -> None:
    fill(client, cast, who=WHO | AGENT)
    assert "没有上传授权委托书" in client.get("/apply/check/").content.decode()
    send(client)
    assert Application.objects.get().applicant["agent"] == "李代理"


def test_the_number_of_an_agent_without_his_name_is_asked_for(client: Client, cast: Cast) -> None:
    fill(client, cast, until="who")
    answer = client.post("/apply/who/", WHO | {"agent_id_number": "1"})
    assert answer.status_code == 422
    assert "请填写代理人姓名" in answer.content.decode()


def test_attachments_go_with_the_application_and_only_five_of_them(
    client: Client, cast: Cast
) -> None:
    fill(client, cast, until="matter")
    several = {"subject": "门诊名单", "attachments": [picture(f"{n}.png") for n in range(3)]}
    assert client.post("/apply/matter/", several).status_code == 302
    several["attachments"] = [picture(f"{n}.png") for n in range(3, 6)]
    refused = client.post("/apply/matter/", several)
    assert refused.status_code == 422 and "最多5个文件" in refused.content.decode()
    first = CaseFile.objects.order_by("pk").first()
    assert first is not None
    client.post("/apply/matter/", {"subject": "门诊名单", "remove": [first.pk]})
    client.post("/apply/who/", WHO)
    client.post("/apply/delivery/", DELIVERY)
    send(client)
    kept = Application.objects.get().files.all()
    assert {f.kind for f in kept} == {CaseFile.Kind.REQUEST}
    assert [f.name for f in kept] == ["1.png", "2.png"]


def test_an_attachment_that_is_not_what_its_name_says_is_refused(
    client: Client, cast: Cast
) -> None:
    fill(client, cast, until="matter")
    bad = SimpleUploadedFile("申请书.pdf", b"MZ\x90\x00 not a document", "application/pdf")
    answer = client.post("/apply/matter/", {"subject": "门诊名单", "attachments": bad})
    assert answer.status_code == 422
    assert not CaseFile.objects.exists()
