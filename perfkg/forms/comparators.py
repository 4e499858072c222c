"""How forms spell comparators: signs, words in front of a number and words behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from perfkg.forms.model import Comparator
from perfkg.forms.numbers import half_width
from perfkg.messages import Text

SIGNS = {
    "=": Comparator.EQ,
    "==": Comparator.EQ,
    "﹦": Comparator.EQ,
    "等于": Comparator.EQ,
    "≥": Comparator.GTEQ,
    "≧": Comparator.GTEQ,
    "⩾": Comparator.GTEQ,
    ">=": Comparator.GTEQ,
    "》": Comparator.GTEQ,
    "》=": Comparator.GTEQ,
    "=>": Comparator.GTEQ,
    "≥=": Comparator.GTEQ,
    "≮": Comparator.GTEQ,
    "﹥=": Comparator.GTEQ,
    "〉=": Comparator.GTEQ,
    "大于等于": Comparator.GTEQ,
    "大于或等于": Comparator.GTEQ,
    "不低于": Comparator.GTEQ,
    "不得低于": Comparator.GTEQ,
    "不少于": Comparator.GTEQ,
    "不得少于": Comparator.GTEQ,
    "不小于": Comparator.GTEQ,
    "至少": Comparator.GTEQ,
    "最少": Comparator.GTEQ,
    "最低": Comparator.GTEQ,
    "不得小于": Comparator.GTEQ,
    "≤": Comparator.LTEQ,
    "≦": Comparator.LTEQ,
    "⩽": Comparator.LTEQ,
    "<=": Comparator.LTEQ,
    "《": Comparator.LTEQ,
    "《=": Comparator.LTEQ,
    "=<": Comparator.LTEQ,
    "≤=": Comparator.LTEQ,
    "≯": Comparator.LTEQ,
    "﹤=": Comparator.LTEQ,
    "〈=": Comparator.LTEQ,
    "小于等于": Comparator.LTEQ,
    "小于或等于": Comparator.LTEQ,
    "不超过": Comparator.LTEQ,
    "不得超过": Comparator.LTEQ,
    "不高于": Comparator.LTEQ,
    "不得高于": Comparator.LTEQ,
    "不大于": Comparator.LTEQ,
    "不多于": Comparator.LTEQ,
    "至多": Comparator.LTEQ,
    "最多": Comparator.LTEQ,
    "最高": Comparator.LTEQ,
    "不得大于": Comparator.LTEQ,
    "不得多于": Comparator.LTEQ,
    ">": Comparator.GT,
    "﹥": Comparator.GT,
    "〉": Comparator.GT,
    "大于": Comparator.GT,
    "高于": Comparator.GT,
    "超过": Comparator.GT,
    "多于": Comparator.GT,
    "<": Comparator.LT,
    "﹤": Comparator.LT,
    "〈": Comparator.LT,
    "小于": Comparator.LT,
    "低于": Comparator.LT,
    "少于": Comparator.LT,
}
LEADS = {
    "达到": Comparator.GTEQ,
    "达": Comparator.GTEQ,
    "力争达到": Comparator.GTEQ,
    "确保达到": Comparator.GTEQ,
    "提高到": Comparator.GTEQ,
    "提高至": Comparator.GTEQ,
    "提升到": Comparator.GTEQ,
    "提升至": Comparator.GTEQ,
    "超": Comparator.GT,
    "控制在": Comparator.LTEQ,
    "不超": Comparator.LTEQ,
    "不突破": Comparator.LTEQ,
    "降低到": Comparator.LTEQ,
    "降低至": Comparator.LTEQ,
    "下降到": Comparator.LTEQ,
    "下降至": Comparator.LTEQ,
    "缩短至": Comparator.LTEQ,
    "缩短到": Comparator.LTEQ,
    "保持": None,
    "保持在": None,
    "稳定在": None,
    "维持在": None,
}
"""Words before a number that tell a comparator, or none, unless what follows tells another."""

SUFFIXES = {
    "及以上": Comparator.GTEQ,
    "(含)以上": Comparator.GTEQ,
    "以上": Comparator.GTEQ,
    "及以下": Comparator.LTEQ,
    "(含)以下": Comparator.LTEQ,
    "以下": Comparator.LTEQ,
    "(含)以内": Comparator.LTEQ,
    "以内": Comparator.LTEQ,
    "之内": Comparator.LTEQ,
    "内": Comparator.LTEQ,
}


_SIGN_CODE = re.compile(r"^\d{1,3}(?=[=≥≧⩾≤≦⩽<>])")
"""The number that some systems print before a comparator (004 >=)."""
_STRICT = {Comparator.GT: Comparator.GTEQ, Comparator.LT: Comparator.LTEQ}


@lru_cache(maxsize=16384)
def comparator(text: str) -> Comparator | None:
    """Return the comparator that `text` spells, or None.

    >>> comparator("不低于")
    <Comparator.GTEQ: '>='>
    """
    return SIGNS.get(_SIGN_CODE.sub("", half_width(text)))


def any_of(spellings: Iterable[str]) -> str:
    """Return a pattern for any of `spellings`, the longest first."""
    return "|".join(map(re.escape, sorted(spellings, key=lambda sign: -len(sign))))


@dataclass(frozen=True, slots=True)
class Compared:
    """What stands around a number about how to compare with it, each as printed.

    Attributes:
        lead: of `LEADS`. sign: of `SIGNS`. suffix: of `SUFFIXES`.
    """

    lead: str | None = None
    sign: str | None = None
    suffix: str | None = None

    @property
    def comparator(self) -> Comparator | None:
        """The comparator that is meant.

        A sign says it most exactly, except that = before 48小时以内 is only what a system makes
        of an empty field.
        """
        if self.sign is not None and (said := SIGNS[self.sign]) is not Comparator.EQ:
            return said
        if self.suffix is not None:
            return SUFFIXES[self.suffix]
        if self.sign is not None:
            return Comparator.EQ
        return LEADS[self.lead] if self.lead else None

    @property
    def is_contradictory(self) -> bool:
        """Whether sign and suffix point in opposite directions (≥100以下)."""
        if self.sign is None or self.suffix is None:
            return False
        said = SIGNS[self.sign]
        return said is not Comparator.EQ and _STRICT.get(said, said) is not SUFFIXES[self.suffix]

    @property
    def repair(self) -> Text | None:
        """What was made of a sign and a suffix that both compare."""
        if self.sign is None or self.suffix is None:
            return None
        if SIGNS[self.sign] is Comparator.EQ:
            meant = SUFFIXES[self.suffix].value.replace(">=", "≥").replace("<=", "≤")
            return Text(
                f"“{self.sign}”与“{self.suffix}”并用，读作“{meant}”",
                f"'{self.sign}' and '{self.suffix}' stand together; read as '{meant}'",
            )
        return Text(
            f"“{self.suffix}”与“{self.sign}”重复，已略去",
            f"'{self.suffix}' repeats '{self.sign}' and was left out",
        )
