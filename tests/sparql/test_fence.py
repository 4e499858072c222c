from __future__ import annotations

import contextlib

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfkg.errors import QueryError, QueryRefused, QuerySyntaxError
from perfkg.sparql.fence import Form, Limits, check_query, check_update

FAR = "http://127.0.0.1:9/"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * { ?s ?p ?o }", Form.SELECT),
        ("ask{}", Form.ASK),
        ("PREFIX ex: <http://e/> BASE <http://e/> CONSTRUCT WHERE { ?s ?p ?o }", Form.CONSTRUCT),
        ("# a comment\nDESCRIBE <http://e/a>", Form.DESCRIBE),
        ("PREFIX select: <http://e/> ASK { ?s a select:ASK }", Form.ASK),
    ],
)
def test_a_query_has_the_form_of_its_first_keyword(text: str, form: Form) -> None:
    assert check_query(text) is form


@pytest.mark.parametrize(
    "text",
    [
        'ASK { ?s ex:SERVICE ?SERVICE ; <http://e/LOAD#FROM> "SERVICE <x> {}" }',
        "ASK { } # SERVICE <http://e/> {} FROM LOAD",
        "ASK { ?s ?p '''SERVICE ' LOAD''' , 'FROM'@en }",
        "SELECT (COUNT(*) AS ?n) { ?s pk:value ?v FILTER(?v<10 && ?v>-5) }",
        "ASK { FILTER(?x<ex:a&&ex:b>?x) }",
        "ASK { VALUES (?a ?b) { (<http://e/a#x> <http://e/b#y>) } }",
        'ASK { ?s ?p "\\u4e2d \\\\u0022" }',
        "SELECT * { ?s (ex:a|^ex:b)*/!ex:c+ ?o } ORDER BY DESC(?s) LIMIT 5",
        "ASK { ?s <#a> <urn:b#c> }",
        "ASK { GRAPH <http://e/g> { ?s ?p ?o } }",
        "ASK { VALUES ?x {" + " -5" * 5_000 + " } }",
        "ASK { VALUES (?x ?y) {" + "(-5 -.5)" * 2_000 + " } ?x ?p ?y }",
        "ASK FROM <http://e/> FROM NAMED <http://e/g> {}",
        "ASK { FILTER(" + "(" * 900 + "1" + ")" * 900 + ") }",
    ],
)
def test_what_only_looks_like_a_danger_passes(text: str) -> None:
    check_query(text)


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT * {{ SERVICE <{FAR}> {{ ?s ?p ?o }} }}",
        "SELECT * { service silent ?x { ?s ?p ?o } }",
        "LOAD <http://e/>",
        "INSERT DATA { <a> <b> <c> }",
        "DELETE WHERE { ?s ?p ?o }",
        "ASK {} ; DROP ALL",
    ],
)
def test_fetching_and_writing_are_refused(text: str) -> None:
    with pytest.raises(QueryRefused) as caught:
        check_query(text)
    assert "line 1, column " in (caught.value.place or "")


