"""One row a line, its cells ended by pipes: Markdown tables and looser ones."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from perfkg.readers.tables import cell_text
from perfkg.readers.text.draft import MAX_COLUMNS, Draft, split_at
from perfkg.readers.text.lines import Line

_PIPE = re.compile(r"(?<!\\)\|")
_SEPARATOR = re.compile(r"[-=_:|+\s]*")
_BREAK = re.compile(r"<br\s{0,3}/?>", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_BOLD = re.compile(r"(\*\*|__)(?=\S)([^*_]+)(?<=\S)\1")


def read_pipe_rows(lines: Sequence[Line]) -> Iterator[Draft]:
    """Split each line at its pipes.

    A pipe ends a cell, so that `X |||` is X and two empty cells. A pipe in front of a line opens
    the row, unless other rows of the table do without it and count as many pipes: then it ends
    an empty first cell.
    """
    table = [line for line in lines if "|" in line.text]
    leads = _leading_pipe_opens(table)
    markdown = leads or any(is_separator(line.text) for line in table)
    for line in lines:
        if "|" not in line.text:
            yield Draft(line.number, [line.text.strip()])
        elif not is_separator(line.text) and line.text.strip(" |\t\u3000"):
            yield Draft(line.number, _cells(line.text, leads=leads, markdown=markdown))


def is_separator(text: str) -> bool:
    """Whether a line is drawn between a Markdown table's head and its body (`|---|:--:|`)."""
    drawn = text.count("-") + text.count("=") > 1
    return drawn and "|" in text and _SEPARATOR.fullmatch(text) is not None


def pieces(text: str) -> list[str]:
    """Split at the pipes that no backslash escapes; those that one escapes are text."""
    if "\\|" not in text:
        return split_at(text, "|")
    found = _PIPE.split(text, MAX_COLUMNS - 1)
    found[-1] = _PIPE.sub(" ", found[-1])
    return [piece.replace("\\|", "|") for piece in found]


def _leading_pipe_opens(table: Sequence[Line]) -> bool:
    counts: dict[bool, Counter[int]] = {True: Counter(), False: Counter()}
    for line in table:
        text = line.text.strip()
        if is_separator(text):
            return text.startswith("|")
        counts[text.startswith("|")][len(pieces(text))] += 1
    if not counts[True] or not counts[False]:
        return True
    with_lead, without = (counts[lead].most_common(1)[0][0] for lead in (True, False))
    return with_lead > without


def _cells(text: str, *, leads: bool, markdown: bool) -> list[str]:
    found = pieces(text.strip())
    if leads and len(found) > 1 and not found[0]:
        del found[0]
    if len(found) > 1 and not found[-1].strip():
        del found[-1]
    return [_unmarked(cell) if markdown else cell_text(cell) for cell in found]


def _unmarked(cell: str) -> str:
    """Take Markdown's own signs off a cell: line breaks, escapes, entities, bold print."""
    text = cell.strip()
    if "<" in text:
        text = _BREAK.sub("\n", text)
    if text.startswith(("**", "__")) and (bold := _BOLD.fullmatch(text)):
        text = bold.group(2)
    if "&" in text:
        text = html.unescape(text)
    if "\\" in text:
        text = _ESCAPED.sub(r"\1", text)
    return cell_text(text)
