"""What a saved query is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from perfkg.messages import Text
from perfkg.sparql.fence import Form


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
    """

    name: str
    type: str
    label: Text
    default: str | None = None
    optional: bool = False
    choices: tuple[Choice, ...] = ()
    of_class: str | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """How a result is best drawn: the kind, and the columns for its axes."""

    kind: str
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A query with a name, written down once.

    Attributes:
        name: of the file, without `.rq`; the name in commands and addresses.
        columns: what its columns are called, by variable.
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

    def parameter(self, name: str) -> Parameter | None:
        """Return the parameter called `name`."""
        return next((item for item in self.parameters if item.name == name), None)
