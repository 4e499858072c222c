"""The head of a `.rq` file: comment lines that begin with `#+` and hold YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from perfkg.errors import CatalogueError
from perfkg.messages import Text
from perfkg.namespaces import PREFIXES
from perfkg.queries.model import THEMES, Chart, Choice, ColumnKind, Parameter
from perfkg.queries.wrong_head import told

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The safe loader in C, where PyYAML was built with it: it is the faster one."""
_LINE: Final = re.compile(r"#\+ ?(.*)")
_CHART: Final = re.compile(
    r"(bar|line|pie|scatter) x=([A-Za-z]\w*) y=([A-Za-z]\w*)"
    r"(?: series=([A-Za-z]\w*))?(?: unit=(\S+))?"
)
_SIMPLE: Final = frozenset(("text", "integer", "decimal", "date", "year", "choice"))

Filled = Annotated[str, Field(min_length=1)]
_Names = tuple[Filled, Filled]
_NamesAndKind = tuple[Filled, Filled, ColumnKind]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class _ChoiceHead(_Strict):
    value: Filled
    label: str | None = None
    label_en: str | None = None


class _ParameterHead(_Strict):
    name: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
    type: Filled
    label: Filled
    label_en: Filled
    default: str | None = None
    optional: bool = False
    choices: tuple[str | _ChoiceHead, ...] = ()
    via: Annotated[str, Field(pattern=r"^[a-z]+:\w+$")] | None = None

    @field_validator("type")
    @classmethod
    def _known(cls, value: str) -> str:
        kind, _, prefix_and_name = value.partition(":")
        prefix, _, name = prefix_and_name.partition(":")
        if value in _SIMPLE or (kind == "iri" and name and prefix in PREFIXES):
            return value
        known = ", ".join(sorted(_SIMPLE))
        raise ValueError(f"not one of {known}, iri:prefix:Class")

    @field_validator("via")
    @classmethod
    def _declared(cls, value: str | None) -> str | None:
        if value is None or value.partition(":")[0] in PREFIXES:
            return value
        raise ValueError(f"the prefix of {value} is not known")


class Head(_Strict):
    """The head as it is written; `SavedQuery` is what becomes of it."""

    title: Filled
    title_en: Filled
    description: Filled
    description_en: Filled
    theme: str = "other"
    tags: tuple[Filled, ...] = ()
    parameters: tuple[_ParameterHead, ...] = ()
    columns: dict[str, _Names | _NamesAndKind] = Field(default_factory=dict)
    chart: Annotated[str, Field(pattern=f"^{_CHART.pattern}$")] | Literal[""] = ""

    @field_validator("theme")
    @classmethod
    def _listed(cls, value: str) -> str:
        if value in THEMES:
            return value
        raise ValueError(f"not one of {', '.join(THEMES)}")

    def chart_of(self) -> Chart | None:
        """Return how the result is drawn."""
        match = _CHART.fullmatch(self.chart)
        return Chart(*match.groups()) if match else None

    def columns_of(self) -> Mapping[str, Text]:
        """Return the names of columns."""
        return {name: Text(*names[:2]) for name, names in self.columns.items()}

    def kinds_of(self) -> Mapping[str, ColumnKind]:
        """Return what the numbers of columns are."""
        return {name: names[2] for name, names in self.columns.items() if len(names) == 3}

    def parameters_of(self) -> tuple[Parameter, ...]:
        """Return the parameters in the order in which they are written."""
        return tuple(_parameter(item) for item in self.parameters)


def read_head(text: str, path: Path) -> Head:
    """Return the head of the query in `text`.

    Raises:
        CatalogueError: it is missing, is no YAML, or says something unknown or too little.
    """
    lines = {
        number: match.group(1)
        for number, line in enumerate(text.splitlines(), start=1)
        if (match := _LINE.fullmatch(line))
    }
    return _validated(_loaded(lines, path), lines, path)


def broken(path: Path, line: int, zh: str, en: str) -> CatalogueError:
    """Return the error for a place in a file."""
    return CatalogueError(zh, en, place=f"{path}:{line}")


def _loaded(lines: Mapping[int, str], path: Path) -> dict[str, Any]:
    numbers = list(lines) or [1]
    try:
        content = yaml.load("\n".join(lines.values()), Loader=_LOADER)  # noqa: S506 - a safe one
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = numbers[min(mark.line, len(numbers) - 1)] if mark else numbers[0]
        reason = getattr(error, "problem", None) or str(error)
        raise broken(
            path,
            line,
            f"查询文件头不是合法的 YAML（{reason}）；含冒号的文字请加引号",
            f"the head of the query is no YAML ({reason}); put text with a colon in quotes",
        ) from error
    if not isinstance(content, dict):
        raise broken(
            path,
            numbers[0],
            "查询文件开头应有说明，例如：#+ title: 名称",
            "the file must begin with a head, for example: #+ title: name",
        )
    return content


def _validated(content: dict[str, Any], lines: Mapping[int, str], path: Path) -> Head:
    try:
        return Head.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        message = told(first)
        raise broken(path, _line_of(first["loc"], lines), message.zh, message.en) from error


def _line_of(place: tuple[int | str, ...], lines: Mapping[int, str]) -> int:
    """Return the line that holds the key at `place`, or the first line of the head."""
    key = str(place[0]) if place else ""
    start = next((number for number, line in lines.items() if line.startswith(f"{key}:")), None)
    if start is None:
        return next(iter(lines), 1)
    if len(place) < 2 or not isinstance(place[1], int):
        return start
    items = [n for n, line in lines.items() if n > start and line.lstrip().startswith("- ")]
    return items[place[1]] if place[1] < len(items) else start


def _parameter(head: _ParameterHead) -> Parameter:
    kind, _, name = head.type.partition(":")
    prefix, _, local = name.partition(":")
    return Parameter(
        name=head.name,
        type=kind,
        label=Text(head.label, head.label_en),
        default=head.default,
        optional=head.optional,
        choices=tuple(_choice(item) for item in head.choices),
        of_class=f"{PREFIXES[prefix]}{local}" if local else None,
        via=_in_full(head.via),
    )


def _in_full(name: str | None) -> str | None:
    """Return the IRI of a prefixed name."""
    if name is None:
        return None
    prefix, _, local = name.partition(":")
    return f"{PREFIXES[prefix]}{local}"


def _choice(head: str | _ChoiceHead) -> Choice:
    if isinstance(head, str):
        return Choice(head, Text(head, head))
    return Choice(head.value, Text(head.label or head.value, head.label_en or head.value))
