"""Targets: comparator, number and unit, or words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfkg.forms.values import read_value
from perfkg.vocabulary import load_vocabulary

UNITS = load_vocabulary().units


@pytest.mark.parametrize(
    ("raw", "comparator", "number", "unit"),
    [
        ("=14600.00(页)", "=", "14600.00", "页"),
        ("≥90.00 (%)", ">=", "90.00", "%"),
        ("$\\geq 98.00\\%$", ">=", "98.00", "%"),
        ("≥90.00(百分之)", ">=", "90.00", "百分之"),
        ("百分之95", None, "95", "百分之"),
        ("≧９５％", ">=", "95", "%"),
        ("＞90.00（％）", ">", "90.00", "%"),
        ("<=5", "<=", "5", None),
        ("不低于1,200人次", ">=", "1200", "人次"),
        ("大于等于 88 %", ">=", "88", "%"),
        ("48小时以内", "<=", "48", "小时"),
        ("85以上", ">=", "85", None),
        ("10辆", None, "10", "辆"),
        ("≥80M", ">=", "80", "M"),
        ("26970.7平方米", None, "26970.7", "平方米"),
        ("≤475.00(元/亩)", "<=", "475.00", "元/亩"),
        ("250万", None, "250", "万"),
        ("5个工作日", None, "5", "个工作日"),
        ("≥3种", ">=", "3", "种"),
        ("》95%", ">=", "95", "%"),
        ("》=95%", ">=", "95", "%"),
        ("《=3天", "<=", "3", "天"),
        ("≥九成", ">=", "90", "%"),
        ("八成以上", ">=", "80", "%"),
        ("九成五", None, "95", "%"),
        ("百分之90以上", ">=", "90", "百分之"),
        ("≥95％。", ">=", "95", "%"),
        ("95%及以上", ">=", "95", "%"),
        ("不少于3次/年", ">=", "3", "次/年"),
        ("100%以内", "<=", "100", "%"),
    ],
)
def test_a_number_is_read_with_its_comparator_and_unit(
    raw: str, comparator: str | None, number: str, unit: str | None
) -> None:
    read = read_value(raw, UNITS)
    assert read.problem is None
    assert read.value.raw == raw
    assert read.value.comparator == comparator
    assert str(read.value.number) == number
    assert read.value.unit == unit
    assert read.value.text is None


@pytest.mark.parametrize(
    "raw",
    [
        "达标",
        "月度",
        "五个工作日完成",
        "投诉类工单5个工作日完成",
        "在规定的时间内全部",
        "2023.07-2024.01",
        "2020.1.1-2020.12.31",
        "2023年8月31日前",
        "12月底前完成",
        "2024年",
        "5月",
        "10天完成",
        "80-90%",
        "无错漏",
        "2-3次",
        "≥1:20",
        "1：20",
        "三成以内的村",
    ],
)
def test_words_stay_words_even_when_they_hold_a_number(raw: str) -> None:
    read = read_value(raw, UNITS)
    assert read.value.number is None
    assert read.value.text == raw
    assert read.problem is None


@pytest.mark.parametrize(
    ("raw", "number", "unit"),
    [
        ("=3600.00(万平方米)", "36000000", "平方米"),
        ("≥63.50(万套)", "635000", "套"),
        ("≤45.00(万/条)", "450000", "条"),
        ("≥22.00(万)", "220000", None),
        ("≥240.00(天数)", "240", "天"),
        ("≥90.00(百分之)", "90", "%"),
        ("20万元", "200000", "元"),
        ("≥2万尾", "20000", "尾"),
        ("3", "3", None),
    ],
)
def test_multiples_and_spellings_are_brought_to_the_base_unit(
    raw: str, number: str, unit: str | None
) -> None:
    value = read_value(raw, UNITS).value
    assert value.normalized_number == Decimal(number)
    assert value.normalized_unit == unit


@pytest.mark.parametrize("raw", ["≥≥5", "≥5≥", "≥1.2.3", "=10000..0(页)", "≥（）5%"])
def test_a_value_that_cannot_be_understood_is_kept_and_explained(raw: str) -> None:
    read = read_value(raw, UNITS)
    assert read.value.number is None
    assert read.value.text is not None
    assert read.problem is not None
    assert "≥" in read.problem.zh or "=" in read.problem.zh


def test_an_empty_cell_is_neither_number_nor_words() -> None:
    value = read_value("  ", UNITS).value
    assert (value.number, value.text) == (None, None)


@given(st.text(max_size=40))
def test_any_text_is_read_without_failing_and_kept_as_printed(raw: str) -> None:
    value = read_value(raw, UNITS).value
    assert value.raw == raw
    assert value.number is None or value.text is None


_NUMBERS = st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False)


@given(
    sign=st.sampled_from(["", "=", "≥", "≤", ">", "<", "不低于", "小于等于"]),
    number=_NUMBERS,
    unit=st.sampled_from(["%", "页", "万套", "元/亩", "人次", "个工作日"]),
    grouped=st.booleans(),
    layout=st.sampled_from(["{}{}({})", "{}{} ({})", "{}{}（{}）", " {} {}{} "]),
)
def test_every_way_of_printing_a_number_gives_the_same_number(
    sign: str, number: Decimal, unit: str, grouped: bool, layout: str
) -> None:
    printed = f"{number:,}" if grouped else str(number)
    value = read_value(layout.format(sign, printed, unit), UNITS).value
    assert value.number == number
    assert value.unit == unit
    assert (value.comparator is None) == (sign == "")
