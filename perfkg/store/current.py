"""Which generation is current, asked often and read seldom."""

from __future__ import annotations

from pathlib import Path

from perfkg.store.generations import MANIFEST, Manifest, read_manifest


class Current:
    """Reads the manifest anew only when its file is another one; thread-safe.

    Args:
        folder: the folder of the store.
    """

    def __init__(self, folder: Path) -> None:
        """Read nothing yet."""
        self._folder = folder
        self._file = folder / MANIFEST
        self._read: tuple[tuple[int, ...], Manifest] | None = None

    def manifest(self) -> Manifest:
        """Return what the manifest says now; see `read_manifest`."""
        try:
            found = self._file.stat()
        except OSError:
            return read_manifest(self._folder)
        # It is swapped, never written to: another file has another inode or another time.
        state = (found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size)
        known = self._read
        if known is None or known[0] != state:
            known = self._read = (state, read_manifest(self._folder))
        return known[1]
