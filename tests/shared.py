"""Where the real reports lie, if they are here.

``SHARED`` is the folder beside the project, or None. Continuous integration has it and must
not pass without it.
"""

import os
from pathlib import Path

_FOLDER = Path(__file__).resolve().parents[2] / "shared"
SHARED: Path | None = _FOLDER if _FOLDER.is_dir() else None

if SHARED is None and os.environ.get("CI") == "true":
    raise RuntimeError("the folder ../shared is missing, and continuous integration needs it")
