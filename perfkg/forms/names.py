"""Names and other texts of a form's fields: who, what, of which kind."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import IntEnum

from perfkg.forms.choices import ticked
from perfkg.forms.cleaning import clean, without_mark
from perfkg.forms.notes import FRAME, Notes
from perfkg.identity import normalise
from perfkg.layout import Layout
from perfkg.readers.grid import Cell, Row

CHOICES = ("project_nature", "project_category")
UNIT = "implementing_unit"
DEPARTMENT = "supervising_department"

_CODE = re.compile(
    r"(?:[\[【(（](?!(?:19|20)\d{2}[\]】)）])\d{3,}[\]】)）]"
    r"|(?=[A-Z]*\d)[A-Z\d]{3,}[-—_－])\s*(?=[^\d\s])"
)
_CODED_UNIT = re.compile(r"\d{6,9}(?=[\u4e00-\u9fff])")
_LONGEST_UNIT = 40
_LINE = re.compile(
    r"(?P<label>[^:：]{2,20})[:：]\s*(?P<name>[^:：\s][^:：]*?)(?:\s+[^\s:：]+[:：].*)?"
)
"""A line with a label and a name, and perhaps another label behind them."""


class Rank(IntEnum):
    """How well the place of a text knows."""

    BODY = 0
    """Behind the label of who fills the form in (编制单位)."""
    LINE = 1
    """On a line above the table."""
    TABLE = 2


@dataclass(slots=True)
class Names:
    """Collects the texts of the fields.

    Attributes:
        texts: by field; empty where the form prints the label and nothing behind it.
    """

    layout: Layout
    notes: Notes
    texts: dict[str, str] = field(default_factory=dict)
    _ranked: dict[str, tuple[Rank, Cell]] = field(default_factory=dict)
    _body: str | None = None

    def answer(self, name: str, cell: Cell, row: Row, rank: Rank) -> None:
        """Take the text that follows the label of a field.

        Args:
            name: of the field. cell: that holds the text. row: of the cell.
            rank: of the place where it stands; of two texts the one of the higher rank is read,
                else the first.
        """
        self.notes.use(row, cell, name)
        if self.texts.get(name):
            before, other = self._ranked[name]
            if rank <= before:
                self._differs(name, cell, self.texts[name])
                return
            self._differs(name, other, clean(cell.text).text)
        self._ranked[name] = rank, cell
        cleaned = clean(cell.text)
        for repair in cleaned.repairs:
            self.notes.repaired(repair.zh, repair.en)
        choice = ticked(cleaned.text) if name in CHOICES else None
        self.texts[name] = choice if choice is not None else self._plain(cleaned.text)

    def _differs(self, name: str, cell: Cell, kept: str) -> None:
        """Say that a text was left out because another one is read for its field."""
        plain, kept = self._bare(clean(cell.text).text), self._bare(kept)
        if name == "other" or self.layout.is_placeholder(plain) or plain == kept:
            return
        self.notes.report(
            "info",
            f"“{self.layout.official(name)}”一栏另填有“{plain}”，已读“{kept}”，前者未读入",
            f"'{plain}' is given for {self.layout.official(name)} as well; '{kept}' was read",
            cell.place,
        )

    def _bare(self, text: str) -> str:
        return normalise(_CODE.sub("", text.replace("\n", ""), count=1))

    def _plain(self, text: str) -> str:
        """Return a name on one line, without the number that a budget system gave it."""
        unmarked = without_mark(text.replace("\n", ""))
        for repair in unmarked.repairs:
            self.notes.repaired(repair.zh, repair.en)
        text = unmarked.text
        code = _CODE.match(text)
        if code is None:
            return text
        rest = text[code.end() :]
        self.notes.repaired(
            f"名称“{rest}”前的编码“{code[0].strip()}”未计入名称",
            f"the code '{code[0].strip()}' in front of '{rest}' is not part of the name",
        )
        return rest

    def take_line(self, row: Row) -> bool:
        """Read a line that names the body that fills the form in (填报单位：…)."""
        filled = row.filled
        line = _LINE.fullmatch(filled[0].text) if len(filled) == 1 else None
        found = self.layout.meaning(line["label"]) if line else None
        if line is None or found is None or found.field is not None:
            return False
        if found.label.text not in self.layout.bodies:
            return False
        self.notes.use(row, filled[0], FRAME)
        self._body = self._body or line["name"].strip()
        return True

    def take_coded_unit(self, row: Row) -> bool:
        """Read a line of a unit's code and name (212001云岭县残疾人联合会), without a label."""
        filled = row.filled
        code = _CODED_UNIT.match(filled[0].text) if len(filled) == 1 else None
        name = filled[0].text[code.end() :].strip() if code else ""
        if not name or len(name) > _LONGEST_UNIT or self.texts.get(UNIT):
            return False
        self.texts[UNIT] = name
        self._ranked[UNIT] = Rank.LINE, filled[0]
        self.notes.use(row, filled[0], UNIT)
        self.notes.repaired(
            f"“{filled[0].text}”未印栏目名称，读作实施单位“{name}”",
            f"'{filled[0].text}' has no label and was read as the implementing unit '{name}'",
        )
        return True

    def settle(self) -> None:
        """Take the body that fills the form in for the unit where the form names none."""
        if self._body is None or self.text(UNIT) or self.text(DEPARTMENT):
            return
        name = self.texts[UNIT] = self._plain(self._body)
        self.notes.repaired(
            f"表内未填主管部门和实施单位，填报单位“{name}”读作实施单位",
            f"the form names neither a department nor a unit; '{name}', which fills it in, was "
            "read as the implementing unit",
        )

    def text(self, name: str) -> str | None:
        """Return the text of a field, or None where the form leaves it empty."""
        found = self.texts.get(name) or None
        return None if found is None or self.layout.is_placeholder(found) else found
