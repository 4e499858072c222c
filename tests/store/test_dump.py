"""The graph as a file."""

from __future__ import annotations

import io
from typing import get_args

import pytest
from pyoxigraph import RdfFormat, Store

from perfkg.errors import UsageError
from perfkg.namespaces import PK
from perfkg.store import EmbeddedStore, Format
from perfkg.store import Store as AnyStore

from .support import ID, VALIDATION, dumped, form_graph, form_of, lines_in, put, triple

FINDING = triple(f"{ID}finding/1", f"{PK}focus", f"<{form_of('f')}>")
PARSERS = {
    "nt": RdfFormat.N_TRIPLES,
    "nq": RdfFormat.N_QUADS,
    "turtle": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "jsonld": RdfFormat.JSON_LD,
    "rdfxml": RdfFormat.RDF_XML,
}


@pytest.fixture
def filled(store: AnyStore) -> AnyStore:
    with store.write() as writer:
        writer.put(form_graph(spelling="有\\u2028行 \\t 尾"))
        writer.replace_graph(VALIDATION, [FINDING])
    return store


@pytest.mark.parametrize("fmt", get_args(Format))
def test_every_format_gives_the_graph_back(filled: AnyStore, fmt: Format) -> None:
    back = Store()
    back.load(dumped(filled, fmt), PARSERS[fmt])
    default = {f"{quad.triple} ." for quad in back if str(quad.graph_name) == "DEFAULT"}
    whole = Store()
    whole.load(dumped(filled, "nq"), RdfFormat.N_QUADS)
    assert default == {f"{q.triple} ." for q in whole if str(q.graph_name) == "DEFAULT"}
    named = {str(quad.graph_name) for quad in back} - {"DEFAULT"}
    assert named == ({f"<{VALIDATION}>"} if PARSERS[fmt].supports_datasets else set())


@pytest.mark.parametrize("fmt", ["nt", "nq"])
def test_lines_are_sorted(filled: AnyStore, fmt: Format) -> None:
    lines = dumped(filled, fmt).split(b"\n")
    assert lines.pop() == b""
    assert lines == sorted(set(lines))


def test_the_same_data_gives_the_same_bytes_in_any_order(
    store: AnyStore, tmp_path_factory: pytest.TempPathFactory
) -> None:
    graphs = [form_graph("a"), form_graph("b", "d2", project="q"), form_graph("c", "d3")]
    put(store, *graphs)
    with EmbeddedStore(tmp_path_factory.mktemp("other"), create=True) as other:
        for graph in reversed(graphs):
            put(other, graph)
        assert lines_in(other) < lines_in(store)
        with store.write() as writer:
            writer.set_vocabulary(())
        assert dumped(other) == dumped(store)


def test_one_named_graph_can_be_written_alone(filled: AnyStore) -> None:
    out = io.BytesIO()
    filled.dump(out, "nt", graphs=[VALIDATION])
    assert out.getvalue().decode() == f"{FINDING}\n"


def test_prefixes_make_turtle_readable(filled: AnyStore) -> None:
    assert "@prefix pk: " in dumped(filled, "turtle").decode()


def test_an_unknown_format_and_too_many_graphs_are_refused(filled: AnyStore) -> None:
    with pytest.raises(UsageError, match="jsonld"):
        filled.dump(io.BytesIO(), "doc")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="nq"):
        filled.dump(io.BytesIO(), "turtle", graphs=[None, VALIDATION])
