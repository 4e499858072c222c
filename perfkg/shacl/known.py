"""Queries that were tried before.

To try a query and its regular expressions costs milliseconds, which add up with a hundred rules.
What was tried once with the same engine need not be tried again, so a plan takes the keys of
queries that are known to be in order. Any change of a query changes its key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import pyoxigraph as ox


def key_of(text: str, prefixes: Mapping[str, str]) -> str:
    """Return what a query is known by: engine, text and prefixes, as a hash in hexadecimal."""
    declared = (f"{name}: {prefixes[name]}" for name in sorted(prefixes))
    told = "\n".join((ox.__version__, *declared, text))
    return hashlib.sha256(told.encode()).hexdigest()
