"""Web pages, Word and Excel files saved as web pages, and web archives (MHTML).

How the markup becomes tables and lines is in `html_events`.
"""

from __future__ import annotations

import codecs
import email
import email.policy
import re
from typing import cast

from lxml import etree

from perfkg.errors import DocumentError
from perfkg.messages import Problem, Text
from perfkg.readers.encoding import decode
from perfkg.readers.grid import Grid
from perfkg.readers.html_events import Events, PageTooLargeError
from perfkg.readers.limits import DEFAULT_LIMITS, Limits
from perfkg.readers.tables import GridBuilder

MAX_MIME_PARTS = 200
"""Parts of one web archive."""

_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MARKDOWN_HEADING = re.compile(r"^#+\s+", re.MULTILINE)
_WESTERN = frozenset({"ascii", "iso8859-1", "cp1252", "utf-8"})


def read_html(
    data: bytes, name: str, limits: Limits = DEFAULT_LIMITS
) -> tuple[Grid, tuple[Problem, ...]]:
    """Read a web page: its tables with their spans, and the lines of text around them.

    A cell that holds a table is layout: its content is read in order, the inner table as a
    table of its own.

    Raises:
        DocumentError: when there is no text in it.
    """
    text, problems = _decoded(data, name)
    if not text.lstrip().startswith("<"):  # plain text or Markdown around tables in markup
        text = _MARKDOWN_HEADING.sub("", text).replace("\n", "<br>\n")
    return _read(text, name, problems, limits)


def read_mhtml(
    data: bytes, name: str, limits: Limits = DEFAULT_LIMITS
) -> tuple[Grid, tuple[Problem, ...]]:
    """Read a web archive: the web pages in it that hold tables, else all of them.

    Raises:
        DocumentError: when there is no web page in it, or no text.
    """
    if data.count(b"\nContent-Type:") > MAX_MIME_PARTS:
        raise _no_text(name)
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    texts: list[str] = []
    problems: list[Problem] = []
    for part in message.walk():
        payload = part.get_payload(decode=True)
        if part.get_content_type() == "text/html" and isinstance(payload, bytes):
            text, found = _decoded(payload, name)
            texts.append(text)
            problems += found
    with_tables = [text for text in texts if "<table" in text.lower()]
    return _read("\n".join(with_tables or texts), name, problems, limits)


def _read(
    text: str, name: str, problems: list[Problem], limits: Limits
) -> tuple[Grid, tuple[Problem, ...]]:
    events, builder = Events(limits.cells), GridBuilder(limits)
    parser = etree.HTMLParser(
        target=cast("etree.ParserTarget", events), encoding="utf-8", huge_tree=True
    )
    try:
        etree.fromstring(_CONTROL.sub("", text).encode("utf-8", "replace"), parser)
    except PageTooLargeError:
        builder.cut = True
        events.close()
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _no_text(name) from error
    builder.add_flow(events.flow)
    if not builder.rows:
        raise _no_text(name)
    return builder.grid(), (*problems, *builder.problems())


def _no_text(name: str) -> DocumentError:
    return DocumentError(
        "网页中没有文字（可能只有框架、图片，或内容由脚本生成）；"
        "请在浏览器中打开后另存，或打印为 PDF",
        "there is no text in this web page (only frames, pictures, or content made by a script); "
        "open it in a browser and save it anew or print it to PDF",
        place=name,
    )


def _decoded(data: bytes, name: str) -> tuple[str, list[Problem]]:
    """Decode by mark, then UTF-8 where it fits, then what the page declares, then GB18030."""
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or b"\x00" in data[:64]:
        return decode(data, name).text, []
    declared = _CHARSET.search(data[:4096])
    label = declared[1].decode("ascii", "replace") if declared else "utf-8"
    try:
        codec = codecs.lookup("gb18030" if label.lower().startswith("gb") else label).name
    except LookupError:
        codec = "gb18030"
    if codec in _WESTERN or codec.startswith(("utf-16", "utf-32")):
        codec = "gb18030"
    for encoding in ("utf-8-sig", codec, "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            return decoder.decode(data), []
        except (UnicodeDecodeError, TypeError, AttributeError):
            continue
    replaced = Text(
        "部分字符编码有误，已以 � 代替；请核对原文件",
        "some characters are damaged and were replaced by �; compare with the original",
    )
    best = min((data.decode(encoding, "replace") for encoding in ("utf-8", "gb18030")), key=_bad)
    return best, [Problem("warning", replaced)]


def _bad(text: str) -> int:
    return text.count("\ufffd")
