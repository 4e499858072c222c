"""Running the shapes with the set-based engine."""

from __future__ import annotations

from collections.abc import Container

import pyoxigraph as ox

from perfkg import shacl
from perfkg.errors import ShapesError
from perfkg.messages import Text
from perfkg.shacl.paths import Predicate
from perfkg.validation.engine import Result
from perfkg.validation.shapes import ShapeNode, Shapes, severity_name, text_of


def run(
    data: ox.Store, shapes: Shapes, *, only: Container[ShapeNode] | None = None
) -> list[Result]:
    """Check `data` against `shapes`; see `perfkg.validation.engine.Engine`.

    Args:
        data: what is checked.
        shapes: the rules.
        only: the shapes whose targets are checked; None for all.

    Raises:
        ShapesError: a shape cannot be run.
    """
    try:
        return [_result(shapes, result) for result in shapes.plan.results(data, only)]
    except shacl.ShaclError as error:
        raise ShapesError(error.zh, error.en, place=error.place) from error


def _result(shapes: Shapes, result: shacl.Result) -> Result:
    path = result.path
    return Result(
        focus=result.focus_node,
        shape=result.source_shape,
        severity=severity_name(result.severity.value),
        component=result.component.value,
        constraint=result.source_constraint,
        value=result.value,
        path=path.iri.value if isinstance(path, Predicate) else None,
        message=_message(shapes, result),
    )


def _message(shapes: Shapes, result: shacl.Result) -> Text | None:
    """Return what the shape says; where it says nothing, `perfkg.validation.telling` does."""
    sources = (result.source_constraint, result.source_shape)
    if not any(node is not None and shapes.states_message(node) for node in sources):
        return None
    found: dict[str, str] = {}
    for text, language in sorted(result.messages, key=str):
        found.setdefault((language or "").split("-")[0], text)
    return text_of(found)
