"""Plain text of forms in the many shapes in which it travels.

Tabs, Markdown tables, rows of pipes, one cell a line with pipes, columns drawn with spaces, cells
apart by single spaces, one cell a line, and nothing between the cells at all. A file may mix them.
"""

from perfkg.readers.text.plain import read_plain
from perfkg.readers.text.reader import read_text, read_text_with_problems

__all__ = ["read_plain", "read_text", "read_text_with_problems"]
