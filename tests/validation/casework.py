"""Cases of a rule: short descriptions of forms in which it must find something, or must not.

`cases/{rule}.toml` holds `found` and `silent`, two lists of cases. A case is either a list, one
row of the indicator table, `["质量指标", "苗木成活率", "≥95%"]`, or a table with what matters of
the form:

    {goal = "年度总体目标", long_term_goal = "项目总目标", project = "项目名称",
     nature = "项目性质", rows = [[二级指标, 三级指标, 指标值], ...], text = "..."}

What a case leaves out is filled in from a plain form. `rows` replaces all rows of that form, `text`
the whole file. A row of two cells has an empty target.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from perfkg.graph.mapping import Mapper
from perfkg.reading import read_bytes
from perfkg.validation.shapes import Shapes

CASES = Path(__file__).parent / "cases"

LEVEL1 = {
    "经济成本指标": "成本指标",
    "社会成本指标": "成本指标",
    "生态环境成本指标": "成本指标",
    "数量指标": "产出指标",
    "质量指标": "产出指标",
    "时效指标": "产出指标",
    "成本指标": "产出指标",
    "经济效益指标": "效益指标",
    "社会效益指标": "效益指标",
    "生态效益指标": "效益指标",
    "可持续影响指标": "效益指标",
    "服务对象满意度指标": "满意度指标",
}
FORM = """财政项目支出绩效目标申报表
（{year}年度）

项目名称\t{project}\t项目性质\t{nature}\t项目类别\t特定目标类
主管部门\t云岭县教育和体育局\t实施单位\t云岭县青石镇中心小学
计划开始日期\t{year}-01-01\t计划完成日期\t{year}-12-31
项目资金（元）\t项目资金总额\t{request}\t年度资金申请总额\t{request}
\t其中：财政资金\t{request}\t其中：当年财政拨款\t{request}
\t\t上年结转资金\t0.00
\t其他资金\t0.00\t其他资金\t0.00
项目绩效目标\t项目总目标\t年度总体目标
\t{long_term_goal}\t{goal}
绩效指标\t一级指标\t二级指标\t三级指标\t年度指标值
"""
PLAIN = {
    "year": "2023",
    "project": "乡镇中心小学食堂改造",
    "nature": "一次性项目",
    "request": "1205000.00",
    "long_term_goal": "两年内完成全县乡镇小学食堂改造，达到B级以上标准。",
    "goal": "完成青石镇中心小学食堂改造860平方米，秋季学期前投入使用，惠及学生640名。",
}
ROWS = [
    ["经济成本指标", "单位面积改造成本", "≤1400元/平方米"],
    ["数量指标", "改造食堂面积", "≥860平方米"],
    ["服务对象满意度指标", "学生和家长满意度", "≥90%"],
]


@dataclass(frozen=True, slots=True)
class Case:
    """One form that a rule is tried on."""

    rule: str
    text: str
    says: str = field(compare=False)

    def lines(self) -> list[str]:
        """Return the form as N-Triples lines."""
        read = read_bytes("case.txt", self.text.encode())
        assert read.forms, f"no form was read of the case {self.says}"
        mapper = Mapper()
        return [line for form in read.forms for line in mapper.map(form, read.document).lines()]


def cases(kind: str) -> list[Case]:
    """Return the cases of all rules that are `found` or `silent`."""
    return [
        Case(file.stem, _text(case), f"{file.stem}: {case}")
        for file in sorted(CASES.glob("*.toml"))
        for case in tomllib.loads(file.read_text(encoding="utf-8")).get(kind, [])
    ]


def found_by(shapes: Shapes, case: Case, vocabulary: bytes) -> list[str]:
    """Return the nodes that the rule of `case` finds in it."""
    store = ox.Store()
    store.load(vocabulary, format=ox.RdfFormat.N_TRIPLES)
    store.load("\n".join(case.lines()).encode(), format=ox.RdfFormat.N_TRIPLES)
    parts = [node for node in shapes.plan.shapes if shapes.rule_of(node).name == case.rule]
    return [result.focus_node.value for result in shapes.plan.validate(store, only=parts)]


def _text(case: list[str] | dict[str, Any]) -> str:
    if isinstance(case, list):
        # The row under test stands in front of the rows of a plain form.
        return _form(PLAIN, [case, *(row for row in ROWS if row[1] != case[1])])
    if "text" in case:
        return str(case["text"])
    known = {*PLAIN, "rows"}
    assert case.keys() <= known, f"a case has only the keys {sorted(known)}: {case}"
    return _form(
        PLAIN | {k: str(v) for k, v in case.items() if k != "rows"}, case.get("rows", ROWS)
    )


def _form(fields: dict[str, str], rows: list[list[str]]) -> str:
    lines = ["\t".join(["", LEVEL1.get(row[0], "产出指标"), *row]) for row in rows]
    return FORM.format(**fields) + "\n".join(lines) + "\n"
