"""What a form becomes when it is put into a store that may know it."""

from __future__ import annotations

import pytest

from perfkg.errors import StoreError
from perfkg.graph.form_graph import FormGraph
from perfkg.namespaces import PK, PROV, SKOS
from perfkg.store import Store, statements

from .support import (
    ID,
    PERCENT,
    VALIDATION,
    VOCABULARY,
    document_of,
    dumped,
    form_graph,
    form_of,
    label,
    lines_in,
    put,
    triple,
)


def source(form: str, document: str) -> str:
    return triple(form_of(form), f"{PROV}hadPrimarySource", f"<{document_of(document)}>")


def revision(newer: str, older: str) -> str:
    return triple(document_of(newer), f"{PROV}wasRevisionOf", f"<{document_of(older)}>")


def without_vocabulary(lines: set[str]) -> set[str]:
    return {line for line in lines if PERCENT not in line.split(" ")[0] and "/page>" not in line}


def test_a_new_form_is_added_with_everything_it_says(store: Store) -> None:
    graph = form_graph()
    assert put(store, graph) == ["added"]
    assert without_vocabulary(lines_in(store)) == set(graph.lines())


def test_the_same_document_twice_changes_nothing(store: Store) -> None:
    graphs = [form_graph("a"), form_graph("b", project="q")]
    put(store, *graphs)
    before, generation = dumped(store), store.generation
    assert put(store, *graphs) == ["unchanged", "unchanged"]
    assert dumped(store) == before
    assert store.generation == generation


def test_decimals_are_compared_by_value(store: Store) -> None:
    put(store, form_graph(value="470000.00"))
    assert put(store, form_graph(value="470000.0")) == ["unchanged"]


def test_the_same_content_from_another_document_names_both_sources(store: Store) -> None:
    first, second = form_graph(document="d1"), form_graph(document="d2", spelling="P")
    put(store, first)
    assert put(store, second) == ["source-added"]
    lines = lines_in(store)
    assert {source("f", "d1"), source("f", "d2"), label(document_of("d2"), "d2")} <= lines
    assert triple(form_of("f"), f"{PK}sourceLocation", '"d2"') not in lines
    assert not any(SKOS + "altLabel" in line for line in lines)
    assert put(store, first, second) == ["unchanged", "unchanged"]


def test_other_content_from_another_document_replaces_the_form(store: Store) -> None:
    put(store, form_graph(document="d1", value="1"))
    newer = form_graph(document="d2", value="2")
    assert put(store, newer) == ["replaced"]
    old_document = {line for line in form_graph(document="d1").shared if "document/" in line}
    expected = {*newer.lines(), *old_document, revision("d2", "d1")}
    assert without_vocabulary(lines_in(store)) == expected


def test_going_back_to_the_earlier_document_turns_the_revision_round(store: Store) -> None:
    first, second = form_graph(document="d1", value="1"), form_graph(document="d2", value="2")
    put(store, first, second)
    assert put(store, first) == ["replaced"]
    lines = lines_in(store)
    assert revision("d1", "d2") in lines
    assert revision("d2", "d1") not in lines


def test_revisions_never_run_in_a_circle(store: Store) -> None:
    graphs = [form_graph(document=f"d{n}", value=str(n)) for n in (1, 2, 3)]
    put(store, *graphs, graphs[0])
    stated = {line for line in lines_in(store) if "wasRevisionOf" in line}
    assert stated == {revision("d1", "d3"), revision("d3", "d2")}


def test_two_versions_in_one_run_end_the_same_however_often_it_runs(store: Store) -> None:
    graphs = [form_graph(document="d1", value="1"), form_graph(document="d2", value="2")]
    assert put(store, *graphs) == ["added", "replaced"]
    before, generation = dumped(store), store.generation
    assert put(store, *graphs) == ["replaced", "replaced"]
    assert dumped(store) == before
    assert store.generation == generation


def test_the_same_document_read_differently_is_corrected(store: Store) -> None:
    put(store, form_graph(value="1", location="line 1"))
    newer = form_graph(value="2", location="line 2")
    assert put(store, newer) == ["corrected"]
    assert without_vocabulary(lines_in(store)) == set(newer.lines())


def test_the_rules_hold_within_one_run(store: Store) -> None:
    graphs = [
        form_graph(document="d1"),
        form_graph(document="d1"),
        form_graph(document="d2"),
        form_graph(document="d2"),
        form_graph(document="d3", value="3"),
        form_graph(document="d3", value="4"),
    ]
    outcomes = put(store, *graphs)
    assert outcomes == [
        "added", "unchanged", "source-added", "unchanged", "replaced", "corrected",
    ]  # fmt: skip
    assert {revision("d3", "d1"), revision("d3", "d2")} <= lines_in(store)


def test_targets_that_are_gone_leave_nothing_behind(store: Store) -> None:
    put(store, form_graph(units=[PERCENT, f"{ID}unit/box"]))
    put(store, form_graph(units=[]))
    assert without_vocabulary(lines_in(store)) == set(form_graph(units=[]).lines())


