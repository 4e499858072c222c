"""The directory of the generation that is served, kept until the next one."""

from __future__ import annotations

import threading

from perfkg.server.browse.directory import Directory
from perfkg.server.service import Service


class Kept:
    """Holds one directory at a time; for one application."""

    def __init__(self) -> None:
        """Hold none yet."""
        self._lock = threading.Lock()
        self._version: int | None = None
        self._directory: Directory | None = None

    def directory(self, service: Service) -> Directory:
        """Return the directory of the generation that is current now."""
        version = service.store.generation.number
        with self._lock:
            if self._directory is None or self._version != version:
                graph = service.settings.identity.validation_graph
                self._directory = Directory(service.store, graph)
                self._version = version
            return self._directory
