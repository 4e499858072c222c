"""The vocabulary beside the data, and its exchange for a later one."""

from __future__ import annotations

from pathlib import Path

import pytest

from perfkg.errors import VocabularyError
from perfkg.namespaces import SKOS
from perfkg.store import Store, vocabulary_lines

from .support import ID, PERCENT, VOCABULARY, Backend, form_graph, label, lines_in, put

BOX = f"{ID}unit/box"


def reopened(backend: Backend, *lines: str) -> Store:
    return backend.open(*lines, create=False)


def write_nothing(store: Store) -> None:
    with store.write():
        pass


def test_a_new_store_holds_the_vocabulary(store: Store) -> None:
    assert lines_in(store) == {line.replace('"1.0"', '"1"') for line in VOCABULARY}


def test_the_same_vocabulary_is_not_loaded_again(backend: Backend) -> None:
    store = backend.open(*VOCABULARY)
    again = reopened(backend, *reversed(VOCABULARY))
    write_nothing(again)
    assert again.generation == store.generation


def test_a_later_vocabulary_takes_the_place_of_the_earlier(backend: Backend) -> None:
    put(backend.open(*VOCABULARY), form_graph(), form_graph("g", units=[BOX]))
    store = reopened(backend, label(PERCENT, "百分比"))
    write_nothing(store)
    expected = {*form_graph().lines(), *form_graph("g", units=[BOX]).lines()}
    assert lines_in(store) == {*expected, label(PERCENT, "百分比")}


def test_what_forms_state_too_stays_when_the_vocabulary_drops_it(backend: Backend) -> None:
    put(backend.open(*VOCABULARY), form_graph(units=[BOX]))
    hidden = label(BOX, "箱").replace("prefLabel", "hiddenLabel")
    adopting = reopened(backend, label(BOX, "box"), hidden)
    put(adopting, form_graph("g"))
    assert hidden in lines_in(adopting)
    dropping = reopened(backend)
    write_nothing(dropping)
    assert hidden not in lines_in(dropping)
    assert label(BOX, "box") in lines_in(dropping)


def test_what_a_form_states_of_the_vocabulary_is_remembered(backend: Backend) -> None:
    backend.open(*VOCABULARY)
    put(reopened(backend, label(BOX, "box")), form_graph(units=[BOX]))
    dropping = reopened(backend)
    write_nothing(dropping)
    assert label(BOX, "box") in lines_in(dropping)


def test_what_nobody_uses_goes_when_the_vocabulary_drops_it(backend: Backend) -> None:
    put(backend.open(*VOCABULARY), form_graph(units=[BOX]))
    adopting = reopened(backend, label(BOX, "box"))
    put(adopting, form_graph())
    assert label(BOX, "box") in lines_in(adopting)
    dropping = reopened(backend)
    write_nothing(dropping)
    assert lines_in(dropping) == set(form_graph().lines())


def test_a_store_opened_without_a_vocabulary_keeps_its_own(backend: Backend) -> None:
    before = lines_in(backend.open(*VOCABULARY))
    store = backend.open_as_it_is()
    put(store, form_graph())
    assert before <= lines_in(store)


def test_vocabulary_files_become_sorted_lines(tmp_path: Path) -> None:
    head = f"@prefix skos: <{SKOS}> ."
    (tmp_path / "b.ttl").write_text(f"{head} <a:b> skos:prefLabel '二'@zh .", encoding="utf-8")
    (tmp_path / "a.ttl").write_text(f"{head} <a:c> skos:notation 1.0 .", encoding="utf-8")
    (tmp_path / "context.jsonld").write_text("{}", encoding="utf-8")
    lines = vocabulary_lines(tmp_path)
    assert list(lines) == sorted(lines)
    assert lines[0] == f'<a:b> <{SKOS}prefLabel> "二"@zh .'
    assert len(lines) == 2


@pytest.mark.parametrize("text", ["<a:b> <a:c> [] .", "[] <a:c> 1 .", "<a:b> <a:c> .", "\x00"])
def test_a_vocabulary_with_blank_nodes_or_errors_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.ttl").write_text(text, encoding="utf-8")
    with pytest.raises(VocabularyError, match=r"a\.ttl"):
        vocabulary_lines(tmp_path)
