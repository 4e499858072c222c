"""kill -9 at any moment of a write leaves the last state whole and the store writable."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from perfkg.namespaces import PK
from perfkg.store import EmbeddedStore, SelectResult

from . import writing
from .support import new_store

STATE = f"SELECT ?v (COUNT(?f) AS ?n) {{ ?f <{PK}annualRequest> ?v }} GROUP BY ?v"
KILLS = 20


def state_of(store: EmbeddedStore) -> tuple[int, int]:
    """Return the one value that all forms have, and how many they are."""
    result = store.query(STATE)
    assert isinstance(result, SelectResult)
    ((value, count),) = result.rows
    return int(str(value).split('"')[1]), int(str(count).split('"')[1])


def write_until_killed(folder: Path, value: int, seconds: float) -> int:
    """Return the last value whose commit the writer announced before it was killed."""
    tests = Path(__file__).parents[1]
    paths = os.pathsep.join([str(tests), *filter(None, sys.path)])
    with subprocess.Popen(
        [sys.executable, writing.__file__, str(folder), str(value)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": paths},
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(seconds)
        child.kill()
        announced = child.stdout.read().split()
    return int(announced[-1]) if announced else value


def test_a_killed_writer_leaves_the_last_state_whole(tmp_path: Path) -> None:
    moments = random.Random(20240101)  # noqa: S311
    store = new_store(tmp_path)
    writing.write(store, 0)
    value = 0
    for _ in range(KILLS):
        generation = store.generation.number
        announced = write_until_killed(tmp_path, value, moments.uniform(0, 0.35))
        reopened = EmbeddedStore(tmp_path)
        value, forms = state_of(reopened)
        assert forms == writing.FORMS
        assert value in {announced, announced + 1}  # killed between commit and announcement
        assert reopened.generation.number >= generation
        value += 1
        writing.write(reopened, value)
        assert state_of(reopened) == (value, writing.FORMS)
    assert [entry.name for entry in (tmp_path / "generations").iterdir() if "-" in entry.name] == []
