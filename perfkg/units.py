"""Units of measure: those of the vocabulary, and those composed of them.

Nobody can list 元/册, 元/盏, 万盏, 例/10万人 and all their like, so they are put together from
units that the vocabulary has: a multiple of a unit, one unit per another, a product, a pair of
measure words. Nothing is converted on the way: only 万 and 亿 in front are brought to the base.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from perfkg.identity import normalise

MULTIPLES = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}
"""What in front of a unit is brought to the base."""

_DIGITS = {"十": Decimal(10), "百": Decimal(100), "千": Decimal(1000), **MULTIPLES}
_LONGEST = 24
_MOST_FACTORS = 3
_LEAST_BARE = 1000
"""The least number that a rate is stated per: 1/1000 is one, 1/20 an ordinary ratio."""
_LEAST_ALONE = 100
_MULTIPLE = re.compile(r"(?P<multiple>[十百千]?[万亿])(?P<rest>.+)")
_COUNT = re.compile(r"(?P<number>10*)?(?P<signs>[十百千]?[万亿]?)(?P<rest>.*)")
_NUMERALS = re.compile(r"[十百千万亿]+")
_PAIR = re.compile(r"(?P<first>[^()]+)\((?P<second>[^()]+)\)")
_DOT = re.compile(r"(?<=[\u4e00-\u9fff])[.．•・*×](?=[\u4e00-\u9fff])")
"""What forms print for the dot between two units (元/人.月)."""
_COMPOSED = re.compile(r"[/·(]|^[十百千]?[万亿]")
_SPELLED_OUT = ((Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万"))
_SINGLE = {Decimal(1000): "千", Decimal(100): "百"}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure.

    Attributes:
        iri: its concept, or None for a unit that the vocabulary lacks.
        label: its usual spelling.
        base: the spelling of the unit it is a multiple of, or None.
        multiplier: how many of the base it is; 1 without a base.
        counts_nothing: whether it only multiplies (万), so that the base is a bare number.
        is_measure_word: whether it counts things (个, 台, 人次).
    """

    iri: str | None
    label: str
    base: str | None = None
    multiplier: Decimal = Decimal(1)
    counts_nothing: bool = False
    is_measure_word: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """All units by every spelling of theirs; two are equal when they are the same object."""

    by_spelling: dict[str, Unit]

    def find(self, text: str) -> Unit | None:
        """Return the unit of the vocabulary spelled `text`, or None."""
        return self.by_spelling.get(normalise(text))

    def understand(self, text: str) -> Unit | None:
        """Return the unit spelled `text` if the vocabulary has it or all that it is made of.

        Where the vocabulary has the unit under another spelling (元/千米 for 元/公里), that is it.
        """
        plain = _DOT.sub("·", normalise(text))
        known = self.by_spelling.get(plain)
        if known is not None or len(plain) > _LONGEST or not _COMPOSED.search(plain):
            return known
        if "/" in plain:
            return self._quotient(plain)
        return self._product(plain) or self._multiple(plain) or self._pair(plain)

    def read(self, text: str) -> Unit:
        """Return the unit spelled `text`; one never seen is made from its spelling.

        A leading 万 or 亿 of an unknown unit is a multiple (万株 = 10000 株), also where it is
        divided by a thing, as some systems print it (万/条 for 万条).
        """
        known = self.understand(text)
        if known:
            return known
        plain = normalise(text)
        multiple = MULTIPLES.get(plain[:1])
        rest = plain[1:].removeprefix("/")
        if multiple is None or not rest:
            return Unit(None, plain)
        base = self.read(rest)
        return Unit(None, plain, base.base or base.label, multiple * base.multiplier)

    def _labelled(self, unit: Unit) -> Unit:
        """Return the unit of the vocabulary with the label of a composed one, or that one."""
        return self.find(unit.label) or unit

    def _multiple(self, plain: str) -> Unit | None:
        """Understand 万盏, 百万吨, 万台(件)."""
        match = _MULTIPLE.fullmatch(plain)
        rest = self.understand(match["rest"]) if match else None
        if match is None or rest is None or rest.counts_nothing:
            return None
        multiplier = _product_of(match["multiple"]) * rest.multiplier
        return self._labelled(
            Unit(None, match["multiple"] + rest.label, rest.base or rest.label, multiplier)
        )

    def _pair(self, plain: str) -> Unit | None:
        """Understand 家(次): two measure words, the second in brackets."""
        match = _PAIR.fullmatch(plain)
        parts = [self.find(part) for part in match.groups()] if match else []
        if not parts or not all(part and part.is_measure_word for part in parts):
            return None
        return self.find(plain.replace("(", "").replace(")", "")) or Unit(
            None, plain, is_measure_word=True
        )

    def _product(self, plain: str) -> Unit | None:
        """Understand 吨·公里."""
        parts = plain.split("·")
        if not 1 < len(parts) <= _MOST_FACTORS:
            return None
        found = [self.find(part) for part in parts]
        if any(part is None or part.counts_nothing for part in found):
            return None
        return self._labelled(Unit(None, "·".join(part.label for part in found if part)))

    def _quotient(self, plain: str) -> Unit | None:
        """Understand 元/册, 次/台·年, 元/(人·年), 例/10万人, /10万."""
        above, *below = plain.split("/")
        parts = [factor for part in below for factor in _unbracketed(part).split("·")]
        if len(parts) > _MOST_FACTORS:
            return None
        factors = [self._factor(part, alone=not above) for part in parts]
        if any(factor is None for factor in factors):
            return None
        per = "/" + "·".join(factor for factor in factors if factor)
        if not above:
            return self._labelled(Unit(None, per))
        top = self.understand(above)
        # 万/套 is no number per thing: nobody knows what the 万 counts.
        if top is None or top.counts_nothing:
            return None
        base = None if top.base is None else self._labelled(Unit(None, top.base + per)).label
        return self._labelled(Unit(None, top.label + per, base, top.multiplier))

    def _factor(self, text: str, *, alone: bool) -> str | None:
        """Return the usual spelling of what a unit is divided by: 千米 is 公里, 十万人 10万人.

        A number per a mere thing (5/天) is as likely a slip as a unit, so what stands `alone`
        below the stroke must be many of them (/千人, /10万).
        """
        least = _LEAST_ALONE if alone else 1
        known = self.find(text)
        if known is not None and not _NUMERALS.fullmatch(text):
            return known.label if known.multiplier >= least else None
        match = _COUNT.fullmatch(text)
        if match is None or not (match["number"] or match["signs"]):
            return None
        count = Decimal(match["number"] or 1) * _product_of(match["signs"])
        if not match["rest"]:
            return _spelled(count) if count >= _LEAST_BARE else None
        thing = self.find(match["rest"])
        if thing is None or thing.counts_nothing or count < least:
            return None
        return self._labelled(Unit(None, _spelled(count) + thing.label)).label


def _unbracketed(part: str) -> str:
    return part[1:-1] if part.startswith("(") and part.endswith(")") else part


def _product_of(signs: str) -> Decimal:
    """Return what numerals that stand side by side multiply to: 十万 is 100000."""
    product = Decimal(1)
    for sign in signs:
        product *= _DIGITS[sign]
    return product


def _spelled(count: Decimal) -> str:
    """Return the usual spelling of a power of ten below a stroke: 100000 is 10万."""
    for size, sign in _SPELLED_OUT:
        if count >= size:
            return sign if count == size else f"{count / size:f}{sign}"
    return _SINGLE.get(count, f"{count:f}")
