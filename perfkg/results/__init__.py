"""What a query answered, written for machines and for people.

`perfkg.results.workbook` is apart, to be imported where a workbook is made: openpyxl takes half a
second, which whoever reads a table is spared.
"""

from __future__ import annotations

from perfkg.results.cover import Cover
from perfkg.results.formats import FORMATS, Format, ResultKind, find_format, kind_of
from perfkg.results.readable import Column, Readable, readable
from perfkg.results.standard import csv_for_people, protocol_csv, to_bytes
from perfkg.results.table import table

__all__ = [
    "FORMATS",
    "Column",
    "Cover",
    "Format",
    "Readable",
    "ResultKind",
    "csv_for_people",
    "find_format",
    "kind_of",
    "protocol_csv",
    "readable",
    "table",
    "to_bytes",
]
