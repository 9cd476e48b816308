"""A process ended by force loses nothing that was acknowledged and leaves nothing half-done."""

from __future__ import annotations

import hashlib
import os
import random
import time
from functools import partial
from pathlib import Path

import pytest

from gongkai.base.models import AuditEntry
from gongkai.base.tests.elsewhere import Tell, _django_db_helper, killed_at_work  # noqa: F401
from gongkai.bodies.models import Body
from gongkai.reporting import engine
from gongkai.reporting.actions import (
    correct_cell,
    file_report,
    move_problem,
    open_errors,
    publish_report,
)
from gongkai.reporting.actions.batch import KEPT, sweep_files
from gongkai.reporting.actions.check import check_version
from gongkai.reporting.models import (
    FOLDER,
    AnnualReport,
    Correction,
    Publication,
    ReportVersion,
    SourceFile,
)
from gongkai.reporting.tests.cast import as_file, make_cast, sound_report

KILLS = 10
YEAR = 2023


def work(body: Body, seed: int, tell: Tell) -> None:
    """File, correct and publish without end; after each deed a word of what was acknowledged."""
    n = seed * 1000
    while True:
        n += 1
        filed = file_report(as_file(sound_report(received=n)), f"{n}.json", body=body, by=None)
        tell(["version", filed.version.number])
        report = filed.version.report
        for address in ("t3.granted.total", "t3.new_received.total"):
            version = correct_cell(report, address, str(n + 1), "核对台账", by=None)
            tell(["version", version.number])
        for problem in open_errors(report):
            move_problem(problem, "dismissed", "演练", by=None)
        publication = publish_report(version, by=None, note="演练")
        tell(["publication", publication.pk])


def assert_whole(acknowledged: list[list[object]]) -> None:
    report = AnnualReport.objects.get(year=YEAR)
    versions = list(report.versions.order_by("number"))
    numbers = [v.number for v in versions]
    assert numbers == list(range(1, len(numbers) + 1))
    assert {n for what, n in acknowledged if what == "version"} <= set(numbers)
    publications = list(report.publications.order_by("pk"))
    assert {n for what, n in acknowledged if what == "publication"} <= {p.pk for p in publications}
    assert report.published == (publications[-1].version if publications else None)
    kinds = ReportVersion.Origin
    corrections = [v.pk for v in versions if v.origin == kinds.CORRECTION]
    assert sorted(Correction.objects.values_list("version", flat=True)) == corrections
    entries = AuditEntry.objects.filter(object_type="reporting.annualreport")
    words = {
        "录入年报": sum(v.origin == kinds.READING for v in versions),
        "更正单元格": len(corrections),
    }
    assert {a: entries.filter(action=a).count() for a in words} == words
    assert entries.filter(action__contains="公开").count() == Publication.objects.count()
    for source in SourceFile.objects.all():
        with source.content.open("rb") as stream:
            assert hashlib.sha256(stream.read()).hexdigest() == source.sha256
    newest = versions[-1]
    standing = report.problems.filter(gone_at=None).count()
    found = engine.check(newest.as_report, is_government=report.body.kind == Body.Kind.GOVERNMENT)
    assert standing == len(found)
    assert len(check_version(newest, by=None)) == standing


@pytest.mark.django_db
def test_a_killed_process_loses_nothing_acknowledged_and_leaves_nothing_half_done(
    tmp_path: Path, settings
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    body = make_cast().body
    chance = random.Random(49)
    acknowledged: list[list[object]] = []
    for seed in range(1, KILLS + 1):
        acknowledged += killed_at_work(partial(work, body, seed), chance.uniform(0, 0.2))
        assert_whole(acknowledged)
    folder = tmp_path / "files" / FOLDER
    (folder / "young").write_bytes(b"its row may be about to be stored")
    long_ago = time.time() - KEPT.total_seconds() - 60
    for stored in folder.iterdir():
        if stored.name != "young":
            os.utime(stored, (long_ago, long_ago))
    (folder / "orphan").write_bytes(b"half a fil")
    os.utime(folder / "orphan", (long_ago, long_ago))
    assert 1 <= sweep_files() <= KILLS + 1
    kept = {f"{FOLDER}/{path.name}" for path in folder.iterdir()} - {f"{FOLDER}/young"}
    assert kept == set(SourceFile.objects.values_list("content", flat=True))
