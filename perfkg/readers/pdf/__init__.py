"""PDF: ruled tables cell by cell, unruled tables by their white space, and lines of text."""

from perfkg.readers.pdf.reader import read_pdf

__all__ = ["read_pdf"]
