"""The rules about units, headings and names: their examples, and what they tell the officer."""

from collections import defaultdict

import pytest

from perfkg.graph.mapping import Mapper
from perfkg.reading import read_file
from perfkg.validation.findings import Finding
from perfkg.validation.runner import validate_forms
from perfkg.validation.shapes import Shapes

from .support import RULES

NAMES = (
    "rate-unit",
    "ambiguous-unit",
    "name-unit-mismatch",
    "comparator-direction",
    "satisfaction-off-topic",
    "quality-misplaced",
    "timeliness-misplaced",
    "completion-misplaced",
    "mechanism-misplaced",
    "timeliness-without-time",
    "economic-off-topic",
    "social-cost-off-topic",
    "duplicate-indicator",
    "rate-in-words",
    "satisfaction-in-words",
    "improvement-in-words",
    "value-in-name",
    "number-hidden-in-words",
    "name-is-a-sentence",
    "text-truncated",
)


@pytest.fixture(scope="module")
def found(shapes: Shapes) -> dict[str, list[Finding]]:
    """What needs attention in each example, by file name; the reference engine reads them all."""
    mapper = Mapper()
    forms = []
    for name in NAMES:
        for kind in ("wrong", "right"):
            read = read_file(RULES / f"{name}.{kind}.txt")
            assert len(read.forms) == 1
            forms.append(mapper.map(read.forms[0], read.document))
    # A wrong example and its right one state the same form: they are checked one after the other.
    by_file: dict[str, list[Finding]] = defaultdict(list)
    for kind in (forms[::2], forms[1::2]):
        for finding in validate_forms(kind, shapes):
            if finding.severity != "Info":
                by_file[finding.document or ""].append(finding)
    return by_file


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_and_no_other_finds_its_wrong_example(
    found: dict[str, list[Finding]], name: str
) -> None:
    assert [finding.rule for finding in found[f"{name}.wrong.txt"]] == [name]


@pytest.mark.parametrize("name", NAMES)
def test_a_right_example_passes_in_silence(found: dict[str, list[Finding]], name: str) -> None:
    assert found[f"{name}.right.txt"] == []


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("rate-unit", "将名称改为“古籍扫描页数”", "call it “古籍扫描页数”"),
        ("ambiguous-unit", "如“万件”", "such as “万件”"),
        ("name-unit-mismatch", "将单位改为“人次”", "change the unit to “人次”"),
        ("comparator-direction", "请写“≥240人”", "write “≥240人”"),
        ("satisfaction-off-topic", "请移到“数量指标”下", "move it to “数量指标”"),
        ("timeliness-without-time", "移到“数量指标”下", "move it to “数量指标”"),
        ("duplicate-indicator", "表中第 2 项指标", "indicator number 2 of the form"),
        ("rate-in-words", "如“≥95%”", "such as “≥95%”"),
        ("value-in-name", "请删去“4座”", "delete “4座”"),
        ("number-hidden-in-words", "如“≤5工作日”", "such as “≤5工作日”"),
    ],
)
def test_a_finding_says_what_to_write_instead(
    found: dict[str, list[Finding]], name: str, zh: str, en: str
) -> None:
    (finding,) = found[f"{name}.wrong.txt"]
    assert zh in finding.message.zh
    assert en in finding.message.en


def test_no_message_is_left_with_a_gap(found: dict[str, list[Finding]]) -> None:
    for findings in found.values():
        for finding in findings:
            for text in (finding.message.zh, finding.message.en):
                assert "{" not in text
                assert "“”" not in text
