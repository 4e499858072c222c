"""A flat tokenizer over the terminals of SPARQL 1.1 (section 19.8 of the recommendation).

It knows no grammar and never recurses, so a deeply nested text costs what a flat one costs. Every
character belongs to exactly one token: the tokens' texts joined are the input. What is no terminal
becomes a token of kind BROKEN (a string or an IRI that never ends) or UNKNOWN.

Where terminals overlap, the longest one wins, as the recommendation asks. Two places need care,
because an engine with a scannerless parser may read them differently; `fence` looks after them:
`<` followed by what could be an IRI, and a keyword glued to a prefixed name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto
from functools import cache
from typing import Final, NamedTuple


class Kind(Enum):
    """What a token is."""

    SPACE = auto()
    COMMENT = auto()
    IRI = auto()
    NAME = auto()
    """A prefixed name, or the `ex:` of a declaration."""
    VARIABLE = auto()
    BLANK = auto()
    STRING = auto()
    LANGUAGE = auto()
    NUMBER = auto()
    WORD = auto()
    """A bare word: a keyword, the name of a function, `a`, `true`, or nothing that SPARQL knows."""
    MARK = auto()
    """Brackets, operators, separators."""
    BROKEN = auto()
    UNKNOWN = auto()


class Token(NamedTuple):
    """One terminal and where it starts, counted in characters from 0."""

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset just behind the token."""
        return self.start + len(self.text)

    @property
    def word(self) -> str:
        """The text in upper case when it is a bare word, else an empty string."""
        return self.text.upper() if self.kind is Kind.WORD else ""


_BASE: Final = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_CHARS: Final = _BASE + "_0-9\u00b7\u0300-\u036f\u203f-\u2040\\-"
_VARNAME: Final = f"[{_BASE}_0-9][{_BASE}_0-9\u00b7\u0300-\u036f\u203f-\u2040]*+"
_UCHAR: Final = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_ECHAR: Final = rf"\\[tbnrf\"'\\]|{_UCHAR}"
_PLX: Final = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL: Final = (
    f"(?:[{_BASE}_0-9:]|{_PLX})(?:[{_CHARS}:]|{_PLX})*+(?:\\.++(?:[{_CHARS}:]|{_PLX})++)*+"
)
_RUN: Final = f"[{_BASE}][{_CHARS}]*+(?:\\.++[{_CHARS}]++)*+"
_IRI: Final = rf"<(?:[^\x00-\x20<>\"{{}}|^`\\]|{_UCHAR})*+>"

_TERMINALS: Final = rf"""
    (?P<SPACE>[ \t\r\n]++)
  | (?P<COMMENT>\#[^\r\n]*+)
  | (?P<IRI>{_IRI})
  | (?P<VARIABLE>[?$]{_VARNAME})
  | (?P<STRING>
        \"\"\"(?:\"{{0,2}}(?:[^\"\\]|{_ECHAR}))*+\"\"\"
      | '''(?:'{{0,2}}(?:[^'\\]|{_ECHAR}))*+'''
      | (?!\"\"\")\"(?:[^\"\\\r\n]|{_ECHAR})*+\"
      | (?!''')'(?:[^'\\\r\n]|{_ECHAR})*+'
    )
  | (?P<BLANK>_:[{_BASE}_0-9][{_CHARS}]*+(?:\.++[{_CHARS}]++)*+)
  | (?P<NAME>(?:{_RUN})?:(?:{_LOCAL})?)
  | (?P<RUN>{_RUN})
  | (?P<LANGUAGE>@[A-Za-z]++(?:--?[A-Za-z0-9]++)*+)
  | (?P<NUMBER>(?:[0-9]++(?:\.[0-9]++|\.(?=[eE][+-]?[0-9]))?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?)
  | (?P<MARK><(?={_IRI})|<<\(?|\)?>>|\{{\||\|\}}|\|\||&&|\^\^|[!<>]=|[{{}}()\[\];,.=<>+\-*/!^|?~])
  | (?P<BROKEN>[\"'].*+)
  | (?P<UNKNOWN>.)
    """
_PIECE: Final = re.compile(
    r"(?P<WORD>[^\W\d][\w\u00b7\u0300-\u036f\u200c-\u200d\u203f-\u2040]*+)"
    r"|(?P<NUMBER>[0-9]++(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?)|(?P<MARK>[.\-])|(?P<UNKNOWN>.)",
    re.DOTALL,
)
_KINDS: Final = {kind.name: kind for kind in Kind}
_SILENT: Final = frozenset({Kind.SPACE.name, Kind.COMMENT.name})
_ESCAPE: Final = re.compile(rf"\\\\|{_UCHAR}")


@cache
def _token() -> re.Pattern[str]:
    # Not when the module is imported: it takes longer than all else that a worker must import.
    return re.compile(_TERMINALS, re.VERBOSE | re.DOTALL)


def tokenize(text: str) -> Iterator[Token]:
    """Yield the tokens of `text` from its first character to its last.

    >>> [token.text for token in tokenize("ASK{?s a ex:b}")]
    ['ASK', '{', '?s', ' ', 'a', ' ', 'ex:b', '}']
    """
    return _tokens(text, frozenset())


def _tokens(text: str, unwanted: frozenset[str]) -> Iterator[Token]:
    for match in _token().finditer(text):
        group = match.lastgroup or "UNKNOWN"
        if group == "RUN":
            yield from _split(match)
        elif group not in unwanted:
            yield Token(_KINDS[group], match.group(), match.start())


def _split(run: re.Match[str]) -> Iterator[Token]:
    """Cut a run of name characters without a colon (`true.false`, `true-5`) into terminals."""
    for match in _PIECE.finditer(run.group()):
        kind = _KINDS[match.lastgroup or "UNKNOWN"]
        yield Token(kind, match.group(), run.start() + match.start())


def significant(text: str) -> Iterator[Token]:
    """Yield the tokens of `text` that mean something: no space, no comments."""
    return _tokens(text, _SILENT)


def position(text: str, offset: int) -> tuple[int, int]:
    """Return the line and the column of `offset`, both counted from 1.

    >>> position("ASK\\n{ }", 6)
    (2, 3)
    """
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def has_escapes(text: str) -> bool:
    r"""Tell whether `text` holds codepoint escapes such as `\u0041`."""
    return decode_escapes(text) != text


def decode_escapes(text: str) -> str:
    r"""Replace codepoint escapes by their characters, as SPARQL 1.1 does before parsing (19.2).

    A backslash that is itself escaped starts no escape, and what is no character stays as it is.

    >>> decode_escapes(r"\u0041SK \\u0041")
    'ASK \\\\u0041'
    """
    if "\\u" not in text and "\\U" not in text:
        return text
    return _ESCAPE.sub(_decoded, text)


def _decoded(match: re.Match[str]) -> str:
    escape = match.group()
    if escape == "\\\\":
        return escape
    code = int(escape[2:], 16)
    is_character = code < 0x110000 and not 0xD800 <= code < 0xE000
    return chr(code) if is_character else escape
