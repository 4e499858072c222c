"""The files themselves: they parse everywhere and say the same everywhere."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import BNode, Graph
from rdflib.compare import isomorphic

FILES = ("perfkg.ttl", "classification.ttl", "units.ttl", "codes.ttl")


def test_the_folder_holds_four_turtle_files_and_the_context(folder: Path) -> None:
    assert {path.name for path in folder.glob("*.ttl")} == set(FILES)
    assert (folder / "context.jsonld").is_file()


@pytest.mark.parametrize("name", FILES)
def test_both_engines_read_the_same_triples(folder: Path, name: str) -> None:
    # Parsed, not stored: a store would rewrite the decimal 10000.0 as 10000.
    triples = (quad.triple for quad in ox.parse(path=str(folder / name)))
    lines = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    assert lines is not None
    from_oxigraph = Graph().parse(data=lines, format="nt")
    from_rdflib = Graph().parse(folder / name)
    assert len(from_rdflib) > 0
    assert isomorphic(from_oxigraph, from_rdflib)


@pytest.mark.parametrize("name", FILES)
def test_no_file_has_a_blank_node(folder: Path, name: str) -> None:
    graph = Graph().parse(folder / name)
    assert [triple for triple in graph if any(isinstance(term, BNode) for term in triple)] == []


@pytest.mark.parametrize("name", FILES)
def test_every_literal_is_nfc_and_tagged_plainly(folder: Path, name: str) -> None:
    for quad in ox.parse(path=str(folder / name), format=ox.RdfFormat.TURTLE):
        if isinstance(quad.object, ox.Literal):
            text = quad.object.value
            assert text == unicodedata.normalize("NFC", text).strip()
            assert quad.object.language in (None, "zh", "en")


@pytest.mark.parametrize("name", FILES)
def test_every_resource_has_a_label_in_both_languages(folder: Path, name: str) -> None:
    graph = Graph().parse(folder / name)
    label = "http://www.w3.org/2000/01/rdf-schema#label"
    for subject in set(graph.subjects()):
        languages = [
            getattr(text, "language", None)
            for _, predicate, text in graph.triples((subject, None, None))
            if str(predicate) == label
        ]
        assert sorted(map(str, languages)) == ["en", "zh"], subject
