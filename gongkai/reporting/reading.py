"""Reads and checks a stranger's file in a process of its own: bounded in time and memory.

The child process knows neither Django nor the database; it gets the bytes on standard input and
answers in JSON. A file that makes it hang or swell ends with it, not with the site.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, Literal, cast

from gongkai.annual_report import exchange
from gongkai.annual_report.check.finding import Finding, Level
from gongkai.annual_report.model import Place, Report

#: Seconds one file may take, seconds a visitor waits for a free place, and seconds the child has
#: to end what it started.
SECONDS, WAIT, GRACE = 60, 20, 3
#: Files read at the same time by one server process.
PLACES = 2
#: Address space of the child, in bytes (recognising pictures maps about 2 GB).
MEMORY = 4 << 30
_places = threading.BoundedSemaphore(PLACES)


class Unreadable(Exception):
    """A file cannot be read; one Chinese sentence that says what to do, and which it is."""

    def __init__(self, sentence: str, field: Literal["file", "previous"] = "file") -> None:
        super().__init__(sentence)
        self.field = field


class Busy(Exception):
    """All places are taken."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One report of the file with its findings; ``previous`` tells whether last year's was used."""

    report: Report
    findings: tuple[Finding, ...]
    previous: Report | None = None


def read_and_check(
    data: bytes, name: str, previous: bytes | None = None, previous_name: str = ""
) -> list[Checked]:
    """Every report in the file, checked. ``previous``: the file with last year's report.

    Unreadable and Busy as described; the names are used in messages only.
    """
    head = {"name": name, "size": len(data), "previous_name": previous_name}
    if not _places.acquire(timeout=WAIT):
        raise Busy
    try:
        answer = _ask(json.dumps(head).encode() + b"\n" + data + (previous or b""))
    finally:
        _places.release()
    if error := answer.get("error"):
        raise Unreadable(error, answer.get("field", "file"))
    return [
        Checked(
            exchange.loads(item["report"]),
            tuple(finding_from(f) for f in item["findings"]),
            exchange.loads(item["previous"]) if item["previous"] else None,
        )
        for item in answer["checked"]
    ]


def _ask(message: bytes) -> dict[str, Any]:
    child = subprocess.Popen(
        [sys.executable, "-m", "gongkai.reporting.reading"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        out, _ = child.communicate(message, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        # LibreOffice and the recognition of pictures run in sessions of their own, with the
        # visitor's file in a folder: only the child knows them, so it is asked to end first.
        child.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.wait(GRACE)
        raise Unreadable(
            f"这份文件读取超过 {SECONDS} 秒，已经停止。请上传文字版的 Word 或 PDF，"
            "或者只保留年度报告部分后重试。"
        ) from None
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    try:
        return cast(dict[str, Any], json.loads(out))
    except json.JSONDecodeError:
        raise Unreadable(
            "这份文件太复杂，没能读完。请另存为普通的 Word 或 PDF 文件后重试。"
        ) from None


def finding_to(finding: Finding) -> dict[str, Any]:
    """A finding as plain data; values as they are printed."""
    return asdict(finding) | {"values": {k: str(v) for k, v in finding.values.items()}}


def finding_from(data: dict[str, Any]) -> Finding:
    """The finding that ``finding_to`` described."""
    return Finding(
        rule=data["rule"],
        level=cast(Level, data["level"]),
        message=data["message"],
        addresses=tuple(data["addresses"]),
        section=data["section"],
        quote=data["quote"],
        place=Place(**data["place"]) if data["place"] else None,
        source=data["source"],
        values=data["values"],
    )


# --- the child ------------------------------------------------------------------------------


def _answer(stream: bytes) -> dict[str, Any]:
    from gongkai.annual_report.check import check
    from gongkai.annual_report.read import UnusableInput
    from gongkai.reporting.engine import reports_in

    line, _, rest = stream.partition(b"\n")
    head = json.loads(line)
    data, before = rest[: head["size"]], rest[head["size"] :]
    try:
        reports = reports_in(data, head["name"])
    except UnusableInput as error:
        return {"error": str(error)}
    try:
        former = reports_in(before, head["previous_name"]) if before else []
    except UnusableInput as error:
        return {"error": str(error), "field": "previous"}
    checked = []
    for report in reports:
        fitting = [r for r in former if report.year is not None and r.year == report.year - 1]
        last = fitting[0] if fitting else None
        checked.append(
            {
                "report": exchange.dumps(exchange.to_dict(report), indent=None),
                "findings": [finding_to(f) for f in check(report, previous=last)],
                "previous": last and exchange.dumps(exchange.to_dict(last), indent=None),
            }
        )
    return {"checked": checked}


def _main() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        answer = _answer(sys.stdin.buffer.read())
    except (MemoryError, RecursionError):
        answer = {"error": "这份文件太大或者太复杂，没能读完。请只保留年度报告部分后重试。"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    _main()
