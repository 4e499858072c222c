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
        ("最多3次", "<=", "3", "次"),
        ("最低60分", ">=", "60", "分"),
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
        ("≤0.5/10万", "<=", "0.5", "/10万"),
        ("≤0.5/十万", "<=", "0.5", "/十万"),
        ("≤0.5/100000", "<=", "0.5", "/100000"),
        ("≤1/万", "<=", "1", "/万"),
        ("≤3起/万人", "<=", "3", "起/万人"),
        ("≤0.5例/10万人", "<=", "0.5", "例/10万人"),
        ("≤12/10万活产", "<=", "12", "/10万活产"),
        ("≤12/10万适龄儿童", "<=", "12", "/10万适龄儿童"),
        ("≤3个/千人", "<=", "3", "个/千人"),
        ("≤0.3‱", "<=", "0.3", "‱"),
        ("万分之3以下", "<=", "3", "万分之"),
        ("达到95%", ">=", "95", "%"),
        ("达95%以上", ">=", "95", "%"),
        ("达到≥95%", ">=", "95", "%"),
        ("控制在3%以内", "<=", "3", "%"),
        ("控制在100万元以内", "<=", "100", "万元"),
        ("控制在85%以上", ">=", "85", "%"),
        ("不少于3个工作日", ">=", "3", "个工作日"),
        ("不得低于95%", ">=", "95", "%"),
        ("≥10家（次）", ">=", "10", "家(次)"),
        ("≥1.9万台（件）", ">=", "1.9", "万台(件)"),
        ("≤2次/台·年", "<=", "2", "次/台·年"),
        ("≥50PFlops", ">=", "50", "PFlops"),
        ("30日内", "<=", "30", "日"),
        ("5元/生·天", None, "5", "元/生·天"),
        ("﹥90%", ">", "90", "%"),
        ("﹤=2小时", "<=", "2", "小时"),
        ("〉95％", ">", "95", "%"),
        ("≥=95%", ">=", "95", "%"),
        ("≯5天", "<=", "5", "天"),
        ("≥95%；", ">=", "95", "%"),
        ("“≥95%”", ">=", "95", "%"),
        ("￥200万元", None, "200", "万元"),
        ("≤￥1,200元", "<=", "1200", "元"),
        ("力争达到95%以上", ">=", "95", "%"),
        ("提升至80%", ">=", "80", "%"),
        ("缩短至3个工作日", "<=", "3", "个工作日"),
        ("超1000人次", ">", "1000", "人次"),
        ("不超5%", "<=", "5", "%"),
        ("不突破120万元", "<=", "120", "万元"),
        ("保持在95%以上", ">=", "95", "%"),
        ("稳定在3%", None, "3", "%"),
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
        "≤1:15",
        "≥1：8",
        "≤1/20",
        "5—8分钟",
        "90%-95%",
        "控制在3%-5%以内",
        "达到3级标准",
        "达到国家5A级景区标准",
        "控制在5月内",
        "25日前",
        "80%≤x≤90%",
        "达到2024年",
        "3季度",
        "±5%",
        "≤±5%",
        "≥3次且≤5次",
        "≥5%，≤10%",
        ">=5,<=10",
        "＞60分且不高于80分",
        "每季度1次",
        "约500人次",
        "100%全覆盖",
        "不高于上年",
        "保持2023年水平",
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
        ("≤0.5/十万", "0.5", "/10万"),
        ("≤15/100000人", "15", "/10万人"),
        ("≤1/10000", "1", "/万"),
        ("≤0.3‱", "0.3", "/万"),
        ("≤3起/万人", "3", "起/万人"),
        ("≥1.9万台（件）", "19000", "台套"),
        ("≥1万头只", "10000", "头只"),
        ("≥3万标箱", "30000", "标准箱"),
        ("≥5万千米", "50000", "公里"),
        ("≥3百万吨", "3000000", "吨"),
        ("≤30万元/千米", "300000", "元/公里"),
        ("≤30万元/座", "300000", "元/座"),
        ("≤30元/平方千米", "30", "元/平方公里"),
        ("≤2次/台/年", "2", "次/台·年"),
        ("600元/人.月", "600", "元/人·月"),
        ("600元/人*月", "600", "元/人·月"),
        ("≥1.2亿元", "120000000", "元"),
    ],
)
def test_multiples_and_spellings_are_brought_to_the_base_unit(
    raw: str, number: str, unit: str | None
) -> None:
    value = read_value(raw, UNITS).value
    assert value.normalized_number == Decimal(number)
    assert value.normalized_unit == unit


@pytest.mark.parametrize(
    ("raw", "comparator", "number", "unit", "repair"),
    [
        ("≥85%以上", ">=", "85", "%", "“以上”与“≥”重复"),
        ("≥3次以上", ">=", "3", "次", "“以上”与“≥”重复"),
        ("≥85以上", ">=", "85", None, "“以上”与“≥”重复"),
        ("≥百分之90以上", ">=", "90", "百分之", "“以上”与“≥”重复"),
        ("＞3次以上", ">", "3", "次", "“以上”与“>”重复"),
        ("≤15分钟内", "<=", "15", "分钟", "“内”与“≤”重复"),
        ("≤100万元以下", "<=", "100", "万元", "“以下”与“≤”重复"),
        ("=48小时以内", "<=", "48", "小时", "读作“≤”"),
        ("≥30分钟（城区）", ">=", "30", "分钟", "(城区)"),
        ("≥85分（百分制）", ">=", "85", "分", "(百分制)"),
        ("5个工作日（特殊情况除外）", None, "5", "个工作日", "(特殊情况除外)"),
        ("≤30分钟（城区）以内", "<=", "30", "分钟", "(城区)"),
    ],
)
def test_what_stands_around_a_value_too_much_is_named_as_a_repair(
    raw: str, comparator: str | None, number: str, unit: str | None, repair: str
) -> None:
    read = read_value(raw, UNITS)
    assert read.problem is None
    value = read.value
    assert (value.comparator, str(value.number), value.unit) == (comparator, number, unit)
    assert repair in " ".join(text.zh for text in read.repairs)


@pytest.mark.parametrize("raw", ["达到95%以上", "控制在100万元以内", "95%以上", "≥126台（套）"])
def test_a_value_in_good_order_needs_no_repair(raw: str) -> None:
    assert read_value(raw, UNITS).repairs == ()


@pytest.mark.parametrize("raw", ["≥100万元以下", "≤85%以上", "≥15分钟内"])
def test_comparators_that_contradict_each_other_are_an_error_that_says_so(raw: str) -> None:
    read = read_value(raw, UNITS)
    assert read.value.number is None
    assert read.problem is not None
    assert "相反" in read.problem.zh


@pytest.mark.parametrize(
    "raw", ["≥≥5", "≥5≥", "≥5,≥8", "≤3-5天", "≥1.2.3", "=10000..0(页)", "≥（）5%"]
)
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
