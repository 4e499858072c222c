"""What an engine of SHACL is to perfkg: shapes and data in, results out.

Whatever runs the shapes says the same: a `Result` for each validation result of the standard.
What the graph knows about its node is added by `perfkg.validation.telling`, for every engine alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

import pyoxigraph as ox

from perfkg.messages import Text
from perfkg.validation.engine_name import EngineName
from perfkg.validation.findings import SeverityName
from perfkg.validation.shapes import Shapes

Node: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal
ShapeNode: TypeAlias = ox.NamedNode | ox.BlankNode


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result (https://www.w3.org/TR/shacl/#results-validation-result).

    Attributes:
        focus: `sh:focusNode`.
        shape: `sh:sourceShape`, a node of the shapes graph.
        severity: `sh:resultSeverity` by its local name.
        component: IRI of `sh:sourceConstraintComponent`.
        constraint: `sh:sourceConstraint` of a SPARQL constraint.
        value: `sh:value`.
        path: IRI of `sh:resultPath`; None where there is none or it is more than one step.
        message: `sh:resultMessage` in both languages; None where the shape states none.
    """

    focus: Node
    shape: ShapeNode
    severity: SeverityName
    component: str
    constraint: ShapeNode | None = None
    value: Node | None = None
    path: str | None = None
    message: Text | None = None


class Engine(Protocol):
    """Runs shapes over data."""

    def __call__(self, data: ox.Store, shapes: Shapes) -> Iterable[Result]:
        """Return every validation result, in any order.

        Args:
            data: its default graph holds the forms and the vocabularies that the rules look
                things up in; it is only read.
            shapes: the rules.

        Raises:
            ShapesError: a shape cannot be run.
        """


def _fast() -> Engine:
    from perfkg.validation.fast import run

    return run


def _pyshacl() -> Engine:
    from perfkg.validation.reference import run

    return run


_ENGINES: Final[Mapping[EngineName, Callable[[], Engine]]] = {
    EngineName.FAST: _fast,
    EngineName.PYSHACL: _pyshacl,
}
"""Each engine is imported when it is wanted: pyshacl takes a second."""


def engine_called(name: EngineName) -> Engine:
    """Return the engine of that name."""
    return _ENGINES[name]()
