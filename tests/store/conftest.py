"""A fresh store for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from perfkg.store import EmbeddedStore

from .support import new_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    with new_store(tmp_path / "store") as opened:
        yield opened
