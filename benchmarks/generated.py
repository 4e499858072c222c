"""Forms of many fields, made up from word lists: the same number gives the same forms.

They are as varied as published forms are (some 12 rows each, six thousand indicator names) and
about every fifth row has one of the flaws that a review finds, so that a measurement over them
does the work of a real one.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from perfkg.forms.model import Execution, Form, FormKind, Funds, PartialDate, Target, Value
from perfkg.forms.values import read_value
from perfkg.graph.form_graph import FormGraph
from perfkg.graph.mapping import Mapper
from perfkg.readers.document import Document
from perfkg.units import Units
from perfkg.vocabulary import load_vocabulary

TRIPLES_OF_A_FORM = 180
"""About; what a form of the ten bundled ones has."""


def _words(text: str) -> list[str]:
    return text.split()


_PLACES = _words("云岭 青石 白沙 临江 东湖 西坪 南溪 北固 龙泉 凤凰 金山 银川 长桥 平安 广丰 新田")
_BODIES = _words("教育局 交通运输局 卫生健康局 农业农村局 水务局 文化和旅游局 民政局 应急管理局")
_UNITS = _words("服务中心 管理所 事务中心 监测站 推广站 图书馆 养护中心 培训学校")
_THINGS = _words(
    "农村公路 校舍 食堂 路灯 供水管网 污水管网 图书 档案 疫苗 林地 高标准农田 灌区 河道 公园绿地 "
    "监测设备 信息系统 消防器材 体育场馆 养老床位 公交车辆 垃圾分类点 文物 病媒生物 食品样品 "
    "职业技能课程 法律援助案件 气象站点 应急物资 残疾人辅具 种质资源 数据平台 实验仪器"
)
_DOINGS = _words("新建 改造 维护 采购 更新 巡查 检测 普查 监测 修缮 配送 推广 培训 督导 验收 评估")
_QUALIFIERS = _words("重点 年度 区级 市级 镇村 城区 片区 老旧 示范 常规 专项 集中")
_ROWS = (
    ("成本指标", "经济成本指标", "{0}{1}成本", ("≤{n}元", "≤{n}万元", "={n}元/次")),
    ("产出指标", "数量指标", "{0}{1}数量", ("≥{n}个", "={n}件", "{n}次", "≥{n}平方米")),
    ("产出指标", "数量指标", "{0}{1}完成率", ("≥{p}%", "=100%", "{n}页")),
    ("产出指标", "质量指标", "{0}{1}验收合格率", ("≥{p}%", "=100%", "合格")),
    ("产出指标", "质量指标", "{0}{1}及时率", ("≥{p}%", "及时")),
    ("产出指标", "时效指标", "{0}{1}完成时间", ("2024年11月30日前", "≤{n}个工作日", "按时")),
    ("效益指标", "经济效益指标", "{0}{1}带动增收", ("≥{n}万元", "有所增加")),
    ("效益指标", "社会效益指标", "{0}{1}受益人数", ("≥{n}人", "≥{n}人次", "明显提升")),
    ("效益指标", "社会效益指标", "{0}安全事故发生数", ("=0起", "≤{s}起")),
    ("效益指标", "生态效益指标", "{0}周边环境", ("有效改善", "持续改善", "≥{p}%")),
    ("效益指标", "可持续影响指标", "{0}{1}长效机制", ("健全", "≥{s}年")),
    ("满意度指标", "服务对象满意度指标", "{0}{1}服务对象满意度", ("≥{p}%", "满意", "≥{p}分")),
)
_GOALS = (
    "完成{0}{1}{n}处，{2}{3}{m}件，服务群众{p}00人次，满意度达到90%以上。",
    "按计划推进{0}{1}和{2}{3}工作，年底前全部完成并通过验收。",
    "{0}{1}：{n}次×2万元/次={k}万元；{2}{3}{m}件。保障各项工作顺利开展。",
)


def forms(count: int, *, seed: int = 1) -> Iterator[Form]:
    """Yield `count` forms."""
    rng = random.Random(seed)  # noqa: S311 - no secret is made
    units = load_vocabulary().units
    for number in range(count):
        yield _form(rng, number, units)


def several_years(count: int, *, seed: int = 1) -> Iterator[Form]:
    """Yield `count` forms, of which some are of the same project.

    Of ten forms six are target forms of 2024; two of these projects have a target form of 2023
    as well, and two a self-evaluation.
    """
    rng = random.Random(seed)  # noqa: S311 - no secret is made
    units = load_vocabulary().units
    for number, form in enumerate(forms(-(-count * 6 // 10), seed=seed)):
        yield form
        if number % 3 == 0:
            yield _year_before(rng, form, units)
        if number % 3 == 1:
            yield _evaluated(rng, form, units)


def statements(count: int, *, seed: int = 1) -> Iterator[bytes]:
    """Yield the N-Triples of one form after the other, each ending in a line break."""
    for graph in graphs(forms(count, seed=seed)):
        yield ("\n".join(graph.lines()) + "\n").encode()


def graphs(some: Iterable[Form]) -> Iterator[FormGraph]:
    """Yield the graph of each form, ten forms to a document."""
    mapper = Mapper()
    for number, form in enumerate(some):
        document = Document(f"{number // 10}.txt", "text/plain", f"{number // 10:064x}")
        yield mapper.map(form, document)


def _form(rng: random.Random, number: int, units: Units) -> Form:
    place, body = rng.choice(_PLACES), rng.choice(_BODIES)
    topic = _topic(rng)
    request = Decimal(rng.randrange(5, 900)) * 10_000
    return Form(
        kind=FormKind.TARGET,
        location="lines 1-30",
        fiscal_year=2024,
        project_name=f"{place}{topic}项目{number}",
        project_nature=rng.choice(("一次性项目", "经常性项目")),
        project_category="特定目标类",
        supervising_department=f"{place}县{body}",
        implementing_unit=f"{place}县{rng.choice(_THINGS)}{rng.choice(_UNITS)}",
        planned_start=PartialDate(2024, 1, 1),
        planned_end=PartialDate(2024, 12, 31),
        funds=Funds(
            stated_unit="元",
            project_total=request * 3 if rng.random() < 0.5 else None,
            annual_request=request,
            annual_appropriation=request,
            carried_over=Decimal(0),
            annual_other=Decimal(10_000) if rng.random() < 0.03 else Decimal(0),
        ),
        annual_goal=_goal(rng) if rng.random() > 0.02 else None,
        indicators=tuple(_targets(rng, units)),
    )


def _year_before(rng: random.Random, form: Form, units: Units) -> Form:
    """Return the form of the same project a year before: some rows fewer, some values others."""
    kept = [target for target in form.indicators if rng.random() > 0.1]
    changed = tuple(
        replace(target, value=_varied(rng, target.value, units)) if rng.random() < 0.3 else target
        for target in kept
    )
    request = (form.funds.annual_request or Decimal(0)) * rng.randrange(50, 150) / 100
    funds = replace(form.funds, annual_request=request, annual_appropriation=request)
    return replace(form, fiscal_year=2023, funds=funds, indicators=changed)


def _evaluated(rng: random.Random, form: Form, units: Units) -> Form:
    """Return the self-evaluation of a form: most targets met, most points given."""
    request = form.funds.annual_request or Decimal(0)
    rate = Decimal(rng.randrange(600, 1001)) / 10
    weight = Decimal(90) / max(len(form.indicators), 1)
    return replace(
        form,
        kind=FormKind.SELF_EVALUATION,
        execution=Execution(
            initial_budget=request,
            adjusted_budget=request,
            executed_budget=request * rate / 100,
            rate=rate,
            weight=Decimal(10),
            score=rate / 10,
        ),
        total_score=Decimal(rng.randrange(700, 1001)) / 10,
        indicators=tuple(
            replace(
                target,
                weight=round(weight, 1),
                actual=_varied(rng, target.value, units),
                score=round(weight * rng.choice((1, 1, 1, Decimal("0.8"))), 1),
            )
            for target in form.indicators
        ),
    )


def _varied(rng: random.Random, value: Value, units: Units) -> Value:
    """Return a value some percent higher or lower; words stay as they are."""
    if value.number is None:
        return value
    number = max(round(value.number * rng.randrange(85, 116) / 100), 1)
    sign = value.comparator.value if value.comparator else ""
    return read_value(f"{sign}{number}{value.unit or ''}", units).value


def _topic(rng: random.Random) -> str:
    return rng.choice(_QUALIFIERS) + rng.choice(_THINGS) + rng.choice(_DOINGS)


def _goal(rng: random.Random) -> str:
    words = (rng.choice(_THINGS), rng.choice(_DOINGS), rng.choice(_THINGS), rng.choice(_DOINGS))
    n = rng.randrange(2, 90)
    numbers = {"n": n, "m": rng.randrange(5, 400), "p": rng.randrange(2, 99)}
    return rng.choice(_GOALS).format(*words, **numbers, k=n * 2 + (rng.random() < 0.1))


def _targets(rng: random.Random, units: Units) -> Iterator[Target]:
    line = 17
    for level1, level2, name, values in _ROWS:
        for _ in range(rng.choice((0, 1, 1, 2))):
            line += 1
            if rng.random() < 0.03:
                level2 = rng.choice(_ROWS)[1]
            numbers = {"n": rng.randrange(2, 5000), "s": rng.randrange(1, 9)}
            raw = rng.choice(values).format(**numbers, p=rng.randrange(80, 101))
            topic = rng.choice(_THINGS), rng.choice(_DOINGS)
            yield Target(
                level1=level1,
                level2=level2,
                name=name.format(*topic),
                value=read_value(raw, units).value,
                location=f"line {line}",
            )
