"""The fixtures of layouts, read."""

from __future__ import annotations

from pathlib import Path

from perfkg.forms.model import Form, ReadDocument
from perfkg.reading import read_file

LAYOUTS = Path(__file__).parents[1] / "fixtures" / "layouts"


def read_layout(name: str) -> ReadDocument:
    """Read a fixture."""
    return read_file(LAYOUTS / name)


def form_of(name: str) -> Form:
    """Return the one form of a fixture."""
    (form,) = read_layout(name).forms
    return form


def rows_of(form: Form) -> list[tuple[object, ...]]:
    """Return its indicators: both levels, name and value as printed."""
    return [(t.level1, t.level2, t.name, t.value.raw) for t in form.indicators]
