"""Sums of money come out in yuan, dates as exact as printed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perfkg.forms.amounts import money_unit, read_amount
from perfkg.forms.dates import read_date, read_fiscal_year
from perfkg.forms.periods import is_duration, read_open_start, read_period


@pytest.mark.parametrize(
    ("text", "stated", "yuan"),
    [
        ("470,000.00", "元", "470000"),
        ("20万元", "万元", "200000"),
        ("168.168", "万元", "1681680"),
        ("250万", "元", "2500000"),
        ("1亿", None, "100000000"),
        ("￥2,350,000.00", "元", "2350000"),
        ("１２０．５", "万元", "1205000"),
        ("0.00", "元", "0"),
        ("12000元", "万元", "12000"),
        ("壹佰贰拾万元整", "万元", "1200000"),
        ("壹佰贰拾万元整（120.00）", "万元", "1200000"),
        ("人民币叁亿零伍佰万圆", "元", "305000000"),
        ("拾贰元叁角零伍分", "元", "12.35"),
        ("壹万零壹拾元伍角正（￥10,010.50元）", None, "10010.5"),
    ],
)
def test_an_amount_is_brought_to_yuan(text: str, stated: str | None, yuan: str) -> None:
    read = read_amount(text, stated)
    assert read.problem is None
    assert read.yuan == Decimal(yuan)


@pytest.mark.parametrize("text", ["4,88O,000", "4,88,000", "约20万", "12,34", "20万-30万", "abc"])
def test_an_amount_that_is_no_number_is_never_guessed(text: str) -> None:
    read = read_amount(text, "元")
    assert read.yuan is None
    assert read.problem is not None
    assert text in read.problem.zh
    assert text in read.problem.en


@given(st.decimals(min_value=0, max_value=10**12, places=2), st.booleans())
def test_separators_never_change_an_amount(amount: Decimal, grouped: bool) -> None:
    assert read_amount(f"{amount:,}" if grouped else str(amount), "元").yuan == amount


@given(st.text(max_size=20))
def test_any_text_is_an_amount_or_a_problem(text: str) -> None:
    read = read_amount(text, "万元")
    assert (read.yuan is None) == (read.problem is not None)


@pytest.mark.parametrize(
    ("text", "unit"),
    [("项目资金（万元）", "万元"), ("单位：元", "元"), ("金额单位: 亿元", "亿元"), ("项目", None)],
)
def test_the_stated_unit_is_found(text: str, unit: str | None) -> None:
    assert money_unit(text) == unit


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("2024-01-01", "2024-01-01"),
        ("2023/7", "2023-07"),
        ("2023.07", "2023-07"),
        ("202307", "2023-07"),
        ("20230731", "2023-07-31"),
        ("2022年1月", "2022-01"),
        ("2022 年 1 月 5 日", "2022-01-05"),
        ("2022年", "2022"),
        ("2024-01-01 00:00:00", "2024-01-01"),
    ],
)
def test_a_date_is_as_exact_as_printed(text: str, printed: str) -> None:
    assert str(read_date(text)) == printed


@pytest.mark.parametrize("text", ["", "2024-02-30", "2024-13-01", "24-01-01", "年内", "2024年底"])
def test_what_is_no_date_gives_none(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(
    "text", ["2022年1月-2022年12月", "2022.01-2022.12", "202201-202212", "2022-01至2022-12"]
)
def test_a_period_has_two_ends(text: str) -> None:
    period = read_period(text)
    assert period is not None
    assert [str(end) for end in period] == ["2022-01", "2022-12"]
    assert (period[0].first_day(), period[1].last_day()) == (date(2022, 1, 1), date(2022, 12, 31))


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("2025年", ["2025", "2025"]),
        ("2025年全年", ["2025", "2025"]),
        ("2025年3—11月", ["2025-03", "2025-11"]),
        ("2024年 1 月— 12 月", ["2024-01", "2024-12"]),
        ("3年（2024-2026年）", ["2024", "2026"]),
        ("2024年1月—2024年12月（12个月）", ["2024-01", "2024-12"]),
        ("2024年1月1日起至2024年12月31日止", ["2024-01-01", "2024-12-31"]),
        ("自2024年1月至2026年12月底", ["2024-01", "2026-12"]),
        ("2024", ["2024", "2024"]),
        ("2024.1-12", ["2024-01", "2024-12"]),
        ("2024.3.1-11.30", ["2024-03-01", "2024-11-30"]),
        ("2024年5月6日-28日", ["2024-05-06", "2024-05-28"]),
        ("2024年3月至年底", ["2024-03", "2024"]),
        ("2024年初—2025年末", ["2024", "2025"]),
        ("2024年3月中旬至11月下旬", ["2024-03", "2024-11"]),
        ("2024年第一季度至第三季度", ["2024-01", "2024-09"]),
        ("2024年下半年", ["2024-07", "2024-12"]),
        ("2024年二季度", ["2024-04", "2024-06"]),
        ("2024-2026年度", ["2024", "2026"]),
        ("2023-2024学年", ["2023", "2024"]),
        ("2024年9月-2025年8月（学年）", ["2024-09", "2025-08"]),
        ("2024年（1-12月）", ["2024-01", "2024-12"]),
        ("2024-2026年，共三年", ["2024", "2026"]),
        ("2024年1月-2026年12月 36个月", ["2024-01", "2026-12"]),
        ("2024年1月1日至2024年12月31日，为期一年", ["2024-01-01", "2024-12-31"]),
        ("2024-01-01 2024-12-31", ["2024-01-01", "2024-12-31"]),
        ("2024年1月1日始，2024年12月31日止", ["2024-01-01", "2024-12-31"]),
        ("开始时间：2024年1月；结束时间：2024年12月", ["2024-01", "2024-12"]),
        ("2024-01-01 00:00:00~2024-12-31 23:59:59", ["2024-01-01", "2024-12-31"]),
        ("二〇二四年一月至二○二五年十二月", ["2024-01", "2025-12"]),
        ("24年1月-25年6月", ["2024-01", "2025-06"]),
        ("“十四五”期间", ["2021", "2025"]),
        ("从2026年12月到2024年1月", ["2026-12", "2024-01"]),
    ],
)
def test_a_period_is_read_however_its_ends_are_printed(text: str, ends: list[str]) -> None:
    period = read_period(text)
    assert period is not None
    assert [str(end) for end in period] == ends


@pytest.mark.parametrize("text", ["2024-02-03", "2024-03", "2024年3月", "三年", "2025年底前"])
def test_what_has_one_end_is_no_period(text: str) -> None:
    assert read_period(text) is None


@pytest.mark.parametrize("text", ["1-11月", "1月—11月", "一月至十一月", "自1月起至11月止"])
def test_months_without_a_year_are_a_period_of_the_year_that_is_given(text: str) -> None:
    assert read_period(text) is None
    period = read_period(text, 2024)
    assert period is not None
    assert [str(end) for end in period] == ["2024-01", "2024-11"]


@pytest.mark.parametrize(
    "text",
    ["2024年1月起", "自2024年1月开始", "2024年1月—长期", "长期（2024年1月起）", "2024年1月至今"],
)
def test_a_period_without_an_end_has_a_start(text: str) -> None:
    assert read_period(text) is None
    assert str(read_open_start(text)) == "2024-01"


@pytest.mark.parametrize(
    "text", ["36个月", "1 年", "三年期", "长期", "一次性", "跨年度", "每年1-12月"]
)
def test_how_long_a_project_runs_is_no_date(text: str) -> None:
    assert is_duration(text)
    assert read_period(text, 2024) is None


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2090, 12, 31)))
def test_every_day_survives_every_way_of_writing_it(day: date) -> None:
    for pattern in ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"):
        read = read_date(day.strftime(pattern))
        assert read is not None
        assert read.first_day() == read.last_day() == day


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2090, 12, 31)))
def test_a_month_ends_the_day_before_the_next_begins(day: date) -> None:
    month = read_date(day.strftime("%Y-%m"))
    assert month is not None
    assert (month.last_day() + timedelta(days=1)).day == 1
    assert month.first_day() <= day <= month.last_day()


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("(2024年度)", 2024),
        ("（ 2022 年度）", 2022),
        ("2023年度财政项目支出绩效目标申报表", 2023),
        ("2020年项目支出绩效目标表", 2020),
        ("2024", 2024),
        ("附件2", None),
        ("财政项目支出绩效目标申报表", None),
    ],
)
def test_the_fiscal_year_is_found(text: str, year: int | None) -> None:
    assert read_fiscal_year(text) == year
