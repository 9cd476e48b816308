"""`make demo-reset`: remove the demonstration database and its files, nothing else."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

#: What the site writes into its data folder.
FILES = (
    "gongkai.sqlite3",
    "gongkai.sqlite3-wal",
    "gongkai.sqlite3-shm",
    "secret-key",
    "ready",
    "seeded",
)
FOLDERS = ("files", "static")


def main() -> int:
    if os.environ.get("GONGKAI_DATABASE_URL"):
        print(
            "GONGKAI_DATABASE_URL 指向另外的数据库，不会清空它；请取消该变量后再试。",
            file=sys.stderr,
        )
        return 2
    folder = Path(os.environ.get("GONGKAI_DATA_DIR", "var")).resolve()
    for name in FILES:
        (folder / name).unlink(missing_ok=True)
    for name in FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)
    print(f"已清空演示数据：{folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
