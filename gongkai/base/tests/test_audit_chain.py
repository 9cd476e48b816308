"""The audit trail is chained: whatever is done to it afterwards is noticed and named."""

from __future__ import annotations

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction

from gongkai.base import append_only, audit, chain
from gongkai.base.models import AuditEntry, AuditHead, SiteError
from gongkai.base.tests.elsewhere import own_connection
from gongkai.cli import main


@pytest.fixture
def trail(db: None) -> list[AuditEntry]:
    """Five entries of one body, two of another, one of the system."""
    append_only.remove(connection)
    page = SiteError.objects.create(page="/", message="错字")
    made = [
        audit.record(f"第{n}件事", page, by=None, scope="wjw", old={"数": n}, new={"数": n + 0.5})
        for n in range(5)
    ]
    for scope in ("jyj", "jyj", ""):
        audit.record("别处的事", page, by=None, scope=scope, new={"甲": [1, {"乙": None}]})
    return made


def _broken() -> dict[str, str]:
    return {c.scope: c.broken for c in chain.verify() if c.broken}


def _run(*arguments: str) -> Any:
    return CliRunner().invoke(main, ["audit", *arguments])


def test_each_body_has_its_own_chain_numbered_without_gaps(trail: list[AuditEntry]) -> None:
    assert [e.sequence for e in trail] == [1, 2, 3, 4, 5]
    assert [e.previous for e in trail] == ["", *(e.hash for e in trail[:-1])]
    found = {c.scope: c for c in chain.verify()}
    assert {s: c.count for s, c in found.items()} == {"": 1, "jyj": 2, "wjw": 5}
    assert found["wjw"].head == trail[-1].hash
    assert not _broken()


def test_what_every_database_gives_back_has_the_same_digest(trail: list[AuditEntry]) -> None:
    values = {"b": 1e16, "a": [1.0, -0.5, 1e-7, True, None, "汉字\u2028"], "c": {"2": 0, "1": ""}}
    entry = audit.record("数", SiteError.objects.get(), by=None, scope="wjw", new=values)
    entry.refresh_from_db()
    assert chain.digest(entry) == entry.hash


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("by_name", "别人"),
        ("action", "没做过"),
        ("object_id", "999"),
        ("object_label", "另一件"),
        ("old", {"数": 7}),
        ("new", None),
        ("at", "2020-01-01T00:00:00Z"),
    ],
)
def test_a_changed_entry_is_named(trail: list[AuditEntry], field: str, value: Any) -> None:
    AuditEntry.objects.filter(pk=trail[2].pk).update(**{field: value})
    assert _broken().keys() == {"wjw"}
    assert "第3条" in _broken()["wjw"] and "内容被改动" in _broken()["wjw"]


def test_an_entry_taken_out_of_the_middle_is_missed(trail: list[AuditEntry]) -> None:
    AuditEntry.objects.filter(pk=trail[1].pk)._raw_delete("default")
    assert "缺少第2条" in _broken()["wjw"]


def test_an_entry_forged_anew_does_not_fit_what_follows(trail: list[AuditEntry]) -> None:
    forged = trail[1]
    forged.action = "没做过"
    AuditEntry.objects.filter(pk=forged.pk).update(action="没做过", hash=chain.digest(forged))
    assert "第3条" in _broken()["wjw"] and "接不上" in _broken()["wjw"]


def test_entries_in_another_order_do_not_fit(trail: list[AuditEntry]) -> None:
    for entry, place in ((trail[1], 99), (trail[2], 2), (trail[1], 3)):
        AuditEntry.objects.filter(pk=entry.pk).update(sequence=place)
    assert "第2条" in _broken()["wjw"]


def test_a_trail_cut_off_at_its_end_is_shorter_than_its_head_says(trail: list[AuditEntry]) -> None:
    AuditEntry.objects.filter(pk=trail[4].pk)._raw_delete("default")
    assert "末尾的记录被删除" in _broken()["wjw"]


