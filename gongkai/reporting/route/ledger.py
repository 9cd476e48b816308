"""The open ledger of a compiled report: de-identified rows, packed so that the bytes repeat.

Nothing of a person goes in: of a case the kind of applicant, the months and the decision; of a
decision of the registers its day; of a sum its amount.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from django.utils import timezone

from gongkai.annual_report.check.subject import name_cell
from gongkai.annual_report.model import shown
from gongkai.annual_report.open_ledger import SCHEMA, TABLES, Ledger, Table, recount
from gongkai.applications.models import Application, Dispute
from gongkai.applications.statistics.tables import (
    BLOCKS,
    Period,
    disputes_counted,
    each_counted,
)
from gongkai.base.refusal import Refused
from gongkai.bodies.ledger.book import book
from gongkai.bodies.ledger.queries import entries
from gongkai.bodies.models import Body
from gongkai.documents.tables import csv_file
from gongkai.publishing.normative_register import ended_on, normative, stands
from gongkai.publishing.validity import IN_FORCE
from gongkai.registers.models import ServiceItem
from gongkai.reporting.compile.sources import regulations
from gongkai.reporting.models import ReportVersion
from gongkai.reporting.queries import manual_changes
from gongkai.reporting.route.seal import fingerprint
from gongkai.reporting.route.zips import packed

Values = Iterable[tuple[str, ...]]
_KINDS = {
    ServiceItem.Kind.LICENCE: "licensing",
    ServiceItem.Kind.SERVICE: "other_services",
    ServiceItem.Kind.PENALTY: "penalty",
    ServiceItem.Kind.COERCION: "coercion",
    ServiceItem.Kind.FEE: "fees",
}


def pack(version: ReportVersion) -> tuple[bytes, int]:
    """The open ledger of a compiled version and its number of rows.

    Refused where the registers have changed since they were counted for this version: what is
    handed in must be what its rows add up to.
    """
    report, computation = version.report, version.computation
    assert computation is not None
    content = version.as_report
    form = content.layout
    assert form is not None
    files: dict[str, bytes] = {}
    told: list[dict[str, Any]] = []
    total = 0
    for name, read in _READ.items():
        table, rows = TABLES[name], read(report.body, report.year)
        if rows is None:
            continue
        data, number = _csv(table, rows)
        files[table.file] = data
        total += number
        told.append(_about_table(table, data, number))
    fixed = {
        address: entry["value"]
        for address, entry in computation.cells.items()
        if address.startswith(regulations.ROW)
        and entry["value"] is not None
        and "regulations.csv" not in files
    }
    about = {
        "schema": SCHEMA,
        "title": content.title or str(report),
        "agency": report.body.name,
        "body": report.body.slug,
        "made_up": report.body.is_made_up,
        "year": report.year,
        "format": form.id,
        "version": version.number,
        "content_sha256": fingerprint(version),
        "counted_on": timezone.localdate(computation.made_at).isoformat(),
        "tables": told,
        "fixed": fixed,
        "published": {a: shown(c.value) or None for a, c in content.cells()},
        "changes": _changes(version),
    }
    files["ledger.json"] = _json(about)
    files["README.md"] = _readme(about).encode()
    files["schema.json"] = _json(_schema())
    data = packed(files)
    _refuse_changed(data, computation.cells)
    return data, total


def _refuse_changed(data: bytes, counted: dict[str, Any]) -> None:
    now = recount(Ledger(io.BytesIO(data)))
    for address, value in now.items():
        then = counted.get(address, {}).get("value")
        if shown(value) != (then or ""):
            raise Refused(
                f"台账在取数以后有变化（{name_cell(address, _format_of(counted))}："
                f"取数时 {then or '空'}，现在 {shown(value) or '空'}）。"
                "请重新取数，核对后再送审。"
            )


def _format_of(cells: dict[str, Any]) -> str:
    return "2019" if "t2.procurement.projects" in cells else "2021"


def _changes(version: ReportVersion) -> list[dict[str, str]]:
    """The manual changes that this version carries, with their reasons."""
    content = version.as_report
    return [
        {
            "address": change.correction.address,
            "label": name_cell(change.correction.address, content.format),
            "from": change.read,
            "to": change.correction.new,
            "reason": change.correction.reason,
        }
        for change in manual_changes(version)
    ]


# --- the rows of each table -----------------------------------------------------------------


def _month(day: date | None) -> str:
    return f"{day:%Y-%m}" if day else ""


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _applications(body: Body, year: int) -> Values:
    last = date(year, 12, 31)
    found = []
    for one in each_counted(Application.objects.filter(body=body), Period.of_year(year)):
        closed = one.concluded_on if one.concluded_on and one.concluded_on <= last else None
        found.append(
            (
                one.applicant or "",
                _month(one.received_on),
                _month(closed),
                (one.decision or "") if closed else "",
            )
        )
    return sorted(found)


def _disputes(body: Body, year: int) -> Values:
    last = date(year, 12, 31)
    found = []
    rows = disputes_counted(Dispute.objects.filter(body=body), Period.of_year(year))
    for kind, accepted, ended, outcome in rows.values_list(
        "kind", "accepted_on", "ended_on", "outcome"
    ):
        done = ended if ended and ended <= last else None
        found.append(
            (
                BLOCKS[Dispute.Kind(kind)],
                _month(accepted),
                _month(done),
                outcome if done else "",
            )
        )
    return sorted(found)


def _days(slug: str) -> Callable[[Body, int], Values]:
    def read(body: Body, year: int) -> Values:
        rows = entries(book(slug), body, year).order_by("happened_on", "pk")
        for day in rows.values_list("happened_on", flat=True).iterator(chunk_size=5000):
            yield (_day(day),)

    return read


def _amounts(slug: str) -> Callable[[Body, int], Values]:
    def read(body: Body, year: int) -> Values:
        rows = entries(book(slug), body, year).order_by("happened_on", "pk")
        for day, yuan in rows.values_list("happened_on", "amount").iterator(chunk_size=5000):
            yield _day(day), f"{yuan or 0:f}"

    return read


def _items(body: Body, year: int) -> Values:
    found = entries(book("service-items"), body).filter(happened_on__lte=date(year, 12, 31))
    last = date(year, 12, 31)
    rows = [
        (_KINDS[ServiceItem.Kind(kind)], _day(first), _day(end if end and end <= last else None))
        for kind, first, end in found.values_list("kind", "happened_on", "ended_on")
        if end is None or end > date(year - 1, 12, 31)
    ]
    return sorted(rows)


def _documents(body: Body, year: int) -> Iterator[tuple[str, ...]]:
    last = date(year, 12, 31)
    for one in normative(body):
        if one.formed_on > last:
            continue
        end = ended_on(one)
        public = timezone.localdate(one.published_at) if one.published_at else one.formed_on
        yield (
            one.title,
            one.doc_number,
            _day(one.formed_on),
            _day(public),
            _day(end if end and end <= last else None),
            "1" if stands(one, last) in IN_FORCE else "0",
        )


def _regulations(body: Body, year: int) -> Values | None:
    """None where there is no such register: no power to make them, or never a line."""
    if not regulations.is_kept(body, year):
        return None
    last = date(year, 12, 31)
    return [
        (
            one.title if one.disclosed_on else "",
            one.number if one.disclosed_on else "",
            _day(one.happened_on),
            _day(one.disclosed_on),
            _day(one.repealed_on if one.repealed_on and one.repealed_on <= last else None),
            "1" if one.is_in_force(last) else "0",
        )
        for one in regulations.made_by(body, year)
    ]


#: Table → its rows, without the number of the row; None where it is left out.
_READ: dict[str, Callable[[Body, int], Values | None]] = {
    "applications": _applications,
    "disputes": _disputes,
    "licences": _days("licences"),
    "services": _days("services"),
    "penalties": _days("penalties"),
    "coercion": _days("coercion"),
    "fees": _amounts("fees"),
    "procurement": _amounts("procurement"),
    "service-items": _items,
    "normative": _documents,
    "regulations": _regulations,
}


# --- the files ------------------------------------------------------------------------------


def _csv(table: Table, rows: Values) -> tuple[bytes, int]:
    number = 0

    def lines() -> Iterator[Iterable[Any]]:
        nonlocal number
        yield table.columns
        for number, values in enumerate(rows, 1):
            yield (number, *values)

    return csv_file(lines()).encode(), number


def _about_table(table: Table, data: bytes, number: int) -> dict[str, Any]:
    return {
        "name": table.name,
        "file": table.file,
        "title": table.title,
        "rows": number,
        "sha256": hashlib.sha256(data).hexdigest(),
        "columns": dict(table.columns),
        "rule": table.rule,
    }


def _json(data: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _schema() -> dict[str, Any]:
    """The tables as a JSON Schema: each row an object of strings."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        "type": "object",
        "properties": {
            t.file: {
                "title": t.title,
                "description": t.rule,
                "type": "array",
                "items": {
                    "type": "object",
                    "required": list(t.columns),
                    "properties": {
                        k: {"type": "string", "description": words}
                        for k, words in t.columns.items()
                    },
                },
            }
            for t in TABLES.values()
        },
    }


