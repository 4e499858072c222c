"""Units of the vocabulary and those composed of them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from perfkg.reading import read_bytes
from perfkg.vocabulary import load_vocabulary

UNITS = load_vocabulary().units


COMPOSED = """
    万盏 万盆 万头只 万标箱 万台件 万千米 万册次 亿尾 百万吨 万台（件） 元/册 元/盏 元/课时
    万元/千米 万元/座
    元/平方千米 元/(人·次) 小时/天 秒/百小时 例/10万人 /100000 吨·公里 家（次） %/年
"""


@pytest.mark.parametrize("text", ["瓦", "赫兹", "dpi", "线", *COMPOSED.split()])
def test_a_unit_made_of_known_ones_is_understood(text: str) -> None:
    assert UNITS.understand(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "万/套",
        "元/莫名",
        "莫名/年",
        "/20",
        "/天",
        "/8天",
        "万莫名",
        "家(莫名)",
        "元/",
        "/",
        "万·人",
    ],
)
def test_a_unit_with_an_unknown_or_doubtful_part_is_not(text: str) -> None:
    assert UNITS.understand(text) is None


@pytest.mark.parametrize(
    ("text", "label", "base", "multiplier"),
    [
        ("元/千米", "元/公里", None, "1"),
        ("万元/千米", "万元/公里", "元/公里", "10000"),
        ("万元/人/年", "万元/人·年", "元/人·年", "10000"),
        ("亿千米", "亿公里", "公里", "100000000"),
        ("例/100000人", "例/10万人", None, "1"),
    ],
)
def test_a_composed_unit_has_one_label_however_it_is_spelled(
    text: str, label: str, base: str | None, multiplier: str
) -> None:
    unit = UNITS.read(text)
    assert (unit.label, unit.base, unit.multiplier) == (label, base, Decimal(multiplier))


def test_a_composed_unit_that_the_vocabulary_has_is_that_one() -> None:
    assert UNITS.read("元/千米").iri == UNITS.read("元/公里").iri
    assert UNITS.read("元/公里").iri is not None


def test_only_a_unit_with_an_unknown_part_is_reported_as_new() -> None:
    rows = (
        ("公交站灯", "≥3万盏"),
        ("灯价", "≤90元/盏"),
        ("发病率", "≤3例/10万人"),
        ("产量", "≥3莫名"),
    )
    lines = ["项目名称\t照明\t实施单位\t路灯所", "一级指标\t二级指标\t三级指标\t指标值"]
    lines += [f"产出指标\t数量指标\t{name}\t{value}" for name, value in rows]
    read = read_bytes("form.txt", "\n".join(lines).encode())
    assert [target.value.unit for target in read.forms[0].indicators] == [
        "万盏",
        "元/盏",
        "例/10万人",
        "莫名",
    ]
    told = [p.message.zh for p in read.problems if "不在单位表中" in p.message.zh]
    assert len(told) == 1
    assert "莫名" in told[0]