def test_a_trail_cut_off_together_with_its_head_is_found_by_heads_kept_elsewhere(
    trail: list[AuditEntry], tmp_path
) -> None:
    kept = tmp_path / "heads.json"
    kept.write_text(_run("heads").output, "utf-8")
    audit.record("后来的事", SiteError.objects.get(), by=None, scope="wjw")
    assert _run("verify", "--expect", str(kept)).exit_code == 0, "what came after is no mistake"
    AuditEntry.objects.filter(scope="wjw", sequence__gte=5)._raw_delete("default")
    AuditHead.objects.filter(scope="wjw").update(sequence=4, hash=trail[3].hash)
    assert _run("verify").exit_code == 0, "without the heads kept elsewhere nobody can tell"
    cut = _run("verify", "--expect", str(kept))
    assert cut.exit_code == 1 and "被截断" in cut.output
    AuditEntry.objects.filter(scope="jyj")._raw_delete("default")
    AuditHead.objects.filter(scope="jyj").delete()
    assert "jyj" in _run("verify", "--expect", str(kept)).output, "nor may a chain vanish whole"


def test_an_entry_written_past_the_program_is_noticed(trail: list[AuditEntry]) -> None:
    last = trail[-1]
    extra = AuditEntry(by_name="某人", action="插入", object_type="x", object_id="1", scope="wjw")
    extra.sequence, extra.previous = 6, last.hash
    extra.hash = chain.digest(extra)
    extra.save()
    assert "不是由本系统写入" in _broken()["wjw"]
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.create(by_name="某人", action="没有序号", scope="wjw", sequence=6)


def test_the_command_says_whole_or_broken(trail: list[AuditEntry], tmp_path) -> None:
    whole = _run("verify")
    assert whole.exit_code == 0 and "全部完整" in whole.output and "wjw" in whole.output
    AuditEntry.objects.filter(pk=trail[2].pk).update(action="改")
    broken = _run("verify")
    assert broken.exit_code == 1 and "第3条" in broken.output
    as_json = _run("verify", "--json")
    told = json.loads(as_json.output)
    assert as_json.exit_code == 1 and told["whole"] is False
    assert [c["scope"] for c in told["chains"] if c["broken"]] == ["wjw"]
    wrong = tmp_path / "wrong.json"
    wrong.write_text("[]")
    answer = _run("verify", "--expect", str(wrong))
    assert answer.exit_code == 2 and "看不懂" in answer.output


def test_a_deleted_account_leaves_the_chain_whole(trail: list[AuditEntry]) -> None:
    user = get_user_model().objects.create_user("jingban", last_name="王")
    audit.record("办理", SiteError.objects.get(), by=user, scope="wjw")
    user.delete()
    assert not _broken()


def test_entries_from_before_the_chains_are_bound_in_their_order(trail: list[AuditEntry]) -> None:
    AuditHead.objects.all().delete()
    AuditEntry.objects.update(previous="", hash="")
    step = import_module("gongkai.base.migrations.0005_chain_existing_entries")
    step.chain(apps, SimpleNamespace(connection=connection))
    assert not _broken()
    assert [e.hash for e in AuditEntry.objects.filter(scope="wjw").order_by("id")] == [
        e.hash for e in trail
    ]


@pytest.mark.django_db(transaction=True)
def test_entries_written_at_the_same_moment_stand_one_behind_the_other(tmp_path) -> None:
    page = SiteError.objects.create(page="/", message="错字")
    copy = tmp_path / "copy.sqlite3"
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])

    def write(n: int) -> None:
        with own_connection(copy), transaction.atomic():
            audit.record(f"第{n}件", page, by=None, scope=f"body-{n % 2}")

    def read(_: int) -> dict[str, tuple[int, str]]:
        with own_connection(copy):
            return {c.scope: (c.count, c.broken) for c in chain.verify()}

    # As on a site, somebody is always connected: who changes the journal, or leaves as the last
    # one, locks out for a moment whoever just comes.
    with closing(sqlite3.connect(copy)) as always, ThreadPoolExecutor(8) as pool:
        always.execute("PRAGMA journal_mode = WAL")
        list(pool.map(write, range(48)))
        found = list(pool.map(read, range(1)))
    assert found == [{"body-0": (24, ""), "body-1": (24, "")}]
