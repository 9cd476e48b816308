"""Many files in several processes: the order, a process that dies, Ctrl-C, standard input."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gongkai.annual_report.cli import commands, workers
from gongkai.annual_report.cli.workers import BATCH, in_processes, usual_jobs
from gongkai.annual_report.read import UnusableInput

SAMPLES = Path(__file__).resolve().parents[3] / "tests" / "samples" / "reports"
ONE = SAMPLES / "vertical_heads_2020.txt"


def _run(*args: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(commands, list(args), input=stdin)


def _stem(path: Path) -> str:
    if path.stem.endswith("7"):
        time.sleep(0.005)  # so that later ones are ready before
    return path.stem


def _stem_or_death(path: Path) -> str:
    if path.stem in ("13", "40"):
        os.kill(os.getpid(), signal.SIGKILL)
    return path.stem


def test_results_come_in_the_order_of_the_files() -> None:
    paths = [Path(f"{n}.txt") for n in range(BATCH * 9 + 3)]
    assert list(in_processes(paths, _stem, 2)) == [p.stem for p in paths]


def test_a_file_that_kills_its_process_takes_no_other_with_it() -> None:
    paths = [Path(f"{n}.txt") for n in range(60)]
    results = list(in_processes(paths, _stem_or_death, 2))
    lost = [p.stem for p, r in zip(paths, results, strict=True) if isinstance(r, UnusableInput)]
    assert lost == ["13", "40"]
    assert "进程意外结束" in str(results[13])
    assert all(r == p.stem for p, r in zip(paths, results, strict=True) if p.stem not in lost)


def test_a_few_files_are_worked_on_in_this_process() -> None:
    assert usual_jobs(1) == usual_jobs(7) == 1
    assert 1 <= usual_jobs(100_000) <= workers.MOST


def test_standard_input_is_read_also_where_processes_were_asked_for() -> None:
    result = _run("parse", "-", str(ONE), "--json", "--jobs", "2", stdin=ONE.read_bytes())
    assert result.exit_code == 0
    assert [item["year"] for item in json.loads(result.stdout)] == [2020, 2020]


@pytest.mark.parametrize("form", [["--json"], []])
def test_checking_in_several_processes_gives_the_same(form: list[str]) -> None:
    alone = _run("check", str(SAMPLES), "--parts", str(ONE), "--jobs", "1", *form)
    together = _run("check", str(SAMPLES), "--parts", str(ONE), "--jobs", "2", *form)
    assert "C28" in alone.stdout
    assert (together.exit_code, together.stdout) == (alone.exit_code, alone.stdout)


def test_ctrl_c_breaks_off_the_work_but_never_the_handing_over_of_results(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workers, "_stopped", False)
    monkeypatch.setattr(
        workers, "_work", lambda path: workers._stop(signal.SIGINT, None), raising=False
    )
    with pytest.raises(SystemExit):
        workers._worked([ONE])
    workers._stop(signal.SIGINT, None)  # between two batches: nothing is raised
    monkeypatch.setattr(workers, "_work", lambda path: pytest.fail("worked on after Ctrl-C"))
    with pytest.raises(SystemExit):
        workers._worked([ONE])


def test_ctrl_c_ends_a_run_at_once_and_without_a_traceback(tmp_path: Path) -> None:
    for number in range(600):
        (tmp_path / f"{number:03}.txt").write_bytes(ONE.read_bytes())
    code = "from gongkai.cli import main; main()"
    command = [sys.executable, "-c", code, "report", "parse", str(tmp_path), "--json"]
    run = subprocess.Popen(
        [*command, "--jobs", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert run.stdout is not None
    assert run.stdout.readline() == b"[\n"  # it has begun
    os.killpg(run.pid, signal.SIGINT)
    _, errors = run.communicate(timeout=60)
    assert run.returncode == 1
    assert b"Traceback" not in errors
