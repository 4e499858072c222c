"""Opening a PDF and getting at its pages one by one, with every failure explained."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from io import BytesIO
from itertools import islice

from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import resolve1
from pdfplumber.page import Page
from pdfplumber.pdf import PDF
from pdfplumber.utils.exceptions import PdfminerException

from perfkg.errors import DocumentError
from perfkg.readers.pdf.troubles import damaged, too_much

# Their warnings are about fonts and objects that no reader of forms can do anything about.
logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
logging.getLogger("pdfplumber").setLevel(logging.CRITICAL)


def open_pdf(data: bytes, name: str) -> PDF:
    """Open a document.

    Raises:
        DocumentError: when it is encrypted, damaged or asks for too much.
    """
    try:
        return PDF.open(BytesIO(data))
    except Exception as error:  # whatever the libraries raise on what is not as it should be
        raise _explained(error, name) from error


class PageSource:
    """The pages of a document, fetched one by one."""

    def __init__(self, pdf: PDF) -> None:
        self._pdf = pdf
        self._pages: Iterator[PDFPage] = PDFPage.create_pages(pdf.doc)
        self._number = 0

    def next(self) -> Page | None:
        """The next page, or None after the last one.

        Raises:
            Exception: when the page tree is broken here, whatever the libraries then raise.
        """
        found = next(self._pages, None)
        if found is None:
            return None
        self._number += 1
        return Page(self._pdf, found, self._number)

    def skip(self, count: int) -> int:
        """Pass over so many pages, and return how many were there."""
        try:
            found = sum(1 for _ in islice(self._pages, count))
        except Exception:  # the page tree is broken, so no page follows
            return 0
        self._number += found
        return found

    def stated(self) -> int | None:
        """How many pages the document says it has."""
        try:
            count = resolve1(resolve1(self._pdf.doc.catalog["Pages"])["Count"])
        except Exception:  # it does not say so in a way that can be read
            return None
        return count if isinstance(count, int) else None


def is_of_memory(error: BaseException) -> bool:
    """Whether memory ran out, under whatever error the libraries hide that."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, MemoryError):
        cause = cause.__context__
    return cause is not None


def _explained(error: Exception, name: str) -> DocumentError:
    """Turn what the libraries raise into a DocumentError."""
    cause = error.args[0] if error.args and isinstance(error, PdfminerException) else error
    if is_of_memory(error):
        return too_much(name)
    if isinstance(cause, PDFPasswordIncorrect):
        return DocumentError(
            "PDF 文件设有打开密码，无法读取；请解除密码后重试",
            "the PDF needs a password to open; remove the password and try again",
            place=name,
        )
    if isinstance(cause, PDFEncryptionError):
        return DocumentError(
            "PDF 文件以不支持的方式加密，无法读取；请解除加密后重试",
            "the PDF is encrypted in a way that is not supported; remove the encryption "
            "and try again",
            place=name,
        )
    return damaged(name)
