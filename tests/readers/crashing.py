"""A process that reads PDFs and is hit by a segmentation fault on every second page."""

from __future__ import annotations

import os
import signal
from multiprocessing.connection import Connection

from pdfplumber.page import Page

from perfkg.readers.pdf import worker
from perfkg.readers.pdf.marks import Marks, marks_of


def work(connection: Connection) -> None:
    vars(worker)["marks_of"] = _marks_of
    worker.work(connection)


def _marks_of(page: Page) -> Marks:
    if page.page_number % 2 == 0:
        os.kill(os.getpid(), signal.SIGSEGV)
    return marks_of(page)
