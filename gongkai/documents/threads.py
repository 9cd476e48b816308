"""No PDF in the child of a fork: it would be waited for without end.

typst lays pages out in threads that begin with the first PDF of a process, and a forked child has
none of its parent's threads. The server's workers are forked from a parent that makes no page;
the programs that fork themselves (``gongkai report`` with several files, the tests that kill) do
so before they make a PDF. Who does it all the same is told so.
"""

from __future__ import annotations

import os

#: Whether this process has made a PDF, and whether it was forked from one that had.
_begun = _forked = False


def begin() -> None:
    """Before every PDF: RuntimeError in a process forked from one that had made one."""
    global _begun
    if _forked:
        raise RuntimeError("no PDF in a process forked from one that made a PDF")
    _begun = True


def _after_fork() -> None:
    global _forked
    _forked = _begun


if hasattr(os, "register_at_fork"):  # not where processes are never forked
    os.register_at_fork(after_in_child=_after_fork)
