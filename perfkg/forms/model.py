"""What a form says, in typed values, each with its place in the source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from perfkg.layout import FormKind as FormKind
from perfkg.messages import Problem, Text
from perfkg.readers.document import Document


class Comparator(StrEnum):
    """How an achieved value is compared with the target."""

    EQ = "="
    GTEQ = ">="
    LTEQ = "<="
    GT = ">"
    LT = "<"


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as exact as the form prints it: a day, a month or a year."""

    year: int
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        parts = [f"{self.year:04d}"]
        parts += [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)

    @property
    def is_whole(self) -> bool:
        """Whether the form prints the day."""
        return self.day is not None

    def first_day(self) -> date:
        """Return the first day that the printed date can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    def last_day(self) -> date:
        """Return the last day that the printed date can mean."""
        if self.day is not None:
            return self.first_day()
        month = self.month or 12
        following = date(self.year + month // 12, month % 12 + 1, 1)
        return date.fromordinal(following.toordinal() - 1)


@dataclass(frozen=True, slots=True)
class Value:
    """A target or a result: either a number or words, or nothing.

    Attributes:
        raw: exactly as printed.
        comparator: None where none is printed.
        number: as printed, before scaling.
        unit: as printed, without brackets.
        text: the words of a target that is not a number.
        normalized_number, normalized_unit: scaled to the base unit (63.50 万套 → 635000 套).
    """

    raw: str
    comparator: Comparator | None = None
    number: Decimal | None = None
    unit: str | None = None
    text: str | None = None
    normalized_number: Decimal | None = None
    normalized_unit: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """One row of the indicator table (三级指标 with its 指标值).

    Attributes:
        level1, level2: as spelled in the official classification, else as printed; None when
            the form does not say.
        weight: 分值; score: 得分; actual: 实际完成值 as read from its cell.
        reason: 偏差原因分析及改进措施.
    """

    level1: str | None
    level2: str | None
    name: str
    value: Value
    location: str
    weight: Decimal | None = None
    actual: Value | None = None
    score: Decimal | None = None
    reason: str | None = None
    repairs: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Execution:
    """预算执行情况 of a self-evaluation: its row 年度资金总额.

    Attributes:
        initial_budget: 年初预算数, yuan. adjusted_budget: 全年预算数, yuan.
        executed_budget: 全年执行数, yuan.
        rate: 执行率, percent.
        weight: 分值 of the execution. score: its 得分.
    """

    initial_budget: Decimal | None = None
    adjusted_budget: Decimal | None = None
    executed_budget: Decimal | None = None
    rate: Decimal | None = None
    weight: Decimal | None = None
    score: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Funds:
    """项目资金, in yuan whatever unit the form states.

    Attributes:
        stated_unit: the unit the form prints (元, 万元).
        project_total: 项目资金总额, whole life of the project.
        project_fiscal: 其中：财政资金. project_other: 其他资金 (left column).
        annual_request: 年度资金申请总额, this year.
        annual_appropriation: 其中：当年财政拨款. carried_over: 上年结转资金.
        annual_other: 其他资金 (right column).
    """

    stated_unit: str | None = None
    project_total: Decimal | None = None
    project_fiscal: Decimal | None = None
    project_other: Decimal | None = None
    annual_request: Decimal | None = None
    annual_appropriation: Decimal | None = None
    carried_over: Decimal | None = None
    annual_other: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """One submission of a form for one project and one fiscal year.

    Everything the form does not say is None.

    Attributes:
        annual_goal: 年度总体目标. achieved_goal: 实际完成情况, of a self-evaluation.
        total_score: 总分, of a self-evaluation.
    """

    kind: FormKind
    location: str
    fiscal_year: int | None = None
    project_name: str | None = None
    project_nature: str | None = None
    project_category: str | None = None
    supervising_department: str | None = None
    implementing_unit: str | None = None
    planned_start: PartialDate | None = None
    planned_end: PartialDate | None = None
    funds: Funds = field(default_factory=Funds)
    long_term_goal: str | None = None
    annual_goal: str | None = None
    achieved_goal: str | None = None
    execution: Execution = field(default_factory=Execution)
    total_score: Decimal | None = None
    indicators: tuple[Target, ...] = ()
    repairs: tuple[Text, ...] = ()
    is_cut: bool = False
    """Whether so much is missing that the file seems to be cut off."""


@dataclass(slots=True)
class CellUse:
    """What became of one printed cell.

    Attributes:
        place: where it stands. text: as printed.
        use: `label` or `heading`, the name of the field or column it was read as, `frame` for
            what says nothing of the project, `unplaced` for what was left out.
    """

    place: str
    text: str
    use: str


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """Everything that was read from one file, and what could not be read.

    Attributes:
        uses: tells what became of the cells; few ask, so it is told only then.
    """

    document: Document
    forms: tuple[Form, ...]
    problems: tuple[Problem, ...]
    uses: Callable[[], tuple[CellUse, ...]] = field(default=tuple, repr=False, compare=False)

    @property
    def cells(self) -> tuple[CellUse, ...]:
        """What became of every cell of the forms, in the order of the source."""
        return self.uses()

    @property
    def is_whole(self) -> bool:
        """Whether nothing that the file says was left ununderstood."""
        return not any(problem.severity == "error" for problem in self.problems)