@pytest.mark.parametrize(
    "text",
    [
        "ASK { SERVICEex:x { ?s ?p ?o } }",
        "ASK { SERVICE:x { ?s ?p ?o } }",
        "ASK { ?s ?p 1.SERVICESILENTex:x { } }",
        "ASK { ?s ?p trueSERVICEex:x { } }",
        "ASK { ?s ?p trueSERVICE ex:x { } }",
        "ASK { ?s ?p 1SERVICE ex:x { } }",
        f"ASK{{FILTER(?x<1)SERVICE#>\n<{FAR}>{{}}}}",
        f"ASK{{FILTER(?x<'>' ) SERVICE<{FAR}>{{}} #'\n}}",
        f"ASK{{FILTER(?x<1)#>'''\nSERVICE <{FAR}>{{}} #'''\n}}",
        f"ASK{{FILTER(?x<<http://a/#>)SERVICE<{FAR}>{{}}\n}}",
        f"ASK {{ \\u0053ERVICE <{FAR}> {{}} }}",
        f'ASK {{ ?s ?p "\\u0022 . SERVICE <{FAR}> {{}} #" }}',
        f"ASK {{ # \\u000A SERVICE <{FAR}> {{}}\n}}",
    ],
)
def test_a_keyword_that_only_some_parsers_see_is_refused(text: str) -> None:
    with pytest.raises(QueryError):
        check_query(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { FILTER(" + "(" * 10_000 + "1" + ")" * 10_000 + ") }",
        "SELECT * { " + "{ " * 3_000 + "}" * 3_000 + " }",
        "SELECT * { FILTER(" + "STR(" * 1_000 + "?o" + ")" * 1_000 + ") }",
        "SELECT * { " + " UNION ".join(["{ ?s ?p ?o }"] * 3_000) + " }",
        "SELECT * { " + "OPTIONAL { ?s ?p ?o } " * 300 + "}",
        "SELECT * { " + "MINUS { ?s ?p ?o } " * 3_000 + "}",
        "SELECT * { FILTER(" + " || ".join(["?a"] * 10_000) + ") }",
        "SELECT * { FILTER(" + " + ".join(["1"] * 10_000) + ") }",
        "SELECT * { VALUES ?a { 1 } FILTER(1 " + " -1" * 10_000 + ") }",
        "SELECT * { FILTER(" + "!" * 10_000 + "true) }",
        "SELECT * { ?s " + "/".join(["ex:p"] * 10_000) + " ?o }",
        "SELECT * { ?s " + "[ ex:p " * 1_000 + "]" * 1_000 + " }",
        "SELECT " + "(1 AS ?x) " * 3_000 + "{}",
        "ASK {" + " " * 200_000 + "}",
    ],
)
def test_what_would_end_the_process_of_an_engine_is_refused(text: str) -> None:
    with pytest.raises(QueryRefused):
        check_query(text)


@pytest.mark.parametrize(
    ("text", "line", "column", "hint"),
    [
        ("", 1, 1, "SELECT"),
        ("  # nothing\n", 1, 12, "SELECT"),
        ("PREFIX ex: <http://e/>", 1, 23, "SELECT"),
        ("hello world", 1, 1, "?hello"),
        ("SELECT *\nWHERE （?s ?p ?o）", 2, 7, "("),
        ("SELECT ？x {}", 1, 8, "?"),
        ("ASK { ?s ?p “x” }", 1, 13, '"'),
        ('ASK { ?s ?p "x }', 1, 13, "quotation"),
        ("ASK { ?s a Form }", 1, 12, "pk:Form"),
        ("ASK { } }", 1, 9, "}"),
        ("ASK\u00a0{}", 1, 4, "U+00A0"),
    ],
)
def test_junk_is_answered_with_its_place_and_a_hint(
    text: str, line: int, column: int, hint: str
) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        check_query(text)
    error = caught.value
    assert (error.line, error.column) == (line, column)
    assert hint in error.text.en
    assert error.text.zh


@given(st.text())
def test_no_text_does_worse_than_being_refused(text: str) -> None:
    for check in (check_query, check_update):
        with contextlib.suppress(QueryError):
            check(text)


@given(st.text(st.characters(codec="utf-8")))
def test_no_text_inside_a_literal_is_ever_refused(content: str) -> None:
    assert check_query(f"SELECT * {{ ?s ?p {ox.Literal(content)} }}") is Form.SELECT


def test_limits_can_be_narrower() -> None:
    narrow = Limits(characters=60, depth=10, operators=1, optionals=1)
    check_query("ASK { OPTIONAL { ?s ?p ?o } }", narrow)
    for text in (
        "ASK { OPTIONAL { } OPTIONAL { } }",
        "ASK { { { } } }",
        "ASK { FILTER(1 = 1) }",
        "ASK { ?s ?p ?o }" + " " * 60,
    ):
        with pytest.raises(QueryRefused):
            check_query(text, narrow)


@pytest.mark.parametrize(
    "text", ["INSERT DATA { <a:a> <a:b> 'LOAD' }", "DELETE WHERE { ?s ?p ?o } ; CLEAR DEFAULT", ""]
)
def test_an_update_may_write(text: str) -> None:
    check_update(text)


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <http://e/>",
        "LOAD SILENT <http://e/> INTO GRAPH <a:g>",
        "LOADex:a",
        "CLEAR ALL; load<http://e/>",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <http://e/> { ?s ?p ?o } }",
    ],
)
def test_an_update_may_not_fetch(text: str) -> None:
    with pytest.raises(QueryRefused):
        check_update(text)
