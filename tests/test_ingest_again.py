"""What the store has is not read again, as long as that would tell nothing new."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers import SCHOOL, Commands

from perfkg.harvest import SideBySide
from perfkg.ingest import FileReport, IngestReport, ingest
from perfkg.store import EmbeddedStore, Outcome, open_store
from perfkg.store.remembered import FILE

TEXT = SCHOOL.read_text("utf-8")


def _write(folder: Path, count: int, version: str = "") -> list[Path]:
    folder.mkdir(exist_ok=True)
    paths = []
    for number in range(count):
        path = folder / f"{number:02}.txt"
        text = TEXT.replace("云岭县", f"第{number}县").replace(
            "≥860平方米", f"≥{version or 860}平方米"
        )
        path.write_text(text, "utf-8")
        paths.append(path)
    return paths


def _store(folder: Path) -> EmbeddedStore:
    store = open_store(folder / "store", create=True)
    assert isinstance(store, EmbeddedStore)
    return store


def _counts(report: IngestReport) -> tuple[int, int, int, int]:
    assert report.found == report.read + report.skipped + report.failed
    return report.read, report.stored, report.doubles, report.failed


def test_files_that_the_store_has_are_skipped_whatever_they_are_called(tmp_path: Path) -> None:
    paths = _write(tmp_path / "forms", 3)
    with _store(tmp_path) as store:
        assert _counts(ingest(store, paths)) == (3, 0, 0, 0)
        number = store.generation.number
        renamed = paths[0].rename(tmp_path / "forms" / "renamed.txt")
        new = tmp_path / "forms" / "new.txt"
        new.write_text(TEXT, "utf-8")
        assert _counts(ingest(store, [renamed, *paths[1:]])) == (0, 3, 0, 0)
        assert store.generation.number == number
        assert _counts(ingest(store, [new, renamed, *paths[1:]])) == (1, 3, 0, 0)
        assert _counts(ingest(store, [new, renamed], again=True)) == (2, 0, 0, 0)


def test_a_file_whose_forms_were_revised_since_is_read_again(tmp_path: Path) -> None:
    (old,) = _write(tmp_path / "old", 1)
    (new,) = _write(tmp_path / "new", 1, "999")
    with _store(tmp_path) as store:
        ingest(store, [old])
        ingest(store, [new])
        report = ingest(store, [old])
        assert _counts(report) == (1, 0, 0, 0)
        assert report.outcomes[Outcome.REPLACED] == 1


def test_a_file_that_was_stored_is_read_if_an_earlier_file_of_the_run_revises_it(
    tmp_path: Path,
) -> None:
    (old,) = _write(tmp_path / "old", 1)
    (new,) = _write(tmp_path / "new", 1, "999")
    with _store(tmp_path) as store:
        ingest(store, [old])
        report = ingest(store, [new, old])
        assert _counts(report) == (2, 0, 0, 0)
        raw = "?t <https://w3id.org/perfkg/def#rawText> ?x"
        found = store.query(f"ASK {{ {raw} FILTER(CONTAINS(?x, '999')) }}")
        assert found.value is False  # type: ignore[union-attr]


def test_after_an_update_of_the_graph_the_files_are_read_again(tmp_path: Path) -> None:
    paths = _write(tmp_path / "forms", 2)
    with _store(tmp_path) as store:
        ingest(store, paths)
        triples = store.generation.triples
        with store.write() as writer:
            writer.update("DELETE WHERE { ?t <https://w3id.org/perfkg/def#rawText> ?x }")
        assert store.generation.triples < triples
        report = ingest(store, paths)
        assert _counts(report) == (2, 0, 0, 0)
        assert store.generation.triples == triples
        assert _counts(ingest(store, paths)) == (0, 2, 0, 0)


def test_findings_that_are_made_anew_change_nothing_in_what_is_remembered(tmp_path: Path) -> None:
    paths = _write(tmp_path / "forms", 2)
    with _store(tmp_path) as store:
        ingest(store, paths)
        with store.write() as writer:
            writer.replace_graph("https://example.org/g", ["<a:a> <a:a> <a:a> ."])
        assert _counts(ingest(store, paths)) == (0, 2, 0, 0)


@pytest.mark.parametrize("content", [None, b"", b"no database", b"SQLite format 3\0" + b"x" * 5000])
def test_without_its_memory_a_store_reads_again_and_stays_the_same(
    tmp_path: Path, content: bytes | None
) -> None:
    paths = _write(tmp_path / "forms", 2)
    with _store(tmp_path) as store:
        ingest(store, paths)
        number = store.generation.number
        memory = store.path / FILE
        memory.unlink()
        if content is not None:
            memory.write_bytes(content)
        assert _counts(ingest(store, paths)) == (2, 0, 0, 0)
        assert store.generation.number == number
        assert _counts(ingest(store, paths)) == (0, 2, 0, 0)


def test_a_memory_of_another_generation_is_not_believed(tmp_path: Path) -> None:
    paths = _write(tmp_path / "forms", 2)
    with _store(tmp_path) as store:
        ingest(store, paths)
        memory = store.path / FILE
        before = memory.read_bytes()
        ingest(store, _write(tmp_path / "other", 3, "999"))
        memory.write_bytes(before)  # as if a perfkg that knows of no memory had written
        assert _counts(ingest(store, paths)) == (2, 0, 0, 0)


def test_other_limits_are_another_way_of_reading(tmp_path: Path) -> None:
    from perfkg.readers.limits import Limits

    paths = _write(tmp_path / "forms", 2)
    with _store(tmp_path) as store:
        ingest(store, paths)
        assert _counts(ingest(store, paths, limits=Limits(cells=500_000))) == (2, 0, 0, 0)


def test_a_file_with_an_error_is_read_every_time_and_told_every_time(tmp_path: Path) -> None:
    (path,) = _write(tmp_path / "forms", 1)
    path.write_text(TEXT.replace("2,350,000.00", "2,35O,0O0.00"), "utf-8")
    with _store(tmp_path) as store:
        for _ in range(2):
            report = ingest(store, [path])
            assert _counts(report) == (1, 0, 0, 0)
            assert not report.is_whole


def test_the_same_form_in_ten_versions_leaves_the_last_and_no_double(tmp_path: Path) -> None:
    paths = []
    for version in range(10):
        (path,) = _write(tmp_path / f"v{version}", 1, str(900 + version))
        paths.append(path)
    copy = tmp_path / "copy.txt"
    copy.write_bytes(paths[4].read_bytes())
    files: list[FileReport] = []
    with _store(tmp_path) as store:
        report = ingest(store, [*paths, copy], crew=SideBySide(2), tell=files.append)
        assert _counts(report) == (10, 0, 1, 0)
        assert files[-1].same_as == paths[4]
        # One of the two forms of the file changes from version to version.
        assert report.outcomes == {
            Outcome.ADDED: 2,
            Outcome.REPLACED: 9,
            Outcome.SOURCE_ADDED: 9,
        }
        forms = store.query("SELECT ?f { ?f a <https://w3id.org/perfkg/def#Form> }")
        assert len(forms.rows) == 2  # type: ignore[union-attr]
        raw = "?t <https://w3id.org/perfkg/def#rawText> ?x"
        texts = store.query(f"SELECT ?x {{ {raw} FILTER(REGEX(?x, '≥90.平方米')) }}")
        assert [row[0].value for row in texts.rows] == ["≥909平方米"]  # type: ignore[union-attr]


def test_the_json_of_an_ingest_adds_up_and_names_files(perfkg: Commands) -> None:
    first, *_ = _write(perfkg.folder / "forms", 2)
    (perfkg.folder / "forms" / "copy.txt").write_bytes(first.read_bytes())
    (perfkg.folder / "forms" / "empty.txt").write_bytes(b"")
    for expected in ((2, 1, 1, 0), (0, 3, 1, 2)):
        run = perfkg("ingest", "forms", "--store", "s", "--format", "json")
        assert run.status == 1  # for the empty file
        told = json.loads(run.out)
        counts = told["read"], told["skipped"], told["failed"], told["skipped_stored"]
        assert counts == expected
        assert told["found"] == told["read"] + told["skipped"] + told["failed"] == 4
        assert told["skipped"] == told["skipped_stored"] + told["skipped_duplicate"]
        status = {Path(file["file"]).name: file["status"] for file in told["files"]}
        assert status["copy.txt"] == "skipped"
        assert status["empty.txt"] == "failed"
        assert told["findings"]["Violation"] >= 0
    assert told["outcomes"]["added"] == 0
