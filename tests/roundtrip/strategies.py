"""Valid forms of any field, for property tests."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from perfkg.forms.model import Form, FormKind, Funds, PartialDate, Target, Value
from perfkg.forms.values import read_value, with_unit
from perfkg.vocabulary import load_vocabulary

from .layouts import SIGNS

UNITS = load_vocabulary().units
LEVELS = (
    ("成本指标", "经济成本指标"),
    ("产出指标", "数量指标"),
    ("产出指标", "质量指标"),
    ("产出指标", "时效指标"),
    ("效益指标", "经济效益指标"),
    ("效益指标", "社会效益指标"),
    ("效益指标", "可持续影响指标"),
    ("满意度指标", "服务对象满意度指标"),
)
_SIGN = st.sampled_from([None, *(sign for sign in SIGNS if sign)])
_UNIT = st.sampled_from(["%", "平方米", "人次", "个", "公里", "元/亩", "万元", "场", "户", "小时"])
_WORDS = st.sampled_from(["达标", "明显改善", "按时完成", "有效提升", "长期", "持续改善", "合格"])
_NAME = st.text(
    alphabet="田林渠桥校舍诊室图书馆农技养护培训补贴设备山水东南西北", min_size=3, max_size=14
)
_ENDING = st.sampled_from(["面积", "率", "数量", "人数", "情况", "成本", "覆盖率", "次数"])
_GOAL = st.text(
    alphabet="完成全县田林渠桥校舍诊室改造提升，。；、养护培训补贴", min_size=12, max_size=70
)
_MONEY = st.decimals(min_value=0, max_value=10**9, places=2)


@st.composite
def values(draw: st.DrawFn) -> Value:
    """A target as a number with its unit, or in words."""
    if draw(st.booleans()):
        return read_value(draw(_WORDS), UNITS).value
    number = draw(st.decimals(min_value=1, max_value=10**6, places=draw(st.integers(0, 2))))
    value = Value("", comparator=draw(_SIGN), number=number)
    return with_unit(value, draw(_UNIT), UNITS)


@st.composite
def targets(draw: st.DrawFn) -> tuple[Target, ...]:
    """Rows under some of the official headings, in the official order."""
    chosen = draw(st.lists(st.integers(0, len(LEVELS) - 1), min_size=1, max_size=6))
    wanted = sorted({*chosen, 1, 5, 7})
    names = draw(st.lists(_NAME, min_size=14, max_size=14, unique=True))
    rows: list[Target] = []
    for index in wanted:
        for _ in range(draw(st.integers(1, 3 if len(wanted) < 4 else 2))):
            level1, level2 = LEVELS[index]
            name = names[len(rows) % len(names)] + draw(_ENDING)
            rows.append(Target(level1, level2, name, draw(values()), ""))
    return tuple(rows[:14])


@st.composite
def forms(draw: st.DrawFn) -> Form:
    """A form with every field."""
    year = draw(st.integers(2015, 2030))
    start, end = sorted(draw(st.tuples(*[st.dates(date(year, 1, 1), date(year, 12, 31))] * 2)))
    return Form(
        kind=FormKind.TARGET,
        location="",
        fiscal_year=year,
        project_name=draw(_NAME) + "项目",
        project_nature="一次性项目",
        project_category="特定目标类",
        supervising_department=draw(_NAME) + "局",
        implementing_unit=draw(_NAME) + "中心",
        planned_start=PartialDate(start.year, start.month, start.day),
        planned_end=PartialDate(end.year, end.month, end.day),
        funds=Funds(
            "元",
            *(draw(_MONEY) for _ in range(3)),
            *(draw(st.one_of(st.none(), _MONEY)) for _ in range(3)),
            annual_other=Decimal("0.00"),
        ),
        long_term_goal=draw(_GOAL),
        annual_goal=draw(_GOAL),
        indicators=draw(targets()),
    )
