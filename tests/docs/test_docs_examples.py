"""The examples of the pages run, on the ten bundled forms, and give what the pages say."""

from __future__ import annotations

import csv
import io
import re
import shlex
import shutil
import subprocess
import sys
from ast import literal_eval
from pathlib import Path

import httpx
import pytest
from helpers import Commands
from pages import ADDRESS, blocks

from perfkg.namespaces import PREFIXES
from perfkg.queries import Catalogue

PROLOGUE = "".join(f"PREFIX {prefix}: <{space}>\n" for prefix, space in PREFIXES.items())
needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def curl(text: str, service: str) -> str:
    """Return a shell example that asks the test's own service and fails when it does."""
    strict = re.sub(r"\bcurl ", "curl --fail --show-error ", text)
    return f"set -e\n{strict.replace(ADDRESS, service)}"


@needs_curl
def test_the_shell_examples_for_analysts_run(service: str, tmp_path: Path) -> None:
    examples = blocks("analysts.md", "sh run")
    assert examples
    for example in examples:
        out = run(tmp_path, "sh", "-c", curl(example.text, service))
        assert "targets\n132\n" in out
        assert "≥85.00(%)" in out


def test_the_python_examples_for_analysts_run(service: str, tmp_path: Path) -> None:
    examples = blocks("analysts.md", "python run")
    text = [example.text.replace(ADDRESS, service) for example in examples]
    printed = [run(tmp_path, sys.executable, "-W", "error", "-c", program) for program in text]
    assert len(printed) == 2
    assert printed[0] == "complete; rows=10\n15546830.0\n"
    assert len(literal_eval(printed[1])) == 3


def test_the_five_questions_have_the_answers_that_the_page_gives(service: str) -> None:
    questions = blocks("analysts.md", "sparql run")
    assert len(questions) == 5
    for question in questions:
        answer = httpx.post(
            f"{service}/sparql",
            data={"query": PROLOGUE + question.text},
            headers={"Accept": "text/csv"},
        ).raise_for_status()
        rows = tuple(tuple(row) for row in csv.reader(io.StringIO(answer.text)))
        assert rows == question.table


@needs_curl
def test_every_example_of_an_address_is_answered(service: str, tmp_path: Path) -> None:
    for example in blocks("endpoints.md", "sh"):
        assert run(tmp_path, "sh", "-c", curl(example.text, service)) or any(tmp_path.iterdir())


def test_the_command_given_for_each_saved_query_runs(demo_store: Path, perfkg: Commands) -> None:
    commands = [shlex.split(example.text) for example in blocks("queries.md", "sh")]
    assert commands
    for _, *arguments in commands:
        perfkg(*arguments, "--format", "csv", "--store", demo_store).done()


def test_the_example_of_a_saved_query_answers_as_it_says(
    demo_store: Path, perfkg: Commands
) -> None:
    folder = perfkg.folder / "my-queries"
    folder.mkdir()
    example = blocks("writing-queries.md", "sparql")[0].text
    (folder / "repaired-projects.rq").write_text(example, encoding="utf-8")
    assert Catalogue(folder).errors == ()
    command = next(
        line
        for line in blocks("writing-queries.md", "sh")[0].text.splitlines()
        if line.startswith("perfkg query ")
    )
    answer = perfkg(
        *shlex.split(command)[1:],
        *("--format", "csv", "--store", demo_store),
        env={"PERFKG_QUERIES": str(folder)},
    ).done()
    rows = list(csv.DictReader(io.StringIO(answer.out)))
    assert rows
    assert all(int(row["repairs"]) >= 4 for row in rows)
