"""Opening, making and refusing stores."""

from __future__ import annotations

import json
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from perfkg import __version__
from perfkg.errors import StoreDamaged, StoreError, StoreMissing
from perfkg.identity import Identity
from perfkg.store import EmbeddedStore, SelectResult, open_store
from perfkg.store.statements import BULK

from .support import VOCABULARY, dumped, form_graph, new_store, put


def test_what_was_put_is_there_after_reopening(tmp_path: Path) -> None:
    with new_store(tmp_path / "deep" / "s") as store:
        put(store, form_graph())
        before = dumped(store)
    with EmbeddedStore(tmp_path / "deep" / "s") as store:
        assert dumped(store) == before


def test_the_generation_counts_and_dates_what_it_holds(tmp_path: Path) -> None:
    store = new_store(tmp_path / "s")
    assert store.generation.number == 1
    put(store, form_graph())
    generation = store.generation
    assert generation.number == 2
    assert generation.version == __version__
    assert generation.triples == len(form_graph().lines()) + len(VOCABULARY)
    assert timedelta(0) <= datetime.now(UTC) - generation.created < timedelta(minutes=1)


def test_a_store_that_is_not_there_is_missing_and_not_made(tmp_path: Path) -> None:
    for place in (tmp_path / "none", tmp_path):
        with pytest.raises(StoreMissing, match="perfkg ingest"):
            open_store(place)
    assert list(tmp_path.iterdir()) == []


def test_creating_an_existing_store_opens_it(tmp_path: Path) -> None:
    put(new_store(tmp_path / "s"), form_graph())
    assert new_store(tmp_path / "s").generation.number == 2


def test_open_store_brings_the_shipped_vocabulary(tmp_path: Path) -> None:
    with open_store(tmp_path / "s", create=True) as store:
        assert b"https://w3id.org/perfkg/def#Form" in dumped(store)


def test_an_address_is_asked_and_not_made_a_folder(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"127\.0\.0\.1:1/ds: .*connection"):
        open_store("http://127.0.0.1:1/ds", create=True)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_other_files_is_not_made_a_store(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(StoreError, match="other files"):
        new_store(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["letter.txt"]


def test_a_file_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        new_store(tmp_path / "file")
    with pytest.raises(StoreMissing):
        open_store(tmp_path / "file")


def test_an_interrupted_creation_is_no_store_and_can_be_finished(tmp_path: Path) -> None:
    (tmp_path / "creating").touch()
    (tmp_path / "generations" / "work-1-x").mkdir(parents=True)
    with pytest.raises(StoreMissing):
        open_store(tmp_path)
    store = new_store(tmp_path)
    put(store, form_graph())
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [
        "generations", "lock", "manifest.json",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "null", "\xff", '{"number": 1}'])
def test_a_broken_manifest_is_named(tmp_path: Path, text: str) -> None:
    put(new_store(tmp_path), form_graph())
    (tmp_path / "manifest.json").write_text(text, encoding="latin-1")
    for create in (False, True):
        with pytest.raises(StoreDamaged, match=r"manifest\.json.*backup"):
            EmbeddedStore(tmp_path, create)


@pytest.mark.parametrize("change", [{"format": 2}, {"number": "1"}, {"created": "now"}])
def test_a_manifest_of_another_layout_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    new_store(tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    (tmp_path / "manifest.json").write_text(json.dumps(manifest | change))
    with pytest.raises(StoreDamaged):
        EmbeddedStore(tmp_path)


def test_a_lost_manifest_is_no_reason_to_begin_anew(tmp_path: Path) -> None:
    put(new_store(tmp_path), form_graph())
    (tmp_path / "manifest.json").unlink()
    for create in (False, True):
        with pytest.raises(StoreDamaged, match=r"manifest\.json"):
            EmbeddedStore(tmp_path, create)
    assert (tmp_path / "generations" / "2" / "db").is_dir()


def test_a_broken_database_is_named(tmp_path: Path) -> None:
    new_store(tmp_path)
    (tmp_path / "generations" / "1" / "db" / "CURRENT").write_text("nonsense")
    store = EmbeddedStore(tmp_path)
    for timeout in (None, 10.0):
        with pytest.raises(StoreDamaged, match="generation 1"):
            store.query("ASK {}", timeout=timeout)
    with pytest.raises(StoreDamaged, match="generation 1"), store.write():
        pass
    store.close()


def test_a_lost_generation_is_named(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    shutil.rmtree(tmp_path / "generations" / "1")
    with pytest.raises(StoreDamaged, match="generation 1"):
        store.query("ASK {}")
    with pytest.raises(StoreDamaged, match="generation 1"), store.write():
        pass


def test_another_base_has_its_own_validation_graph(tmp_path: Path) -> None:
    base = "https://example.org/id/"
    graph = Identity(base).validation_graph
    store = EmbeddedStore(tmp_path, create=True, base=base)
    with store.write() as writer:
        writer.put(form_graph())
        writer.replace_graph(graph, ["<a:b> <a:c> <a:d> ."])
    put(store, form_graph(value="2"))
    assert graph not in dumped(store, "nq").decode()


def test_what_is_loaded_lies_on_the_disk_of_the_store_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The system's own folder may be in memory, and keeps what a killed process leaves there.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    lines = [f"<urn:s:{number}> <urn:p> <urn:o> ." for number in range(BULK + 1)]
    with open_store(tmp_path / "store", create=True) as store:
        with store.write() as writer:
            writer.replace_graph("urn:g", lines)
        answer = store.query("SELECT (COUNT(*) AS ?n) { GRAPH <urn:g> { ?s ?p ?o } }")
        assert isinstance(answer, SelectResult)
        assert answer.rows[0][0].value == str(BULK + 1)
