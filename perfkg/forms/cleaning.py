"""Printed text without the markup that slipped into it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from lxml import etree, html
from pylatexenc.latex2text import LatexNodes2Text

from perfkg.messages import Text

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,8});")
# Only the formulas are given to the LaTeX reader: in the text around them % and ~ are just signs.
_LATEX = re.compile(
    r"\$[\x20-\x23\x25-\x7e≤≥]+\$|\\\(.*?\\\)|\\%"
    r"|\\(?:[gl]e(?:q{1,2}|qslant)?|neq?|times|pm|sim|approx|circ)(?![a-zA-Z])"
)
_BARE_PERCENT = re.compile(r"(?<!\\)%")
_BLOCK_END = re.compile(r"<(?:br|/p|/div|/li|/tr)\b[^<>]*>", re.IGNORECASE)
_MAY_NEED_CLEANING = re.compile(r"[<&$\\]|  ")
"""Signs of markup, and spaces to fold: most texts hold neither them nor a line break."""

_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")

HTML_REMOVED = Text("去除了文中的 HTML 标记", "HTML markup was removed from the text")
LATEX_REMOVED = Text("将 LaTeX 写法还原为普通文字", "LaTeX notation was turned into plain text")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text without markup and what was done to it."""

    text: str
    repairs: tuple[Text, ...]


@cache
def _latex() -> LatexNodes2Text:
    return LatexNodes2Text(math_mode="text", strict_latex_spaces=False)


_ROW_NUMBER = re.compile(
    r"(?:指标\s*[0-9０-９一二三四五六七八九十]{1,2}\s*[:：.、．]|[0-9]{1,2}(?:[、．]|\.(?![0-9]))"
    r"|[（(][0-9]{1,2}[)）]、?|[①-⑳]、?)\s*"
)


_FOOTNOTE = re.compile(r"(?<=\S)\s*[①-⑳]+$")


@lru_cache(maxsize=16384)
def clean(text: str) -> Cleaned:
    r"""Remove HTML and LaTeX and fold white space; line breaks between paragraphs stay.

    >>> clean(r"$\geq 98.00\%$").text
    '≥98.00%'
    """
    if text.isprintable() and _MAY_NEED_CLEANING.search(text) is None:
        return Cleaned(unicodedata.normalize("NFC", text).strip(), ())
    repairs: list[Text] = []
    if _TAG.search(text) or _ENTITY.search(text):
        text = _without_html(text)
        repairs.append(HTML_REMOVED)
    if _LATEX.search(text):
        text = _LATEX.sub(_without_latex, text)
        repairs.append(LATEX_REMOVED)
    text = unicodedata.normalize("NFC", text)
    return Cleaned(_LINES.sub("\n", _SPACES.sub(" ", text)).strip(), tuple(repairs))


def without_number(name: str) -> Cleaned:
    """Take the number of a row off the name of an indicator: it is another one in every form.

    >>> without_number("指标1：培训人数").text, without_number("1.5级以上地震监测率").text
    ('培训人数', '1.5级以上地震监测率')
    """
    name, marks = _without_mark(name)
    found = _ROW_NUMBER.match(name)
    if found is None:
        return Cleaned(name, marks)
    number, rest = found.group().strip(), name[found.end() :]
    repair = Text(
        f"名称前的序号“{number}”未计入名称",
        f"the number '{number}' in front of the name is not part of it",
    )
    return Cleaned(rest, (*marks, repair))


def without_mark(name: str) -> Cleaned:
    """Take the mark of a footnote off a name (专项行动②)."""
    return Cleaned(*_without_mark(name))


def _without_mark(name: str) -> tuple[str, tuple[Text, ...]]:
    found = _FOOTNOTE.search(name)
    if found is None:
        return name, ()
    plain, mark = name[: found.start()], found.group().strip()
    repair = Text(
        f"名称“{plain}”后的脚注标记“{mark}”未计入名称",
        f"the mark '{mark}' of a footnote behind the name '{plain}' is not part of it",
    )
    return plain, (repair,)


def _without_latex(formula: re.Match[str]) -> str:
    # An unescaped % would begin a comment.
    plain: str = _latex().latex_to_text(_BARE_PERCENT.sub(r"\\%", formula.group()))
    return "".join(plain.split())


def _without_html(text: str) -> str:
    broken = _BLOCK_END.sub(lambda match: match.group() + "\n", text)
    tree = html.fromstring(f"<div>{broken}</div>")
    etree.strip_elements(tree, "script", "style", with_tail=False)
    return "".join(map(str, tree.itertext()))
