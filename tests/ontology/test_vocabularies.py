"""The vocabularies: identity of the concepts, SKOS integrity, and what each must hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal

import pytest
from rdflib import RDF, RDFS, SKOS, XSD, Graph, Literal, Namespace, URIRef

from perfkg.identity import Identity, normalise
from perfkg.namespaces import PK, QUANTITYKIND, QUDT, UNIT

pk = Namespace(PK)
qudt = Namespace(QUDT)
unit = Namespace(UNIT)
quantitykind = Namespace(QUANTITYKIND)
identity = Identity()

LABELS = (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)
UNITS = URIRef(identity.scheme("units"))
FORMER = URIRef(identity.scheme("classification-2015"))
CURRENT = URIRef(identity.scheme("classification-2021"))
NATURES = URIRef(identity.scheme("project-natures"))
CATEGORIES = URIRef(identity.scheme("project-categories"))
INDICATORS = URIRef(identity.scheme("indicators"))
SCHEMES = (UNITS, FORMER, CURRENT, NATURES, CATEGORIES)

MINTED: dict[URIRef, Callable[[str], str]] = {
    UNITS: identity.unit,
    FORMER: lambda label: identity.indicator_class("2015", label),
    CURRENT: lambda label: identity.indicator_class("2021", label),
    NATURES: identity.project_nature,
    CATEGORIES: identity.project_category,
}

TREE_2015 = {
    "产出指标": {"数量指标", "质量指标", "时效指标", "成本指标"},
    "效益指标": {"经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"},
    "满意度指标": {"服务对象满意度指标"},
}
TREE_2021 = {
    "成本指标": {"经济成本指标", "社会成本指标", "生态环境成本指标"},
    "产出指标": {"数量指标", "质量指标", "时效指标"},
    "效益指标": {"经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"},
    "满意度指标": {"服务对象满意度指标"},
}


def _concepts(graph: Graph, scheme: URIRef) -> set[URIRef]:
    return {s for s in graph.subjects(SKOS.inScheme, scheme) if isinstance(s, URIRef)}


def _texts(graph: Graph, concept: object, predicate: URIRef, language: str = "zh") -> list[str]:
    found = graph.objects(URIRef(str(concept)), predicate)
    return [str(t) for t in found if isinstance(t, Literal) and t.language == language]


def _label(graph: Graph, concept: object) -> str:
    (label,) = _texts(graph, concept, SKOS.prefLabel)
    return label


def _spelled(graph: Graph, scheme: URIRef, text: str) -> URIRef:
    (found,) = {
        concept
        for concept in _concepts(graph, scheme)
        for predicate in LABELS
        if normalise(text) in map(normalise, _texts(graph, concept, predicate))
    }
    return found


def _tree(graph: Graph, scheme: URIRef) -> dict[str, set[str]]:
    tops = graph.objects(scheme, SKOS.hasTopConcept)
    return {
        _label(graph, top): {_label(graph, c) for c in graph.subjects(SKOS.broader, top)}
        for top in tops
    }


# ── identity and labels ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_iri_is_the_one_that_its_label_mints(vocabularies: Graph, scheme: URIRef) -> None:
    for concept in _concepts(vocabularies, scheme):
        if not str(concept).startswith(UNIT):
            assert str(concept) == MINTED[scheme](_label(vocabularies, concept))


@pytest.mark.parametrize("scheme", [*SCHEMES, INDICATORS])
def test_every_scheme_is_described_in_both_languages(vocabularies: Graph, scheme: URIRef) -> None:
    assert (scheme, RDF.type, SKOS.ConceptScheme) in vocabularies
    for language in ("zh", "en"):
        assert _texts(vocabularies, scheme, RDFS.label, language)


def test_the_indicator_scheme_is_empty(vocabularies: Graph) -> None:
    assert _concepts(vocabularies, INDICATORS) == set()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_concept_has_one_preferred_label_in_each_language(
    vocabularies: Graph, scheme: URIRef
) -> None:
    concepts = _concepts(vocabularies, scheme)
    assert concepts
    for concept in concepts:
        assert (concept, RDF.type, SKOS.Concept) in vocabularies
        for language in ("zh", "en"):
            preferred = _texts(vocabularies, concept, SKOS.prefLabel, language)
            assert len(preferred) == 1
            assert _texts(vocabularies, concept, RDFS.label, language) == preferred


@pytest.mark.parametrize("scheme", [FORMER, CURRENT, NATURES, CATEGORIES])
def test_every_heading_and_code_is_defined(vocabularies: Graph, scheme: URIRef) -> None:
    for concept in _concepts(vocabularies, scheme):
        for language in ("zh", "en"):
            assert len(_texts(vocabularies, concept, SKOS.definition, language)) == 1


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_spelling_stands_on_one_concept_of_a_scheme(vocabularies: Graph, scheme: URIRef) -> None:
    holders: dict[str, set[URIRef]] = defaultdict(set)
    for concept in _concepts(vocabularies, scheme):
        for predicate in LABELS:
            for text in _texts(vocabularies, concept, predicate):
                holders[normalise(text)].add(concept)
    assert {text: found for text, found in holders.items() if len(found) > 1} == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_english_labels_are_unique_in_a_scheme(vocabularies: Graph, scheme: URIRef) -> None:
    concepts = _concepts(vocabularies, scheme)
    labels = [_texts(vocabularies, c, SKOS.prefLabel, "en")[0].casefold() for c in concepts]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_preferred_alternative_and_hidden_labels_are_disjoint(
    vocabularies: Graph, scheme: URIRef
) -> None:
    for concept in _concepts(vocabularies, scheme):
        texts = [text for p in LABELS for text in _texts(vocabularies, concept, p)]
        assert len(texts) == len(set(texts)), _label(vocabularies, concept)


# ── relations ──────────────────────────────────────────────────────────────────────────────────


def test_hierarchies_stay_within_a_scheme_and_have_no_circle(vocabularies: Graph) -> None:
    for concept, above in vocabularies.subject_objects(SKOS.broader):
        schemes = set(vocabularies.objects(concept, SKOS.inScheme))
        assert schemes == set(vocabularies.objects(above, SKOS.inScheme))
        assert concept not in set(vocabularies.transitive_objects(above, SKOS.broader))


def test_narrower_is_the_inverse_of_broader_wherever_it_stands(vocabularies: Graph) -> None:
    for above, below in vocabularies.subject_objects(SKOS.narrower):
        assert (below, SKOS.broader, above) in vocabularies


def test_top_concepts_and_their_schemes_name_each_other(vocabularies: Graph) -> None:
    forward = set(vocabularies.subject_objects(SKOS.hasTopConcept))
    backward = set(vocabularies.subject_objects(SKOS.topConceptOf))
    assert forward == {(scheme, concept) for concept, scheme in backward}
    for concept, _ in backward:
        assert (concept, SKOS.broader, None) not in vocabularies


def test_an_exact_match_is_neither_broader_nor_related(vocabularies: Graph) -> None:
    exact = set(vocabularies.subject_objects(SKOS.exactMatch))
    for predicate in (SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch):
        assert exact.isdisjoint(vocabularies.subject_objects(predicate))


# ── the classification ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("scheme", "tree"), [(FORMER, TREE_2015), (CURRENT, TREE_2021)])
def test_a_version_has_its_official_headings(
    vocabularies: Graph, scheme: URIRef, tree: dict[str, set[str]]
) -> None:
    assert _tree(vocabularies, scheme) == tree
    concepts = _concepts(vocabularies, scheme)
    assert len(concepts) == len(tree) + sum(map(len, tree.values()))
    assert all((c, RDF.type, pk.IndicatorClass) in vocabularies for c in concepts)


def test_equal_headings_match_both_ways(vocabularies: Graph) -> None:
    def parents(scheme: URIRef) -> dict[tuple[str, str | None], URIRef]:
        found = {}
        for concept in _concepts(vocabularies, scheme):
            above = vocabularies.value(concept, SKOS.broader)
            parent = _label(vocabularies, above) if above else None
            found[_label(vocabularies, concept), parent] = concept
        return found

    former, current = parents(FORMER), parents(CURRENT)
    equal = former.keys() & current.keys()
    assert len(equal) == 11
    for key in equal:
        assert (former[key], SKOS.exactMatch, current[key]) in vocabularies
        assert (current[key], SKOS.exactMatch, former[key]) in vocabularies


def test_cost_under_output_is_a_part_of_cost_and_equal_to_nothing(vocabularies: Graph) -> None:
    former = _spelled(vocabularies, FORMER, "成本指标")
    current = _spelled(vocabularies, CURRENT, "成本指标")
    assert (former, SKOS.broadMatch, current) in vocabularies
    assert (current, SKOS.narrowMatch, former) in vocabularies
    assert (former, SKOS.exactMatch, None) not in vocabularies


@pytest.mark.parametrize(
    ("spelling", "heading"),
    [
        ("项目完成指标", "产出指标"),
        ("产出", "产出指标"),
        ("项目效益指标", "效益指标"),
        ("项目效果指标", "效益指标"),
        ("数量", "数量指标"),
        ("质量", "质量指标"),
        ("时效", "时效指标"),
        ("进度指标", "时效指标"),
        ("成本", "成本指标"),
        ("环境效益指标", "生态效益指标"),
        ("生态环境效益指标", "生态效益指标"),
        ("可持续性影响指标", "可持续影响指标"),
        ("可持续影响效益指标", "可持续影响指标"),
        ("满意度", "满意度指标"),
        ("服务对象满意度", "服务对象满意度指标"),
        ("社会公众或服务对象满意度指标", "服务对象满意度指标"),
        ("公众满意度指标", "服务对象满意度指标"),
    ],
)
def test_a_spelling_found_in_forms_leads_to_its_heading(
    vocabularies: Graph, spelling: str, heading: str
) -> None:
    assert _label(vocabularies, _spelled(vocabularies, CURRENT, spelling)) == heading


# ── units ──────────────────────────────────────────────────────────────────────────────────────

MEASURE_WORDS = (
    "页 盒 件 次 个 份 期 批次 套 条 人次 户 家 台 辆 项 场 所 座 处 本 册 篇 块 株 头 只 张 部 支 "
    "间 栋 幢 村 门 宗 起 例 组 批"
)


@pytest.mark.parametrize("label", MEASURE_WORDS.split())
def test_a_measure_word_is_a_contextual_count(vocabularies: Graph, label: str) -> None:
    concept = URIRef(identity.unit(label))
    types = set(vocabularies.objects(concept, RDF.type))
    assert types == {qudt.Unit, qudt.ContextualUnit, qudt.CountingUnit, SKOS.Concept}
    assert (concept, SKOS.broader, unit.NUM) in vocabularies
    assert (concept, qudt.categorizedByQuantityKind, quantitykind.Count) in vocabularies
    assert (concept, qudt.scalingOf, None) not in vocabularies
    vector = vocabularies.value(concept, qudt.hasDimensionVector)
    assert str(vector).endswith("/A0E0L0I0M0H0T0D1")


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("%", "PERCENT"),
        ("％", "PERCENT"),
        ("百分之", "PERCENT"),
        ("分钟", "MIN"),
        ("小时", "HR"),
        ("天数", "DAY"),
        ("个月", "MO"),
        ("㎡", "M2"),
        ("平米", "M2"),
        ("公顷", "HA"),
        ("M", "M"),
        ("千米", "KiloM"),
        ("公斤", "KiloGM"),
        ("名", "INDIV"),
        ("元", "CCY_CNY"),
        ("‰", "PERMILLE"),
    ],
)
def test_a_unit_that_qudt_has_is_named_by_qudt(
    vocabularies: Graph, spelling: str, name: str
) -> None:
    assert _spelled(vocabularies, UNITS, spelling) == unit[name]


@pytest.mark.parametrize(
    ("label", "base", "multiplier"),
    [
        ("万", unit.NUM, "10000"),
        ("万元", unit.CCY_CNY, "10000"),
        ("亿元", unit.CCY_CNY, "100000000"),
        ("千元", unit.CCY_CNY, "1000"),
        ("万平方米", unit.M2, "10000"),
        ("万人", unit.INDIV, "10000"),
        ("万吨", unit.TONNE, "10000"),
        ("万套", URIRef(identity.unit("套")), "10000"),
        ("万亩", URIRef(identity.unit("亩")), "10000"),
        ("万/条", URIRef(identity.unit("条")), "10000"),
    ],
)
def test_a_multiple_names_its_base_and_its_factor(
    vocabularies: Graph, label: str, base: URIRef, multiplier: str
) -> None:
    concept = URIRef(identity.unit(label))
    assert vocabularies.value(concept, qudt.scalingOf) == base
    factor = vocabularies.value(concept, qudt.conversionMultiplier)
    assert isinstance(factor, Literal)
    assert factor.toPython() == Decimal(multiplier)


def test_every_multiple_scales_a_unit_of_the_vocabulary_that_is_none_itself(
    vocabularies: Graph,
) -> None:
    for concept, base in vocabularies.subject_objects(qudt.scalingOf):
        assert base in _concepts(vocabularies, UNITS)
        assert (base, qudt.scalingOf, None) not in vocabularies
        assert vocabularies.value(concept, qudt.conversionMultiplier) is not None
        assert not str(concept).startswith(UNIT)


def test_multipliers_are_decimals(vocabularies: Graph) -> None:
    factors = list(vocabularies.objects(None, qudt.conversionMultiplier))
    assert factors
    assert all(isinstance(f, Literal) and f.datatype == XSD.decimal for f in factors)


def test_the_ratios_are_exactly_those_that_name_a_share(vocabularies: Graph) -> None:
    ratios = vocabularies.subjects(qudt.hasQuantityKind, quantitykind.DimensionlessRatio)
    labels = {_label(vocabularies, concept) for concept in ratios}
    assert labels == {"%", "‰", "/万", "/10万", "ppm", "百分点", "比例", "倍", "成"}


def test_every_unit_is_a_qudt_unit(vocabularies: Graph) -> None:
    concepts = _concepts(vocabularies, UNITS)
    assert len(concepts) >= 70
    assert all((c, RDF.type, qudt.Unit) in vocabularies for c in concepts)


# ── codes ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("scheme", "labels"),
    [
        (
            NATURES,
            "其他一次性项目 其他经常性项目 经常性专项业务费 一次性项目 经常性项目 新增项目 延续项目"
            " 阶段性项目 跨年度项目",
        ),
        (CATEGORIES, "特定目标类 其他运转类 人员类 公用经费类 运转类"),
    ],
)
def test_the_codes_of_the_forms_are_there(vocabularies: Graph, scheme: URIRef, labels: str) -> None:
    known = {_label(vocabularies, concept) for concept in _concepts(vocabularies, scheme)}
    assert set(labels.split()) <= known
