"""Every module imports from the layers below its own, and none from those above."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import perfkg

PACKAGE = Path(perfkg.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
LAYERS = (
    {"messages", "namespaces"},
    {"confined", "errors", "identity", "resources"},
    {"forked", "processes", "sparql", "units"},
    {"forking", "layout", "shacl", "vocabulary"},
    {"readers"},
    {"forms", "settings"},
    {"graph"},
    {"store"},
    {"queries", "results", "statistics"},
    {"validation"},
    {"reading"},
    {"harvest"},
    {"asking", "ingest", "reviewing"},
    {"export"},
    {"server"},
    {"cli"},
    {"__main__"},
)
"""From the lowest to the highest, as docs/architecture.md draws them; neighbours are apart."""
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}


def _layer(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def _imported(source: str) -> Iterator[str]:
    """Yield the layers that a module imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [node.module]
            if node.module == "perfkg":
                names = [f"perfkg.{alias.name}" for alias in node.names]
        for name in names:
            top, _, rest = name.partition(".")
            if top == "perfkg" and rest and not rest.startswith("__"):
                yield rest.split(".")[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_from_its_own_layer_and_those_below(path: Path) -> None:
    own = _layer(path)
    if own == "__init__":
        return
    above = {
        name
        for name in _imported(path.read_text("utf-8"))
        if name != own and RANK[name] >= RANK[own]
    }
    assert above == set()


def test_every_module_has_its_layer_and_every_layer_its_modules() -> None:
    assert {_layer(path) for path in MODULES} - {"__init__"} == RANK.keys()


def test_an_import_inside_a_function_is_seen_too() -> None:
    source = "def f():\n    from perfkg.forms.model import Form\n    import perfkg.cli\n"
    assert set(_imported(source)) == {"forms", "cli"}
    assert set(_imported("from perfkg import settings, __version__")) == {"settings"}
