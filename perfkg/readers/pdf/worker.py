"""What runs in the process that reads PDFs, one document at a time, page by page.

pdfminer trusts what a file says about its own size: a few hundred bytes can ask for gigabytes of
memory or days of work (compressed streams in compressed streams, a font with four billion widths,
drawings that draw themselves). Here that hurts nobody. Only `supervision.py` starts it.
"""

from __future__ import annotations

import gc
from multiprocessing.connection import Connection
from typing import Final

from perfkg.confined import end_after, end_never
from perfkg.errors import DocumentError
from perfkg.readers.pdf.events import Ended, Flaw, Job, Opened, PageRead, Started
from perfkg.readers.pdf.marks import UNMAPPED, Marks, marks_of
from perfkg.readers.pdf.opening import PageSource, is_of_memory, open_pdf
from perfkg.readers.pdf.pages import parts_of

_DOCUMENTS: Final = 200
"""Documents after which the process makes room for a fresh one; pdfminer keeps every name."""

_IDLE: Final = 30.0
"""Seconds without a document after which it ends."""

_SCANNED_SHARE = 0.5
_SCANNED_GLYPHS = 10
_OUTLINES = 50
_UNMAPPED_SHARE = 0.05


def work(connection: Connection) -> None:
    """Read documents until there are none for a while."""
    gc.freeze()  # the libraries stay; collecting after a document is then cheap
    for _ in range(_DOCUMENTS):
        if not connection.poll(_IDLE):
            return
        _read(connection.recv(), connection)
        end_never()
        gc.collect()  # what one document took is not counted against the next


def _read(job: Job, connection: Connection) -> None:
    connection.send(Started())
    end_after(job.seconds)
    try:
        source = PageSource(open_pdf(job.data, job.name))
    except DocumentError as error:
        connection.send(error)
        return
    connection.send(Opened(source.stated()))
    source.skip(job.first - 1)
    for number in range(job.first, job.last + 1):
        page = _page(source, number)
        if page is None:
            connection.send(Ended(cut=False))
            return
        connection.send(page)
    connection.send(Ended(cut=source.skip(1) > 0))


def _page(source: PageSource, number: int) -> PageRead | None:
    """Read the next page; None after the last one.

    Whatever the libraries raise on a page that is not what it should be: it cannot be read.
    """
    try:
        page = source.next()
        if page is None:
            return None
        marks = marks_of(page)
        page.close()
        return PageRead(number, tuple(parts_of(marks)), _flaws(marks))
    except Exception as error:
        return PageRead(number, flaws=("slow" if is_of_memory(error) else "broken",))


def _flaws(marks: Marks) -> tuple[Flaw, ...]:
    """Say whether the text of a page is not all there."""
    flaws: list[Flaw] = []
    count = len(marks.glyphs)
    pictured = marks.pictured > (0 if count == 0 else _SCANNED_SHARE)
    if count <= _SCANNED_GLYPHS and (pictured or (count == 0 and marks.drawn > _OUTLINES)):
        flaws.append("scanned")
    unmapped = sum(UNMAPPED in glyph.text for glyph in marks.glyphs)
    if unmapped > _UNMAPPED_SHARE * count:
        flaws.append("unmapped")
    return tuple(flaws)
