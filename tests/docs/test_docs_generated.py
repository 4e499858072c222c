"""The reference pages say what their sources say."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pages import DOCS, ROOT


def build(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, folder / "build.py", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the pages, beside the sources."""
    shutil.copytree(DOCS, tmp_path / "docs", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    return tmp_path / "docs"


def test_every_generated_page_is_up_to_date() -> None:
    done = build(DOCS, "--check")
    assert (done.stdout, done.returncode) == ("", 0), done.stderr


def test_a_stale_page_is_named_and_then_brought_up_to_date(copied: Path) -> None:
    page = copied / "settings.md"
    right = page.read_text(encoding="utf-8")
    page.write_text(right.replace("PERFKG_TIMEOUT", "PERFKG_LIMIT"), encoding="utf-8")
    checked = build(copied, "--check")
    assert (checked.stdout, checked.returncode) == ("docs/settings.md\n", 1)
    assert "PERFKG_LIMIT" in page.read_text(encoding="utf-8")
    assert build(copied).returncode == 0
    assert page.read_text(encoding="utf-8") == right


def test_an_option_that_is_not_known_is_refused(copied: Path) -> None:
    assert build(copied, "--chek").returncode == 2
