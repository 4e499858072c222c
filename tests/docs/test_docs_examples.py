"""The examples of the pages run, on the ten bundled forms, and give what the pages say."""

from __future__ import annotations

import csv
import io
import re
import shlex
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest
from helpers import Commands, start_service, stop_service
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
    assert printed == ["complete; rows=10\n15546830.0\n"]


def same_query(folder: Path) -> list[str]:
    """Put the query that all the examples read into their folder; return its answer as CSV."""
    (query,) = blocks("analysts.md", "sparql headings.rq")
    (folder / "headings.rq").write_text(query.text, encoding="utf-8")
    return [",".join(row) for row in query.table]


@needs_curl
def test_the_query_of_the_examples_has_the_answer_that_the_page_gives(
    service: str, tmp_path: Path
) -> None:
    expected = same_query(tmp_path)
    (example,) = blocks("analysts.md", "sh same")
    assert run(tmp_path, "sh", "-c", curl(example.text, service)).split() == expected


@pytest.mark.parametrize("library", ["SPARQLWrapper", "rdflib", "pandas"])
def test_the_same_query_from_python_has_the_same_answer(
    service: str, tmp_path: Path, library: str
) -> None:
    if find_spec(library) is None:
        pytest.skip(f"{library} is not installed")
    expected = same_query(tmp_path)
    examples = [block.text for block in blocks("analysts.md", "python same")]
    (program,) = (
        text for text in examples if re.search(rf"^(?:from|import) {library}", text, re.M)
    )
    said = run(tmp_path, sys.executable, "-W", "error", "-c", program.replace(ADDRESS, service))
    # Two of them print no head.
    assert said.split()[-len(expected) + 1 :] == expected[1:]


@pytest.mark.parametrize("kind", ["r same", "r same httr"])
def test_the_same_query_from_r_has_the_same_answer(service: str, tmp_path: Path, kind: str) -> None:
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("R is not installed")
    for library in kind.split()[2:]:
        found = f"quit(status = !requireNamespace('{library}', quietly = TRUE))"
        if subprocess.run([rscript, "-e", found], capture_output=True, check=False).returncode:
            pytest.skip(f"the R package {library} is not installed")
    expected = same_query(tmp_path)
    (example,) = blocks("analysts.md", kind)
    said = run(tmp_path, rscript, "-e", example.text.replace(ADDRESS, service))
    assert said.split() == expected


@needs_curl
def test_a_query_that_never_ends_is_stopped_as_the_page_shows(
    demo_store: Path, tmp_path: Path
) -> None:
    (example,) = blocks("analysts.md", "sh stopped")
    (shown,) = blocks("analysts.md", "text stopped")
    process, address = start_service(demo_store, tmp_path, PERFKG_TIMEOUT="2")
    try:
        program = example.text.replace(ADDRESS, address)
        done = subprocess.run(
            ["sh", "-c", program], capture_output=True, text=True, timeout=30, check=True
        )
    finally:
        stop_service(process)
    number = r'"request_id":"[0-9a-f]{32}"'
    assert re.sub(number, "", done.stdout) == re.sub(number, "", shown.text)


def test_the_five_questions_have_the_answers_that_the_page_gives(service: str) -> None:
    questions = blocks("five-questions.md", "sparql run")
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
