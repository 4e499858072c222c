"""Targets that a form spreads over columns for the comparator, the value and the unit."""

from __future__ import annotations

import pytest

from perfkg.forms.value_cells import read_cells
from perfkg.readers.grid import Cell
from perfkg.vocabulary import load_vocabulary

UNITS = load_vocabulary().units


def _cells(sign: str, value: str, unit: str) -> dict[str, Cell]:
    texts = {"comparator": sign, "value": value, "unit": unit}
    return {role: Cell(text, 0, "row 1") for role, text in texts.items() if text}


@pytest.mark.parametrize(
    ("sign", "value", "unit", "text"),
    [
        ("=", "3-5", "个", "3-5个"),
        ("≤", "±5", "%", "≤±5%"),
        ("", "约500", "人次", "约500人次"),
        ("≥", "三", "个", "≥三个"),
        ("≥", "80%≤x≤90%", "%", "80%≤x≤90%"),
        ("<=", "不高于上年", "", "不高于上年"),
        ("≤", "零发生", "无", "零发生"),
        ("=", "优", "级", "优"),
    ],
)
def test_words_about_an_amount_keep_the_comparator_and_unit_of_their_columns(
    sign: str, value: str, unit: str, text: str
) -> None:
    read = read_cells(_cells(sign, value, unit), UNITS).value
    assert (read.number, read.text) == (None, text)


def test_a_number_takes_the_comparator_and_unit_of_their_columns() -> None:
    read = read_cells(_cells("﹤=", "2", "小时"), UNITS).value
    assert (read.comparator, read.number, read.unit, read.text) == ("<=", 2, "小时", None)
    assert read.raw == "﹤= | 2 | 小时"
