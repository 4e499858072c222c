"""Opening a PDF and getting at its pages one by one, with every failure explained."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import resolve1
from pdfminer.psexceptions import PSException
from pdfplumber.page import Page
from pdfplumber.pdf import PDF
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from perfkg.errors import DocumentError
from perfkg.readers.pdf.guard import InflatedTooLarge, Overrun, watched

MAX_OPENING_SECONDS = 30.0
"""Time for the table of objects and the page tree of a document."""

# Their warnings are about fonts and objects that no reader of forms can do anything about.
logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
logging.getLogger("pdfplumber").setLevel(logging.CRITICAL)

MALFORMED = (
    PSException,
    PdfminerException,
    MalformedPDFException,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    RecursionError,
    StopIteration,
    TypeError,
    ValueError,
)
"""What pdfminer and pdfplumber raise on objects that are not what they should be."""


def open_pdf(data: bytes, name: str) -> PDF:
    """Open a document.

    Raises:
        DocumentError: when it is encrypted, damaged or asks for too much.
    """
    with explained(name), watched(MAX_OPENING_SECONDS):
        return PDF.open(BytesIO(data))


class PageSource:
    """The pages of a document, fetched one by one."""

    def __init__(self, pdf: PDF) -> None:
        self._pdf = pdf
        self._pages: Iterator[PDFPage] = PDFPage.create_pages(pdf.doc)
        self._number = 0

    def next(self) -> Page | None:
        """The next page, or None after the last one.

        Raises:
            any of MALFORMED: when the page tree is broken here.
        """
        found = next(self._pages, None)
        if found is None:
            return None
        self._number += 1
        return Page(self._pdf, found, self._number)

    def stated(self) -> int | None:
        """How many pages the document says it has."""
        try:
            count = resolve1(resolve1(self._pdf.doc.catalog["Pages"])["Count"])
        except MALFORMED:
            return None
        return count if isinstance(count, int) else None


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Turn what the libraries raise into a DocumentError."""
    try:
        yield
    except Overrun as error:
        raise _too_much(name) from error
    except MALFORMED as error:
        cause = error.args[0] if error.args and isinstance(error, PdfminerException) else error
        if isinstance(cause, InflatedTooLarge):
            raise _too_much(name) from error
        if isinstance(cause, PDFPasswordIncorrect):
            raise DocumentError(
                "PDF 文件设有打开密码，无法读取；请解除密码后重试",
                "the PDF needs a password to open; remove the password and try again",
                place=name,
            ) from error
        if isinstance(cause, PDFEncryptionError):
            raise DocumentError(
                "PDF 文件以不支持的方式加密，无法读取；请解除加密后重试",
                "the PDF is encrypted in a way that is not supported; remove the encryption "
                "and try again",
                place=name,
            ) from error
        raise damaged(name) from error


def damaged(name: str) -> DocumentError:
    """The error for a file whose structure is lost."""
    return DocumentError(
        "PDF 文件已损坏或不完整，找不到页面；请重新取得完整文件",
        "the PDF is damaged or cut off and has no pages that can be found; fetch the whole "
        "file again",
        place=name,
    )


def _too_much(name: str) -> DocumentError:
    return DocumentError(
        "PDF 文件结构异常，读取所需的时间或内存超过上限，未读取；请用阅读器重新打印为 PDF 后重试",
        "the PDF takes more time or memory than is allowed and was not read; print it to PDF "
        "anew and try again",
        place=name,
    )
