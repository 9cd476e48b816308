"""Reads an annual report from any kind of file. Nothing is guessed: what is not printed is None.

Doors: ``read(data, name)`` → reports; ``document`` (Document, UnusableInput); ``text``.
Steps: ``kinds`` (what the file is → blocks) → ``interpret`` (blocks → Report).
May import: law, annual_report.model, annual_report.exchange and document libraries.
Limits and refusals are in ``kinds``; each is one Chinese sentence (UnusableInput).
"""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from gongkai.annual_report import exchange
from gongkai.annual_report.model import Report
from gongkai.annual_report.read.cells_csv import cells_csv, is_cells_csv
from gongkai.annual_report.read.document import NotAReport, UnusableInput
from gongkai.annual_report.read.interpret import interpret
from gongkai.annual_report.read.kinds import detect, open_document
from gongkai.annual_report.read.safety import read_path
from gongkai.annual_report.read.second import interpret_pdf
from gongkai.documents.encodings import decode

__all__ = ["NotAReport", "UnusableInput", "read"]


def read(data: bytes | Path, name: str | None = None) -> list[Report]:
    """The reports in a file, in order; nearly always one.

    ``data`` is the file's content or its path; ``name`` is the file's name, which messages
    and ``Report.file`` carry. Raises UnusableInput (one Chinese sentence) where the file
    cannot be read or is no annual report (NotAReport: plainly none).
    """
    if isinstance(data, Path):
        name = name or data.name
        data = read_path(data)
    name = name or ""
    if is_cells_csv(data):
        return [cells_csv(data, name)]
    kind = detect(data, name)
    if kind == "json":
        return _exchanged(data, name)
    document = open_document(data, name, kind)
    return interpret_pdf(document, data) if document.kind == "pdf" else interpret(document)


def _exchanged(data: bytes, name: str) -> list[Report]:
    """Reports in our own interchange form: an object, or a list of them."""
    try:
        loaded = json.loads(decode(data), parse_float=Decimal)
        items = loaded if isinstance(loaded, list) else [loaded]
        if not items or not all(isinstance(item, dict) for item in items):
            raise ValueError("里面没有年报数据，请检查文件来源。")
        reports = [exchange.from_dict(item) for item in items]
    except json.JSONDecodeError:
        raise UnusableInput("这个 JSON 文件不完整或者已经损坏，请重新导出后再试。") from None
    except RecursionError:
        raise UnusableInput("这个 JSON 文件嵌套过深，不是年报数据，请检查文件来源。") from None
    except ValueError as error:
        raise UnusableInput(str(error)) from None
    return [report if report.file else replace(report, file=name) for report in reports]
