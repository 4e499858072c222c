"""Official forms laid out as tables with merged cells, from a Form whose content is known."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from perfkg.forms.model import Comparator, Execution, Form, Target

SIGNS = {
    Comparator.EQ: "=",
    Comparator.GTEQ: "≥",
    Comparator.LTEQ: "≤",
    Comparator.GT: ">",
    Comparator.LT: "<",
    None: "",
}


@dataclass(frozen=True, slots=True)
class Box:
    """One printed cell: its text and how many rows and columns it covers."""

    text: str
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form as rows of boxes; a row leaves out the places that boxes above it cover."""

    heading: tuple[str, ...]
    rows: tuple[tuple[Box, ...], ...]
    width: int

    def grid(self) -> list[list[str]]:
        """Return the texts by row and column; covered places are empty."""
        return [[box.text if box else "" for box in row] for row in self.boxes()]

    def boxes(self) -> list[list[Box | None]]:
        """Return each box at its top-left place, None elsewhere."""
        taken: set[tuple[int, int]] = set()
        placed: list[list[Box | None]] = []
        for number, row in enumerate(self.rows):
            line: list[Box | None] = [None] * self.width
            column = 0
            for box in row:
                while (number, column) in taken:
                    column += 1
                line[column] = box
                taken |= {
                    (number + down, column + right)
                    for down in range(box.rows)
                    for right in range(box.columns)
                }
                column += box.columns
            placed.append(line)
        return placed


def amount(value: Decimal | None) -> str:
    """Print an amount of yuan."""
    return "" if value is None else f"{value:,.2f}"


def printed(target: Target) -> str:
    """Print the value of a target in one cell."""
    value = target.value
    if value.number is None:
        return value.text or ""
    return f"{SIGNS[value.comparator]}{value.number}{value.unit or ''}"


def shanghai(form: Form) -> Sheet:
    """财政项目支出绩效目标申报表 as Shanghai prints it: two columns of money and of goals."""
    funds = form.funds
    top = (
        (
            Box("项目名称"), Box(form.project_name or ""), Box("项目性质"),
            Box(form.project_nature or ""), Box("项目类别"), Box(form.project_category or ""),
        ),
        (
            Box("主管部门"), Box(form.supervising_department or ""), Box("实施单位"),
            Box(form.implementing_unit or "", columns=3),
        ),
        (
            Box("计划开始日期"), Box(str(form.planned_start or "")), Box("计划完成日期"),
            Box(str(form.planned_end or ""), columns=3),
        ),
        (
            Box("项目资金\n（元）", rows=4), Box("项目资金总额"), Box(amount(funds.project_total)),
            Box("年度资金申请总额"), Box(amount(funds.annual_request), columns=2),
        ),
        (
            Box("其中：财政资金", rows=2), Box(amount(funds.project_fiscal), rows=2),
            Box("其中：当年财政拨款"), Box(amount(funds.annual_appropriation), columns=2),
        ),
        (Box("上年结转资金"), Box(amount(funds.carried_over), columns=2)),
        (
            Box("其他资金"), Box(amount(funds.project_other)), Box("其他资金"),
            Box(amount(funds.annual_other), columns=2),
        ),
        (
            Box("项目\n绩效\n目标", rows=2), Box("项目总目标", columns=2),
            Box("年度总体目标", columns=3),
        ),
        (Box(form.long_term_goal or "", columns=2), Box(form.annual_goal or "", columns=3)),
    )  # fmt: skip
    head = (Box("一级指标"), Box("二级指标"), Box("三级指标", columns=2), Box("年度(/项目)指标值"))
    rows = _indicators(form, lambda t: (Box(t.name, columns=2), Box(printed(t))))
    return _sheet("财政项目支出绩效目标申报表", form, top, head, rows, 6)


def central(form: Form) -> Sheet:
    """项目支出绩效目标表 in the central pattern: one column of money, one goal, in 万元."""
    funds = form.funds

    def ten_thousand(value: Decimal | None) -> str:
        return "" if value is None else f"{value / 10000:f}"

    top = (
        (Box("项目名称"), Box(form.project_name or "", columns=5)),
        (
            Box("主管部门及代码"), Box(form.supervising_department or "", columns=2),
            Box("实施单位"), Box(form.implementing_unit or "", columns=2),
        ),
        (Box("项目期"), Box(_period(form), columns=5)),
        (
            Box("项目资金\n（万元）", rows=4), Box("年度资金总额：", columns=2),
            Box(ten_thousand(funds.annual_request), columns=3),
        ),
        (
            Box("其中：财政拨款", columns=2),
            Box(ten_thousand(funds.annual_appropriation), columns=3),
        ),
        (Box("上年结转资金", columns=2), Box(ten_thousand(funds.carried_over), columns=3)),
        (Box("其他资金", columns=2), Box(ten_thousand(funds.annual_other), columns=3)),
        (Box("总体\n目标", rows=2), Box("年度目标", columns=5)),
        (Box(form.annual_goal or "", columns=5),),
    )  # fmt: skip
    head = (Box("一级指标"), Box("二级指标"), Box("三级指标", columns=2), Box("指标值"))
    rows = _indicators(form, lambda t: (Box(t.name, columns=2), Box(printed(t))))
    return _sheet("项目支出绩效目标表", form, top, head, rows, 6)


