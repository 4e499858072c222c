"""Where commands write: data to stdout, everything else to stderr."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from rich.console import Console, RenderableType
from rich.markup import escape

from perfkg.errors import PerfkgError, UsageError
from perfkg.messages import Language, Problem, Severity, Text

_PIPE_WIDTH = 160
"""Columns of a table that is not drawn on a terminal."""

_STYLES: dict[Severity, str] = {"error": "bold red", "warning": "yellow", "info": "cyan"}
_NAMES: dict[Severity, Text] = {
    "error": Text("错误", "error"),
    "warning": Text("注意", "warning"),
    "info": Text("说明", "note"),
}


def output() -> Console:
    """Return the console for data."""
    width = None if sys.stdout.isatty() else _PIPE_WIDTH
    return Console(file=sys.stdout, width=width, highlight=False)


def messages() -> Console:
    """Return the console for everything that is not data."""
    width = None if sys.stderr.isatty() else _PIPE_WIDTH
    return Console(file=sys.stderr, width=width, highlight=False, soft_wrap=True)


def is_terminal() -> bool:
    """Whether data would be shown on a screen."""
    return sys.stdout.isatty()


def show(*parts: RenderableType) -> None:
    """Draw tables and lines on stdout."""
    console = output()
    for part in parts:
        console.print(part)


def note(text: Text, language: Language) -> None:
    """Tell the person something on stderr."""
    messages().print(escape(text.into(language)))


def show_problems(name: str, problems: Iterable[Problem], language: Language) -> None:
    """Tell what could not be read, with its file and place."""
    console = messages()
    for problem in problems:
        style = _STYLES[problem.severity]
        kind = _NAMES[problem.severity].into(language)
        place = f"{name}: {problem.location}" if problem.location else name
        body = escape(problem.message.into(language))
        console.print(f"[{style}]{kind}[/] {escape(place)}: {body}")


def show_error(error: PerfkgError, language: Language) -> None:
    """Tell why a command stopped."""
    name = _NAMES["error"].into(language)
    messages().print(f"[{_STYLES['error']}]{name}[/] {escape(error.message(language))}")


def write_bytes(data: bytes, path: Path | None) -> None:
    """Write data to stdout, or to a file that appears whole or not at all."""
    if path is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    with replaced(path) as out:
        out.write(data)


class replaced:  # noqa: N801 - used like open()
    """A binary file that takes the place of `path` when the block ends without an exception."""

    def __init__(self, path: Path) -> None:
        """Name the file that is to appear."""
        self._path = path

    def __enter__(self) -> BinaryIO:
        """Open a temporary file beside it."""
        folder = self._path.parent
        try:
            self._handle, self._name = tempfile.mkstemp(dir=folder, prefix=".perfkg-")
        except OSError as error:
            raise self._failed(error) from error
        self._file = os.fdopen(self._handle, "wb")
        return self._file

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Put it in place, or remove it."""
        self._file.close()
        if kind is not None:
            Path(self._name).unlink(missing_ok=True)
            return
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(self._name, 0o666 & ~mask)
        try:
            os.replace(self._name, self._path)
        except OSError as error:
            Path(self._name).unlink(missing_ok=True)
            raise self._failed(error) from error

    def _failed(self, error: OSError) -> UsageError:
        return UsageError(
            f"无法写入：{error.strerror}",
            f"cannot be written: {error.strerror}",
            place=str(self._path),
        )
