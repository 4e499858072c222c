"""The built-in queries are tried when they are written, not by everybody who checks a form."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from perfkg.errors import ShapesError
from perfkg.shacl.known import key_of
from perfkg.validation import known
from perfkg.validation.shapes import load_shapes

BROKEN = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix pk: <https://w3id.org/perfkg/def#> .
<urn:rule> a sh:NodeShape ; sh:targetClass pk:Form ; sh:sparql [ sh:message "x"@zh ; sh:select
'''SELECT $this WHERE { $this ?p ?o FILTER (REGEX(?o, "(")) }''' ] ."""


def test_the_notes_are_those_of_the_built_in_rules(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    notes = known.FILE.read_text(encoding="ascii")
    if not notes.startswith(f"pyoxigraph {ox.__version__}\n"):
        pytest.skip("noted with another version of pyoxigraph, so every query is tried")
    # What is tried here must not be taken from the notes that are tested.
    monkeypatch.setattr("perfkg.validation.shapes.known_queries", frozenset)
    assert known.noted(load_shapes()) == notes, "run python -m perfkg.validation.known"


def test_another_engine_another_text_or_another_prefix_is_not_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text, prefixes = "SELECT $this { $this ex:p 1 }", {"ex": "http://example.com/"}
    key = key_of(text, prefixes)
    assert key == key_of(text, dict(prefixes))
    assert key != key_of(f"{text} ", prefixes)
    assert key != key_of(text, {"ex": "http://example.org/"})
    monkeypatch.setattr(ox, "__version__", "99")
    assert key != key_of(text, prefixes)


def test_a_rule_of_ones_own_is_tried_whatever_is_known(tmp_path: Path) -> None:
    file = tmp_path / "own.ttl"
    file.write_text(BROKEN, encoding="utf-8")
    with pytest.raises(ShapesError, match="正则表达式"):
        _ = load_shapes([file]).plan
