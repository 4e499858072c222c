"""The limits on reading files, set in the environment, reach every command that reads files."""

from __future__ import annotations

import pytest
from helpers import DEMO, SCHOOL, Commands

SMALL = {"PERFKG_MAX_FILE_SIZE": str((SCHOOL.stat().st_size + 1) / 1024**2), "PERFKG_LANG": "en"}
"""A limit that the one file keeps and the other, which is longer, does not."""


@pytest.mark.parametrize("command", ["parse", "validate", "ingest"])
def test_a_file_above_the_limit_is_refused_by_name_and_the_others_are_read(
    perfkg: Commands, command: str
) -> None:
    run = perfkg(command, DEMO, SCHOOL, env=SMALL)
    assert run.status == 1
    assert DEMO.name in run.err
    assert "PERFKG_MAX_FILE_SIZE" in run.err
    assert SCHOOL.name not in run.err
    if command != "validate":  # which has nothing to say of the other file
        assert run.out != perfkg(command, DEMO, env=SMALL).out


def test_standard_input_above_the_limit_is_refused(perfkg: Commands) -> None:
    assert perfkg("parse", "-", stdin=SCHOOL.read_bytes(), env=SMALL).status == 0
    run = perfkg("parse", "-", stdin=DEMO.read_bytes(), env=SMALL)
    assert run.status == 1
    assert "PERFKG_MAX_FILE_SIZE" in run.err


def test_the_rest_of_a_file_with_too_many_cells_is_left_out(perfkg: Commands) -> None:
    rows = "".join(f"<tr><td>{number}<td>植树" for number in range(200))
    (perfkg.folder / "long.html").write_text(f"<table>{rows}</table>", "utf-8")
    run = perfkg("parse", "long.html", env={"PERFKG_MAX_CELLS": "100", "PERFKG_LANG": "en"})
    assert run.status == 1
    assert "PERFKG_MAX_CELLS" in run.err
    assert "PERFKG_MAX_CELLS" not in perfkg("parse", "long.html", env={"PERFKG_LANG": "en"}).err
