"""What a parameter may be chosen from."""

from __future__ import annotations

import pytest

from perfkg.messages import Text
from perfkg.queries import Catalogue, Choice, Options, Parameter, options
from perfkg.store import EmbeddedStore

LABEL = Text("值", "Value")
DEPARTMENT = "https://w3id.org/perfkg/def#supervisingDepartment"


def of(class_: str, via: str | None = None) -> Parameter:
    return Parameter("p", "iri", LABEL, of_class=class_, via=via)


def told(page: Options) -> list[tuple[str, int]]:
    """Return labels and numbers, most first as they come, and by name where numbers are equal."""
    counts = [item.count or 0 for item in page.items]
    pairs = [(item.label.zh, item.count or 0) for item in page.items]
    return sorted(pairs, key=lambda pair: (counts.index(pair[1]), pair[0]))


ORGANIZATION = of("http://www.w3.org/ns/org#FormalOrganization")
INDICATOR = of("https://w3id.org/perfkg/def#Indicator")
UNIT = of("http://qudt.org/schema/qudt/Unit")


def test_an_organization_is_a_department_or_a_unit_with_the_forms_that_name_it(
    county: EmbeddedStore,
) -> None:
    assert told(options(county, ORGANIZATION)) == [
        ("云岭县教育局", 4),
        ("云岭县供水管理站", 3),
        ("云岭县水务局", 3),
        ("云岭县第一小学", 3),
        ("云岭县图书馆", 1),
        ("云岭县档案馆", 1),
    ]


def test_a_parameter_may_say_which_property_points_to_its_things(county: EmbeddedStore) -> None:
    departments = of("http://www.w3.org/ns/org#FormalOrganization", DEPARTMENT)
    assert told(options(county, departments)) == [("云岭县教育局", 4), ("云岭县水务局", 3)]
    natures = of(
        "http://www.w3.org/2004/02/skos/core#Concept", "https://w3id.org/perfkg/def#projectNature"
    )
    assert told(options(county, natures)) == [("经常性项目", 3), ("一次性项目", 2)]


def test_projects_classes_and_units_of_measure_have_counts_too(county: EmbeddedStore) -> None:
    projects = options(county, of("https://w3id.org/perfkg/def#Project"))
    assert told(projects)[:2] == [("食堂改造", 3), ("供水管网维护", 2)]
    assert told(options(county, UNIT))[0] == ("%", 20)  # 16 targets and 4 results
    classes = told(options(county, of("https://w3id.org/perfkg/def#IndicatorClass")))
    assert ("产出指标", 26) in classes
    assert ("数量指标", 10) in classes


def test_a_search_finds_a_part_of_a_name_or_of_another_spelling(county: EmbeddedStore) -> None:
    assert told(options(county, INDICATOR, "满意")) == [
        ("师生满意度", 3),
        ("用水户满意度", 3),
        ("读者满意度", 1),
    ]
    assert [item.label.en for item in options(county, UNIT, "百分比").items] == ["percent"]
    assert told(options(county, UNIT, "％")) == [("%", 20)]
    assert told(options(county, INDICATOR, "没有这个指标")) == []


@pytest.mark.parametrize("text", ['"} DROP ALL', "\\", "?thing", "' || true", "%s %(limit)d"])
def test_a_search_is_never_read_as_a_query(county: EmbeddedStore, text: str) -> None:
    assert options(county, INDICATOR, text) == Options((), more=False)


def test_pages_follow_one_another_without_gap_or_repetition(county: EmbeddedStore) -> None:
    whole = options(county, INDICATOR, limit=500)
    pages = [options(county, INDICATOR, offset=start, limit=10) for start in (0, 10, 20)]
    assert [item for page in pages for item in page.items] == list(whole.items)
    assert [page.more for page in pages] == [True, True, False]
    assert not whole.more


def test_years_come_latest_first(county: EmbeddedStore) -> None:
    year = Parameter("year", "year", LABEL)
    assert told(options(county, year)) == [("2024", 5), ("2023", 3)]
    assert [item.value for item in options(county, year).items] == ["2024", "2023"]
    assert told(options(county, year, "23")) == [("2023", 3)]


def test_a_choice_is_offered_as_its_head_lists_it(county: EmbeddedStore) -> None:
    listed = (Choice("a", Text("甲", "first")), Choice("b", Text("乙", "second")))
    choice = Parameter("p", "choice", LABEL, choices=listed)
    assert [item.value for item in options(county, choice).items] == ["a", "b"]
    assert [item.value for item in options(county, choice, "Sec").items] == ["b"]
    assert options(county, choice, limit=1).more


@pytest.mark.parametrize("kind", ["text", "integer", "decimal", "date"])
def test_what_is_typed_in_has_no_options(county: EmbeddedStore, kind: str) -> None:
    assert options(county, Parameter("p", kind, LABEL)) == Options((), more=False)


def test_every_option_of_every_parameter_is_a_value_of_it(
    county: EmbeddedStore, catalogue: Catalogue
) -> None:
    for query in catalogue:
        for parameter in query.parameters:
            page = options(county, parameter)
            if parameter.type in ("iri", "year", "choice"):
                assert page.items, (query.name, parameter.name)
                assert all(item.label.zh and item.label.en for item in page.items)


def test_an_empty_store_has_nothing_to_choose(fresh: EmbeddedStore) -> None:
    assert options(fresh, ORGANIZATION) == Options((), more=False)
    assert options(fresh, Parameter("year", "year", LABEL)) == Options((), more=False)
