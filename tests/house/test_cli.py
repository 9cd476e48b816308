"""The command speaks Chinese also where click itself answers."""

import re

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
