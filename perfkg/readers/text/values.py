"""How the values of a form look: numbers, dates, amounts, comparators, signs for nothing."""

from __future__ import annotations

import re

COMPARATOR = (
    r"(?:[≥≤≧≦<>=＝＞＜]{1,2}|大于等于|小于等于|大于或等于|小于或等于|大于|小于|等于"
    r"|不低于|不少于|不小于|不超过|不高于|不大于|不多于|至少|至多)"
)
_NUMBER = r"[0-9０-９][0-9０-９.,，:/~\-—－至年月日号]{0,40}"
_VALUE = re.compile(
    rf"{COMPARATOR}?\s{{0,3}}[-－]?{_NUMBER}\s{{0,3}}[（(]?[^\s0-9，。；]{{0,8}}"
    rf"|{COMPARATOR}|[-—－/…]{{1,6}}"
)
_NUMERIC = re.compile(r"[-－]?[0-9０-９][0-9０-９.,，]{0,30}[%％]?|[-—－/]{1,4}")
_TARGET = re.compile(rf"(?:{COMPARATOR}\s{{0,3}})?{_NUMBER}[（(]?[^\s0-9，。；]{{0,6}}$")


def is_value(text: str) -> bool:
    """Whether a text looks like a target, an amount, a date or a sign for nothing.

    >>> is_value("≥95%"), is_value("2,500,000.00"), is_value("机柜数量")
    (True, True, False)
    """
    return len(text) <= 60 and _VALUE.fullmatch(text) is not None


def is_numeric(text: str) -> bool:
    """Whether a text is a bare number, a percentage or a dash."""
    return len(text) <= 40 and _NUMERIC.fullmatch(text) is not None


def is_comparator(text: str) -> bool:
    """Whether a text is a comparator and nothing else."""
    return len(text) <= 4 and re.fullmatch(COMPARATOR, text) is not None


def target_start(text: str) -> int | None:
    """Return where the target begins in a name with its target glued to it, or None.

    >>> text = "安装坡面水标尺大于等于266米"
    >>> text[target_start(text):]
    '大于等于266米'
    """
    tail = text[-60:]
    found = _TARGET.search(tail)
    if found is None:
        return None
    start = len(text) - len(tail) + found.start()
    head = text[:start]
    balanced = all(head.count(a) <= head.count(b) for a, b in ("()", "（）"))
    return start if start > 1 and balanced else None
