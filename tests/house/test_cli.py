"""The command speaks Chinese also where click itself answers."""

import os
import re
import subprocess
import sys
import zipfile
from functools import partial
from io import StringIO
from pathlib import Path
from unittest.mock import Mock

import pytest
from axes.models import AccessAttempt
from click.testing import CliRunner
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import OperationalError, ProgrammingError
from psycopg.errors import UndefinedTable

from gongkai.applications.management.commands import remind
from gongkai.base import audit_cli
from gongkai.base.management import asking
from gongkai.base.models import AuditEntry
from gongkai.base.sealed import OTHER_KEYS, KeyMissing
from gongkai.cli import main
from gongkai.demo.management.commands import prepare
from tests.house.source import ROOT

OPERATIONS = (ROOT / "docs/operations.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing"], "没有“nothing”这个命令，请用 law、report、audit、site 之一。"),
        (["--nothing"], "没有“--nothing”这个选项，用法见 gongkai --help。"),
        (["law", "nothing"], "没有“nothing”这个命令，请用 clock、"),
        (["report", "parse"], "缺少参数 FILES，用法见 gongkai report parse --help。"),
        (["report", "parse", "--page", "a"], "没有“--page”这个选项"),
        (["report", "parse", "a", "--jobs", "x"], "选项 --jobs 应是 1 到 64 之间的整数。"),
        (["report", "parse", "a", "--jobs", "65"], "1 到 64 之间的整数。"),
        (["report", "parse", "a", "--jobs"], "选项 --jobs 后面要写 1 个值。"),
        (["report", "render", "a.txt"], "缺少选项 --to，可选 html、docx、"),
        (["report", "render", "a.txt", "--to", "odt"], "不在可选范围之内，可选 html、"),
        (["report", "recompute", "没有.zip"], "文件“没有.zip”不存在，请检查路径。"),
        (["report", "rules", "多出"], "多出了参数：多出。"),
        (["audit", "nothing"], "没有“nothing”这个命令，请用 heads、verify 之一。"),
        (["site", "nope"], "没有“nope”这个命令，用 gongkai site --help 查看全部命令。"),
        (["site", "help", "nope"], "没有“nope”这个命令"),
        (["site", "migrate"], "没有“migrate”这个命令"),
        (["site", "prepare", "--nope"], "没有“--nope”这样的参数"),
        (["site", "axes_reset_username"], "缺少参数 账号"),
        (["site", "createsuperuser", "--noinput"], "没有给出账号"),
        (["site", "import_documents", "a", "--body", "b"], "缺少参数 --table"),
        (["site", "remind", "--verbosity", "x"], "参数 -v/--verbosity：“x”不"),
    ],
)
def test_wrong_use_is_answered_with_one_chinese_sentence_and_exit_code_2(
    arguments: list[str], said: str
) -> None:
    result = CliRunner().invoke(main, arguments, prog_name="gongkai")
    assert said in result.stderr
    assert (result.exit_code, result.stdout) == (2, "")
    assert re.fullmatch(r"错误：[^\n]+。\n", result.stderr)
    assert not re.search(r"Usage|Error|Missing|No such|Try |用法：|'", result.stderr)


def test_a_site_with_the_keys_of_another_one_is_not_prepared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(prepare, "call_command", Mock())
    monkeypatch.setattr(prepare, "all_open", lambda: False)
    with pytest.raises(CommandError, match="原来的密钥") as refused:
        prepare.Command(stdout=StringIO()).handle()
    assert refused.value.returncode == 2


def test_a_site_that_is_not_prepared_or_has_other_keys_is_told_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_postgresql = ProgrammingError("relation does not exist")
    in_postgresql.__cause__ = UndefinedTable()
    not_there = OperationalError("unable to open database file")
    for error, said in (
        (OperationalError("no such table: base_audithead"), "数据库还没有准备好，请先运行 gongkai"),
        (in_postgresql, "数据库还没有准备好，请先运行 gongkai site prepare。"),
        (not_there, f"数据文件夹“{settings.DATA_DIR}”打不开：请核对 GONGKAI_DATA_DIR，"),
        (OperationalError("connection failed: refused"), "连接不上数据库，"),
        (KeyMissing(OTHER_KEYS), "数据库里的个人信息是用别的密钥加密的，"),
    ):
        monkeypatch.setattr(audit_cli.heads, "callback", Mock(side_effect=error))
        result = CliRunner().invoke(main, ["audit", "heads"])
        assert result.stderr.startswith(f"错误：{said}") and result.stderr.count("\n") == 1
        assert result.exit_code == 2


