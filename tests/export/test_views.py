"""The views in the words of other communities: well formed, complete, and the same every time."""

from __future__ import annotations

import gzip
import io
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import cast

import pyoxigraph as ox
import pytest
import rdflib
from helpers import SCHOOL, Commands
from rdflib.compare import isomorphic

from perfkg.export.views import VIEWS, write_view
from perfkg.namespaces import DEFAULT_BASE, PK, PREFIXES
from perfkg.resources import views_folder
from perfkg.store import EmbeddedStore

from .cube import CONSTRAINTS, DIMENSIONS

BASE = "https://data.example.cn/id/"
FORMATS = {"turtle": "turtle", "nt": "nt", "jsonld": "json-ld", "rdfxml": "xml"}
CIDS = "https://ontology.commonapproach.org/cids#"
I72 = "http://ontology.eil.utoronto.ca/ISO21972/iso21972#"
PROJECT = ox.NamedNode(f"{PK}project")
CUBE = "https://w3id.org/perfkg/view/budget-cube#"


@pytest.fixture(scope="module")
def database(demo_store: Path, tmp_path_factory: pytest.TempPathFactory) -> ox.Store:
    """The ten bundled forms and others of two years, some of them evaluated."""
    folder = tmp_path_factory.mktemp("views")
    commands = Commands(folder)
    commands("ingest", SCHOOL, "--store", "store").done()
    database = ox.Store()
    for place in (demo_store, folder / "store"):
        with EmbeddedStore(place) as store:
            database.extend(store.snapshot().database)
    return database


def view(database: ox.Store, name: str, tmp_path: Path) -> ox.Store:
    shown = ox.Store()
    shown.load(written(database, name, tmp_path, "nt"), ox.RdfFormat.N_TRIPLES)
    assert len(shown) > 100
    return shown


def written(database: ox.Store, name: str, folder: Path, fmt: str = "turtle") -> bytes:
    out = io.BytesIO()
    write_view(database, name, DEFAULT_BASE, out, folder, fmt)
    return out.getvalue()


def rows(database: ox.Store, text: str) -> list[list[str]]:
    found = database.query(text, prefixes={**PREFIXES, "cids": CIDS, "i72": I72, "view": CUBE})
    assert isinstance(found, ox.QuerySolutions)
    return [[getattr(term, "value", "") for term in row] for row in found]


def test_every_view_has_its_file_and_every_file_is_a_view() -> None:
    assert {path.stem for path in views_folder().glob("*.rq")} == set(VIEWS)
    assert {path.stem for path in views_folder().glob("*.ttl")} <= set(VIEWS)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # of rdflib itself
