"""What turns the demonstration's figures into reports."""

from __future__ import annotations

from typing import Any

from gongkai.annual_report import exchange
from gongkai.annual_report.model import Report
from gongkai.demo.data import load
from gongkai.law.formats import report_format


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
