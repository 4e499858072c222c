"""What the engines of SHACL are called, apart from the engines, which take long to import."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class EngineName(StrEnum):
    """The engines, by the names of `perfkg validate --engine`."""

    FAST = "fast"
    PYSHACL = "pyshacl"


DEFAULT_ENGINE: Final = EngineName.FAST
