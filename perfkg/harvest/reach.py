"""What a worker of a cluster is asked before the work: it runs there."""

from __future__ import annotations

import secrets
from typing import Final

from perfkg.harvest.files import code_mark
from perfkg.harvest.folders import folder_at
from perfkg.harvest.places import look, place_of

_ANY_SIZE: Final = 1 << 62


def answer(folder: str, token: str, sample: str, mark: str) -> str:
    """Return `fine`, or what keeps this worker from doing the work.

    Args:
        folder: where shards are kept, and where `token` was left; empty if nowhere.
        token: what nobody can guess.
        sample: a file that is to be read; empty if none is known.
        mark: of the perfkg that asks.
    """
    if code_mark() != mark:
        return "other perfkg"
    if sample and look(place_of(sample), _ANY_SIZE).digest is None:
        return "no file"
    if not folder:
        return "fine"
    try:
        shards = folder_at(place_of(folder))
        if shards.read(f"{token}.check") != token.encode():
            return "another folder"
        shards.write(f"{token}-{secrets.token_hex(4)}.check", b"")
    except Exception as error:  # whatever it is, the person who asks must know
        return f"{type(error).__name__}: {error}"
    return "fine"
