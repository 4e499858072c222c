"""Where the files that ship with perfkg are: ontology, shapes, queries, views, demo forms.

In a wheel they lie inside the package; in a checkout the data folders lie beside it.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent
_PACKED = _PACKAGE / "_resources"


def _folder(name: str) -> Path:
    packed = _PACKED / name
    return packed if packed.is_dir() else _PACKAGE.parent / name


def ontology_folder() -> Path:
    """Return the folder of the ontology, the vocabularies and the JSON-LD context."""
    return _folder("ontology")


def shapes_folder() -> Path:
    """Return the folder of the built-in SHACL shapes."""
    return _folder("shapes")


def queries_folder() -> Path:
    """Return the folder of the built-in saved queries."""
    return _folder("queries")


def views_folder() -> Path:
    """Return the folder of the views in the words of other communities."""
    return _folder("views")


def statistics_folder() -> Path:
    """Return the folder of what is counted once for each generation."""
    return _folder("statistics")


def demo_folder() -> Path:
    """Return the folder of the ten bundled real forms."""
    return _PACKAGE / "data"
