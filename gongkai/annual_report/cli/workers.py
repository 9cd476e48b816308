"""Many files in several processes: results in order, a few held at a time, a crash outlived."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from gongkai.annual_report.read import UnusableInput

T = TypeVar("T")
Results = list[Any]

#: More processes than this need more memory than a folder's reading may take.
MOST = 4
#: Fewer files for each process than this are read sooner than a second process has started.
WORTH = 4
#: Files that a process is given at a time, so that handing them over costs little.
BATCH = 16

_work: Callable[[Path], Any]
_stopped = False
_working = False


def usual_jobs(files: int) -> int:
    """How many processes to use for so many files where nobody said: the cores, at most MOST."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        cores = os.cpu_count() or 1
    return max(1, min(cores, MOST, files // WORTH))


def in_processes(
    paths: list[Path], work: Callable[[Path], T], jobs: int
) -> Iterator[T | UnusableInput]:
    """``work(path)`` of every path in their order, in so many processes.

    ``work`` is handed to each process once and must raise nothing. A file whose process ends
    (killed, crashed) gives an UnusableInput; the others are worked on by new processes.
    """
    size = max(1, min(BATCH, len(paths) // (jobs * WORTH)))
    batches = deque(paths[at : at + size] for at in range(0, len(paths), size))
    waiting: deque[tuple[list[Path], Future[Results]]] = deque()
    pool = _pool(work, jobs)
    try:
        while batches or waiting:
            while batches and len(waiting) < jobs * 3:
                waiting.append((batches[0], _submitted(pool, batches[0])))
                batches.popleft()
            batch, future = waiting.popleft()
            try:
                results = future.result()
            except BrokenExecutor:
                pool.shutdown()
                pool = _pool(work, jobs)
                batches.extendleft(reversed([other for other, _ in waiting]))
                waiting.clear()
                results = [_alone(work, path) for path in batch]
            yield from results
    finally:
        pool.shutdown(cancel_futures=True)


def _pool(work: Callable[[Path], Any], jobs: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(jobs, initializer=_start, initargs=(work,))


def _start(work: Callable[[Path], Any]) -> None:
    """What each process begins with. Ctrl-C reaches all of them: each stops without a word."""
    global _work
    _work = work
    signal.signal(signal.SIGINT, _stop)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _stop(number: int, frame: Any) -> None:
    global _stopped
    _stopped = True
    # Outside the work a process may be half-way through handing over its results: the pool would
    # wait for the other half for ever.
    if _working:
        raise SystemExit(1)  # the work at hand still cleans up behind itself


def _worked(batch: list[Path]) -> Results:
    """In a process: the results of its batch."""
    global _working
    try:
        _working = True
        if _stopped:
            raise SystemExit(1)
        return [_work(path) for path in batch]
    finally:
        _working = False


def _submitted(pool: ProcessPoolExecutor, batch: list[Path]) -> Future[Results]:
    # A process that begins here has no word for Ctrl-C yet: it waits until _start has given it one.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return pool.submit(_worked, batch)
    except BrokenExecutor as error:
        broken: Future[Results] = Future()
        broken.set_exception(error)
        return broken
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _alone(work: Callable[[Path], Any], path: Path) -> Any:
    """The result of one file of a batch whose process ended, in a process of its own."""
    with _pool(work, 1) as pool:
        try:
            return _submitted(pool, [path]).result()[0]
        except BrokenExecutor:
            return UnusableInput(
                "处理这个文件的进程意外结束，可能是内存不够或者文件已经损坏，"
                "请用原软件另存一份后再试。"
            )
