"""The process in which a file is read that cannot be bounded by counts.

``python -m gongkai.documents.readable.worker`` reads a line of JSON (task, pages) and the file
from standard input and answers with JSON; a refusal is ``{"error": sentence}``.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from gongkai.documents.readable.model import Hidden, Readable
from gongkai.documents.safety import MAX_PIXELS, UnusableInput, refuse, run_limited

#: Address space of the process in bytes.
MEMORY = 4 << 30
_DPI = 150
_PAGE_PIXELS = 8_000_000


def apart(
    task: str, data: bytes, *, seconds: int, pages: list[int] | None = None
) -> dict[str, Any]:
    """The answer of the process. UnusableInput: what it refuses, too slow, or it died."""
    head = json.dumps({"task": task, "pages": pages or []}).encode() + b"\n"
    try:
        done = run_limited(
            [sys.executable, "-m", "gongkai.documents.readable.worker"],
            seconds=seconds,
            memory=MEMORY,
            given=head + data,
            environment={"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        refuse(f"读取超过 {seconds} 秒，已停止，请把文件拆成几份后再试。")
    except ValueError:
        refuse("文件没有读成，可能已经损坏或者大得不正常，请用原软件另存一份后再试。")
    if "error" in answer:
        refuse(str(answer["error"]))
    return answer


def unpacked(answer: dict[str, Any]) -> Readable:
    """What the tasks "docx" and "xlsx" answer."""
    return Readable(
        answer["html"],
        answer["text"],
        tuple((int(at), str(name)) for at, name in answer["places"]),
        tuple(Hidden(**h) for h in answer["hidden"]),
        answer["notice"],
    )


def main() -> None:
    """Answer one request on standard input."""
    asked = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    answer: dict[str, Any]
    try:
        if asked["task"] in ("docx", "xlsx"):
            from gongkai.documents.readable import read_here

            answer = asdict(read_here(data, asked["task"]))
        elif asked["task"] == "pdf":
            from gongkai.documents.readable import pdf

            hidden = [(h.kind, h.place, h.text) for h in pdf.unseen(data)]
            answer = {"pages": pdf.page_texts(data), "hidden": hidden}
        else:
            answer = {"pages": _recognise(data, asked["pages"])}
    except UnusableInput as no:
        answer = {"error": str(no)}
    sys.stdout.write(json.dumps(answer))


def _recognise(data: bytes, pages: list[int]) -> dict[int, str]:
    from rapidocr import RapidOCR

    engine: Any = RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.use_cls": False,
            "Det.limit_type": "max",
            "Det.limit_side_len": 960,
            "Rec.rec_batch_num": 1,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        }
    )
    found = {}
    for number, image in _images(data, pages):
        result: Any = engine(image)
        boxes = result.boxes if result.boxes is not None else ()
        placed = sorted(
            (round(float(min(p[1] for p in box)) / 12), float(min(p[0] for p in box)), text)
            for box, text in zip(boxes, result.txts or (), strict=False)
        )
        found[number] = "\n".join(text for _, _, text in placed)
    return found


def _images(data: bytes, pages: list[int]) -> Iterator[tuple[int, Any]]:
    import numpy as np
    import pypdfium2
    from PIL import Image, ImageOps

    if not data[:1024].lstrip().startswith(b"%PDF-"):
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                refuse("图片太大，为安全起见没有打开，请缩小后再试。")
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.thumbnail((3_000, 3_000))
            yield 1, np.asarray(upright)
        return
    document = pypdfium2.PdfDocument(data)
    for number in pages:
        page = document[number - 1]
        width, height = page.get_size()
        scale = min(_DPI / 72, (_PAGE_PIXELS / max(width * height, 1.0)) ** 0.5)
        yield (
            number,
            np.asarray(page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")),
        )
        page.close()


if __name__ == "__main__":
    main()
