"""Parts of a query that stand there for one parameter."""

from __future__ import annotations

from pathlib import Path

import pytest

from perfkg.queries import Catalogue, prepare
from perfkg.queries.parts import needed, parts
from perfkg.resources import queries_folder

HEAD = """\
#+ title: 名称
#+ title_en: Name
#+ description: 内容
#+ description_en: Content
#+ parameters:
#+ - {name: o, type: text, label: 值, label_en: Value, optional: true}
"""
BODY = """\
SELECT ?s WHERE {
  ?s ?p ?any
  #if o
  FILTER(STR(?any) = ?o)
  #end
}
"""


def catalogue_of(folder: Path, text: str) -> Catalogue:
    (folder / "one.rq").write_text(HEAD + text, encoding="utf-8")
    return Catalogue(folder)


def test_a_part_is_left_out_while_its_parameter_has_no_value(tmp_path: Path) -> None:
    query = catalogue_of(tmp_path, BODY).get("one")
    assert "FILTER" not in prepare(query, {})
    assert "FILTER" in prepare(query, {"o": "x"})


def test_what_is_around_a_part_stays_as_it_is() -> None:
    assert needed(BODY, ()) == "SELECT ?s WHERE {\n  ?s ?p ?any\n}\n"
    assert needed(BODY, ("o",)) == BODY


def test_a_hash_inside_a_string_begins_no_part() -> None:
    text = 'ASK { ?s ?p """\n#if o\n""" }'
    assert list(parts(text)) == []
    assert needed(text, ()) == text


HALVES = """\
SELECT ?s WHERE {
  #if statistics
  #| { ?s <urn:counted> ?n }
  #|
  #else
  { ?s ?p ?n }
  #end
}
"""


def test_of_a_part_with_two_halves_one_is_read() -> None:
    assert needed(HALVES, ()) == "SELECT ?s WHERE {\n  { ?s ?p ?n }\n}\n"
    given = needed(HALVES, ("statistics",))
    assert given.split() == [
        "SELECT",
        "?s",
        "WHERE",
        "{",
        "{",
        "?s",
        "<urn:counted>",
        "?n",
        "}",
        "}",
    ]


def test_a_half_that_a_store_may_offer_is_checked_as_well(tmp_path: Path) -> None:
    assert not catalogue_of(tmp_path, BODY + "#if statistics\n#else\n#end\n").errors
    (error,) = catalogue_of(tmp_path, BODY + "#if statistics\n#| }\n#else\n#end\n").errors
    assert "SPARQL" in error.text.en


@pytest.mark.parametrize(
    ("body", "line", "hint"),
    [
        (BODY.replace("  #end\n", ""), 9, "#end"),
        (BODY.replace("  #if o\n", ""), 10, "#if"),
        (BODY.replace("  FILTER", "  #if o\n  FILTER"), 10, "inside another"),
        (BODY.replace("  #if o", "  #else"), 9, "#if"),
        (BODY.replace("  #end", "  #else\n  #else\n  #end"), 12, "#if"),
        (BODY.replace("#if o", "#if year"), 9, "year"),
        (BODY.replace("  FILTER", "  { FILTER"), 7, "SPARQL"),
    ],
)
def test_a_part_that_is_broken_is_reported_with_its_line(
    tmp_path: Path, body: str, line: int, hint: str
) -> None:
    catalogue = catalogue_of(tmp_path, body)
    assert catalogue.queries == ()
    (error,) = catalogue.errors
    assert f":{line}" in error.place or hint == "SPARQL"
    assert hint in error.text.en


def test_a_query_that_the_graph_lists_has_no_marks_of_parts() -> None:
    for query in Catalogue(queries_folder()):
        assert "#if" not in prepare(query, {}), query.name
