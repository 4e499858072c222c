"""The saved queries as the graph describes them."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from perfkg.asking import open_to_write, vocabulary_of
from perfkg.namespaces import PREFIXES
from perfkg.queries import Catalogue, described
from perfkg.settings import Settings
from perfkg.sparql.fence import check_query
from perfkg.store import EmbeddedStore, SelectResult

LISTING = """
    PREFIX sh: <http://www.w3.org/ns/shacl#>
    PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
    SELECT DISTINCT ?query ?comment ?text WHERE {
      ?query a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask|sh:construct ?text
      FILTER(LANG(?comment) = "en")
    } ORDER BY ?query"""
HEAD = """\
#+ title: 名称
#+ title_en: Name
#+ description: 内容
#+ description_en: Content
"""


def listed(store: EmbeddedStore) -> dict[str, str]:
    result = store.query(LISTING)
    assert isinstance(result, SelectResult)
    texts = [(row[0], row[2]) for row in result.rows]
    return {
        query.value.rpartition("/")[2]: text.value
        for query, text in texts
        if isinstance(query, ox.NamedNode) and isinstance(text, ox.Literal)
    }


def test_an_editor_that_follows_the_convention_finds_every_query_in_the_graph(
    county: EmbeddedStore, catalogue: Catalogue
) -> None:
    assert sorted(listed(county)) == [query.name for query in catalogue]


def test_the_text_in_the_graph_runs_as_it_stands_and_answers(county: EmbeddedStore) -> None:
    for name, text in listed(county).items():
        check_query(text)
        assert "#+" not in text
        result = county.query(text)
        assert isinstance(result, SelectResult)
        assert result.rows or name == "hundred-percent"


def test_a_query_has_names_keywords_an_endpoint_and_declared_prefixes(
    county: EmbeddedStore,
) -> None:
    result = county.query(
        """ASK {
          ?query a sh:SPARQLSelectExecutable ;
            rdfs:label "偏低的满意度指标值"@zh , "Lowest satisfaction targets"@en ;
            schema:keywords "satisfaction" , "指标值"@zh , "Targets"@en ;
            schema:target <https://w3id.org/perfkg/sparql> ;
            sh:prefixes/sh:declare ?declared .
          ?declared sh:prefix "pk" ; sh:namespace "https://w3id.org/perfkg/def#"^^xsd:anyURI
        }""",
        prefixes=PREFIXES,
    )
    assert getattr(result, "value", None) is True


@pytest.mark.parametrize(
    ("body", "holding"),
    [
        ("SELECT ?s WHERE { ?s ?p ?o }", "shacl#select"),
        ("ASK { ?s ?p ?o }", "shacl#ask"),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "shacl#construct"),
        ("DESCRIBE ?s WHERE { ?s ?p ?o }", "ontology#describe"),
    ],
)
def test_each_form_of_query_has_its_property(tmp_path: Path, body: str, holding: str) -> None:
    (tmp_path / "one.rq").write_text(HEAD + body, encoding="utf-8")
    lines = described(Catalogue(tmp_path).queries, "https://e.cn/id/")
    assert any(holding in line and "<https://e.cn/id/query/one>" in line for line in lines)
    assert any("<https://e.cn/sparql>" in line for line in lines)


def test_a_query_that_needs_a_value_keeps_its_variable(tmp_path: Path) -> None:
    parameter = "#+ parameters:\n#+ - {name: o, type: text, label: 值, label_en: Value}\n"
    (tmp_path / "one.rq").write_text(HEAD + parameter + "SELECT ?s { ?s ?p ?o }", encoding="utf-8")
    text = "\n".join(described(Catalogue(tmp_path).queries, "https://e.cn/id/"))
    assert "SELECT ?s { ?s ?p ?o }" in text


def test_the_users_own_queries_and_rules_are_described_beside_the_built_in_ones(
    tmp_path: Path,
) -> None:
    queries, shapes = tmp_path / "queries", tmp_path / "shapes"
    queries.mkdir()
    shapes.mkdir()
    (queries / "mine.rq").write_text(HEAD + "SELECT ?s { ?s ?p ?o }", encoding="utf-8")
    (shapes / "mine.ttl").write_text(
        "<https://e.cn/rule> a <http://www.w3.org/ns/shacl#NodeShape> ;"
        " <http://www.w3.org/2000/01/rdf-schema#label> '我的规则'@zh .",
        encoding="utf-8",
    )
    (shapes / "broken.ttl").write_text("<https://e.cn/rule> a", encoding="utf-8")
    text = "\n".join(vocabulary_of(Settings(queries=queries, shapes=shapes)))
    assert "/id/query/mine>" in text
    assert "/id/query/lowest-satisfaction>" in text
    assert '<https://e.cn/rule> <http://www.w3.org/2000/01/rdf-schema#label> "我的规则"@zh' in text


def test_a_query_that_is_gone_leaves_the_graph_with_the_next_write(tmp_path: Path) -> None:
    folder = tmp_path / "queries"
    folder.mkdir()
    (folder / "mine.rq").write_text(HEAD + "SELECT ?s { ?s ?p ?o }", encoding="utf-8")
    place = str(tmp_path / "store")
    with open_to_write(Settings(store=place, queries=folder)) as store:
        assert "mine" in listed(store)
    with open_to_write(Settings(store=place)) as store:
        with store.write():
            pass
        assert "mine" not in listed(store)
        assert "lowest-satisfaction" in listed(store)
