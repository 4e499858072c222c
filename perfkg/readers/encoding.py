"""From bytes to text: UTF-8 (with or without mark), UTF-16 and GB18030.

GB18030 is what older Chinese office software writes; it contains GBK and GB2312.
"""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from dataclasses import dataclass

from perfkg.errors import DocumentError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a document and how it was found.

    Attributes:
        text: the whole text.
        encoding: the encoding it was read in.
        cut: whether the last character was incomplete, so that the file seems to be cut off.
    """

    text: str
    encoding: str
    cut: bool


def decode(data: bytes, name: str) -> Decoded:
    """Read `data` in the encoding that its content shows.

    Raises:
        DocumentError: when no encoding gives text, so that the file is binary.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            found = _try(data[len(mark) :], encoding)
            break
    else:
        found = _without_mark(data)
    if found is None or _CONTROL.search(found.text):
        raise DocumentError(
            "文件不是文本（含有二进制内容，或编码既非 UTF-8、UTF-16 也非 GB18030）；"
            "请另存为 UTF-8 文本后重试",
            "the file is not text (binary content, or an encoding other than UTF-8, UTF-16 and "
            "GB18030); save it as UTF-8 text and try again",
            place=name,
        )
    return found


def _without_mark(data: bytes) -> Decoded | None:
    if b"\x00" in data:
        little = data[1::2].count(0) >= data[0::2].count(0)
        return _try(data, "utf-16-le" if little else "utf-16-be")
    return _try(data, "utf-8") or _try(data, "gb18030")


def _try(data: bytes, encoding: str) -> Decoded | None:
    with suppress(UnicodeDecodeError):
        text = data.decode(encoding)
        return Decoded(text, encoding, cut=False) if text else None
    return _try_cut(data, encoding)


def _try_cut(data: bytes, encoding: str) -> Decoded | None:
    """Decode all but an incomplete last character."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        text = decoder.decode(data)
        pending = bool(decoder.getstate()[0])
    except UnicodeDecodeError:
        return None
    return Decoded(text, encoding, cut=pending) if text else None
