"""Everything at once: documents as CSV and JSON, and the catalogue of the data sets (DCAT)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from gongkai.base import ratelimit
from gongkai.base.permissions import public
from gongkai.base.streams import streamed
from gongkai.documents.tables import CSV, csv_pieces
from gongkai.publishing.models import Document
from gongkai.publishing.public.api import shapes
from gongkai.publishing.public.api.spec import SCHEMAS

#: One address may fetch everything so often in an hour.
DUMPS = 30
CHUNK = 500
#: Names that DCAT wants for a kind of file and for Chinese.
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_EU = "http://publications.europa.eu/resource/authority/"
_CHINESE = f"{_EU}language/ZHO"
_ALWAYS, _YEARLY = f"{_EU}frequency/UPDATE_CONT", f"{_EU}frequency/ANNUAL"

_DOCUMENTS = (("data-documents-csv", "text/csv"), ("data-documents-json", "application/json"))


def _rows(request: HttpRequest) -> Iterator[dict[str, Any]]:
    found = shapes.documents().defer("text", "changes").order_by("pk")
    if slug := request.GET.get("body"):
        found = found.filter(body__slug=slug)
    for one in found.iterator(chunk_size=CHUNK):
        yield shapes.document(request, one)


@public
@require_safe
def documents_csv(request: HttpRequest) -> HttpResponseBase:
    """One line a document; the first line names the columns in Chinese."""
    ratelimit.hit(request, "whole-table", limit=DUMPS, seconds=3600)
    return _open(streamed(csv_pieces(_table(request)), CSV, "documents.csv"))


def _table(request: HttpRequest) -> Iterator[list[Any]]:
    fields = SCHEMAS["Document"]["properties"]
    yield [f["description"] for f in fields.values()]
    for row in _rows(request):
        yield [_cell(row[name]) for name in fields]


def _cell(value: Any) -> Any:
    return ("是" if value else "否") if isinstance(value, bool) else value


@public
@require_safe
def documents_json(request: HttpRequest) -> HttpResponseBase:
    """The metadata of all documents, each with the address of its text."""
    ratelimit.hit(request, "whole-table", limit=DUMPS, seconds=3600)
    return _open(streamed(_json(request), "application/json", "documents.json"))


def _json(request: HttpRequest) -> Iterator[str]:
    yield '{"documents": [\n'
    for number, row in enumerate(_rows(request)):
        yield (",\n" if number else "") + json.dumps(row, ensure_ascii=False)
    yield "\n]}\n"


def _open(response: StreamingHttpResponse) -> StreamingHttpResponse:
    """Pages of other sites may read it too."""
    response["Access-Control-Allow-Origin"] = "*"
    return response


@public
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """The data sets of this site as DCAT (JSON-LD)."""
    site = settings.GONGKAI_SITE
    newest = Document.objects.filter(live=True).aggregate(at=Max("changed_at"))["at"]

    def url(name: str, query: str = "") -> str:
        return request.build_absolute_uri(reverse(name) + query)

    terms = _terms(site["data_terms"])

    def files(
        *names: tuple[str, str], query: str = "", terms: dict[str, Any] = terms
    ) -> list[dict[str, Any]]:
        return [
            {
                "@type": "dcat:Distribution",
                "dcat:accessURL": {"@id": url(name, query)},
                "dcat:downloadURL": {"@id": url(name, query)},
                "dcat:mediaType": {"@id": f"{_MEDIA_TYPES}{media_type}"},
                **terms,
            }
            for name, media_type in names
        ]

    publisher = {"@type": "foaf:Organization", "foaf:name": site["organiser"] or site["name"]}
    sets: list[dict[str, Any]] = [
        {
            "@id": url("data-documents-csv"),
            "@type": "dcat:Dataset",
            "dct:title": "主动公开的政府信息",
            "dct:description": "全部公开中的政府信息的元数据和网址，随公开更新",
            "dcat:keyword": ["政府信息公开", "政策文件", "有效性"],
            "dcat:landingPage": {"@id": url("api")},
            "dct:accrualPeriodicity": {"@id": _ALWAYS},
            "dcat:distribution": [
                *files(*_DOCUMENTS),
                {
                    "@type": "dcat:Distribution",
                    "dcat:accessURL": {"@id": url("api-documents")},
                    **terms,
                    "dcat:accessService": {
                        "@type": "dcat:DataService",
                        "dcat:endpointURL": {"@id": url("api-documents")},
                        "dcat:endpointDescription": {"@id": url("api-openapi")},
                    },
                },
            ],
        },
        {
            "@id": url("data-csv"),
            "@type": "dcat:Dataset",
            "dct:title": "政府信息公开工作年度报告数据",
            "dct:description": "各机关历年年报的表格数据，一份年报一行",
            "dcat:keyword": ["政府信息公开", "年度报告"],
            "dcat:landingPage": {"@id": url("data")},
            "dct:accrualPeriodicity": {"@id": _YEARLY},
            "dcat:distribution": files(("data-csv", "text/csv"), ("data-json", "application/json")),
        },
    ]
    if newest:
        moment = {"@type": "xsd:dateTime", "@value": shapes.moment(newest)}
        sets[0]["dct:modified"] = moment
    if own := list(shapes.own_terms()):
        sets[0]["dct:description"] += "；另行列出的机关的信息，使用条件以其所列为准"
    for kept in own:
        query = f"?body={kept.body.slug}"
        sets.append(
            {
                "@id": url("data-documents-csv", query),
                "@type": "dcat:Dataset",
                "dct:title": f"{kept.body.name}主动公开的政府信息",
                "dct:description": "公开中的政府信息的元数据和网址，随公开更新",
                "dcat:keyword": ["政府信息公开", "政策文件", "有效性"],
                "dcat:landingPage": {"@id": url("api")},
                "dct:accrualPeriodicity": {"@id": _ALWAYS},
                "dcat:distribution": files(*_DOCUMENTS, query=query, terms=_terms(kept.data_terms)),
                "dct:publisher": {"@type": "foaf:Organization", "foaf:name": kept.body.name},
            }
        )
    for one in sets:
        one.setdefault("dct:publisher", publisher)
        one |= {"dct:language": {"@id": _CHINESE}, **_contact(site)}
    content = {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
            "vcard": "http://www.w3.org/2006/vcard/ns#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": url("data-catalogue"),
        "@type": "dcat:Catalog",
        "dct:title": f"{site['name']}开放数据目录",
        "dct:description": "本站可以下载和由程序读取的数据",
        "dct:publisher": publisher,
        "dct:language": {"@id": _CHINESE},
        **terms,
        "foaf:homepage": {"@id": request.build_absolute_uri("/")},
        "dcat:dataset": sets,
    }
    text = json.dumps(content, ensure_ascii=False, indent=1)
    response = HttpResponse(text, content_type="application/ld+json; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _terms(told: str) -> dict[str, Any]:
    """On what terms the data may be used: what the organiser of the site says, or nothing."""
    if not told:
        return {}
    if told.startswith(("https://", "http://")):
        return {"dct:license": {"@id": told}}
    return {"dct:rights": {"@type": "dct:RightsStatement", "rdfs:label": told}}


def _contact(site: dict[str, Any]) -> dict[str, Any]:
    """Whom to ask: the telephone of the site, where it has one."""
    if not site["phone"]:
        return {}
    card = {"@type": "vcard:Organization", "vcard:fn": site["organiser"] or site["name"]}
    return {"dcat:contactPoint": card | {"vcard:tel": site["phone"]}}


urlpatterns: list[URLPattern] = [
    path("data/documents.csv", documents_csv, name="data-documents-csv"),
    path("data/documents.json", documents_json, name="data-documents-json"),
    path("data/catalog.jsonld", catalogue, name="data-catalogue"),
]
