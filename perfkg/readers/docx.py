"""Word documents (.docx): paragraphs and tables in the order of the body, merged cells exact."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from perfkg.errors import DocumentError
from perfkg.messages import Problem, Text
from perfkg.readers.archive import Archive, damaged
from perfkg.readers.grid import Grid
from perfkg.readers.limits import DEFAULT_LIMITS, Limits
from perfkg.readers.tables import MAX_COLUMNS, Box, Flow, GridBuilder, Table

MAX_DEPTH = 20
"""Tables inside tables; what stands deeper is left out."""

_WRAPPERS = frozenset(
    {"sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "hyperlink", "fldSimple",
     "dir", "bdo", "oMath", "oMathPara", "ruby", "rubyBase", "Choice", "AlternateContent"}
)  # fmt: skip
_MARKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SYMBOLS = {
    "symbol": {0xB3: "≥", 0xA3: "≤", 0xB1: "±", 0xB4: "×", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈"},
    "wingdings": {0xFE: "☑", 0xFD: "☒", 0xA8: "□", 0x6F: "□", 0x71: "□", 0xFC: "√", 0xFB: "×"},
    "wingdings 2": {0x52: "☑", 0x54: "☒", 0xA3: "□", 0x2A: "□", 0x50: "√", 0x4F: "×"},
}
_PRIVATE = re.compile("[\uf000-\uf0ff]")
_OFF = ("0", "false", "off")


def read_docx(
    data: bytes, name: str, limits: Limits = DEFAULT_LIMITS
) -> tuple[Grid, tuple[Problem, ...]]:
    """Read a Word document.

    Tracked insertions are read, deletions and hidden text are not; headers, footers, notes and
    comments are not part of the body. A tab outside of tables divides a line into cells.

    Raises:
        DocumentError: when it is damaged, encrypted, a zip bomb, or without text.
    """
    with Archive(data, name, limits) as archive:
        path = _main_part(archive)
        root = archive.xml(path)
    body = next((child for child in root if _local(child) == "body"), None)
    if body is None:
        raise damaged(name)
    builder = GridBuilder(limits)
    builder.add_flow(_flow(body, 0))
    problems = builder.problems()
    if any(_local(child) == "altChunk" for child in body):
        problems = (*problems, _embedded())
    if not builder.rows:
        raise _no_text(name)
    return builder.grid(), problems


def _main_part(archive: Archive) -> str:
    for kind, target in archive.relations("").values():
        if kind == "officeDocument" and archive.has(target):
            return target
    return "word/document.xml"


def _no_text(name: str) -> DocumentError:
    return DocumentError(
        "Word 文件中没有文字（可能只有图片或嵌入对象）；请提供含文字的文件",
        "there is no text in this Word file (only pictures or embedded objects); a file with "
        "text is needed",
        place=name,
    )


def _embedded() -> Problem:
    return Problem(
        "error",
        Text(
            "文件中嵌有另一份文档，未读取；请用 Word 打开后另存为 .docx",
            "another document is embedded in this file and was not read; open it in Word and "
            "save it as .docx",
        ),
    )


def _local(element: etree._Element) -> str:
    tag = element.tag
    return tag[tag.rfind("}") + 1 :] if isinstance(tag, str) else ""


def _value(element: etree._Element, key: str = "val") -> str | None:
    """Return an attribute by its local name; Word knows two namespaces for it."""
    for name, value in element.items():
        if str(name).rpartition("}")[2] == key:
            return str(value)
    return None


def _child(element: etree._Element | None, name: str) -> etree._Element | None:
    if element is None:
        return None
    return next((child for child in element if _local(child) == name), None)


def _is_on(element: etree._Element | None) -> bool:
    return element is not None and (_value(element) or "1") not in _OFF


def _children(element: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """Yield the children with their names, looking through content controls and insertions."""
    for child in element:
        name = _local(child)
        if name not in _WRAPPERS:
            yield name, child
        elif not _is_placeholder(child):
            yield from _children(child)


def _is_placeholder(wrapper: etree._Element) -> bool:
    """Whether a content control only shows its prompt."""
    return _local(wrapper) == "sdt" and _is_on(_child(_child(wrapper, "sdtPr"), "showingPlcHdr"))


def _flow(parent: etree._Element, depth: int) -> Flow:
    flow = Flow()
    for name, child in _children(parent):
        if name == "p":
            parts: list[str] = []
            boxes: list[etree._Element] = []
            _collect(child, parts, boxes)
            flow.items.append("".join(parts))
            for box in boxes if depth < MAX_DEPTH else ():
                flow.items += _flow(box, depth + 1).items
        elif name == "tbl" and depth < MAX_DEPTH:
            flow.items.append(_table(child, depth + 1))
    return flow


def _collect(parent: etree._Element, parts: list[str], boxes: list[etree._Element]) -> None:
    """Collect the text of a paragraph, and the text boxes anchored in it."""
    for name, child in _children(parent):
        if name == "r":
            _collect_run(child, parts, boxes)
        elif name in ("t", "e", "num", "den", "sup", "sub", "f", "sSup", "sSub", "d", "box"):
            if name == "t":
                parts.append(child.text or "")
            else:
                _collect(child, parts, boxes)


def _collect_run(run: etree._Element, parts: list[str], boxes: list[etree._Element]) -> None:
    properties = _child(run, "rPr")
    if properties is not None and _is_on(_child(properties, "vanish")):
        return
    for name, child in _children(run):
        if name == "t":
            text = child.text or ""
            parts.append(_in_symbol_font(text, properties) if _PRIVATE.search(text) else text)
        elif name in _MARKS:
            parts.append(_MARKS[name])
        elif name == "sym":
            parts.append(_symbol(_value(child, "font") or "", _value(child, "char") or ""))
        elif name == "fldChar":
            parts.append(_field_mark(child))
        elif name in ("drawing", "pict", "object"):
            boxes += _text_boxes(child)
        elif name == "r":
            _collect_run(child, parts, boxes)


def _text_boxes(drawing: etree._Element) -> Iterator[etree._Element]:
    """Yield the outermost text boxes of a drawing."""
    for child in drawing:
        name = _local(child)
        if name == "txbxContent":
            yield child
        elif name != "Fallback":
            yield from _text_boxes(child)


def _symbol(font: str, code: str) -> str:
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    known = _SYMBOLS.get(font.lower(), {}).get(number & 0xFF)
    return known or (chr(number) if 0x20 <= number < 0xD800 else "")


def _in_symbol_font(text: str, properties: etree._Element | None) -> str:
    fonts = _child(properties, "rFonts")
    font = (_value(fonts, "ascii") or "") if fonts is not None else ""
    table = _SYMBOLS.get(font.lower(), {})
    return _PRIVATE.sub(lambda m: table.get(ord(m[0]) & 0xFF, m[0]), text)


def _field_mark(field: etree._Element) -> str:
    """Return the glyph of an old check box; other fields show their result as text."""
    box = _child(_child(field, "ffData"), "checkBox")
    if box is None:
        return ""
    state = _child(box, "checked")
    return "☑" if _is_on(state if state is not None else _child(box, "default")) else "□"


def _table(element: etree._Element, depth: int) -> Table:
    table = Table()
    for name, row in _children(element):
        if name == "tr":
            properties = _child(row, "trPr")
            if _child(properties, "del") is None and not _is_on(_child(properties, "hidden")):
                table.rows.append(_row(row, properties, depth))
    return table


def _number(parent: etree._Element | None, name: str) -> int:
    found = _child(parent, name)
    value = (_value(found) or "") if found is not None else ""
    return min(int(value), MAX_COLUMNS) if value.isascii() and value.isdigit() else 0


def _row(row: etree._Element, properties: etree._Element | None, depth: int) -> list[Box]:
    column = _number(properties, "gridBefore")
    boxes: list[Box] = []
    for name, cell in _children(row):
        if name != "tc":
            continue
        tc = _child(cell, "tcPr")
        span = max(_number(tc, "gridSpan"), 1)
        shown = not (_continues(tc, "vMerge") or _continues(tc, "hMerge"))
        flow = _flow(cell, depth) if shown and _child(tc, "cellDel") is None else Flow()
        if column < MAX_COLUMNS:
            boxes.append(Box(column, span, flow))
        column += span
    after = _number(properties, "gridAfter")
    if after and column < MAX_COLUMNS:
        boxes.append(Box(column, after))
    return boxes


def _continues(properties: etree._Element | None, name: str) -> bool:
    merge = _child(properties, name)
    return merge is not None and (_value(merge) or "continue") == "continue"
