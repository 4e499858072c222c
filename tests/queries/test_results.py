"""What a query answered, in every format."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pyoxigraph as ox
import pytest
from openpyxl import load_workbook
from rich.console import Console

from perfkg.errors import UsageError
from perfkg.messages import Text
from perfkg.results import (
    FORMATS,
    Cover,
    ResultKind,
    csv_for_people,
    find_format,
    kind_of,
    protocol_csv,
    table,
    to_bytes,
)
from perfkg.results.workbook import workbook
from perfkg.store.base import AskResult, GraphResult, QueryResult, SelectResult, Term

XSD = "http://www.w3.org/2001/XMLSchema#"
PK = "https://w3id.org/perfkg/def#"
IRI = ox.NamedNode("https://w3id.org/perfkg/id/unit/1")


def typed(text: str, datatype: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + datatype))


def column(*terms: Term | None) -> SelectResult:
    return SelectResult(("x",), tuple((term,) for term in terms), truncated=False)


ROWS = SelectResult(
    ("unit", "unitLabel", "budget", "note"),
    (
        (IRI, ox.Literal("交易中心", language="zh"), typed("470000", "decimal"), None),
        (IRI, None, typed("1250000.5", "decimal"), ox.Literal('a,"b"\n\t<&>')),
        (ox.BlankNode("b"), ox.Literal("x"), typed("7", "integer"), ox.Literal("")),
    ),
    truncated=False,
)
NO_ROWS = SelectResult(("a", "b"), (), truncated=False)
YES = AskResult(value=True)
TRIPLES = GraphResult(
    (
        ox.Triple(IRI, ox.NamedNode(f"{PK}rawText"), ox.Literal("≥95\n", language="zh")),
        ox.Triple(IRI, ox.NamedNode(f"{PK}value"), typed("95", "decimal")),
    ),
    truncated=False,
)
COVER = Cover(
    title="预算",
    version="7",
    made=datetime(2024, 5, 1, 8, tzinfo=UTC),
    description="按部门",
    parameters={"year": "2024"},
)


def solutions(data: bytes, fmt: ox.QueryResultsFormat) -> list[list[Term | None]]:
    parsed = ox.parse_query_results(data, fmt)
    assert isinstance(parsed, ox.QuerySolutions)
    return [list(row) for row in parsed]


@pytest.mark.parametrize("name", ["json", "xml", "tsv"])
@pytest.mark.parametrize("result", [ROWS, NO_ROWS])
def test_rows_survive_the_formats_of_the_protocol(name: str, result: SelectResult) -> None:
    formats = {
        "json": ox.QueryResultsFormat.JSON,
        "xml": ox.QueryResultsFormat.XML,
        "tsv": ox.QueryResultsFormat.TSV,
    }
    data = to_bytes(result, FORMATS[name])
    assert solutions(data, formats[name]) == [list(row) for row in result.rows]


def test_json_is_what_the_recommendation_writes() -> None:
    assert json.loads(to_bytes(ROWS, FORMATS["json"]))["results"]["bindings"][0] == {
        "unit": {"type": "uri", "value": IRI.value},
        "unitLabel": {"type": "literal", "value": "交易中心", "xml:lang": "zh"},
        "budget": {"type": "literal", "value": "470000", "datatype": f"{XSD}decimal"},
    }
    assert json.loads(to_bytes(YES, FORMATS["json"])) == {"head": {}, "boolean": True}


def test_a_triple_term_is_written_as_in_sparql_1_2() -> None:
    quoted = ox.Triple(IRI, ox.NamedNode(f"{PK}value"), typed("1", "integer"))
    value = json.loads(to_bytes(column(quoted), FORMATS["json"]))["results"]["bindings"][0]["x"]
    assert value["type"] == "triple"
    assert value["value"]["subject"] == {"type": "uri", "value": IRI.value}


def test_truth_is_written_as_json_and_xml() -> None:
    assert b"<boolean>true</boolean>" in to_bytes(YES, FORMATS["xml"])


def test_a_character_that_xml_cannot_write_is_replaced() -> None:
    data = to_bytes(column(ox.Literal("a\x01b")), FORMATS["xml"])
    assert solutions(data, ox.QueryResultsFormat.XML) == [[ox.Literal("a\ufffdb")]]


def test_csv_of_the_protocol_has_bare_values_and_no_byte_order_mark() -> None:
    assert protocol_csv(ROWS) == to_bytes(ROWS, FORMATS["csv"])
    text = protocol_csv(ROWS).decode()
    assert text.startswith("unit,unitLabel,budget,note\r\n")
    assert list(csv.reader(io.StringIO(text, newline="")))[1:] == [
        [IRI.value, "交易中心", "470000", ""],
        [IRI.value, "", "1250000.5", 'a,"b"\n\t<&>'],
        ["_:b", "x", "7", ""],
    ]


def test_csv_for_people_opens_as_chinese() -> None:
    data = csv_for_people(ROWS)
    assert data.startswith(b"\xef\xbb\xbf")
    assert "交易中心" in data.decode("utf-8-sig")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("x")'])
def test_csv_for_people_holds_no_formulas(text: str) -> None:
    lines = csv_for_people(column(ox.Literal(text))).decode("utf-8-sig")
    (cell,) = list(csv.reader(io.StringIO(lines, newline="")))[1]
    assert cell == f"'{text}"
    assert text in protocol_csv(column(ox.Literal(text))).decode().replace('""', '"')


def test_csv_for_people_keeps_negative_numbers() -> None:
    assert b"\r\n-5\r\n" in csv_for_people(column(typed("-5", "decimal")))
    assert b"'=1" in csv_for_people(column(typed("=1", "decimal")))


@pytest.mark.parametrize(
    ("name", "fmt"),
    [
        ("turtle", ox.RdfFormat.TURTLE),
        ("nt", ox.RdfFormat.N_TRIPLES),
        ("jsonld", ox.RdfFormat.JSON_LD),
        ("rdfxml", ox.RdfFormat.RDF_XML),
    ],
)
def test_a_graph_survives_every_serialisation(name: str, fmt: ox.RdfFormat) -> None:
    data = to_bytes(TRIPLES, FORMATS[name])
    assert {quad.triple for quad in ox.parse(data, fmt)} == set(TRIPLES.triples)
    assert to_bytes(GraphResult((), truncated=False), FORMATS[name]) is not None


def test_turtle_declares_the_prefixes_it_uses_and_no_others() -> None:
    text = to_bytes(TRIPLES, FORMATS["turtle"]).decode()
    assert "@prefix pk:" in text
    assert "pk:rawText" in text
    assert "@prefix dcat:" not in text


@pytest.mark.parametrize("result", [ROWS, YES, TRIPLES])
@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_format_holds_exactly_the_kinds_that_it_announces(result: QueryResult, name: str) -> None:
    kind = kind_of(result)
    able = kind in FORMATS[name].kinds
    if able:
        assert find_format(name, kind) is FORMATS[name]
        assert find_format(FORMATS[name].extension, kind) is FORMATS[name]
    else:
        with pytest.raises(UsageError):
            find_format(name, kind)
    if name not in ("table", "xlsx"):
        if able:
            assert to_bytes(result, FORMATS[name])
        else:
            with pytest.raises(UsageError):
                to_bytes(result, FORMATS[name])


def test_an_unknown_format_is_answered_with_the_possible_ones() -> None:
    with pytest.raises(UsageError, match="turtle"):
        find_format("docx", ResultKind.TRIPLES)


def shown(result: QueryResult, language: str = "zh") -> str:
    out = io.StringIO()
    console = Console(file=out, width=100, color_system=None)
    named = {"budget": Text("预算", "Budget"), "unit": Text("单位", "Unit")}
    headings = named if isinstance(result, SelectResult) and "budget" in result.variables else {}
    console.print(table(result, "zh" if language == "zh" else "en", headings))
    return out.getvalue()


def test_a_table_shows_names_instead_of_iris_under_their_heading() -> None:
    text = shown(ROWS)
    assert "单位" in text
    assert "预算" in text
    assert "unitLabel" not in text
    assert "交易中心" in text


def test_a_table_shows_the_iri_where_there_is_no_name() -> None:
    assert IRI.value in shown(ROWS)


def test_a_table_aligns_numbers_to_the_right_and_counts_chinese_as_wide() -> None:
    from rich.cells import cell_len

    lines = [line for line in shown(ROWS).splitlines() if "│" in line or "┃" in line]
    assert len({cell_len(line) for line in lines}) == 1
    assert "   470,000 │" in shown(ROWS)


@pytest.mark.parametrize(
    ("language", "sentence"), [("zh", "结果在 3 行处截断"), ("en", "cut at 3 rows")]
)
def test_a_table_that_was_cut_says_so_in_its_last_line(language: str, sentence: str) -> None:
    cut = SelectResult(ROWS.variables, ROWS.rows, truncated=True)
    assert sentence in shown(cut, language).rstrip().splitlines()[-1]
    assert sentence not in shown(ROWS, language)


def test_a_table_takes_no_orders_from_its_cells() -> None:
    text = shown(column(ox.Literal("[bold]x[/bold] \x1b[2J")))
    assert "[bold]x[/bold]" in text
    assert "\x1b" not in text


def test_truth_and_graphs_have_a_table_too() -> None:
    assert "是" in shown(YES)
    assert "pk:rawText" in shown(TRIPLES)


def sheets(result: QueryResult) -> tuple[dict[str, object], list[list[object]]]:
    book = load_workbook(io.BytesIO(workbook(result, COVER, "zh", {"budget": Text("预算", "B")})))
    cover, data = book.worksheets
    assert data.freeze_panes == "A2"
    about = {str(row[0].value): row[1].value for row in cover.iter_rows()}
    return about, [[cell.value for cell in row] for row in data.iter_rows()]


def test_a_workbook_says_on_its_cover_what_it_is() -> None:
    about, _ = sheets(ROWS)
    assert about == {
        "名称": "预算",
        "内容": "按部门",
        "参数 year": "2024",
        "数据版本": "7",
        "生成时间": "2024-05-01T08:00:00+00:00",
        "行数": 3,
        "完整性": "完整",
    }


def test_a_workbook_that_was_cut_says_so_on_its_cover() -> None:
    about, _ = sheets(SelectResult(ROWS.variables, ROWS.rows, truncated=True))
    assert "截断" in str(about["完整性"])


def test_a_workbook_has_typed_cells() -> None:
    cells = column(
        typed("470000", "decimal"),
        typed("63.5", "decimal"),
        typed("2024", "gYear"),
        typed("2024-01-31", "date"),
        typed("true", "boolean"),
        typed("12345678901234567890", "integer"),
        typed("INF", "double"),
        typed("soon", "date"),
        ox.Literal("0012"),
        IRI,
        None,
    )
    _, rows = sheets(cells)
    assert [row[0] for row in rows[1:]] == [
        470000,
        63.5,
        2024,
        datetime(2024, 1, 31),
        True,
        "12345678901234567890",
        "INF",
        "soon",
        "0012",
        IRI.value,
    ] + ([None] if len(rows) == 12 else [])


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "#N/A", '=HYPERLINK("x")'])
def test_a_workbook_holds_no_formulas(text: str) -> None:
    book = load_workbook(io.BytesIO(workbook(column(ox.Literal(text)), COVER, "zh")))
    cell = book.worksheets[1]["A2"]
    assert (cell.value, cell.data_type) == (text, "s")


def test_a_workbook_takes_any_text() -> None:
    about, rows = sheets(column(ox.Literal("a\x00b\x1bc"), ox.Literal("长" * 40_000)))
    assert rows[1] == ["a\ufffdb\ufffdc"]
    assert len(str(rows[2][0])) == 32_767
    assert about["缩短的单元格"] == 1


def test_truth_and_graphs_have_a_workbook_too() -> None:
    assert sheets(YES)[1] == [["answer"], [True]]
    assert sheets(TRIPLES)[1][0] == ["subject", "predicate", "object"]
    assert sheets(NO_ROWS)[1] == [["a", "b"]]