def test_what_no_form_uses_any_more_goes_with_what_only_it_used(store: Store) -> None:
    put(store, form_graph(project="p", units=[f"{ID}unit/W10"]))
    put(store, form_graph(project="q"))
    text = dumped(store).decode()
    for gone in ("project/p", "organization/of-p", "unit/W10", "unit/10"):
        assert f"{ID}{gone}>" not in text


def test_what_another_form_uses_stays(store: Store) -> None:
    other = form_graph("other", "d9", project="p", units=[f"{ID}unit/10"])
    put(store, form_graph(project="p", units=[f"{ID}unit/W10"]), other)
    put(store, form_graph(project="q"))
    assert set(other.lines()) <= lines_in(store)
    assert "unit/W10" not in dumped(store).decode()


def test_concepts_of_the_vocabulary_stay_unused(store: Store) -> None:
    before = lines_in(store)
    put(store, form_graph(units=[f"{ID}unit/page"]))
    put(store, form_graph())
    assert before <= lines_in(store)


def test_a_failing_transaction_leaves_no_trace(store: Store) -> None:
    put(store, form_graph())
    before, generation = dumped(store, "nq"), store.generation

    def fail() -> None:
        with store.write() as writer:
            writer.put(form_graph(value="2"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert dumped(store, "nq") == before
    assert store.generation == generation


def test_a_malformed_statement_is_refused_and_nothing_is_kept(store: Store) -> None:
    good = form_graph()
    bad = FormGraph(form_of("x"), document_of("d"), ("no statement",), (), ())
    with pytest.raises(StoreError, match="N-Triples"):
        put(store, good, bad)
    assert store.generation.triples == len(VOCABULARY)


@pytest.mark.parametrize(
    "text", ['a"b\\\\c', "\\u0007\\u007F\\u2028", "\\n\\r\\t 中文 🙂", "{}#<>"]
)
def test_any_text_can_be_replaced(store: Store, text: str) -> None:
    text = text.replace('"', '\\"')
    before = form_graph(spelling=text, location=text)
    extra = triple(form_of("f"), f"{PK}annualGoal", f'"{text}"@zh')
    put(store, FormGraph(before.form, before.document, (*before.content, extra), (), ()))
    assert put(store, before) == ["corrected"]
    assert f"{PK}annualGoal" not in dumped(store).decode()


def test_findings_are_kept_in_their_graph_and_replaced(store: Store) -> None:
    finding = triple(f"{ID}finding/1", f"{PK}focus", f"<{form_of('f')}>")
    with store.write() as writer:
        writer.put(form_graph())
        writer.replace_graph(VALIDATION, [finding])
    assert f"<{ID}finding/1>" in dumped(store, "nq").decode()
    assert f"<{ID}finding/1>" not in dumped(store).decode()
    generation = store.generation
    with store.write() as writer:
        writer.replace_graph(VALIDATION, [finding])
        assert not writer.data_changed
    assert store.generation == generation
    with store.write() as writer:
        writer.clear_graph(VALIDATION)
    assert f"<{ID}finding/1>" not in dumped(store, "nq").decode()


def test_of_a_graph_only_the_difference_is_written_however_many_blocks_it_comes_in(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "_BLOCK", 2)
    lines = [triple(f"{ID}finding/{i}", f"{PK}value", f'"{i}\\n二"') for i in range(7)]
    for some in (lines[:5], lines[2:], lines[2:], lines[:1]):
        with store.write() as writer:
            writer.replace_graph(VALIDATION, some)
        kept = [line for line in dumped(store, "nq").decode().split("\n") if "finding/" in line]
        assert sorted(line.split(" <")[0] for line in kept) == [s.split(" <")[0] for s in some]


def test_a_change_of_the_data_clears_the_findings(store: Store) -> None:
    finding = triple(f"{ID}finding/1", f"{PK}focus", f"<{form_of('f')}>")
    with store.write() as writer:
        writer.put(form_graph())
        writer.replace_graph(VALIDATION, [finding])
    put(store, form_graph())
    assert VALIDATION in dumped(store, "nq").decode()
    put(store, form_graph(value="2"))
    assert VALIDATION not in dumped(store, "nq").decode()


def test_the_writer_tells_whether_the_data_changed(store: Store) -> None:
    with store.write() as writer:
        assert not writer.data_changed
        writer.put(form_graph())
        assert writer.data_changed
    with store.write() as writer:
        writer.put(form_graph(document="d2", value="2"))
        assert writer.data_changed


def test_a_transaction_sees_its_own_changes(store: Store) -> None:
    with store.write() as writer:
        writer.put(form_graph())
        assert writer.query(f"ASK {{ <{form_of('f')}> ?p ?o }}") != store.query(
            "ASK { <a:b> ?p ?o }"
        )


def test_an_update_cannot_take_the_vocabulary_away(store: Store) -> None:
    before = lines_in(store)
    put(store, form_graph())
    with store.write() as writer:
        writer.update("CLEAR ALL")
    assert lines_in(store) == before