def test_a_command_that_looks_begins_no_site_in_a_mistyped_folder(tmp_path: Path) -> None:
    folder = tmp_path / "打错了"
    own = ("GONGKAI_SECRET_KEY", "GONGKAI_DATA_KEYS", "DJANGO_SETTINGS_MODULE")
    there = {name: value for name, value in os.environ.items() if name not in own}
    for arguments, code in (
        ("audit verify", 2),
        ("site remind", 2),
        ("site help prepare", 0),
        ("audit heads --help", 0),
    ):
        command = [sys.executable, "-c", "from gongkai.cli import main; main()", *arguments.split()]
        told = subprocess.run(
            command, capture_output=True, text=True, env=there | {"GONGKAI_DATA_DIR": str(folder)}
        )
        assert told.returncode == code, told.stderr
        said = f"错误：“{folder}”里没有站点，请核对 GONGKAI_DATA_DIR" if code else ""
        assert told.stderr.startswith(said) and told.stderr.count("\n") == bool(code)
    assert not folder.exists()


@pytest.mark.parametrize("module", ["", "gongkai.settings.production", "gongkai.settings.nope"])
def test_the_first_data_key_is_made_before_there_is_a_site_or_a_key(
    tmp_path: Path, module: str
) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from gongkai.cli import main; main()", *arguments]
        named = {"DJANGO_SETTINGS_MODULE": module} if module else {}
        bare = named | {"PYTHONPATH": str(ROOT)}
        return subprocess.run(command, capture_output=True, text=True, env=bare, cwd=tmp_path)

    made = run("site", "new_data_key")
    assert (made.returncode, made.stderr) == (0, "")
    assert Fernet(made.stdout.strip())
    assert run("site", "new_data_key", "--help").returncode == 0
    assert not list(tmp_path.iterdir())


def test_a_command_of_the_site_keeps_its_exit_code_and_says_its_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checks = Mock()  # of the whole site: a second of every run, done by prepare
    monkeypatch.setattr(remind.Command, "check", checks)
    for code in (1, 2):
        error = CommandError("有一件没有发出。", returncode=code)
        monkeypatch.setattr(remind.Command, "handle", Mock(side_effect=error))
        result = CliRunner().invoke(main, ["site", "remind"])
        assert (result.stderr, result.exit_code) == ("错误：有一件没有发出。\n", code)
    checks.assert_not_called()


def test_the_commands_of_the_site_are_those_of_the_manual_and_speak_chinese() -> None:
    named = set(re.findall(r"`gongkai site ([a-z_]+)", OPERATIONS))
    told = CliRunner().invoke(main, ["site", "--help"], prog_name="gongkai").stdout
    assert CliRunner().invoke(main, ["site", "help"], prog_name="gongkai").stdout == told
    lines = dict(re.findall(r"^  ([a-z_]+)  +(\S.*)$", told, re.MULTILINE))
    assert set(lines) == named
    for name, line in lines.items():
        assert re.search(r"[一-鿿]{4}", line), name
        helps = CliRunner().invoke(main, ["site", name, "--help"], prog_name="gongkai")
        assert helps.exit_code == 0 and "说明" in helps.stdout
        text = helps.stdout.replace(f"gongkai site {name}", "")
        assert not re.search(r"[A-Za-z]{2,}[ \n]+[a-z]{2,}[ \n]+[a-z]{2,}", text), name


@pytest.mark.django_db
def test_an_administrator_is_made_with_a_password_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make = partial(call_command, "createsuperuser", noinput=True, username="xinguanli")
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "")
    with pytest.raises(CommandError, match="DJANGO_SUPERUSER_PASSWORD"):
        make()
    for weak in ("abc", "12345678", "password1", "xinguanli"):  # as a person is told who types it
        monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", weak)
        with pytest.raises(CommandError, match="密码"):
            make()
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "示例-mima-2026")
    make(stdout=StringIO())
    made = get_user_model().objects.get(username="xinguanli")
    assert made.is_superuser and made.check_password("示例-mima-2026")
    with pytest.raises(CommandError, match="已经有账号“xinguanli”了"):
        make()
    with pytest.raises(CommandError, match="请在终端里运行"):  # nobody is asked outside of one
        call_command("changepassword", "xinguanli")
    # What is typed is the password, with its blanks: the page to sign in takes none away either.
    monkeypatch.setattr("sys.stdin", Mock(isatty=lambda: True))
    monkeypatch.setattr(asking, "getpass", lambda question: " 示例-mima-2027 ")
    call_command("changepassword", "xinguanli", stdout=StringIO())
    made.refresh_from_db()
    assert made.check_password(" 示例-mima-2027 ")


@pytest.mark.django_db
def test_an_account_that_is_let_in_again_is_on_the_trail() -> None:
    user = get_user_model().objects.create_user("suoding")
    get_user_model().objects.create_user("meiyou")
    AccessAttempt.objects.create(username="suoding", failures_since_start=9)
    said = StringIO()
    call_command("axes_reset_username", "suoding", "meiyou", stdout=said)
    assert said.getvalue() == "账号“suoding”的登录锁定已经解除。\n账号“meiyou”没有被锁定。\n"
    with pytest.raises(CommandError, match="没有“bieren”这个账号"):
        call_command("axes_reset_username", "bieren")
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.object_id) == ("解除登录锁定", str(user.pk))


def test_a_group_alone_shows_what_it_can_do() -> None:
    assert "用法" in CliRunner().invoke(main, []).output


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
