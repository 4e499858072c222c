"""The commands as a whole: help, version, settings, the demonstration and the service."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from helpers import PERFKG, SCHOOL, Commands, start_service, stop_service

from perfkg import __version__

COMMANDS = ("demo", "parse", "ingest", "validate", "queries", "query", "sparql", "export", "serve")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_in_both_languages_with_an_example(
    perfkg: Commands, command: str
) -> None:
    shown = perfkg(command, "--help").done().out
    assert re.search("[\u4e00-\u9fff]", shown)
    assert "Example" in shown
    assert f"perfkg {command}" in shown


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "demo"])
def test_every_command_takes_a_store(perfkg: Commands, command: str) -> None:
    assert "--store" in perfkg(command, "--help").done().out


def test_the_version_is_one_line(perfkg: Commands) -> None:
    assert perfkg("--version").done().out == f"{__version__}\n"


def test_python_dash_m_runs_the_same_command(perfkg: Commands) -> None:
    command = [sys.executable, "-m", "perfkg", "--version"]
    done = subprocess.run(command, cwd=perfkg.folder, capture_output=True, check=True)
    assert done.stdout.decode() == f"{__version__}\n"


def test_an_unknown_command_or_none_is_wrong_usage(perfkg: Commands) -> None:
    assert perfkg("frobnicate").status == 2
    assert perfkg().status == 2


def test_the_demonstration_sums_up_the_ten_forms_and_leaves_nothing(perfkg: Commands) -> None:
    temporary = perfkg.folder / "tmp"
    temporary.mkdir()
    run = perfkg.process("demo", "--no-serve", env={"TMPDIR": str(temporary)}).done()
    assert "文件 1 个：读入 1，跳过 0，未读入 0；表格 10 张" in run.out
    assert "项目：10\n" in run.out
    assert "指标：132 行，123 个不同名称" in run.out
    assert "15,546,830.00 元" in run.out
    assert re.search(r"检查：10 张表，\d+ 条：违规 9，警告 59，提示", run.out)
    assert "以上只列违规" in run.out
    assert "警告 0" not in run.out
    assert run.err == ""
    assert list(temporary.iterdir()) == []
    assert [path.name for path in perfkg.folder.iterdir()] == ["tmp"]


def test_the_demonstration_is_served_until_it_is_interrupted(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [PERFKG, "demo", "--port", "0"],
        env={**os.environ, "TMPDIR": str(tmp_path), "PERFKG_LANG": "en"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        assert process.stderr
        line = process.stderr.readline().decode()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
        assert found, line
        assert found[1] != "0"
        assert httpx.get(f"{found[0]}health").json()["status"] == "ok"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()
        process.communicate()
    assert "Projects: 10" in out.decode()
    assert "Traceback" not in err.decode()
    assert process.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_serving_a_store_that_does_not_exist_makes_an_empty_one(tmp_path: Path) -> None:
    process, address = start_service("new", tmp_path)
    try:
        health = httpx.get(f"{address}/health").json()
        home = httpx.get(f"{address}/")
        assert home.status_code == 200
        assert "还没有表格" in home.text
    finally:
        _, err = stop_service(process)
    assert process.returncode == 0
    assert b"Traceback" not in err
    assert health["status"] == "ok"
    assert (tmp_path / "new").is_dir()


def test_a_port_in_use_is_wrong_usage_and_named(perfkg: Commands, service: str) -> None:
    port = service.rpartition(":")[2]
    run = perfkg.process("serve", "--port", port, "--store", "s")
    assert (run.status, run.out) == (2, "")
    assert port in run.err
    assert "--port" in run.err


def test_the_store_of_the_environment_is_used_and_an_option_wins(perfkg: Commands) -> None:
    env = {"PERFKG_STORE": "from-env"}
    perfkg("ingest", SCHOOL, env=env).done()
    assert (perfkg.folder / "from-env").is_dir()
    count = ("sparql", "ASK { ?f a pk:Form }")
    perfkg(*count, env=env).done()
    assert perfkg(*count, "--store", "other", env=env).status == 1
    assert not (perfkg.folder / "perfkg-store").exists()


def test_the_base_of_the_environment_is_that_of_every_iri(perfkg: Commands) -> None:
    env = {"PERFKG_BASE": "https://example.org/kg/"}
    printed = perfkg("parse", "--format", "turtle", SCHOOL, env=env).done().out
    assert "https://example.org/kg/" in printed
    assert "https://w3id.org/perfkg/id/form/" not in printed


@pytest.mark.parametrize(
    ("arguments", "zh", "en"),
    [
        (["parse"], "缺少 FILE…", "Missing argument"),
        (["parse", "--formt", "json", "f"], "没有选项 --formt", "No such option"),
        (["parse", "--format", "xml", "f"], "'xml' 不是以下之一", "not one of"),
        (["serve", "--port", "abc"], "'--port' 的值不对：应是数字", "--port"),
        (["serve", "--port", "99999"], "'--port' 的值不对", "65535"),
        (["serve", "--port"], "选项 --port 后面应有一个值", "requires an argument"),
        (["demo", "--no-serve=3"], "选项 --no-serve 不带值", "does not take a value"),
        (["demo", "here"], "多出了：here", "extra argument"),
        (["quer"], "没有命令“quer”", "No such command"),
    ],
)
def test_wrong_usage_is_told_in_the_language_of_the_person(
    perfkg: Commands, arguments: list[str], zh: str, en: str
) -> None:
    run = perfkg(*arguments)
    assert (run.status, run.out) == (2, "")
    assert zh in run.err
    assert "用法有误" not in run.err
    english = perfkg(*arguments, env={"PERFKG_LANG": "en"})
    assert (english.status, english.out) == (2, "")
    assert en in english.err
    assert zh not in english.err


def test_without_arguments_the_commands_are_listed(perfkg: Commands) -> None:
    run = perfkg()
    assert "ingest" in run.out
    assert run.err == ""
    assert perfkg("--help").status == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PERFKG_TIMEOUT", "soon"),
        ("PERFKG_TIMEOUT", "0"),
        ("PERFKG_TIMEOUT", "nan"),
        ("PERFKG_TIMEOUT", "inf"),
        ("PERFKG_MAX_ROWS", "-1"),
        ("PERFKG_LANG", "fr"),
        ("PERFKG_BASE", "example"),
    ],
)
def test_an_invalid_setting_is_wrong_usage_and_named(
    perfkg: Commands, name: str, value: str
) -> None:
    run = perfkg("queries", env={name: value})
    assert (run.status, run.out) == (2, "")
    assert name in run.err
    assert value in run.err


def test_a_broken_query_file_is_named_and_the_others_are_listed(perfkg: Commands) -> None:
    (perfkg.folder / "mine").mkdir()
    (perfkg.folder / "mine" / "broken.rq").write_text("#+ title: [\nSELECT * {}", "utf-8")
    run = perfkg("queries", env={"PERFKG_QUERIES": "mine"})
    assert run.status == 1
    assert "lowest-satisfaction" in run.out
    assert "broken.rq" in run.err
