"""Starting and resetting the demonstration."""

from __future__ import annotations

import socket
from itertools import islice
from pathlib import Path

import pytest

from gongkai.demo import cases, reset, serve
from gongkai.demo.accounts import people, short_names
from gongkai.demo.data import load


def test_a_port_in_use_is_told_in_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind((serve.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit) as end:
            serve.free_port(str(port))
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert f"端口 {port} 已被占用" in said
    assert "make demo PORT=" in said


@pytest.mark.parametrize("text", ["", "http", "0", "70000", "-1"])
def test_what_is_no_port_is_refused(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        serve.free_port(text)
    assert end.value.code == 2
    assert "1 到 65535" in capsys.readouterr().err


def test_a_reset_removes_the_demonstration_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("gongkai.sqlite3", "ready", "mine.txt"):
        (tmp_path / name).write_text("x")
    (tmp_path / "files").mkdir()
    monkeypatch.setenv("GONGKAI_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("GONGKAI_DATABASE_URL", raising=False)
    assert reset.main() == 0
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_a_reset_never_touches_another_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ready").write_text("x")
    monkeypatch.setenv("GONGKAI_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("GONGKAI_DATABASE_URL", "postgresql://somewhere/else")
    assert reset.main() == 2
    assert (tmp_path / "ready").exists()


def test_the_printed_accounts_are_told_apart() -> None:
    told = {person.username: person.says for person in people()}
    assert len(set(told.values())) == len(told)
    assert told["taizhang"] == "示例东市卫健委等25个机关的经办人"
    assert told["duban"] == "示例中市政府的主管部门检查人员"
    assert "签发年报" in told["fuze"] and "不签发年报" in told["lingdao"]
    assert all(len(words) <= 24 for words in told.values())


@pytest.mark.django_db
def test_the_steps_of_the_demonstration_are_told_apart() -> None:
    histories = load("cases.yaml")["history"]
    names = [name for name, _ in islice(cases.applications(), len(histories))]
    assert names == [f"历史办件（{short_names()[old['body']]}）" for old in histories]
    assert len(set(names)) == len(names) > 1
