"""Open data: every answer is as the description says, page by page, nothing that is not public."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import jsonschema
import pytest
from django.test import Client

from gongkai.base.models import AuditEntry
from gongkai.base.uploads import check_upload
from gongkai.publishing.actions.drafts import attach
from gongkai.publishing.actions.publish import publish, withdraw
from gongkai.publishing.actions.settings import save_settings
from gongkai.publishing.models import Column
from gongkai.publishing.public.api import views
from gongkai.publishing.public.api.spec import PATHS
from gongkai.publishing.tests.cast import Cast, a_draft, passed, published


@pytest.fixture
def spec(client: Client, db: None) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/openapi.json").json()
    return found


def check(spec: dict[str, Any], path: str, answer: Any) -> dict[str, Any]:
    """The answer as the description of this path promises it."""
    told = spec["paths"][path]["get"]["responses"][str(answer.status_code)]
    schema = told["content"]["application/json"]["schema"] | {"components": spec["components"]}
    content: dict[str, Any] = answer.json()
    jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    ).validate(content)
    return content


def test_every_answer_is_as_described(client: Client, cast: Cast, spec: dict[str, Any]) -> None:
    first = a_draft(cast)
    attach(first, [check_upload("名单.txt", "城关门诊".encode())], by=cast.clerk)
    publish(passed(cast, first), by=cast.clerk)
    first.refresh_from_db()
    change = {"document": first.pk, "does": "repeals", "on": "2026-03-05"}
    published(cast, title="关于废止旧通知的通知", changes=[change], interprets=first)
    listed = check(spec, "/api/v1/documents/", client.get("/api/v1/documents/"))
    assert [one["validity"] for one in listed["items"]] == ["repealed", "valid"]
    path = "/api/v1/documents/{body}/{year}/{serial}/"
    whole = check(spec, path, client.get(listed["items"][0]["data"]))
    assert whole["attachments"][0]["name"] == "名单.txt" and whole["changed_by"]
    assert client.get(whole["attachments"][0]["url"]).content.decode() == "城关门诊"
    for way in ("/api/v1/columns/", "/api/v1/bodies/"):
        assert check(spec, way, client.get(way))["items"]
    for bad in ("?limit=0", "?limit=x", "?cursor=x", "?year=0", "?validity=no", "?changed_since=1"):
        check(spec, "/api/v1/documents/", client.get(f"/api/v1/documents/{bad}"))
        assert client.get(f"/api/v1/documents/{bad}").status_code == 400
    missing = client.get(f"/api/v1/documents/{cast.body.slug}/2026/99/")
    assert missing.status_code == 404 and check(spec, path, missing)


def test_the_description_names_every_address_and_schema(spec: dict[str, Any]) -> None:
    assert spec["openapi"] == "3.1.0" and set(spec["paths"]) == set(PATHS)
    for schema in spec["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    routed = {f"/{p.pattern}" for p in views.urlpatterns if "v1" in str(p.pattern)}
    assert len(routed) == len(PATHS)


def test_pages_follow_each_other_without_gap_or_repeat(client: Client, cast: Cast) -> None:
    numbers = [published(cast, title=f"通知{n}", doc_number="").index_number for n in range(5)]
    found: list[str] = []
    address: str | None = "/api/v1/documents/?limit=2&body=shili-health"
    while address:
        page = client.get(address).json()
        found += [one["index_number"] for one in page["items"]]
        address = page["next"]
    assert found == numbers


def test_what_is_not_public_is_in_nothing(client: Client, cast: Cast) -> None:
    a_draft(cast, title="还没有公开的草稿")
    gone = published(cast, title="后来撤下的通知")
    withdraw(gone, "误发", by=cast.head)
    for address in ("/api/v1/documents/", "/data/documents.json", "/data/documents.csv"):
        answer = client.get(address)
        text = b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode()
        assert "草稿" not in text and "撤下" not in text


def test_filters_narrow(client: Client, cast: Cast) -> None:
    Column.objects.filter(pk=cast.column.pk).update(art20_item=5)
    document = published(cast)
    year = document.year
    for query, found in (
        (f"year={year}", 1),
        ("year=2001", 0),
        ("genre=通知", 1),
        ("genre=意见", 0),
        ("column=notices&validity=valid", 1),
        ("item=5", 1),
        ("item=6", 0),
        ("normative=1", 0),
        ("changed_since=2000-01-01", 1),
        ("changed_since=2199-01-01", 0),
    ):
        assert len(client.get(f"/api/v1/documents/?{query}").json()["items"]) == found, query


def test_what_cannot_be_answered_is_refused_as_json(client: Client, cast: Cast) -> None:
    for address, status in (
        ("documents/?changed_since=0001-01-01", 400),
        ("documents/?genre=%00", 400),
        ("documents/?cursor=YTLCsg", 400),
        ("nothing/", 404),
    ):
        answer = client.get(f"/api/v1/{address}")
        assert answer.status_code == status and answer.json()["error"].endswith("。"), address


def test_the_dumps_hold_every_document_and_no_formula(client: Client, cast: Cast) -> None:
    published(cast, title="=1+1的通知", doc_number="")
    text = b"".join(client.get("/data/documents.csv").streaming_content).decode("utf-8-sig")
    head, row = list(csv.reader(io.StringIO(text)))
    assert head[:2] == ["索引号", "标题"] and row[1] == "'=1+1的通知"
    dumped = json.loads(b"".join(client.get("/data/documents.json").streaming_content))
    assert [one["title"] for one in dumped["documents"]] == ["=1+1的通知"]
    catalogue = client.get("/data/catalog.jsonld").json()
    assert catalogue["@type"] == "dcat:Catalog" and len(catalogue["dcat:dataset"]) == 2
    first = catalogue["dcat:dataset"][0]
    assert first["dct:modified"]["@type"] == "xsd:dateTime"
    assert all("@id" in one["dcat:accessURL"] for one in first["dcat:distribution"])


def test_the_api_is_limited_in_its_own_words(
    client: Client, cast: Cast, spec: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "QUESTIONS", 1)
    client.get("/api/v1/bodies/")
    answer = client.get("/api/v1/bodies/")
    assert answer.status_code == 429 and answer["Retry-After"]
    check(spec, "/api/v1/bodies/", answer)
    assert client.get("/api/").status_code == 200


def test_the_terms_of_the_data_are_those_of_the_organiser_or_none(
    client: Client, cast: Cast, settings: Any
) -> None:
    """No licence is made up: a site that says nothing states none anywhere."""
    published(cast)

    def told() -> list[Any]:
        catalogue = client.get("/data/catalog.jsonld").json()
        texts = (
            client.get(page).content.decode() for page in ("/api/", "/data/", "/api/openapi.json")
        )
        return [catalogue, *texts]

    site = settings.GONGKAI_SITE | {"organiser": "示例县人民政府办公室", "phone": "0000-1234567"}
    settings.GONGKAI_SITE = site | {"data_terms": ""}
    catalogue, *pages = told()
    text = json.dumps(catalogue)
    assert "dct:license" not in text and "dct:rights" not in text
    assert not any("使用条件" in page or "再利用" in page for page in pages)
    documents, reports = catalogue["dcat:dataset"]
    assert documents["dcat:contactPoint"]["vcard:tel"] == "0000-1234567"
    assert documents["dct:accrualPeriodicity"] != reports["dct:accrualPeriodicity"]

    settings.GONGKAI_SITE = site | {"data_terms": "https://www.example.gov.cn/terms/"}
    catalogue, *pages = told()
    kept = {"@id": "https://www.example.gov.cn/terms/"}
    assert catalogue["dct:license"] == kept
    for one in catalogue["dcat:dataset"]:
        for file in one["dcat:distribution"]:
            assert file["dct:license"] == kept
    assert all("https://www.example.gov.cn/terms/" in page for page in pages)

    settings.GONGKAI_SITE = site | {"data_terms": "转载请注明来源"}
    catalogue, *pages = told()
    assert catalogue["dct:rights"]["rdfs:label"] == "转载请注明来源"
    assert all("转载请注明来源" in page for page in pages)


def test_a_body_states_terms_of_its_own_and_the_others_have_those_of_the_site(
    client: Client, cast: Cast, settings: Any
) -> None:
    published(cast)
    settings.GONGKAI_SITE = settings.GONGKAI_SITE | {"data_terms": "转载请注明来源"}
    own = "https://www.example.gov.cn/own/"
    save_settings(cast.body, {"data_terms": own}, by=cast.head)
    entry = AuditEntry.objects.get(action="修改主动公开设置")
    assert (entry.old, entry.new) == ({"开放数据使用条件": ""}, {"开放数据使用条件": own})
    catalogue = client.get("/data/catalog.jsonld").json()
    everything, _, mine = catalogue["dcat:dataset"]
    assert mine["dct:publisher"]["foaf:name"] == cast.body.name
    for file in mine["dcat:distribution"]:
        assert file["dct:license"] == {"@id": own} and "dct:rights" not in file
        assert client.get(file["dcat:downloadURL"]["@id"]).status_code == 200
    assert all("dct:license" not in file for file in everything["dcat:distribution"])
    assert "使用条件以其所列为准" in everything["dct:description"]
    bodies = client.get("/api/v1/bodies/").json()["items"]
    told = {one["slug"]: one["data_terms"] for one in bodies}
    assert told.pop(cast.body.slug) == own and set(told.values()) == {"转载请注明来源"}
    assert own in client.get("/api/").content.decode()