def symbols(form: Form) -> Sheet:
    """A table with a column each for weight, comparator, number and unit."""
    funds = form.funds
    top = (
        (Box("项目名称"), Box(form.project_name or "", columns=7)),
        (
            Box("主管部门"), Box(form.supervising_department or "", columns=3),
            Box("实施单位"), Box(form.implementing_unit or "", columns=3),
        ),
        (Box("项目起止时间"), Box(_period(form), columns=7)),
        (
            Box("项目资金\n（元）", rows=4), Box("年度资金总额", columns=2),
            Box(amount(funds.annual_request), columns=5),
        ),
        (Box("其中：财政拨款", columns=2), Box(amount(funds.annual_appropriation), columns=5)),
        (Box("上年结转", columns=2), Box(amount(funds.carried_over), columns=5)),
        (Box("其他资金", columns=2), Box(amount(funds.annual_other), columns=5)),
        (Box("年度绩效目标"), Box(form.annual_goal or "", columns=7)),
    )  # fmt: skip
    head = tuple(
        map(Box, ("一级指标", "二级指标", "三级指标", "指标性质", "指标值", "度量单位", "权重"))
    )

    def cells(target: Target) -> tuple[Box, ...]:
        value = target.value
        weight = Box("" if target.weight is None else str(target.weight))
        if value.number is None:
            return Box(target.name), Box("定性"), Box(value.text or ""), Box(""), weight
        sign, unit = SIGNS[value.comparator], value.unit or ""
        return Box(target.name), Box(sign), Box(str(value.number)), Box(unit), weight

    return _sheet("项目支出绩效目标申报表", form, top, head, _indicators(form, cells), 8)


def self_evaluation(form: Form) -> Sheet:
    """项目支出绩效自评表: budget and execution, result and score of each indicator."""
    funds = form.funds
    top = (
        (Box("项目名称"), Box(form.project_name or "", columns=8)),
        (
            Box("主管部门"), Box(form.supervising_department or "", columns=4),
            Box("实施单位"), Box(form.implementing_unit or "", columns=3),
        ),
        (
            Box("项目资金\n（元）", rows=5), Box("", columns=2), Box("年初预算数"),
            Box("全年预算数"), Box("全年执行数"), Box("分值"), Box("执行率"), Box("得分"),
        ),
        _executed(form.execution),
        _part("其中：当年财政拨款", funds.annual_appropriation),
        _part("上年结转资金", funds.carried_over),
        _part("其他资金", funds.annual_other),
        (
            Box("年度\n总体\n目标", rows=2), Box("预期目标", columns=4),
            Box("实际完成情况", columns=4),
        ),
        (Box(form.annual_goal or "", columns=4), Box(form.achieved_goal or "", columns=4)),
    )  # fmt: skip
    labels = ("三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施")
    head = tuple(map(Box, ("一级指标", "二级指标", *labels)))

    def cells(target: Target) -> tuple[Box, ...]:
        actual = target.actual.raw if target.actual else ""
        weight, score = (
            Box("" if number is None else str(number)) for number in (target.weight, target.score)
        )
        reason = Box(target.reason or "")
        return Box(target.name), Box(printed(target)), Box(actual), weight, score, reason

    return _sheet("项目支出绩效自评表", form, top, head, _indicators(form, cells), 9)


def _executed(execution: Execution) -> tuple[Box, ...]:
    budgets = execution.initial_budget, execution.adjusted_budget, execution.executed_budget
    return (
        Box("年度资金总额", columns=2), *(Box(amount(budget)) for budget in budgets),
        Box(str(execution.weight)), Box(f"{execution.rate}%"), Box(str(execution.score)),
    )  # fmt: skip


def _part(label: str, budget: Decimal | None) -> tuple[Box, ...]:
    text = amount(budget)
    numbers = (Box(text), Box(text), Box(text))
    return (Box(label, columns=2), *numbers, Box("—"), Box(""), Box("—"))


def _period(form: Form) -> str:
    if form.planned_start is None or form.planned_end is None:
        return ""
    return "-".join(str(day).replace("-", ".") for day in (form.planned_start, form.planned_end))


def _indicators(form: Form, cells) -> list[tuple[Box, ...]]:  # type: ignore[no-untyped-def]
    """Lay the rows out below merged headings."""
    rows: list[tuple[Box, ...]] = []
    for level1, targets in groupby(form.indicators, key=lambda target: target.level1):
        of_level1 = list(targets)
        first = Box(level1 or "", rows=len(of_level1))
        for level2, group in groupby(of_level1, key=lambda target: target.level2):
            of_level2 = list(group)
            second = Box(level2 or "", rows=len(of_level2))
            for target in of_level2:
                leading = [box for box in (first, second) if box is not None]
                rows.append((*leading, *cells(target)))
                first = second = None  # type: ignore[assignment]
    return rows


def _sheet(
    title: str,
    form: Form,
    top: tuple[tuple[Box, ...], ...],
    head: tuple[Box, ...],
    rows: list[tuple[Box, ...]],
    width: int,
) -> Sheet:
    side = Box("绩效\n指标", rows=len(rows) + 1)
    return Sheet((title, f"（{form.fiscal_year}年度）"), (*top, (side, *head), *rows), width)


LAYOUTS = {
    "shanghai": shanghai,
    "central": central,
    "symbols": symbols,
    "self-evaluation": self_evaluation,
}
