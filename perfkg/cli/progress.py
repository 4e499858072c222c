"""The progress bar of an ingest."""

from __future__ import annotations

from typing import Self

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text as Styled

from perfkg.cli import console
from perfkg.messages import Language, Text


class Reading:
    """How far an ingest is, how fast, and how long it will take: on a terminal only.

    Args:
        total: files. language: of what is shown.
    """

    def __init__(self, total: int, language: Language) -> None:
        """Show nothing yet."""
        screen = console.messages()
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            _RateColumn(),
            TimeRemainingColumn(),
            console=screen,
            transient=True,
            disable=not screen.is_terminal,
        )
        self._task = self._bar.add_task(Text("读入", "Reading").into(language), total=total)

    def __enter__(self) -> Self:
        """Show the bar."""
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take it away."""
        self._bar.stop()

    def advance(self) -> None:
        """Count a file."""
        self._bar.advance(self._task)


class _RateColumn(ProgressColumn):
    """How many files are read in a second."""

    def render(self, task: Task) -> Styled:
        """Return the rate; nothing before there is one."""
        return Styled("" if task.speed is None else f"{task.speed:,.0f}/s")
