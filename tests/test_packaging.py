"""The wheel: it holds every file that perfkg needs, and runs from where it was unpacked."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
SECONDS = 30
_CHECK = """
import perfkg
from pathlib import Path
from perfkg import resources
from perfkg.cli import app
from perfkg.queries import Catalogue
from perfkg.reading import find_files, read_file
from perfkg.validation.shapes import load_shapes
from perfkg.server.pages import _environment
home = Path(perfkg.__file__).parent
folders = [resources.ontology_folder(), resources.shapes_folder(), resources.queries_folder(),
           resources.demo_folder()]
assert all(folder.is_relative_to(home) and any(folder.iterdir()) for folder in folders), folders
catalogue = Catalogue(resources.queries_folder())
assert len(catalogue.queries) > 5 and not catalogue.errors
(file,) = find_files([resources.demo_folder()])
assert len(read_file(file).forms) == 10
assert load_shapes()
assert _environment().get_template("base.html")
print(home)
"""


def _run(*command: str, cwd: Path) -> str:
    try:
        done = subprocess.run(
            command, cwd=cwd, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        pytest.skip(f"takes more than {SECONDS} s on this machine")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    options = ("--no-deps", "--no-build-isolation", "--wheel-dir", str(folder))
    _run(*PIP, "wheel", *options, str(ROOT), cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


def _files(*folders: str) -> set[str]:
    return {
        str(path.relative_to(ROOT))
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_every_file_that_perfkg_needs(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    data = {
        f"perfkg/_resources/{name}" for name in _files("ontology", "shapes", "queries", "views")
    }
    assert data <= held
    assert _files("perfkg") <= held
    for name in (
        "perfkg/layout.toml",
        "perfkg/data/shanghai-real-estate-2024.txt",
        "perfkg/server/templates/base.html",
        "perfkg/server/static/style.css",
        "perfkg/py.typed",
    ):
        assert name in held


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    held = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0].split("-")[0] for name in held} == {"perfkg"}
    assert not [name for name in held if "test" in name or name.endswith(".pyc")]


def test_the_wheel_names_the_command_and_its_licence(wheel: Path) -> None:
    held = zipfile.ZipFile(wheel)
    entry = next(name for name in held.namelist() if name.endswith("entry_points.txt"))
    assert "perfkg = perfkg.cli:main" in held.read(entry).decode()
    assert any(name.endswith("licenses/LICENSE") for name in held.namelist())


def test_an_installed_perfkg_finds_what_it_needs(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"
    _run(*PIP, "install", "--no-deps", "--target", str(target), str(wheel), cwd=tmp_path)
    # -P and the target first: this copy, not the checkout.
    code = f"import sys; sys.path.insert(0, {str(target)!r})\n{_CHECK}"
    home = _run(sys.executable, "-P", "-c", code, cwd=tmp_path)
    assert Path(home.strip()) == target / "perfkg"
