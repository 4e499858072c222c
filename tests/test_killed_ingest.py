"""`kill -9` during `perfkg ingest`: the store is as before or as after, never between."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import time
from pathlib import Path

from perfkg.asking import open_to_write
from perfkg.ingest import ingest
from perfkg.settings import Settings
from perfkg.store import EmbeddedStore, open_store

FIXTURE = Path(__file__).parent / "fixtures" / "school-and-road.txt"
KILLS = 20
FILES = 12


def _write_version(folder: Path, version: int) -> list[Path]:
    """Write files of the same forms with other amounts and targets for each version."""
    folder.mkdir()
    text = FIXTURE.read_text("utf-8").replace("≥860平方米", f"≥{version}平方米")
    text = text.replace("2,350,000.00", f"{version},000.00")
    paths = []
    for number in range(FILES):
        path = folder / f"{number:02}.txt"
        path.write_text(text.replace("云岭县", f"第{number}县"), encoding="utf-8")
        paths.append(path)
    return paths


def _dump(store: EmbeddedStore) -> bytes:
    out = io.BytesIO()
    store.dump(out, "nt")
    return out.getvalue()


def _ingest_command(folder: Path, store: Path) -> list[str]:
    command = [sys.executable, "-m", "perfkg", "ingest", "--no-validate"]
    return [*command, str(folder), "--store", str(store)]


def test_twenty_kills_at_random_moments_never_leave_half_an_ingest(tmp_path: Path) -> None:
    versions = [tmp_path / "a", tmp_path / "b"]
    paths = [_write_version(folder, 101 + index) for index, folder in enumerate(versions)]
    place = tmp_path / "store"
    with open_to_write(Settings(store=str(place))) as store:
        ingest(store, paths[0])
        ingest(store, paths[1])
        ingest(store, paths[0])
        before = _dump(store)
        start = time.monotonic()
        subprocess.run(_ingest_command(versions[1], place), check=True, capture_output=True)
        duration = time.monotonic() - start
        after = _dump(store)
    assert before != after

    moments = random.Random(9)  # noqa: S311
    states, current = [before, after], 1
    for _ in range(KILLS):
        target = 1 - current
        command = _ingest_command(versions[target], place)
        with subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as child:
            time.sleep(moments.uniform(0.2, 1.05) * duration)
            child.kill()
        with open_store(place) as store:
            found = _dump(store)
            assert found in states
            current = states.index(found)
            assert store.query("ASK { ?s ?p ?o }", timeout=10)
    with open_to_write(Settings(store=str(place))) as store:
        ingest(store, paths[1 - current])
        assert _dump(store) == states[1 - current]
