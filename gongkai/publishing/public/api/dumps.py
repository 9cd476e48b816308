"""Everything at once: documents as CSV and JSON, and the catalogue of the data sets (DCAT)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
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
_REPORTS = (("data-csv", "text/csv"), ("data-json", "application/json"))
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


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
    terms = _terms(site["data_terms"])
    publisher = _organisation(site["organiser"] or site["name"])
    sets = [_all_documents(request, terms), _all_reports(request, terms), *_of_bodies(request)]
    for one in sets:
        one.setdefault("dct:publisher", publisher)
        one |= {"dct:language": {"@id": _CHINESE}, **_contact(site)}
    content = {
        "@context": _CONTEXT,
        **_at(request, "data-catalogue"),
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


def _all_documents(request: HttpRequest, terms: dict[str, Any]) -> dict[str, Any]:
    """Every public document; where a body has terms of its own, it is said that they hold."""
    service = {
        "@type": "dcat:Distribution",
        "dcat:accessURL": _at(request, "api-documents"),
        **terms,
        "dcat:accessService": {
            "@type": "dcat:DataService",
            "dcat:endpointURL": _at(request, "api-documents"),
            "dcat:endpointDescription": _at(request, "api-openapi"),
        },
    }
    others = "；另行列出的机关的信息，使用条件以其所列为准" if list(shapes.own_terms()) else ""
    found = _document_set(
        request,
        "主动公开的政府信息",
        f"全部公开中的政府信息的元数据和网址，随公开更新{others}",
        [*_files(request, _DOCUMENTS, terms), service],
    )
    if newest := Document.objects.filter(live=True).aggregate(at=Max("changed_at"))["at"]:
        found["dct:modified"] = {"@type": "xsd:dateTime", "@value": shapes.moment(newest)}
    return found


def _all_reports(request: HttpRequest, terms: dict[str, Any]) -> dict[str, Any]:
    return {
        **_at(request, "data-csv"),
        "@type": "dcat:Dataset",
        "dct:title": "政府信息公开工作年度报告数据",
        "dct:description": "各机关历年年报的表格数据，一份年报一行",
        "dcat:keyword": ["政府信息公开", "年度报告"],
        "dcat:landingPage": _at(request, "data"),
        "dct:accrualPeriodicity": {"@id": _YEARLY},
        "dcat:distribution": _files(request, _REPORTS, terms),
    }


def _of_bodies(request: HttpRequest) -> Iterator[dict[str, Any]]:
    """The documents of each body that has terms of its own."""
    for kept in shapes.own_terms():
        query = f"?body={kept.body.slug}"
        files = _files(request, _DOCUMENTS, _terms(kept.data_terms), query)
        title = f"{kept.body.name}主动公开的政府信息"
        told = "公开中的政府信息的元数据和网址，随公开更新"
        publisher = {"dct:publisher": _organisation(kept.body.name)}
        yield _document_set(request, title, told, files, query) | publisher


def _document_set(
    request: HttpRequest, title: str, told: str, files: list[dict[str, Any]], query: str = ""
) -> dict[str, Any]:
    return {
        **_at(request, "data-documents-csv", query),
        "@type": "dcat:Dataset",
        "dct:title": title,
        "dct:description": told,
        "dcat:keyword": ["政府信息公开", "政策文件", "有效性"],
        "dcat:landingPage": _at(request, "api"),
        "dct:accrualPeriodicity": {"@id": _ALWAYS},
        "dcat:distribution": files,
    }


def _files(
    request: HttpRequest, names: Iterable[tuple[str, str]], terms: dict[str, Any], query: str = ""
) -> list[dict[str, Any]]:
    """A distribution for each (name of its address, media type)."""
    return [
        {
            "@type": "dcat:Distribution",
            "dcat:accessURL": _at(request, name, query),
            "dcat:downloadURL": _at(request, name, query),
            "dcat:mediaType": {"@id": f"{_MEDIA_TYPES}{media_type}"},
            **terms,
        }
        for name, media_type in names
    ]


def _at(request: HttpRequest, name: str, query: str = "") -> dict[str, str]:
    """The whole address of a page, as DCAT points to it."""
    return {"@id": request.build_absolute_uri(reverse(name) + query)}


def _organisation(name: str) -> dict[str, str]:
    return {"@type": "foaf:Organization", "foaf:name": name}


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