def _readme(about: dict[str, Any]) -> str:
    lines = [
        f"# {about['title']}：开放台账",
        "",
        "这里是年报表格背后的明细行。任何人都可以用它重新计算表格，与公布的数字逐格比较：",
        "",
        "```sh",
        "gongkai report recompute 本文件.zip",
        "gongkai report recompute 本文件.zip --report 从网站下载的年报.json --all",
        "```",
        "",
        "命令是本平台的开源程序，安装方法见源代码的说明；不需要数据库，也不需要联网。"
        "退出码：0 没有不一致（写明理由的人工改动另计），1 有不一致，2 文件不能用。",
        "",
        "明细行不含任何人的姓名、证件、电话、地址和申请内容；"
        "办件只有申请人类别、年月和答复决定，决定只有日期，收费只有日期和金额。",
        "",
        "| 文件 | 内容 | 行数 | 怎样计数 |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {t['file']} | {t['title']} | {t['rows']} | {t['rule']} |" for t in about["tables"]
    ]
    if about["changes"]:
        lines += ["", "公布数与明细行不同、由人工改动的单元格："]
        lines += [""] + [
            f"- {c['label']}：{c['from'] or '空'} → {c['to'] or '空'}。理由：{c['reason']}"
            for c in about["changes"]
        ]
    lines += ["", "各列的含义见 `schema.json`，公布数和各文件的校验值见 `ledger.json`。", ""]
    return "\n".join(lines)
