"""A review piece by piece finds what a review of the whole finds."""

from __future__ import annotations

import os
from pathlib import Path

import pyoxigraph as ox
import pytest

from perfkg.errors import ShapesError, StoreError
from perfkg.graph.mapping import Mapper
from perfkg.identity import Identity
from perfkg.reading import read_file
from perfkg.resources import demo_folder
from perfkg.shacl.neighbourhood import Neighbourhood
from perfkg.store import open_store
from perfkg.validation import pieces, runner
from perfkg.validation.findings import Finding, in_order
from perfkg.validation.known import PARTS, known_local
from perfkg.validation.pieces import found_in_pieces
from perfkg.validation.runner import data_of, validate
from perfkg.validation.shapes import Shapes, load_shapes

from .support import RULES, keep, statements

WRONG = sorted(RULES.glob("*.wrong.ttl"))
STRAY = """INSERT DATA { <urn:x:stray> a pk:Target, pk:QuantitativeTarget ; pk:value 1.0 }"""
NAMELESS = """INSERT { ?target pk:indicator <urn:x:nameless> . <urn:x:nameless> a pk:Indicator }
    WHERE { ?target pk:inForm ?form }"""
NAMED = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix pk: <https://w3id.org/perfkg/def#> .
<urn:x:named> a sh:NodeShape ; sh:targetClass pk:Indicator ; sh:property [
    sh:path <http://www.w3.org/2004/02/skos/core#prefLabel> ; sh:minCount 1 ] ."""
ACROSS = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix pk: <https://w3id.org/perfkg/def#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<urn:x:across> a sh:NodeShape ; sh:targetClass pk:Form ; rdfs:label "同名"@zh , "Alike"@en ;
    sh:sparql [ sh:message "“{?title}”另有一张表。"@zh , "There is another “{?title}”."@en ;
        sh:select '''
        SELECT $this ?title WHERE {
            $this <http://purl.org/dc/terms/title> ?title .
            ?other <http://purl.org/dc/terms/title> ?title FILTER (?other != $this) }''' ] ."""

FAILING = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix pk: <https://w3id.org/perfkg/def#> .
<urn:x:failing> a sh:NodeShape ; sh:targetClass pk:Form ; sh:sparql [ sh:select '''
    SELECT $this (BOUND(?title) AS ?failure) WHERE {
        $this <http://purl.org/dc/terms/title> ?title }''' ] ."""


@pytest.fixture(scope="module")
def data() -> ox.Store:
    """The ten real forms and all forms of the tests that break a rule."""
    mapper = Mapper()
    files = [*demo_folder().iterdir(), *sorted(RULES.glob("*.wrong.txt"))]
    documents = [read_file(file) for file in files]
    store = data_of(mapper.map(form, read.document) for read in documents for form in read.forms)
    for file in WRONG:
        store.load(statements(file), ox.RdfFormat.N_TRIPLES)
    return store


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of three forms."""
    monkeypatch.setattr(pieces, "PIECE", 3)
    monkeypatch.setattr(runner, "PIECE", 3)


def in_pieces(data: ox.Store, shapes: Shapes, **how: object) -> list[Finding]:
    found = found_in_pieces(data, shapes, **how)  # type: ignore[arg-type]
    return in_order(finding for findings in found for finding in findings)


def test_only_what_compares_forms_looks_further_than_one() -> None:
    plan = load_shapes().plan
    local = plan.local(PARTS, known_local())
    wide = {str(n) for n, shape in plan.shapes.items() if shape.targets and n not in local}
    assert wide == {"<https://w3id.org/perfkg/shapes#mixed-measurement>"}


@pytest.mark.usefixtures("small")
def test_pieces_of_three_forms_give_the_findings_of_the_whole(
    data: ox.Store, shapes: Shapes
) -> None:
    whole = validate(data, shapes)
    assert len(whole) > 200
    assert in_pieces(data, shapes) == whole


@pytest.mark.usefixtures("small")
def test_several_processes_give_them_too(data: ox.Store, shapes: Shapes, tmp_path: Path) -> None:
    store = ox.Store(str(tmp_path / "db"))
    store.bulk_extend(iter(data))
    found = in_pieces(store, shapes, folder=tmp_path, workers=2)
    assert found == validate(data, shapes)
    assert [entry.name for entry in tmp_path.iterdir()] == ["db"]


@pytest.mark.usefixtures("small")
def test_what_belongs_to_no_form_is_reviewed_as_well(data: ox.Store, shapes: Shapes) -> None:
    copy = ox.Store()
    copy.bulk_extend(iter(data))
    copy.update(STRAY, prefixes={"pk": "https://w3id.org/perfkg/def#"})
    found = in_pieces(copy, shapes)
    assert "urn:x:stray" in {finding.focus for finding in found}
    assert found == validate(copy, shapes)


@pytest.mark.usefixtures("small")
def test_what_many_pieces_share_is_found_once_and_names_all_who_use_it(
    data: ox.Store, tmp_path: Path
) -> None:
    file = tmp_path / "named.ttl"
    file.write_text(NAMED, encoding="utf-8")
    shapes = load_shapes([file])
    copy = ox.Store()
    copy.bulk_extend(iter(data))
    copy.update(NAMELESS, prefixes={"pk": "https://w3id.org/perfkg/def#"})
    found = in_pieces(copy, shapes)
    about = [finding for finding in found if finding.focus == "urn:x:nameless"]
    assert [finding.shape for finding in about] == ["urn:x:named"]
    assert len(about[0].links.forms) == len(pieces.forms_in(copy)) > 50
    assert found == validate(copy, shapes)


@pytest.mark.usefixtures("small")
def test_a_rule_of_ones_own_may_look_across_forms(data: ox.Store, tmp_path: Path) -> None:
    file = tmp_path / "across.ttl"
    file.write_text(ACROSS, encoding="utf-8")
    shapes = load_shapes([file])
    found = in_pieces(data, shapes)
    assert any(finding.shape == "urn:x:across" for finding in found)
    assert found == validate(data, shapes)


@pytest.mark.usefixtures("small")
def test_the_findings_of_pieces_are_kept_with_the_data(shapes: Shapes, tmp_path: Path) -> None:
    mapper, read = Mapper(), [read_file(file) for file in demo_folder().iterdir()]
    with open_store(tmp_path / "store", create=True) as store:
        with store.write() as writer:
            writer.put_all([mapper.map(f, r.document) for r in read for f in r.forms])
            expected = validate(runner._at_hand(writer.database), shapes)
            assert keep(writer, shapes, workers=2) == expected
        graph = ox.NamedNode(Identity().validation_graph)
        database = store.snapshot().database
        kind = ox.NamedNode("http://www.w3.org/ns/shacl#ValidationResult")
        kept = database.quads_for_pattern(None, None, kind, graph)
        assert len(list(kept)) == len(expected)


def test_pieces_are_even_and_leave_no_process_without_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "PIECE", 100)
    sizes = [[len(piece) for piece in pieces._pieces(range(n), 2)] for n in (0, 1, 101, 199, 401)]
    assert sizes == [[], [1], [51, 50], [100, 99], [67, 67, 67, 67, 67, 66]]


def _die(*_: object) -> None:
    os._exit(1)


def test_a_process_that_dies_is_told_and_not_taken_for_no_findings(
    data: ox.Store, shapes: Shapes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(pieces, "_review", _die)
    store = ox.Store(str(tmp_path / "db"))
    store.bulk_extend(iter(data))
    with pytest.raises(StoreError, match="检查进程"):
        in_pieces(store, shapes, folder=tmp_path, workers=2)


def test_an_error_in_a_process_says_what_it_says_here(data: ox.Store, tmp_path: Path) -> None:
    file = tmp_path / "fails.ttl"
    file.write_text(FAILING, encoding="utf-8")
    store = ox.Store(str(tmp_path / "db"))
    store.bulk_extend(iter(data))
    with pytest.raises(ShapesError, match="failure") as here:
        validate(data, load_shapes([file]))
    with pytest.raises(ShapesError, match="failure") as there:
        in_pieces(store, load_shapes([file]), folder=tmp_path, workers=2)
    assert there.value.place == here.value.place


def test_the_neighbourhood_of_a_form_holds_no_other_form(data: ox.Store) -> None:
    form = pieces.forms_in(data)[0]
    around = Neighbourhood(data, PARTS)
    around.reach([form])
    assert pieces.forms_in(around.store) == [form]
    assert len(around.store) < len(data) / 10
