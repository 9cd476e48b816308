"""The demonstration's facts as YAML, and what turns them into reports."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import yaml

from gongkai.annual_report import exchange
from gongkai.annual_report.model import Report
from gongkai.law.formats import report_format


def load(name: str) -> Any:
    """A YAML file of this folder."""
    return yaml.safe_load(files(__package__).joinpath(name).read_text("utf-8"))


def reports(name: str, bodies: dict[str, str]) -> list[tuple[str, Report]]:
    """(slug of the body, its report) for every entry; ``bodies`` gives the name for a slug."""
    return [(entry["body"], _report(entry, bodies[entry["body"]])) for entry in load(name)]


def _report(entry: dict[str, Any], agency: str) -> Report:
    layout = report_format(entry["format"])
    year = entry["year"]
    units = entry.get("amount_unit", {})
    printed = entry.get("printed", {})
    table2 = [
        {
            "item": clause.item,
            "row": row.key,
            "label": row.label,
            "cells": dict(
                zip((c.key for c in clause.columns), entry["table2"][row.key], strict=True)
            ),
            "amount_unit": units.get(row.key),
        }
        for clause in layout.table2
        for row in clause.rows
    ]
    sections = [
        {"number": number, "title": title, "text": text.strip()}
        for number, (title, text) in enumerate(
            zip(layout.sections, entry["sections"], strict=True), 1
        )
    ]
    period = entry["period"]
    return exchange.from_dict(
        {
            "schema": exchange.SCHEMA,
            "title": f"{agency}{year}年政府信息公开工作年度报告",
            "agency": agency,
            "year": year,
            "format": entry["format"],
            "stat_period": period and {"start": str(period[0]), "end": str(period[1])},
            "table2": table2,
            "table3": {"rows": {r.key: entry["table3"][r.key] for r in layout.table3_rows}},
            "table4": {"values": entry["table4"]},
            "sections": sections,
            "headings": sections,
            "details": {address: {"printed": form} for address, form in printed.items()},
        }
    )
