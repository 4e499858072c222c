"""`perfkg sparql`: errors with a place, a line, a caret and a hint, and notes on what runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import Commands


@pytest.fixture(scope="module")
def ask(demo_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Commands:
    folder = tmp_path_factory.mktemp("asking")
    (folder / "store").symlink_to(demo_store)
    return Commands(folder)


@pytest.mark.parametrize(
    ("language", "hint"),
    [("zh", "提示：移到最后的 } 之后"), ("en", "Hint: move it behind the last }")],
)
def test_a_mistake_is_shown_in_its_line_with_a_hint(
    ask: Commands, language: str, hint: str
) -> None:
    text = "SELECT ?f {\n  ?f a pk:Form ORDER BY ?f }"
    run = ask("sparql", text, "--store", "store", env={"PERFKG_LANG": language})
    assert run.status == 1
    lines = run.err.splitlines()
    assert lines[-3:] == ["  ?f a pk:Form ORDER BY ?f }", " " * 15 + "^", hint]
    assert run.out == ""


def test_a_term_that_does_not_exist_is_noted_and_the_query_runs(ask: Commands) -> None:
    run = ask("sparql", "ASK { ?f pk:proyect ?p }", "--store", "store", "--format", "json")
    assert run.status == 0
    assert "false" in run.out
    assert "pk:project" in run.err
