"""Forms that say what published forms say: names, goals and targets in the words of many fields."""

from __future__ import annotations

import random
import tomllib
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from perfkg.forms.model import Form, FormKind, Funds, PartialDate, Target
from perfkg.forms.values import read_value

from .strategies import LEVELS, UNITS

Wording = dict[str, dict[str, Any]]


def read_wording(name: str) -> Wording:
    """Return the words of a file beside this one."""
    return tomllib.loads(Path(__file__).with_name(name).read_text("utf-8"))


WORDING = read_wording("wording.toml")
_PLACES = (*LEVELS, ("效益指标", "生态效益指标"))
_ORDER = ("成本指标", "产出指标", "效益指标", "满意度指标")


def worded_form(seed: int, wording: Wording = WORDING) -> Form:
    """Return a form of real wording; the same seed gives the same form."""
    chance = random.Random(seed)  # noqa: S311
    bodies = WORDING["bodies"]
    place = chance.choice(bodies["places"])
    year = chance.randint(2018, 2026)
    start = date(year, chance.randint(1, 6), chance.randint(1, 28))
    end = start + timedelta(days=chance.randint(60, 180))
    return Form(
        kind=FormKind.TARGET,
        location="",
        fiscal_year=year,
        project_name=chance.choice(wording["projects"]["names"]),
        project_nature=chance.choice(("一次性项目", "经常性项目", "其他一次性项目", "延续项目")),
        project_category=chance.choice(("特定目标类", "其他运转类", "人员类")),
        supervising_department=place + chance.choice(bodies["departments"]),
        implementing_unit=place + chance.choice(bodies["units"]),
        planned_start=PartialDate(start.year, start.month, start.day),
        planned_end=PartialDate(end.year, end.month, end.day),
        funds=_funds(chance),
        long_term_goal=chance.choice(wording["goals"]["long_term"]),
        annual_goal=chance.choice(wording["goals"]["annual"]),
        indicators=_targets(chance, wording["indicators"]),
    )


def _funds(chance: random.Random) -> Funds:
    annual = Decimal(chance.randrange(100, 90_000_000)) * 10
    total = annual * chance.randint(1, 3)
    rest = Decimal(0) if chance.random() < 0.6 else annual / 4
    amounts = (total, total, Decimal(0), annual, annual - rest, Decimal(0), rest)
    return Funds("元", *(amount.quantize(Decimal("0.01")) for amount in amounts))


def _targets(chance: random.Random, pools: dict[str, Any]) -> tuple[Target, ...]:
    always = ("数量指标", "质量指标", "社会效益指标", "服务对象满意度指标")
    chosen = [p for p in _PLACES if p[1] in always or chance.random() < 0.6]
    chosen.sort(key=lambda place: _ORDER.index(place[0]))
    rows: list[Target] = []
    for level1, level2 in chosen:
        pool = pools[level2]
        for name, value in chance.sample(pool, chance.randint(1, min(4, len(pool)))):
            rows.append(Target(level1, level2, name, read_value(value, UNITS).value, ""))
    return tuple(rows)
