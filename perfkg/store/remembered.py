"""Which documents a store has been given, so that they need not be read again.

It is kept beside the generations, in a file of its own, and holds for one of them: a document is
noted in the transaction that stores its forms, and counts when that has become a generation. Where
the two do not fit together, as after a write by an earlier perfkg, it is forgotten. So it is with
a file that is damaged: the documents are read once more.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Final

FILE: Final = "read.sqlite3"

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS document
  (sha256 BLOB PRIMARY KEY, mark BLOB, forms INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS noted
  (sha256 BLOB PRIMARY KEY, mark BLOB, forms INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID;
"""


class Remembered:
    """The documents that a generation was made of.

    Args:
        folder: of the store. generation: the one that a transaction begins with.
    """

    def __init__(self, folder: Path, generation: int) -> None:
        """Find out what holds for that generation."""
        self._file = folder / FILE
        self._generation = generation
        self._pages: sqlite3.Connection | None = None
        if self._file.exists():
            self._open()

    def get(self, sha256: str, mark: str) -> int | None:
        """Return how many forms a document had when it was read in this way; None if it was not."""
        if self._pages is None:
            return None
        with suppress(sqlite3.Error):
            found = self._pages.execute(
                "SELECT forms FROM document WHERE sha256 = ? AND mark = ?",
                (bytes.fromhex(sha256), bytes.fromhex(mark)),
            ).fetchone()
            return None if found is None else int(found[0])
        return None

    def note(self, sha256: str, mark: str, forms: int) -> None:
        """Note a document that was read, for when its forms are stored."""
        if self._pages is None:
            self._open()
        row = (bytes.fromhex(sha256), bytes.fromhex(mark), forms)
        self._do("INSERT OR REPLACE INTO noted VALUES (?, ?, ?)", row)

    def forget(self) -> None:
        """Forget every document: the graph was changed by somebody else than the documents."""
        self._do("DELETE FROM noted")
        self._do("INSERT OR REPLACE INTO state VALUES ('forgets', 1)")

    def prepare(self, generation: int) -> None:
        """Be ready for a generation that is about to be published."""
        self._do("INSERT OR REPLACE INTO state VALUES ('next', ?)", (generation,))
        self._commit()
        self._generation = generation

    def settle(self) -> None:
        """Take over what was noted: the generation has been published."""
        if self._state("forgets"):
            self._do("DELETE FROM document")
        self._do("INSERT OR REPLACE INTO document SELECT * FROM noted")
        self._clear()
        self._do("INSERT OR REPLACE INTO state VALUES ('generation', ?)", (self._generation,))
        self._commit()

    def close(self) -> None:
        """Let go of the file; what was noted and not prepared is forgotten."""
        if self._pages is not None:
            with suppress(sqlite3.Error):
                self._pages.rollback()
            self._pages.close()
        self._pages = None

    def _open(self) -> None:
        try:
            self._connect()
        except sqlite3.Error:  # damaged, or of no version that we know
            self._drop()
            with suppress(sqlite3.Error, OSError):
                self._connect()

    def _connect(self) -> None:
        self._pages = sqlite3.connect(self._file, timeout=0.1, check_same_thread=False)
        self._pages.executescript(_TABLES)
        if self._state("next") == self._generation:
            self.settle()
        elif self._state("generation") != self._generation:
            self._pages.execute("DELETE FROM document")
            self._do("INSERT OR REPLACE INTO state VALUES ('generation', ?)", (self._generation,))
        self._clear()
        self._commit()

    def _clear(self) -> None:
        self._do("DELETE FROM noted")
        self._do("DELETE FROM state WHERE name IN ('next', 'forgets')")

    def _state(self, name: str) -> int | None:
        if self._pages is None:
            return None
        found = self._pages.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
        return None if found is None else int(found[0])

    def _do(self, text: str, values: tuple[bytes | int, ...] = ()) -> None:
        """Write; where that fails, nothing is remembered, which costs reading again and no more."""
        if self._pages is None:
            return
        try:
            self._pages.execute(text, values)
        except sqlite3.Error:
            self._drop()

    def _commit(self) -> None:
        if self._pages is None:
            return
        try:
            self._pages.commit()
        except sqlite3.Error:
            self._drop()

    def _drop(self) -> None:
        if self._pages is not None:
            self._pages.close()
        self._pages = None
        for name in (FILE, f"{FILE}-journal"):
            with suppress(OSError):
                self._file.with_name(name).unlink(missing_ok=True)
