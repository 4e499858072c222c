"""The rules of advice: their examples, and what their messages tell the officer to write."""

from pathlib import Path

import pytest

from perfkg.graph.mapping import Mapper
from perfkg.reading import read_file
from perfkg.resources import demo_folder
from perfkg.validation.findings import Finding
from perfkg.validation.runner import validate_forms
from perfkg.validation.shapes import Shapes

from .casework import Case, found_by
from .support import RULES

NAMES = sorted(path.name.split(".")[0] for path in RULES.glob("*.wrong.txt"))


@pytest.fixture(scope="module")
def bundled(shapes: Shapes) -> list[Finding]:
    """What the rules find in the ten bundled forms."""
    read = read_file(demo_folder() / "shanghai-real-estate-2024.txt")
    mapper = Mapper()
    return validate_forms([mapper.map(form, read.document) for form in read.forms], shapes)


def example(name: str, kind: str) -> Case:
    return Case(name, _text(RULES / f"{name}.{kind}.txt"), f"{name}.{kind}")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_finds_its_wrong_example(shapes: Shapes, name: str, vocabulary: bytes) -> None:
    assert found_by(shapes, example(name, "wrong"), vocabulary)


@pytest.mark.parametrize("name", NAMES)
def test_a_rule_is_silent_on_its_right_example(
    shapes: Shapes, name: str, vocabulary: bytes
) -> None:
    assert found_by(shapes, example(name, "right"), vocabulary) == []


@pytest.mark.parametrize(
    ("rule", "place", "words"),
    [
        ("percent-spelling", "line 133", "≥98%"),
        ("unit-spelling", "line 171", "≥240天"),
        ("strict-comparator", "line 113", "≥90%"),
        ("quantity-as-percent", "line 20", "消防报警设备维护工作数量"),
        ("threshold-in-name", "line 242", "≤3秒"),
        ("name-starts-with-verb", "line 35", "“存量档案数字化覆盖率”"),
        ("no-baseline", "line 37", "较上年提升5%"),
        ("goal-unquantified", "lines 94-113", "维修更新工程数量 =3个"),
        ("one-off-yearly", "lines 115-149", "“每年金额24万”"),
        ("year-in-project-name", "lines 94-113", "“房地大厦设施设备维护”"),
        ("internal-respondents", "line 71", "管理者"),
        ("mixed-measurement", None, "“热线服务保障经费”"),
    ],
)
def test_the_message_says_what_to_write_in_both_languages(
    bundled: list[Finding], rule: str, place: str | None, words: str
) -> None:
    (found,) = [f for f in bundled if (f.rule, f.location) == (rule, place)]
    assert words in found.message.zh
    assert words in found.message.en
    assert "{?" not in found.message.zh + found.message.en


def test_a_repair_is_told_in_the_language_of_the_message(bundled: list[Finding]) -> None:
    (found,) = [f for f in bundled if (f.rule, f.location) == ("repaired", "line 39")]
    assert "本行单元格左移了 1 列" in found.message.zh
    assert "shifted" not in found.message.zh
    assert "shifted 1 to the left" in found.message.en


@pytest.mark.parametrize("line", [23, 27, 61, 67, 89, 217, 300])
def test_a_target_that_repeats_its_name_is_found_wherever_it_stands(
    bundled: list[Finding], line: int
) -> None:
    assert [f.severity for f in bundled if (f.rule, f.location) == ("tautology", f"line {line}")]
