"""Each saved query on a small graph whose answers are known, and on an empty one."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from perfkg.namespaces import PREFIXES
from perfkg.queries import THEMES, Catalogue, prepare
from perfkg.resources import queries_folder
from perfkg.sparql.fence import Form, check_query
from perfkg.sparql.tokens import Kind, significant
from tests.queries.small_graph import Graph

NAMES = sorted(path.stem for path in queries_folder().glob("*.rq"))
COST = "https://w3id.org/perfkg/id/indicator-class/6901d2a0-c730-51dd-93b9-823feca62014"


def pick(rows: list[dict[str, str]], *columns: str) -> list[tuple[str | None, ...]]:
    return [tuple(row.get(column) for column in columns) for row in rows]


def test_every_file_is_a_working_query(catalogue: Catalogue) -> None:
    assert catalogue.errors == ()
    assert [query.name for query in catalogue] == NAMES
    assert len(NAMES) >= 24


@pytest.mark.parametrize("name", NAMES)
def test_every_query_runs_without_arguments(catalogue: Catalogue, graph: Graph, name: str) -> None:
    assert isinstance(graph.ask(catalogue, name), list)
    text = prepare(catalogue.get(name), {})
    assert check_query(text) is Form.SELECT


@pytest.mark.parametrize("name", NAMES)
def test_every_query_has_its_place_in_the_collection(catalogue: Catalogue, name: str) -> None:
    query = catalogue.get(name)
    assert query.theme in set(THEMES) - {"other"}
    assert query.tags
    assert all(item.optional or item.default for item in query.parameters)


@pytest.mark.parametrize("name", NAMES)
def test_every_query_answers_nothing_on_an_empty_graph(
    catalogue: Catalogue, nothing: Graph, name: str
) -> None:
    answer = nothing.query(prepare(catalogue.get(name), {}))
    assert getattr(answer, "rows", None) == ()


@pytest.mark.parametrize("name", NAMES)
def test_every_query_stands_alone_in_any_engine(catalogue: Catalogue, name: str) -> None:
    ox.Store().query(catalogue.get(name).text)


@pytest.mark.parametrize("name", NAMES)
def test_every_query_orders_its_rows_and_avoids_what_is_slow(
    catalogue: Catalogue, name: str
) -> None:
    words = [token.word for token in significant(catalogue.get(name).text)]
    assert "ORDER" in words
    assert "EXISTS" not in words


@pytest.mark.parametrize("name", NAMES)
def test_every_column_with_an_iri_of_a_named_thing_has_its_label_beside_it(
    catalogue: Catalogue, graph: Graph, name: str
) -> None:
    text = prepare(catalogue.get(name), {})
    result = graph.query(text, prefixes=PREFIXES)
    variables: tuple[str, ...] = getattr(result, "variables", ())
    for number, variable in enumerate(variables):
        cells = [row[number] for row in getattr(result, "rows", ())]
        holds_iris = any(isinstance(cell, ox.NamedNode) for cell in cells)
        assert not holds_iris or variable in ("form", "target") or f"{variable}Label" in variables


@pytest.mark.parametrize("name", NAMES)
def test_every_column_has_a_name_in_both_languages(catalogue: Catalogue, name: str) -> None:
    query = catalogue.get(name)
    head = query.text[: query.text.index("WHERE")]
    shown = {token.text[1:] for token in significant(head) if token.kind is Kind.VARIABLE}
    labelled = {name.removesuffix("Label") for name in shown if name.endswith("Label")}
    assert labelled <= set(query.columns)
    assert all(text.zh and text.en for text in query.columns.values())


def test_budget_by_department(catalogue: Catalogue, graph: Graph) -> None:
    columns = ("departmentLabel", "unitLabel", "projects", "forms", "budget")
    assert pick(graph.ask(catalogue, "budget-by-department"), *columns) == [
        ("住建委", "交易中心", "2", "3", "1750000"),
        ("住建委", "档案馆", "1", "1", "90000"),
        ("文旅局", "博物馆", "1", "1", "0"),
    ]
    assert pick(graph.ask(catalogue, "budget-by-department", year="2023"), *columns) == [
        ("住建委", "档案馆", "1", "1", "90000"),
        ("住建委", "交易中心", "1", "1", "30000"),
    ]


def test_project_indicators(catalogue: Catalogue, graph: Graph) -> None:
    columns = ("fiscalYear", "position", "level2Label", "indicatorLabel", "comparator", "value")
    rows = graph.ask(catalogue, "project-indicators", project="设备维护")
    assert pick(rows, *columns) == [
        ("2024", "1", "服务对象满意度指标", "服务对象满意度", "≥", "85"),
        ("2024", "2", "经济成本指标", "成本控制率", "≤", "100"),
    ]
    rows = graph.ask(
        catalogue, "project-indicators", project="https://w3id.org/perfkg/id/p1", year="2023"
    )
    assert pick(rows, "indicatorLabel", "targetText", "value") == [("完成及时", "及时", None)]
    rows = graph.ask(catalogue, "project-indicators")
    assert {row["projectLabel"] for row in rows} == {"设备维护"}  # it asks for most money


def test_shared_indicators(catalogue: Catalogue, graph: Graph) -> None:
    rows = graph.ask(catalogue, "shared-indicators", atLeast="3")
    assert pick(rows, "indicatorLabel", "projects", "projectLabel", "rawText") == [
        ("服务对象满意度", "3", "展览", "较高"),
        ("服务对象满意度", "3", "档案管理", "≥95.00(%)"),
        ("服务对象满意度", "3", "设备维护", "≥85(%)"),
    ]
    rows = graph.ask(catalogue, "shared-indicators", text="套数")
    assert pick(rows, "indicatorLabel", "measureLabel") == [
        ("办理套数", "万套"),
        ("办理套数", "套"),
    ]


def test_lowest_satisfaction(catalogue: Catalogue, graph: Graph) -> None:
    rows = graph.ask(catalogue, "lowest-satisfaction")
    assert pick(rows, "value", "projectLabel") == [("85", "设备维护"), ("95", "档案管理")]
    assert pick(graph.ask(catalogue, "lowest-satisfaction", below="95"), "value") == [("85",)]
    assert graph.ask(catalogue, "lowest-satisfaction", year="2023") == []


def test_quantitative_share(catalogue: Catalogue, graph: Graph) -> None:
    rows = graph.ask(catalogue, "quantitative-share")
    columns = ("projectLabel", "targets", "quantitative", "quantitativePercent", "qualitative")
    assert pick(rows, *columns) == [
        ("展览", "2", "0", "0", "2"),
        ("档案管理", "3", "2", "66.7", "1"),
        ("档案管理", "2", "2", "100", "0"),
        ("设备维护", "2", "2", "100", "0"),
    ]


def test_indicators_by_level(catalogue: Catalogue, graph: Graph) -> None:
    rows = graph.ask(catalogue, "indicators-by-level", year="2024")
    assert pick(rows, "level1Label", "level2Label", "targets", "indicators", "projects") == [
        ("产出指标", "数量指标", "2", "2", "2"),
        ("成本指标", "经济成本指标", "1", "1", "1"),
        ("满意度指标", "服务对象满意度指标", "3", "1", "3"),
    ]


def test_projects_missing_class(catalogue: Catalogue, graph: Graph) -> None:
    rows = graph.ask(catalogue, "projects-missing-class")
    assert pick(rows, "projectLabel", "unitLabel", "classLabel") == [
        ("展览", "博物馆", "成本指标"),
        ("档案管理", "交易中心", "成本指标"),
    ]
    assert graph.ask(catalogue, "projects-missing-class", **{"class": COST}) == rows
    assert graph.ask(catalogue, "projects-missing-class", **{"class": "成本指标"}) == rows
    rows = graph.ask(catalogue, "projects-missing-class", **{"class": "服务对象满意度指标"})
    assert pick(rows, "projectLabel", "unitLabel") == [("档案管理", "档案馆")]


def test_targets_in_unit(catalogue: Catalogue, graph: Graph) -> None:
    rows = graph.ask(catalogue, "targets-in-unit", unit="套")
    columns = ("normalizedValue", "normalizedUnitLabel", "value", "measureLabel")
    assert pick(rows, *columns) == [("635000", "套", "63.5", "万套"), ("500", "套", "500", "套")]
    assert pick(graph.ask(catalogue, "targets-in-unit", unit="万套"), "value") == [("63.5",)]
    rows = graph.ask(catalogue, "targets-in-unit", year="2024")
    assert pick(rows, "normalizedValue") == [("100",), ("95",), ("85",)]


def test_largest_projects(catalogue: Catalogue, graph: Graph) -> None:
    rows = graph.ask(catalogue, "largest-projects", atLeast="90000")
    assert pick(rows, "projectLabel", "fiscalYear", "request") == [
        ("设备维护", "2024", "1250000"),
        ("档案管理", "2024", "470000"),
        ("档案管理", "2023", "90000"),
    ]


def test_targets_in_words(catalogue: Catalogue, graph: Graph) -> None:
    rows = graph.ask(catalogue, "targets-in-words")
    assert pick(rows, "targetText", "targets", "projects", "example") == [
        ("及时", "2", "2", "完成及时"),
        ("较高", "1", "1", "服务对象满意度"),
    ]
    rows = graph.ask(catalogue, "targets-in-words", **{"class": "满意度指标"})
    assert pick(rows, "targetText", "targets") == [("较高", "1")]


def test_projects(catalogue: Catalogue, graph: Graph) -> None:
    columns = ("projectLabel", "fiscalYear", "kind", "unitLabel", "request", "targets")
    rows = graph.ask(catalogue, "projects", organization="市住建委", year="2024")
    assert pick(rows, *columns) == [
        ("档案管理", "2024", "申报表", "交易中心", "470000", "2"),
        ("设备维护", "2024", "申报表", "交易中心", "1250000", "2"),
        ("设备维护", "2024", "自评表", "交易中心", "1250000", "0"),
    ]
    assert pick(graph.ask(catalogue, "projects", organization="博物馆"), "projectLabel") == [
        ("展览",)
    ]
    assert len(graph.ask(catalogue, "projects", text="档案")) == 3


def test_repairs(catalogue: Catalogue, graph: Graph) -> None:
    rows = graph.ask(catalogue, "repairs")
    assert pick(rows, "projectLabel", "about", "repair", "location", "documentLabel") == [
        ("档案管理", "办理套数", "单位按万套读取", "line 19", "forms.txt"),
        ("设备维护", "整张表", "项目名称换行，已合并", "lines 5-40", "forms.txt"),
    ]
