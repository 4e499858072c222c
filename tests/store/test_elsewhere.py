"""A store in another maker's server: what can go wrong between us and it."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from base64 import b64encode
from collections.abc import Iterator

import httpx
import pyoxigraph as ox
import pytest
from helpers import run_apart
from hypothesis import HealthCheck, given, settings
from proxy import Proxy, Seen, proxy

from perfkg.errors import (
    QuerySyntaxError,
    QueryTimeout,
    ResultTooLarge,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreMissing,
    UsageError,
)
from perfkg.namespaces import DCAT
from perfkg.store import AskResult, PoolSize, Question, SelectResult, Written, open_store
from perfkg.store.remote import RemoteStore, commit, overlay

from .conftest import emptied
from .support import (
    VOCABULARY,
    Elsewhere,
    column,
    dumped,
    form_graph,
    form_of,
    lines_in,
    put,
)
from .test_model import Model, runs

GRAPHS = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
NUMBERS = "SELECT ?n ?m WHERE { VALUES ?n { 1 2 3 4 5 } VALUES ?m { 1 2 3 4 5 } }"


@pytest.fixture
def between(oxigraph_address: str) -> Iterator[Proxy]:
    with proxy(emptied(oxigraph_address)) as server:
        yield server


def opened(address: str, **options: str) -> RemoteStore:
    return RemoteStore(address, create=True, vocabulary=VOCABULARY, **options)


def is_update(seen: Seen) -> bool:
    return seen.path.partition("?")[0].endswith("/update")


def named_graphs(address: str) -> list[str]:
    accept = {"Accept": "text/csv"}
    got = httpx.post(f"{address}/query", data={"query": GRAPHS}, headers=accept)
    return sorted(got.text.split()[1:])


def staging(address: str) -> list[str]:
    return [graph for graph in named_graphs(address) if "staging" in graph]


# -- opening ------------------------------------------------------------------------------------


def test_an_empty_server_is_no_store_until_something_is_ingested(elsewhere: Elsewhere) -> None:
    with pytest.raises(StoreMissing, match="perfkg ingest"):
        elsewhere.open(*VOCABULARY, create=False)
    assert named_graphs(elsewhere.address) == []
    elsewhere.open(*VOCABULARY).close()
    assert elsewhere.open(*VOCABULARY, create=False).generation.number == 1


def test_what_another_program_loaded_can_be_read_and_then_adopted(elsewhere: Elsewhere) -> None:
    graph = {"default": ""} if elsewhere.graph is None else {"graph": elsewhere.graph}
    path = "data" if elsewhere.address.endswith("/ds") else "store"
    httpx.post(
        f"{elsewhere.address}/{path}",
        params=graph,
        content="\n".join(form_graph().lines()),
        headers={"Content-Type": "application/n-triples"},
    ).raise_for_status()
    found = elsewhere.open(create=False)
    assert found.generation.number == 0
    assert found.generation.triples == len(form_graph().lines())
    assert put(found, form_graph()) == ["unchanged"]
    adopted = elsewhere.open(*VOCABULARY)
    with adopted.write():
        pass
    assert adopted.generation.number == 2
    assert lines_in(adopted) > set(form_graph().lines())


def test_a_union_default_graph_is_refused_with_the_way_out(union_address: str) -> None:
    with pytest.raises(StoreError, match="PERFKG_STORE_GRAPH"):
        opened(emptied(union_address))
    emptied(union_address)


def test_an_address_without_a_sparql_service_is_named(oxigraph_address: str) -> None:
    with pytest.raises(StoreError, match="no SPARQL service"):
        open_store(f"{oxigraph_address}/nothing-here")
    with pytest.raises(StoreError, match="connection to the remote store failed"):
        open_store("http://127.0.0.1:1/ds")


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError, match="PERFKG_STORE_TOKEN") as caught:
        open_store("http://user:s3cret@localhost:3030/ds")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("token", "sent"),
    [
        ("s3cret", "Bearer s3cret"),
        ("me:s3cret", f"Basic {b64encode(b'me:s3cret').decode()}"),
    ],
)
def test_credentials_are_sent_and_never_told(between: Proxy, token: str, sent: str) -> None:
    opened(between.address, token=token).close()
    assert {seen.authorization for seen in between.seen} == {sent}
    between.fault = lambda _, __: 401
    with pytest.raises(StoreError, match="401") as caught:
        opened(between.address, token=token)
    assert "PERFKG_STORE_TOKEN" in str(caught.value)
    assert "s3cret" not in str(caught.value) + repr(caught.value.__cause__)


def test_a_ledger_that_perfkg_did_not_write_is_named(oxigraph_address: str) -> None:
    with opened(emptied(oxigraph_address)) as store:
        put(store, form_graph())
    ledger = "https://w3id.org/perfkg/id/graph/store"
    broken = f'INSERT DATA {{ GRAPH <{ledger}> {{ <{ledger}> <{DCAT}version> "many" }} }}'
    kind = {"Content-Type": "application/sparql-update"}
    delete = f"DELETE WHERE {{ GRAPH <{ledger}> {{ ?s <{DCAT}version> ?o }} }}"
    httpx.post(f"{oxigraph_address}/update", content=f"{delete} ; {broken}", headers=kind)
    with pytest.raises(StoreDamaged, match="graph/store"):
        opened(oxigraph_address)


# -- reading ------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [502, 503, "cut"])
def test_a_read_that_fails_is_tried_again(between: Proxy, fault: int | str) -> None:
    with opened(between.address) as store:
        put(store, form_graph())
        failing = iter([fault, fault])
        between.fault = lambda _, __: next(failing, None)
        assert store.query("ASK { ?s ?p ?o }") == AskResult(True)
        between.fault = lambda _, __: fault
        with pytest.raises(StoreError):
            store.query("ASK { ?s ?p ?o }")


def test_an_answer_that_is_cut_off_is_no_answer(between: Proxy) -> None:
    with opened(between.address) as store:
        put(store, form_graph())
        between.fault = lambda _, __: "half"
        for text in ("SELECT * { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"):
            with pytest.raises(StoreError):
                store.query(text)


def test_a_query_ends_at_its_time_limit(between: Proxy) -> None:
    with opened(between.address) as store:
        between.fault = lambda _, __: "slow"
        with pytest.raises(QueryTimeout, match=r"0\.5 s"):
            store.query("ASK {}", timeout=0.5)
        with pytest.raises(QueryTimeout):
            run_apart(store.answer(Question("ASK {}", "json"), timeout=0.5))
        assert store.figures().timed_out == 2


def answer(store: RemoteStore, text: str, fmt: str, most: int | None = None) -> Written:
    return run_apart(store.answer(Question(text, fmt, most), timeout=20))


def test_answers_come_in_every_format_and_are_cut_at_the_row_limit(elsewhere: Elsewhere) -> None:
    with elsewhere.open(*VOCABULARY) as store:
        for most, rows in ((None, 25), (25, 25), (7, 7)):
            parsed = {}
            for fmt in ("json", "xml", "csv", "tsv"):
                written = answer(store, NUMBERS, fmt, most)
                assert (written.told.rows, written.told.truncated) == (rows, rows < 25)
                assert written.told.generation == 1
                parsed[fmt] = b"".join(written.chunks()).decode()
            assert len(json.loads(parsed["json"])["results"]["bindings"]) == rows
            assert parsed["xml"].count("<result>") == rows
            assert len(list(csv.reader(io.StringIO(parsed["csv"])))) == rows + 1
            assert len(parsed["tsv"].splitlines()) == rows + 1
        graph = answer(store, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "nt", 2)
        assert (graph.told.rows, graph.told.truncated) == (2, True)
        assert json.loads(b"".join(answer(store, "ASK {}", "json").chunks()))["boolean"] is True
        with pytest.raises(QuerySyntaxError, match="line 1, column 8"):
            answer(store, "SELECT WHERE {}", "json")


def test_too_many_queries_and_too_large_answers_are_refused(between: Proxy) -> None:
    with opened(between.address) as store:
        store.prepare(PoolSize(workers=1, queue=0, answer=100))
        with pytest.raises(ResultTooLarge):
            answer(store, NUMBERS, "json")
        between.fault = lambda _, __: "slow"

        async def two() -> list[object]:
            asked = [store.answer(Question("ASK {}", "json"), timeout=1) for _ in range(2)]
            return list(await asyncio.gather(*asked, return_exceptions=True))

        kinds = {type(found) for found in run_apart(two())}
        assert kinds == {StoreBusy, QueryTimeout}


# -- writing ------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [500, 413, "cut"])
def test_a_commit_that_fails_leaves_what_was_there(
    between: Proxy, oxigraph_address: str, fault: int | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commit, "SMALL", 100)
    with opened(between.address) as store:
        put(store, form_graph("a"))
        before, generation = dumped(store, "nq"), store.generation

        def fails_to_commit(seen: Seen, _: int) -> int | str | None:
            return fault if is_update(seen) and b"identifier" in seen.body else None

        between.fault = fails_to_commit
        certain = "had not taken place" if fault == "cut" else "as it was before"
        with pytest.raises(StoreError, match=certain):
            put(store, form_graph("a", value="2"), form_graph("b"))
        assert staging(oxigraph_address) == []
        assert dumped(store, "nq") == before
        assert store.generation == generation
        between.fault = lambda _, __: None
        assert put(store, form_graph("b")) == ["added"]


def test_a_commit_whose_answer_is_lost_is_known_to_have_taken_place(between: Proxy) -> None:
    with opened(between.address) as store:
        between.fault = lambda seen, _: "lost" if b"identifier" in seen.body else None
        with pytest.raises(StoreError, match="has taken place"):
            put(store, form_graph())
        between.fault = lambda _, __: None
        assert put(store, form_graph()) == ["unchanged"]


def test_what_cannot_be_tidied_up_is_named(
    between: Proxy, oxigraph_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commit, "SMALL", 100)
    with opened(between.address) as store:
        put(store, form_graph("a"))

        def dies(seen: Seen, _: int) -> int | None:
            return 500 if is_update(seen) and b"hasPart" not in seen.body[:200] else None

        between.fault = dies
        with pytest.raises(StoreError, match="graph/staging-") as caught:
            put(store, form_graph("b"))
        (left,) = staging(oxigraph_address)
        assert left in str(caught.value)
        assert "as it was before" in str(caught.value)
        between.fault = lambda _, __: None
        assert left not in dumped(store, "nq").decode()


def test_what_a_dead_writer_left_long_ago_is_removed_by_the_next(oxigraph_address: str) -> None:
    with opened(emptied(oxigraph_address)) as store:
        old = "https://w3id.org/perfkg/id/graph/staging-20200101T000000-0123456789ab"
        new = "https://w3id.org/perfkg/id/graph/staging-29990101T000000-0123456789ab"
        ledger = "https://w3id.org/perfkg/id/graph/store"
        for graph in (old, new):
            text = (
                f"INSERT DATA {{ GRAPH <{graph}> {{ <a:b> <a:c> <a:d> }} "
                f"GRAPH <{ledger}> {{ <{ledger}> <http://purl.org/dc/terms/hasPart> <{graph}> }} }}"
            )
            kind = {"Content-Type": "application/sparql-update"}
            httpx.post(f"{oxigraph_address}/update", content=text, headers=kind).raise_for_status()
        put(store, form_graph())
        put(store, form_graph("b"))
        assert staging(oxigraph_address) == [new]


def test_of_two_writers_the_second_to_commit_is_told_to_try_again(elsewhere: Elsewhere) -> None:
    with elsewhere.open(*VOCABULARY) as first, elsewhere.open(*VOCABULARY) as second:

        def write_while_another_does() -> None:
            with first.write() as slow:
                slow.put(form_graph("a"))
                assert put(second, form_graph("b")) == ["added"]

        with pytest.raises(StoreBusy, match="another writer"):
            write_while_another_does()
        assert first.generation.number == 2
        asked = "SELECT ?f WHERE { ?f a <https://w3id.org/perfkg/def#Form> }"
        assert column(first, asked) == [f"<{form_of('b')}>"]
        assert put(first, form_graph("a")) == ["added"]


def test_graphs_and_updates_come_over_http_as_in_a_folder(elsewhere: Elsewhere) -> None:
    extra = [
        ox.Triple(ox.NamedNode("a:s"), ox.NamedNode("a:p"), ox.Literal("中文\n", language="zh"))
    ]
    blank = [ox.Triple(ox.BlankNode(), ox.NamedNode("a:p"), ox.BlankNode())]
    with elsewhere.open(*VOCABULARY) as store:
        before = lines_in(store)
        with store.write() as changes:
            assert changes.add_to_graph(None, extra)
        assert lines_in(store) == before | {'<a:s> <a:p> "中文\\n"@zh .'}
        with store.write() as changes:
            changes.update("DELETE { ?s ?p ?o } WHERE { ?s <a:p> ?o BIND(<a:p> AS ?p) };")
        assert lines_in(store) == before
        with store.write() as changes:
            assert changes.put_graph(None, [*extra, *blank])
        found = store.query("SELECT * { ?s ?p ?o }")
        assert isinstance(found, SelectResult)
        assert len(found.rows) == 2
        with store.write():
            pass
        assert before < lines_in(store)


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything be staged in the server, piece by piece."""
    monkeypatch.setattr(overlay, "MOST_FRESH", 10)
    monkeypatch.setattr(overlay, "_MOST_KEPT", 10)
    monkeypatch.setattr(commit, "SMALL", 100)
    monkeypatch.setattr(commit, "PART", 200)


@pytest.mark.usefixtures("tiny")
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sequence=runs)
def test_a_store_elsewhere_equals_the_model_even_if_everything_is_staged(
    oxigraph_address: str, sequence: list[list[object]]
) -> None:
    model = Model()
    with opened(emptied(oxigraph_address)) as store:
        for run in sequence:
            before, number = model.lines(), store.generation.number
            with store.write() as changes:
                for graph in run:
                    assert changes.put(graph) is model.put(graph)  # type: ignore[arg-type]
            assert lines_in(store) == model.lines()
            assert (store.generation.number > number) == (model.lines() != before)
    assert staging(oxigraph_address) == []
