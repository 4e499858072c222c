"""What the process that reads a PDF is asked, and what it tells while it reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from perfkg.readers.pdf.tables import Part

Flaw = Literal["scanned", "broken", "slow", "crashed", "unmapped"]
"""Why a page was not read whole: it is a picture without text, its content is malformed, it took
more time or memory than it may, it ended the process that read it, or its fonts do not tell
which characters they print."""


@dataclass(frozen=True, slots=True)
class Job:
    """A document to read.

    Attributes:
        data: its bytes.
        name: its file name.
        first, last: the pages wanted, from one.
        seconds: the time that all of it may take.
    """

    data: bytes
    name: str
    first: int
    last: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Started:
    """The process has the job and begins."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The document is open.

    Attributes:
        stated: how many pages it says it has, if it does.
    """

    stated: int | None


@dataclass(frozen=True, slots=True)
class PageRead:
    """A page was read, or cannot be."""

    number: int
    parts: tuple[Part, ...] = ()
    flaws: tuple[Flaw, ...] = ()


@dataclass(frozen=True, slots=True)
class Ended:
    """Reading ended.

    Attributes:
        cut: whether it ended before the last page, because of a limit.
    """

    cut: bool
