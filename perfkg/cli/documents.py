"""The files that a command names, read and mapped."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from perfkg.forms.model import ReadDocument
from perfkg.graph.form_graph import FormGraph
from perfkg.graph.mapping import Mapper
from perfkg.readers.limits import Limits
from perfkg.reading import read_bytes, read_file
from perfkg.settings import Settings

STDIN = Path("-")


def read_paths(paths: Iterable[Path], limits: Limits) -> list[ReadDocument]:
    """Read each file; `-` is standard input."""
    return [
        read_bytes("stdin", sys.stdin.buffer.read(limits.file_size + 1), limits=limits)
        if path == STDIN
        else read_file(path, limits=limits)
        for path in paths
    ]


def map_documents(documents: Iterable[ReadDocument], settings: Settings) -> list[FormGraph]:
    """Return the triples of every form."""
    mapper = Mapper(settings.identity)
    return [mapper.map(form, read.document) for read in documents for form in read.forms]
