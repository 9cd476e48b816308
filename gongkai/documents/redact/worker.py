"""The work on a stranger's document in a process of its own, with limits of time and memory.

``python -m gongkai.documents.redact.worker`` reads a line of JSON (task, arguments) and the
document from standard input and answers with a line of JSON and, perhaps, bytes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from gongkai.documents.safety import UnusableInput, refuse, run_limited

#: For one task on one document.
SECONDS = 120
#: Address space in bytes.
MEMORY = 3 << 30


def _of(name: str) -> Any:
    """A module of this room. The process lives for one task: it loads what that one needs."""
    return import_module(f"gongkai.documents.redact.{name}")


_TASKS: dict[str, Callable[..., tuple[Any, bytes]]] = {
    "prepare": lambda data: (None, _of("pdf").prepared(data)),
    "page": lambda data, number, scale: (None, _of("layout").png(data, number, scale)),
    "pages": lambda data: (_of("passages").pdf_pages(data), b""),
    "boxes": lambda data, chosen: (_of("passages").pdf_boxes(data, chosen), b""),
    "paragraphs": lambda data: (_of("passages").docx_paragraphs(data), b""),
    "release_pdf": lambda data, chosen, name="": _of("passages").release_pdf(data, chosen, name),
    "release_docx": lambda data, chosen, name="": _of("passages").release_docx(data, chosen, name),
    "clean_docx": lambda data: (None, _of("clean").clean_docx(data)),
    "clean_pdf": lambda data: (None, _of("clean_pdf").clean_pdf(data)),
    "clean_xlsx": lambda data: (None, _of("clean").clean_xlsx(data)),
    "release_xlsx": lambda data, secret: (None, _of("xlsx").without(data, secret)),
}


def isolated(task: str, data: bytes, **arguments: Any) -> tuple[Any, bytes]:
    """Do ``task`` (a key of ``_TASKS``) on the document; its answer and the bytes it made.

    UnusableInput: what the task refuses, or that it took too long.
    """
    head = json.dumps({"task": task, "arguments": arguments}).encode() + b"\n"
    first, _, rest = _ask(head + data).partition(b"\n")
    try:
        answer = json.loads(first)
    except ValueError:
        refuse("文件处理没有成功，可能已经损坏或者大得不正常，请用原软件另存一份后再试。")
    if "error" in answer:
        refuse(str(answer["error"]))
    return answer["answer"], rest


def _ask(request: bytes) -> bytes:
    """What a process of its own says to the request."""
    environment = {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    try:
        done = run_limited(
            [sys.executable, "-m", "gongkai.documents.redact.worker"],
            seconds=SECONDS,
            memory=MEMORY,
            given=request,
            environment=environment,
        )
    except subprocess.TimeoutExpired:
        refuse(f"处理超过 {SECONDS} 秒，已停止。请把文件拆成几份后再处理。")
    return done.stdout


def answered(request: bytes) -> bytes:
    """What that process says: a line of JSON and the bytes that were made."""
    head, _, data = request.partition(b"\n")
    asked = json.loads(head)
    made = b""
    try:
        answer, made = _TASKS[asked["task"]](data, **asked["arguments"])
        said = {"answer": answer}
    except UnusableInput as no:
        said = {"error": str(no)}
    return json.dumps(said).encode() + b"\n" + made


if __name__ == "__main__":
    sys.stdout.buffer.write(answered(sys.stdin.buffer.read()))
