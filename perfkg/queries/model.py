"""What a saved query is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from perfkg.messages import Text
from perfkg.sparql.fence import Form

THEMES: Final[Mapping[str, Text]] = {
    "money": Text("资金", "Money"),
    "indicators": Text("指标", "Indicators"),
    "targets": Text("指标值", "Targets"),
    "classification": Text("指标分类", "Classification"),
    "review": Text("审核", "Review"),
    "years": Text("年度变化", "Year on year"),
    "evaluation": Text("绩效自评", "Self-evaluation"),
    "forms": Text("项目与来源", "Projects and sources"),
    "other": Text("其他", "Other"),
}
"""The parts of the collection, in the order in which they are shown."""


class ColumnKind(StrEnum):
    """What the numbers of a column are, so that a page writes them as people do."""

    MONEY = "money"
    """An amount in yuan, whatever unit it is shown in."""
    PERCENT = "percent"
    """A percentage: 96.5 stands for 96.5 %."""
    COUNT = "count"
    """A number of things."""
    YEAR = "year"
    """A year, never grouped."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that a parameter of type `choice` may have, and what it is called."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable of the query that a person may give a value.

    Attributes:
        name: the variable, without `?`.
        type: text, integer, decimal, date, year, choice or iri.
        label: what it is called in forms and messages.
        default: the value it has when none is given; for an iri its IRI, its prefixed name or
            its label. None: there is none.
        optional: whether the query runs without a value.
        choices: the values of a `choice`.
        of_class: for an iri the class of the things that it may name.
        via: for an iri the property of the data that points to the things worth choosing, as
            pk:supervisingDepartment does among all organizations; None: whatever usually points
            to the class.
    """

    name: str
    type: str
    label: Text
    default: str | None = None
    optional: bool = False
    choices: tuple[Choice, ...] = ()
    of_class: str | None = None
    via: str | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """How a result is best drawn.

    Attributes:
        kind: bar, line, pie or scatter.
        x, y: the columns of the axes; of a pie the names and the sizes.
        series: the column that parts the rows into several lines or groups of bars.
        unit: what the numbers of `y` are in, for the axis: 元, %.
    """

    kind: str
    x: str
    y: str
    series: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A query with a name, written down once.

    Attributes:
        name: of the file, without `.rq`; the name in commands and addresses.
        theme: the part of the collection that it belongs to, a key of `THEMES`.
        columns: what its columns are called, by variable.
        kinds: what the numbers of a column are, where the head says so.
        text: the whole file; its head is a comment to an engine.
    """

    name: str
    title: Text
    description: Text
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    columns: Mapping[str, Text]
    chart: Chart | None
    form: Form
    text: str
    path: Path
    theme: str = "other"
    kinds: Mapping[str, ColumnKind] = field(default_factory=dict)

    def parameter(self, name: str) -> Parameter | None:
        """Return the parameter called `name`."""
        return next((item for item in self.parameters if item.name == name), None)