@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_the_same_graph_in_every_format_to_both_engines(
    database: ox.Store, name: str, tmp_path: Path
) -> None:
    reference = rdflib.Graph().parse(data=written(database, name, tmp_path, "nt"), format="nt")
    for fmt, parser in FORMATS.items():
        data = written(database, name, tmp_path, fmt)
        assert data == written(database, name, tmp_path, fmt)
        assert isomorphic(rdflib.Graph().parse(data=data, format=parser), reference)
        kind = {"turtle": "TURTLE", "nt": "N_TRIPLES", "jsonld": "JSON_LD", "rdfxml": "RDF_XML"}
        read = {q.triple for q in ox.parse(data, getattr(ox.RdfFormat, kind[fmt]))}
        assert len(read) == len(reference)
        assert not any(isinstance(t.subject, ox.BlankNode) for t in read)


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_made_in_parts_is_what_its_query_says_about_all(
    database: ox.Store, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = (views_folder() / f"{name}.rq").read_text("utf-8")
    beside = views_folder() / f"{name}.ttl"
    fixed = ox.parse(path=beside, base_iri=DEFAULT_BASE) if beside.exists() else ()
    whole = database.query(query, base_iri=DEFAULT_BASE)
    assert isinstance(whole, ox.QueryTriples)
    wanted = {*whole, *(quad.triple for quad in fixed)}
    for projects in (1, 3):
        monkeypatch.setattr("perfkg.export.views.PROJECTS", projects)
        lines = written(database, name, tmp_path, "nt")
        assert {quad.triple for quad in ox.parse(lines, ox.RdfFormat.N_TRIPLES)} == wanted


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_in_parts_asks_about_no_project_twice(
    database: ox.Store, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("perfkg.export.views.PROJECTS", 2)
    answers: list[int] = []

    class Listening:
        quads_for_pattern = database.quads_for_pattern

        def query(self, text: str, base_iri: str) -> object:
            answers.append(sum(1 for _ in database.query(text, base_iri=base_iri)))
            return database.query(text, base_iri=base_iri)

    out = io.BytesIO()
    write_view(cast("ox.Store", Listening()), name, DEFAULT_BASE, out, tmp_path, "nt")
    projects = {quad.object for quad in database.quads_for_pattern(None, PROJECT, None)}
    assert len(answers) == -(-len(projects) // 2) > 4
    # Labels of what several projects have in common come with each of them, and nothing else.
    assert sum(answers) < 1.5 * len(out.getvalue().splitlines())


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_the_cube_of_the_money_is_well_formed(
    database: ox.Store, constraint: str, tmp_path: Path
) -> None:
    assert not bool(view(database, "budget-cube", tmp_path).query(CONSTRAINTS[constraint]))


@pytest.mark.parametrize(
    ("constraint", "damage"),
    [
        ("IC-1", "INSERT { ?o qb:dataSet <a:b> } WHERE { ?o a qb:Observation }"),
        ("IC-2", "DELETE WHERE { ?d qb:structure ?s }"),
        ("IC-3", "DELETE WHERE { ?m a qb:MeasureProperty }"),
        ("IC-4", "DELETE WHERE { ?d rdfs:range ?range }"),
        ("IC-5", "DELETE WHERE { ?d qb:codeList ?list }"),
        ("IC-6", "INSERT { ?c qb:componentRequired false } WHERE { ?c qb:dimension ?d }"),
        ("IC-11", "DELETE WHERE { ?o view:line ?line }"),
        ("IC-13", "DELETE WHERE { ?o obeu-attribute:currency ?currency }"),
        ("IC-14", "DELETE WHERE { ?o obeu-measure:amount ?amount }"),
        ("IC-19", "DELETE WHERE { ?code skos:inScheme view:lines }"),
    ],
)
def test_a_damaged_cube_breaks_its_constraint(
    database: ox.Store, constraint: str, damage: str, tmp_path: Path
) -> None:
    shown = view(database, "budget-cube", tmp_path)
    dsd = "http://data.openbudgets.eu/ontology/dsd/"
    prefixes = {
        **PREFIXES,
        "qb": "http://purl.org/linked-data/cube#",
        "view": CUBE,
        "obeu-attribute": f"{dsd}attribute/",
        "obeu-measure": f"{dsd}measure/",
    }
    shown.update(damage, prefixes=prefixes)
    (text,) = [text for name, text in CONSTRAINTS.items() if name.startswith(f"{constraint} ")]
    assert bool(shown.query(text))


def test_no_two_observations_have_the_same_dimensions(database: ox.Store, tmp_path: Path) -> None:
    points: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for observation, dimension, value in rows(view(database, "budget-cube", tmp_path), DIMENSIONS):
        points[observation].add((dimension, value))
    assert len(points) > 20
    assert max(Counter(map(frozenset, points.values())).values()) == 1


def test_the_cube_sums_to_the_money_of_the_forms(database: ox.Store, tmp_path: Path) -> None:
    shown = view(database, "budget-cube", tmp_path)
    measure = "<http://data.openbudgets.eu/ontology/dsd/measure/amount>"
    (cube,) = rows(
        shown, f"SELECT (SUM(?n) AS ?s) {{ ?o view:line view:annual-request ; {measure} ?n }}"
    )
    forms = "{ ?f a pk:TargetForm ; pk:annualRequest ?n }"
    (data,) = rows(database, f"SELECT (SUM(?n) AS ?s) {forms}")
    assert Decimal(cube[0]) == Decimal(data[0]) > 0


def test_a_project_with_a_target_form_and_an_evaluation_counts_once(tmp_path: Path) -> None:
    data = ox.Store()
    for kind in ("TargetForm", "SelfEvaluationForm"):
        data.update(
            f"""INSERT DATA {{ <a:{kind}> a pk:{kind} ; pk:project <a:project> ; pk:year 2024 ;
            pk:annualRequest 5.0 ; pk:implementingUnit <a:unit> .
            <a:project> rdfs:label "p"@zh . <a:unit> rdfs:label "u"@zh }}""",
            prefixes=PREFIXES,
        )
    shown = ox.Store()
    shown.load(written(data, "budget-cube", tmp_path, "nt"), ox.RdfFormat.N_TRIPLES)
    found = rows(shown, "SELECT ?o { ?o a <http://purl.org/linked-data/cube#Observation> }")
    assert found == [["a:TargetForm#annual-request"]]


def test_every_quantitative_target_is_a_cids_target_with_one_value(
    database: ox.Store, tmp_path: Path
) -> None:
    shown = view(database, "impact", tmp_path)
    found = rows(
        shown,
        """SELECT ?target ?n ?unit ?start { ?aim a cids:Target ; i72:value ?m ;
        prov:wasDerivedFrom ?target ; prov:startedAtTime ?start ; cids:forIndicator ?i .
        ?i a cids:Indicator . ?m a i72:Measure ; i72:hasNumericalValue ?n .
        OPTIONAL { ?m i72:unit_of_measure ?unit } }""",
    )
    data = rows(
        database,
        """SELECT ?t ?n ?unit ?start { ?t a pk:QuantitativeTarget ; pk:value ?n ; pk:inForm ?f .
        ?f pk:year ?y OPTIONAL { ?t pk:unit ?unit }
        BIND(CONCAT(STR(?y), "-01-01T00:00:00+08:00") AS ?start) }""",
    )
    assert sorted(found) == sorted(data)
    assert len({row[0] for row in found}) == len(found) > 30
    words = rows(database, "SELECT ?t { ?t a pk:QualitativeTarget }")
    assert not {row[0] for row in words} & {row[0] for row in found}
    for name in ("organization#hasName", "organization#hasLegalName"):
        named = rows(shown, f"SELECT ?n {{ ?s <http://ontology.eil.utoronto.ca/tove/{name}> ?n }}")
        assert named


def test_schema_org_tells_minimum_maximum_and_words_apart(
    database: ox.Store, tmp_path: Path
) -> None:
    shown = view(database, "schema-org", tmp_path)
    for sign, part in (("gteq", "minValue"), ("lteq", "maxValue"), ("eq", "value")):
        of_data = f"SELECT ?t ?n {{ ?t pk:comparator odrl:{sign} ; pk:value ?n }}"
        of_view = f"SELECT ?t ?n {{ ?t schema:{part} ?n FILTER(isNumeric(?n)) ?t schema:name ?x }}"
        data = rows(database, of_data)
        assert data
        assert {tuple(row) for row in data} <= {tuple(row) for row in rows(shown, of_view)}
    words = rows(database, "SELECT ?t ?w { ?t pk:targetText ?w }")
    told = rows(shown, "SELECT ?t ?w { ?t schema:value ?w }")
    assert {tuple(row) for row in words} <= {tuple(row) for row in told}
    kinds = rows(shown, "SELECT DISTINCT ?c { ?s a ?c } ORDER BY ?c")
    names = {kind[0].removeprefix("https://schema.org/") for kind in kinds}
    assert names == {
        "Dataset", "GovernmentOrganization", "MonetaryAmount", "MonetaryGrant", "PropertyValue",
    }  # fmt: skip


def test_the_command_writes_a_view_and_refuses_an_unknown_one(
    perfkg: Commands, demo_store: Path, tmp_path: Path
) -> None:
    run = perfkg("export", "--view", "impact", "--format", "turtle", "--store", demo_store).done()
    assert b"a cids:Target" in run.data
    wrong = perfkg("export", "--view", "cube", "--store", demo_store)
    assert wrong.status == 2
    assert "budget-cube" in wrong.err
    both = perfkg("export", "--view", "impact", "--bundle", "b", "--store", demo_store)
    assert both.status == 2
    perfkg("export", "--bundle", "b", "--store", demo_store).done()
    packed = gzip.decompress((tmp_path / "b" / "impact.ttl.gz").read_bytes())
    assert packed == run.data


def test_the_data_set_of_another_instance_has_its_base(database: ox.Store, tmp_path: Path) -> None:
    out = io.BytesIO()
    write_view(database, "budget-cube", BASE, out, tmp_path, "nt")
    assert f"<{BASE}dataset/budget-cube>".encode() in out.getvalue()
    assert f"{DEFAULT_BASE}dataset/".encode() not in out.getvalue()
    assert PK.encode() in out.getvalue()


@pytest.mark.parametrize("name", VIEWS)
def test_a_form_without_a_body_is_not_given_those_of_others(
    name: str, database: ox.Store, tmp_path: Path
) -> None:
    data = ox.Store()
    data.extend(database)
    nameless = "SELECT ?form { ?form a pk:Form ; pk:annualRequest ?n } ORDER BY ?form LIMIT 1"
    (form,) = [row[0] for row in rows(data, nameless)]
    data.update(
        f"DELETE WHERE {{ <{form}> pk:implementingUnit ?unit }} ;"
        f"DELETE WHERE {{ <{form}> pk:supervisingDepartment ?department }}",
        prefixes=PREFIXES,
    )
    before, after = (view(source, name, tmp_path) for source in (database, data))
    assert set(after) < set(before)
