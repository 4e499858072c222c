"""`perfkg export --bundle`: whole, checkable, the same everywhere, or not there at all."""

from __future__ import annotations

import csv
import gzip
import io
import os
import shutil
import subprocess
import sys
import unicodedata
from contextlib import closing
from pathlib import Path

import pyoxigraph as ox
import pytest
from helpers import SCHOOL, Commands
from openpyxl import load_workbook

from perfkg.export.tables import COLUMNS, headings
from perfkg.identity import Identity
from perfkg.namespaces import PK
from perfkg.resources import ontology_folder
from perfkg.store import EmbeddedStore, SelectResult
from perfkg.store.sorting import sorted_once


@pytest.fixture(scope="module")
def bundle(demo_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle")
    Commands(folder)("export", "--bundle", "published", "--store", demo_store).done()
    return folder / "published"


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def quads(path: Path, form: ox.RdfFormat) -> set[ox.Quad]:
    return set(ox.parse(gzip.decompress(path.read_bytes()), form))


def test_the_bundle_has_what_a_stranger_needs(bundle: Path) -> None:
    wanted = {
        *("perfkg.nq.gz", "perfkg.ttl.gz", "perfkg.jsonld.gz", "2024.nt.gz", "validation.ttl.gz"),
        *("targets.csv", "targets.xlsx", "dcat.ttl", "void.ttl", "LICENCE.txt", "SHA256SUMS"),
        *("README.zh.md", "README.en.md", "ontology/perfkg.ttl", "ontology/context.jsonld"),
        *("ontology/units.ttl", "shapes/structure.ttl"),
    }
    assert wanted <= contents(bundle).keys()
    assert {path.name for path in bundle.parent.iterdir()} == {"published"}


def test_both_readmes_name_every_graph_of_the_quads(bundle: Path) -> None:
    found = {quad.graph_name for quad in quads(bundle / "perfkg.nq.gz", ox.RdfFormat.N_QUADS)}
    graphs = {graph.value for graph in found if isinstance(graph, ox.NamedNode)}
    assert len(graphs) == 2
    for name in ("README.zh.md", "README.en.md"):
        text = (bundle / name).read_text("utf-8")
        assert all(f"…/graph/{graph.rpartition('/')[2]}`" in text for graph in graphs)


def test_the_checksums_are_those_of_every_file(bundle: Path) -> None:
    done = subprocess.run(
        ["sha256sum", "-c", "--strict", "SHA256SUMS"],
        cwd=bundle,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(done.stdout.splitlines()) == len(contents(bundle)) - 1


def test_the_same_generation_gives_the_same_bytes_elsewhere(
    bundle: Path, demo_store: Path, tmp_path: Path
) -> None:
    shutil.copytree(demo_store, tmp_path / "moved" / "store")
    run = Commands(tmp_path).process(
        "export",
        *("--bundle", "again", "--store", tmp_path / "moved" / "store"),
        env={"TZ": "Asia/Shanghai", "LC_ALL": "C", "PYTHONHASHSEED": "7"},
    )
    run.done()
    first, second = contents(bundle), contents(tmp_path / "again")
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_every_serialisation_holds_the_graph_of_the_store(bundle: Path, demo_store: Path) -> None:
    with EmbeddedStore(demo_store) as store:
        stored = set(store.snapshot().database.quads_for_pattern(None, None, None, None))
    all_ = quads(bundle / "perfkg.nq.gz", ox.RdfFormat.N_QUADS)
    assert all_ == stored
    default = {quad.triple for quad in all_ if quad.graph_name == ox.DefaultGraph()}
    assert len(default) > 5000
    turtle = quads(bundle / "perfkg.ttl.gz", ox.RdfFormat.TURTLE)
    jsonld = quads(bundle / "perfkg.jsonld.gz", ox.RdfFormat.JSON_LD)
    assert {quad.triple for quad in turtle} == default
    assert {quad.triple for quad in jsonld} == default
    place = ox.NamedNode(Identity().validation_graph)
    validation = quads(bundle / "validation.ttl.gz", ox.RdfFormat.TURTLE)
    findings = {quad.triple for quad in all_ if quad.graph_name == place}
    assert {quad.triple for quad in validation} == findings
    year = {quad.triple for quad in quads(bundle / "2024.nt.gz", ox.RdfFormat.N_TRIPLES)}
    assert year <= default
    in_form = ox.NamedNode(f"{PK}inForm")
    assert {t for t in year if t.predicate == in_form} == {
        t for t in default if t.predicate == in_form
    }


def test_the_dump_is_sorted_nfc_and_without_blank_nodes(bundle: Path) -> None:
    data = gzip.decompress((bundle / "perfkg.nq.gz").read_bytes())
    lines = data.splitlines(keepends=True)
    assert lines == sorted(set(lines))
    text = data.decode()
    assert unicodedata.is_normalized("NFC", text)
    assert not any(
        line.startswith("_:") or " _:" in line.split('"')[0] for line in text.split("\n")
    )


def test_the_tables_have_a_row_for_each_target_with_its_values(
    bundle: Path, demo_store: Path
) -> None:
    with EmbeddedStore(demo_store) as store:
        found = store.query(
            f"SELECT ?t ?v WHERE {{ ?t a <{PK}Target> OPTIONAL {{ ?t <{PK}value> ?v }} }}"
        )
    assert isinstance(found, SelectResult)
    wanted = {
        row[0].value: row[1].value if isinstance(row[1], ox.Literal) else ""
        for row in found.rows
        if isinstance(row[0], ox.NamedNode)
    }
    rows = list(csv.DictReader(io.StringIO((bundle / "targets.csv").read_text("utf-8-sig"))))
    assert {row["标识 IRI"]: row["数值 value"] for row in rows} == wanted
    assert len(rows) == len(wanted)
    assert all(row["实施单位 unit"] and row["原文位置 place"] for row in rows)
    with closing(load_workbook(bundle / "targets.xlsx", read_only=True)) as book:
        cells = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    assert cells[0] == headings()
    place = list(COLUMNS).index("target")
    assert [row[place] for row in cells[1:]] == [row["标识 IRI"] for row in rows]


def test_the_ontology_is_the_one_that_ships(bundle: Path) -> None:
    for name in ("perfkg.ttl", "classification.ttl", "context.jsonld"):
        assert (bundle / "ontology" / name).read_bytes() == (ontology_folder() / name).read_bytes()


def test_a_folder_that_holds_something_is_refused_and_left_alone(
    perfkg: Commands, demo_store: Path
) -> None:
    folder = perfkg.folder / "mine"
    folder.mkdir()
    (folder / "note.txt").write_text("mine")
    run = perfkg("export", "--bundle", "mine", "--store", demo_store)
    assert (run.status, run.data) == (2, b"")
    assert "mine" in run.err
    assert contents(folder) == {"note.txt": b"mine"}


def test_an_empty_store_makes_a_bundle_too(perfkg: Commands) -> None:
    EmbeddedStore(perfkg.folder / "empty", create=True).close()
    perfkg("export", "--bundle", "b", "--store", "empty").done()
    assert "2024.nt.gz" not in contents(perfkg.folder / "b")
    assert len((perfkg.folder / "b" / "targets.csv").read_text("utf-8-sig").splitlines()) == 1


FULL = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
from perfkg.cli import main
sys.argv = ["perfkg", "export", "--bundle", "b", "--store", sys.argv[1]]
main()
"""


def test_a_disk_that_takes_no_more_leaves_nothing_and_says_so(
    demo_store: Path, tmp_path: Path
) -> None:
    run = subprocess.run(
        [sys.executable, "-c", FULL, str(demo_store)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "PERFKG_LANG": "en"},
        check=False,
    )
    assert run.returncode == 1, run.stderr
    assert "nothing was left behind" in run.stderr
    assert "Traceback" not in run.stderr
    assert list(tmp_path.iterdir()) == []


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_lines_are_sorted_in_runs_that_fit_into_memory(tmp_path: Path) -> None:
    lines = [f"{(n * 7919) % 1000:04d}\n".encode() for n in range(3000)]
    assert list(sorted_once(iter(lines), tmp_path, run=500)) == sorted(set(lines))
    before = open_files()
    few = sorted_once(iter(lines), tmp_path, run=500, most_runs=3)
    first = next(few)
    assert open_files() - before <= 3
    assert [first, *few] == sorted(set(lines))
    assert list(sorted_once([], tmp_path)) == []
    assert list(tmp_path.iterdir()) == []


def test_what_the_settings_say_stands_in_the_licence_and_the_readme(perfkg: Commands) -> None:
    env = {
        "PERFKG_PUBLISHER": "某市财政局",
        "PERFKG_LICENCE": "https://creativecommons.org/publicdomain/zero/1.0/",
        "PERFKG_CONTACT": "mailto:data@example.cn",
    }
    perfkg("ingest", SCHOOL, "--store", "s")
    perfkg("export", "--bundle", "b", "--store", "s", env=env).done()
    made = {
        name: data.decode()
        for name, data in contents(perfkg.folder / "b").items()
        if "." in name and name.endswith(("md", "txt", "dcat.ttl"))
    }
    for name in ("README.zh.md", "README.en.md", "dcat.ttl"):
        assert "某市财政局" in made[name]
        assert "data@example.cn" in made[name]
    for name in ("LICENCE.txt", "README.en.md", "dcat.ttl"):
        assert env["PERFKG_LICENCE"] in made[name]
