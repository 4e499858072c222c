"""The pages of `docs/`, taken apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))
ADDRESS = "http://127.0.0.1:8000"
"""The address that the examples name; a test puts that of its own service in its place."""

_BLOCK = re.compile(
    r"^```(?P<kind>[^\n]*)\n(?P<text>.*?)^```$\n?(?P<after>\n(?:\|[^\n]*\n)*)?", re.M | re.S
)
_CELL = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language and marks, its text, and the table that follows it."""

    kind: str
    text: str
    table: tuple[tuple[str, ...], ...]


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def blocks(name: str, kind: str) -> list[Block]:
    """Return the blocks of one kind, such as `sh run`."""
    found = [_block(match) for match in _BLOCK.finditer(text_of(name))]
    return [block for block in found if block.kind == kind]


def rows(lines: str) -> tuple[tuple[str, ...], ...]:
    """Return the cells of a Markdown table, its ruler left out."""
    cells = [_CELL.split(line)[1:-1] for line in lines.strip().splitlines()]
    stripped = [tuple(cell.strip() for cell in row) for row in cells]
    return tuple(row for row in stripped if any(set(cell) - set("-:") for cell in row))


def prose(name: str) -> str:
    """Return the page without its fenced blocks."""
    return _BLOCK.sub("", text_of(name))


def anchors(name: str) -> set[str]:
    """Return what links to a section of the page may name, as GitHub makes it of a heading."""
    headings = re.findall(r"^#+ +(.*)$", prose(name), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _block(match: re.Match[str]) -> Block:
    return Block(match["kind"], match["text"], rows(match["after"] or ""))
