"""Boxes to tick: ☑新增项目 □延续项目."""

from __future__ import annotations

import re

_IN_BRACKETS = re.compile(r"[(（\[]\s*([√✓✔☑■×☒]?)\s*[)）\]]")
_BOX = re.compile(r"[☑☒√✓✔■●▣☐□○◻]")
_TICKED = frozenset("☑☒√✓✔■●▣")


def ticked(text: str) -> str | None:
    """Return what is ticked of the choices that a cell prints; None when it prints no boxes.

    Choices that stand beside no box are left out. Nothing ticked gives an empty text, several give
    all, joined as they would be written.

    >>> ticked("□新增项目 ☑延续项目"), ticked("新增项目（√） 延续项目（ ）"), ticked("延续项目")
    ('延续项目', '新增项目', None)
    """
    shown = _IN_BRACKETS.sub(lambda found: found[1] or "□", text).strip()
    boxes = list(_BOX.finditer(shown))
    if not boxes:
        return None
    labels = _BOX.split(shown)
    # The boxes stand before their choices, or behind them.
    named = labels[:-1] if labels[0].strip() else labels[1:]
    pairs = zip(boxes, named, strict=True)
    chosen = [name.split() for box, name in pairs if box.group() in _TICKED and name.strip()]
    behind = bool(labels[0].strip())
    return "、".join(_one(parts, len(boxes), behind=behind) for parts in chosen)


def _one(parts: list[str], boxes: int, *, behind: bool) -> str:
    """Return a choice; where only the ticked one has a box, its neighbours are others."""
    if boxes > 1:
        return "".join(parts)
    return parts[-1] if behind else parts[0]
