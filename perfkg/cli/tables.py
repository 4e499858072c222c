"""What was read from a form, as tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from perfkg.forms.model import Execution, Form, FormKind, ReadDocument, Target
from perfkg.messages import Language, Text

_FIELDS = (
    (Text("项目名称", "Project"), "project_name"),
    (Text("项目性质", "Nature"), "project_nature"),
    (Text("项目类别", "Category"), "project_category"),
    (Text("主管部门", "Department"), "supervising_department"),
    (Text("实施单位", "Unit"), "implementing_unit"),
    (Text("年度", "Fiscal year"), "fiscal_year"),
    (Text("计划开始", "Planned start"), "planned_start"),
    (Text("计划完成", "Planned end"), "planned_end"),
    (Text("项目总目标", "Long-term goal"), "long_term_goal"),
    (Text("年度总体目标", "Annual goal"), "annual_goal"),
    (Text("实际完成情况", "Achieved goal"), "achieved_goal"),
    (Text("总分", "Total score"), "total_score"),
)
_FUNDS = (
    (Text("项目资金总额", "Project total"), "project_total"),
    (Text("财政资金", "Project, fiscal"), "project_fiscal"),
    (Text("其他资金（项目）", "Project, other"), "project_other"),
    (Text("年度资金申请总额", "Annual request"), "annual_request"),
    (Text("当年财政拨款", "Annual appropriation"), "annual_appropriation"),
    (Text("上年结转资金", "Carried over"), "carried_over"),
    (Text("其他资金（年度）", "Annual, other"), "annual_other"),
)
_BUDGETS = (
    (Text("年初预算数", "Initial budget"), "initial_budget"),
    (Text("全年预算数", "Adjusted budget"), "adjusted_budget"),
    (Text("全年执行数", "Executed budget"), "executed_budget"),
)


def yuan(amount: Decimal) -> str:
    """Return an amount as people read it: 470,000.00 元."""
    return f"{amount:,.2f} 元"


def document_tables(read: ReadDocument, language: Language) -> Iterator[RenderableType]:
    """Yield the tables of every form of a file."""
    for form in read.forms:
        yield _form_table(read.document.name, form, language)
        yield _indicator_table(form, language)
        yield ""


_USES = {
    "label": Text("栏目名称", "label"),
    "heading": Text("指标类别", "heading"),
    "title": Text("标题", "title"),
    "frame": Text("表框", "frame"),
    "unplaced": Text("未读入", "left out"),
    "stated_unit": Text("金额单位", "unit of money"),
    "period": Text("起止时间", "period"),
    "project_other": Text("其他资金（项目）", "Project, other"),
    "name": Text("三级指标", "Indicator"),
    "child": Text("四级指标", "Indicator, level 4"),
    "value": Text("指标值", "Value"),
    "comparator": Text("比较符", "Comparator"),
    "direction": Text("指标性质", "Nature"),
    "polarity": Text("指标方向", "Direction"),
    "unit": Text("计量单位", "Unit"),
    "weight": Text("分值", "Weight"),
    "score": Text("得分", "Score"),
    "total_score": Text("总分", "Total score"),
    "actual": Text("实际完成值", "Result"),
    "reason": Text("偏差原因", "Reason"),
    "other": Text("其他栏（未收入数据）", "Another column (not in the data)"),
    "initial": Text("年初预算数", "Initial budget"),
    "budget": Text("全年预算数", "Budget"),
    "executed": Text("全年执行数", "Executed budget"),
    "rate": Text("执行率", "Execution rate"),
    "achieved": Text("实际完成情况", "Achieved"),
    "long_term_indicator": Text(
        "中长期指标（未收入数据）", "Long-term indicator (not in the data)"
    ),
    "before_change": Text("调整前的内容（未收入数据）", "Before the change (not in the data)"),
    **{name: label for label, name in (*_FIELDS, *_FUNDS)},
}
"""What each use of a cell is called."""


def cell_table(read: ReadDocument, language: Language) -> Table:
    """Return a table of what became of every cell of a file's forms."""
    table = Table(title=escape(read.document.name), title_justify="left")
    table.add_column(Text("位置", "Place").into(language), no_wrap=True)
    table.add_column(Text("印出", "Printed").into(language), overflow="fold")
    table.add_column(Text("读作", "Read as").into(language), no_wrap=True)
    for cell in read.cells:
        style = "red" if cell.use == "unplaced" else "dim" if cell.use in ("frame", "label") else ""
        use = _USES[cell.use].into(language)
        table.add_row(cell.place, escape(cell.text), use, style=style)
    return table


def _form_table(name: str, form: Form, language: Language) -> Table:
    title = f"{name}, {form.location}"
    table = Table(title=escape(title), show_header=False, title_justify="left", expand=False)
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for label, attribute in _FIELDS:
        value = getattr(form, attribute)
        if value is not None:
            table.add_row(label.into(language), escape(str(value)))
    for label, attribute in _FUNDS:
        amount = getattr(form.funds, attribute)
        if amount is not None:
            table.add_row(label.into(language), yuan(amount))
    for row in _execution_rows(form.execution, language):
        table.add_row(*row)
    for repair in form.repairs:
        table.add_row(
            Text("修复", "Repair").into(language), f"[cyan]{escape(repair.into(language))}[/]"
        )
    return table


def _execution_rows(execution: Execution, language: Language) -> Iterator[tuple[str, str]]:
    for label, attribute in _BUDGETS:
        amount = getattr(execution, attribute)
        if amount is not None:
            yield label.into(language), yuan(amount)
    if execution.rate is not None:
        yield Text("执行率", "Execution rate").into(language), f"{execution.rate} %"
    if execution.score is not None:
        points = Text("执行率得分 / 分值", "Score / weight of execution").into(language)
        yield points, f"{execution.score} / {'' if execution.weight is None else execution.weight}"


def _indicator_table(form: Form, language: Language) -> Table:
    table = Table()
    for label in (
        Text("位置", "Place"),
        Text("一级指标", "Level 1"),
        Text("二级指标", "Level 2"),
        Text("三级指标", "Indicator"),
    ):
        table.add_column(label.into(language), overflow="fold")
    numbers = [Text("指标值", "Value"), Text("规范值", "Normalised")]
    if form.kind is FormKind.SELF_EVALUATION:
        numbers += [Text("完成值", "Result"), Text("分值", "Weight"), Text("得分", "Score")]
    for label in numbers:
        table.add_column(label.into(language), justify="right", overflow="fold")
    table.add_column(Text("修复", "Repairs").into(language), overflow="fold", style="cyan")
    for target in form.indicators:
        table.add_row(*(escape(cell) for cell in _indicator_row(form.kind, target, language)))
    return table


def _indicator_row(kind: FormKind, target: Target, language: Language) -> tuple[str, ...]:
    value = target.value
    shown = value.text or ""
    normalised = ""
    if value.number is not None:
        shown = (
            f"{value.comparator.value if value.comparator else ''}{value.number} {value.unit or ''}"
        )
        normalised = f"{value.normalized_number:f} {value.normalized_unit or ''}"
    repairs = "\n".join(repair.into(language) for repair in target.repairs)
    levels = target.level1 or "", target.level2 or ""
    numbers = [shown.strip(), normalised.strip()]
    if kind is FormKind.SELF_EVALUATION:
        numbers.append(target.actual.raw if target.actual else "")
        numbers += ["" if n is None else str(n) for n in (target.weight, target.score)]
    return (target.location, *levels, target.name, *numbers, repairs)
