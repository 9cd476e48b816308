"""报送包: one ZIP with the report in every form, its findings, manual changes, provenance, hashes.

The same version with the same findings and changes gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from typing import Any

from django.utils import timezone

from gongkai.annual_report.render import KINDS
from gongkai.annual_report.render import render as render_report
from gongkai.base.audit import name_of
from gongkai.documents.tables import csv_file
from gongkai.reporting.cells import label
from gongkai.reporting.models import ReportVersion, Snapshot
from gongkai.reporting.queries import manual_changes
from gongkai.reporting.route.seal import fingerprint
from gongkai.reporting.route.zips import packed

SCHEMA = "gongkai-report-bundle/1"
#: The forms of the report that go in.
FORMS = ("docx", "pdf", "xlsx", "html", "json", "csv")


def pack(version: ReportVersion) -> bytes:
    """The bundle of one version."""
    report, content = version.report, version.as_report
    name = str(report)
    made = version.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    files = {
        f"{name}{KINDS[form].suffix}": render_report(content, form, made_at=made) for form in FORMS
    }
    files["检查发现.csv"] = _csv(
        ("规则", "级别", "说明", "处理", "最后的说明"),
        [
            (p.rule, _LEVELS.get(p.level, p.level), p.message, p.get_state_display(), _said(p))
            for p in _problems(version)
        ],
    )
    files["人工改动.csv"] = _csv(
        ("单元格", "地址", "台账或原文的数", "改为", "理由", "改动人", "时间"),
        [
            (
                label(content, c.address),
                c.address,
                change.read or "空",
                c.new or "空",
                c.reason,
                name_of(c.by),
                f"{timezone.localtime(c.at):%Y-%m-%d %H:%M}",
            )
            for change in manual_changes(version)
            for c in (change.correction,)
        ],
    )
    files["取数来源.json"] = _json(_provenance(version))
    snapshot = Snapshot.objects.filter(version=version).first()
    if snapshot is not None and snapshot.ledger:
        with snapshot.ledger.open("rb") as stream:
            files["开放台账.zip"] = stream.read()
    files["清单.json"] = _json(
        {
            "schema": SCHEMA,
            "report": name,
            "body": report.body.slug,
            "year": report.year,
            "version": version.number,
            "content_sha256": fingerprint(version),
            "files": {n: hashlib.sha256(data).hexdigest() for n, data in files.items()},
        }
    )
    return packed(files)


_LEVELS = {"error": "错误", "warn": "提醒", "info": "提示"}


def _problems(version: ReportVersion) -> list[Any]:
    """Findings as they stand; those of a former version that are gone are not in it."""
    found = version.report.problems.filter(gone_at=None).prefetch_related("steps")
    return list(found.order_by("level", "rule", "id"))


def _said(problem: Any) -> str:
    notes = [s.note for s in problem.steps.all() if s.note]
    return notes[-1] if notes else ""


def _provenance(version: ReportVersion) -> dict[str, Any]:
    """Of every number: the rule, how many records, their trace; or the parts of a sum."""
    computation = version.computation
    if computation is None:
        source = version.source
        return {
            "origin": version.get_origin_display(),
            "source": source and {"name": source.name, "sha256": source.sha256},
        }
    told: dict[str, Any] = {
        "origin": version.get_origin_display(),
        "counted_at": computation.made_at.isoformat(),
        "cells": computation.cells,
        "quantities": computation.quantities,
    }
    summation = getattr(computation, "summation", None)
    if summation is not None:
        told |= {
            "parts": summation.parts,
            "missing": summation.missing,
            "faulty": summation.faulty,
        }
    return told


def _csv(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> bytes:
    return csv_file([head, *rows]).encode()


def _json(data: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
