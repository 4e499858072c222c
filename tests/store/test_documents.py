"""JSON-LD with `@type`: the same graph, however long it is and whatever its texts hold."""

from __future__ import annotations

import io
import json

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perfkg.namespaces import PREFIXES, RDF
from perfkg.store.documents import WithTypes, write_document

TYPE = ox.NamedNode(f"{RDF}type")
TRAPS = (
    '{"http://www.w3.org/1999/02/22-rdf-syntax-ns#type":[{"@id":"a:b"}]}',
    ',"rdf:type":[{"@id":"a:b"}]', '],"', '"],"', "\\", '\\"', '[{"@id":"', "中文",
)  # fmt: skip
names = st.integers(0, 9).map(lambda n: ox.NamedNode(f"https://example.org/{n}"))
texts = st.lists(st.sampled_from(TRAPS), max_size=4).map("".join).map(ox.Literal)
triples = st.one_of(
    st.builds(ox.Triple, names, st.just(TYPE), st.one_of(names, texts)),
    st.builds(ox.Triple, names, names, st.one_of(names, texts)),
)


def written(statements: list[ox.Triple], prefixes: dict[str, str] | None = None) -> bytes:
    out = io.BytesIO()
    write_document(statements, out, ox.RdfFormat.JSON_LD, prefixes)
    return out.getvalue()


@settings(deadline=None)
@given(st.lists(triples, max_size=20), st.booleans())
def test_it_is_the_same_graph_without_the_long_name_of_type(
    statements: list[ox.Triple], has_prefixes: bool
) -> None:
    data = written(statements, dict(PREFIXES) if has_prefixes else None)
    assert {quad.triple for quad in ox.parse(data, ox.RdfFormat.JSON_LD)} == set(statements)
    for node in nodes(data):
        classes = node.get(f"{RDF}type", []) + node.get("rdf:type", [])
        assert not classes or any("@value" in one for one in classes)


def nodes(data: bytes) -> list[dict[str, list[dict[str, str]]]]:
    document = json.loads(data)
    if isinstance(document, dict):
        document = document.get("@graph", [document])
    return list(document)


@pytest.mark.parametrize("size", [1, 7, 1000, 70_000])
def test_it_comes_out_the_same_in_pieces_of_any_size(size: int) -> None:
    statements = [
        ox.Triple(ox.NamedNode(f"a:{n}"), predicate, value)
        for n in range(3000)
        for predicate, value in (
            (ox.NamedNode("a:p"), ox.Literal(TRAPS[n % len(TRAPS)])),
            (TYPE, ox.NamedNode("a:C")),
            (TYPE, ox.NamedNode("a:D")),
        )
    ]
    whole = ox.serialize(statements, format=ox.RdfFormat.JSON_LD) or b""
    out = io.BytesIO()
    through = WithTypes(out)
    for start in range(0, len(whole), size):
        through.write(whole[start : start + size])
    through.finish()
    assert out.getvalue() == written(statements)
    assert all(node["@type"] == ["a:C", "a:D"] for node in nodes(out.getvalue()))
