"""A store elsewhere, over the SPARQL 1.1 Protocol and the Graph Store HTTP Protocol."""

from __future__ import annotations

from perfkg.store.remote.store import RemoteStore

__all__ = ["RemoteStore"]
