"""The command speaks Chinese also where click itself answers."""

import re
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from gongkai.cli import main


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "用法"),
        (["report", "parse"], "缺少参数"),
        (["nothing"], "没有“nothing”这个命令"),
        (["report", "parse", "--page", "a"], "没有“--page”这个选项"),
        (["report", "render", "a.txt", "--to", "odt"], "不在可选范围"),
    ],
)
def test_wrong_use_is_answered_in_chinese_with_exit_code_2(arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(main, arguments)
    assert said in result.output
    assert result.exit_code == 2
    assert not re.search(r"Usage|Error|Missing|No such|Try ", result.output)


@pytest.mark.parametrize(
    "told", ["[" * 100_000, '{"schema": "gongkai-open-ledger/1", "year": 1e999}']
)
def test_a_hostile_ledger_or_report_is_unusable_input_not_a_difference(
    tmp_path: Path, told: str
) -> None:
    ledger, report = tmp_path / "ledger.zip", tmp_path / "report.json"
    with zipfile.ZipFile(ledger, "w") as archive:
        archive.writestr("ledger.json", told)
    report.write_text(told)
    for arguments in (
        ["report", "recompute", str(ledger)],
        ["report", "check", str(report)],
        ["audit", "verify", "--expect", str(report)],
    ):
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 2, arguments
        assert len(result.stderr.splitlines()) <= 4 and result.stderr.rstrip().endswith("。")
