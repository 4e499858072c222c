"""`perfkg export`: the same graph in six serialisations, whole or not at all."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest
from helpers import PERFKG, Commands

from perfkg.cli.console import replaced

from .support import is_default

FORMATS = {
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}


def _quads(data: bytes, form: str) -> set[ox.Quad]:
    return set(ox.parse(io.BytesIO(data), FORMATS[form]))


def test_all_six_formats_hold_the_same_default_graph(perfkg: Commands, demo_store: Path) -> None:
    read = {
        form: _quads(perfkg("export", "--format", form, "--store", demo_store).done().data, form)
        for form in FORMATS
    }
    graphs = {form: frozenset(filter(is_default, quads)) for form, quads in read.items()}
    assert len(graphs["nt"]) > 2000
    assert len(set(graphs.values())) == 1
    named = {form for form, quads in read.items() if len(quads) > len(graphs[form])}
    assert {"nq", "trig"} <= named
    assert named.isdisjoint({"nt", "turtle", "rdfxml"})


def test_a_file_holds_the_bytes_that_a_pipe_gets(perfkg: Commands, demo_store: Path) -> None:
    piped = perfkg.process("export", "--format", "nt", "--store", demo_store).done()
    run = perfkg("export", "--format", "nt", "-o", "f.nt", "--store", demo_store).done()
    assert run.data == b""
    assert (perfkg.folder / "f.nt").read_bytes() == piped.data
    lines = piped.data.splitlines()
    assert lines == sorted(lines)
    assert not any(line.startswith(b"_:") for line in lines)


def test_an_export_into_a_missing_folder_is_wrong_usage(perfkg: Commands, demo_store: Path) -> None:
    run = perfkg("export", "-o", "no/f.nt", "--store", demo_store)
    assert (run.status, run.out) == (2, "")
    assert "no/f.nt" in run.err


def test_an_export_onto_a_folder_is_wrong_usage(perfkg: Commands, demo_store: Path) -> None:
    (perfkg.folder / "f.nt").mkdir()
    run = perfkg("export", "-o", "f.nt", "--store", demo_store)
    assert (run.status, run.out) == (2, "")
    assert "f.nt" in run.err
    assert [path.name for path in perfkg.folder.iterdir()] == ["f.nt"]


def test_an_interrupted_write_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    file = tmp_path / "f.nt"
    file.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt):
        _begin_to_write(file)
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def _begin_to_write(file: Path) -> None:
    with replaced(file) as out:
        out.write(b"half")
        raise KeyboardInterrupt


def test_a_reader_that_stops_early_is_no_crash(demo_store: Path) -> None:
    process = subprocess.Popen(
        [PERFKG, "export", "--store", str(demo_store)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stderr
    process.stdout.readline()
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    process.wait(timeout=30)
    assert b"Traceback" not in said


def test_an_unknown_format_is_wrong_usage(perfkg: Commands) -> None:
    run = perfkg("export", "--format", "csv")
    assert (run.status, run.out) == (2, "")
