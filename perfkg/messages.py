"""Text for people, in Chinese and English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One message in both languages of the product, Chinese first."""

    zh: str
    en: str

    def into(self, language: Language) -> str:
        """Return the message in `language`."""
        return self.zh if language == "zh" else self.en

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"


Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a document that could not be read as it should, with its place.

    Attributes:
        severity: `error` when something the form says was not understood, `warning` when it
            was read but deserves a look, `info` otherwise.
        message: what was found, what was expected, and what to do.
        location: the place in the source that a person can follow (`line 19`), or None for
            the document as a whole.
    """

    severity: Severity
    message: Text
    location: str | None = None
