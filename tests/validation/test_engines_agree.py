"""Both engines find the same in forms that break every rule, each in its own way."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pyoxigraph as ox
import pytest

import perfkg.shacl.focus as focus_module
import perfkg.shacl.signatures as signatures_module
from perfkg.validation import fast, reference
from perfkg.validation.engine import Result
from perfkg.validation.shapes import Shapes

from .casework import PLAIN, Case, cases
from .support import RULES

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def faulty(vocabulary: bytes) -> ox.Store:
    """Return a form for each rule, which breaks it."""
    store = ox.Store()
    store.load(vocabulary, format=ox.RdfFormat.N_TRIPLES)
    _load(store, list({case.rule: case for case in reversed(cases("found"))}.values()))
    for file in sorted(RULES.glob("*.wrong.ttl")):
        store.load(file.read_bytes(), format=ox.RdfFormat.TURTLE)
    return store


def _load(store: ox.Store, some: list[Case]) -> None:
    """Add the forms of some cases, each with a project of its own."""
    project = PLAIN["project"]
    for number, case in enumerate(some):
        own = replace(case, text=case.text.replace(project, f"{project}（{number}）", 1))
        store.load("\n".join(own.lines()).encode(), format=ox.RdfFormat.N_TRIPLES)


@pytest.fixture(scope="module")
def expected(faulty: ox.Store, shapes: Shapes) -> set[tuple[str, ...]]:
    """Return what pyshacl finds in them."""
    return _told(reference.run(faulty, shapes))


def _told(results: list[Result]) -> set[tuple[str, ...]]:
    return {
        tuple(map(str, (r.focus, r.path, r.value, r.component, r.severity, r.shape, r.constraint)))
        + ((r.message.zh, r.message.en) if r.message else ())
        for r in results
    }


def test_every_rule_is_broken(faulty: ox.Store, shapes: Shapes) -> None:
    broken = {shapes.rule_of(result.shape).name for result in fast.run(faulty, shapes)}
    assert broken == {rule.name for rule in shapes.rules.values()}


@pytest.mark.parametrize("small", [1000, 3], ids=["joined", "scanned"])
def test_the_set_based_engine_finds_what_pyshacl_finds(
    small: int,
    faulty: ox.Store,
    shapes: Shapes,
    expected: set[tuple[str, ...]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(focus_module, "SMALL", small)
    monkeypatch.setattr(signatures_module, "SMALL", small)
    assert _told(fast.run(faulty, shapes)) == expected


@pytest.mark.parametrize("kind", ["found", "silent"])
def test_asking_of_kinds_of_nodes_finds_what_asking_of_each_finds(
    kind: str, vocabulary: bytes, shapes: Shapes, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ox.Store()
    store.load(vocabulary, format=ox.RdfFormat.N_TRIPLES)
    _load(store, cases(kind))
    monkeypatch.setattr(focus_module, "SMALL", 100_000)
    each = fast.run(store, shapes)
    monkeypatch.setattr(focus_module, "SMALL", 3)
    monkeypatch.setattr(signatures_module, "SMALL", 3)
    assert Counter(fast.run(store, shapes)) == Counter(each)
    assert len(each) > 200
