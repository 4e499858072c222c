"""On a terminal an ingest shows how far it is, how fast, and how long it will take."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from helpers import PERFKG, SCHOOL

TEXT = SCHOOL.read_text("utf-8")


def test_a_terminal_shows_the_rate_and_the_time_that_remains(tmp_path: Path) -> None:
    folder = tmp_path / "forms"
    folder.mkdir()
    for number in range(300):
        text = TEXT.replace("云岭县", f"第{number}县")
        (folder / f"{number:03}.txt").write_text(text, "utf-8")
    screen, terminal = os.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    with subprocess.Popen(
        [PERFKG, "ingest", folder, "--store", tmp_path / "s", "--no-validate", "--workers", "1"],
        stdout=subprocess.DEVNULL,
        stderr=terminal,
        env=environment,
    ) as running:
        os.close(terminal)
        shown = b""
        while piece := _read(screen):
            shown += piece
    os.close(screen)
    assert running.returncode == 0
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode(errors="replace"))
    assert re.search(r"读入 .*\b\d+/300 [\d,]+/s +\d:\d\d:\d\d", text)


def _read(screen: int) -> bytes:
    try:
        return os.read(screen, 65536)
    except OSError:  # the other end is closed
        return b""
