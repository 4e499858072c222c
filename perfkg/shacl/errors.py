"""What can be wrong with shapes, in Chinese and English.

ShaclError
├── ShapeInvalid         the shapes are not what the SHACL specification allows
├── ShapeUnsupported     they are, but ask for something that this engine does not do
└── ValidationFailure    a run could not be brought to its end
"""

from __future__ import annotations


class ShaclError(Exception):
    """The root: a failure explained to a person.

    Args:
        zh, en: what is wrong and what to do.
        place: the shape, with its file where that is known.
    """

    def __init__(self, zh: str, en: str, *, place: str | None = None) -> None:
        super().__init__(zh, en, place)
        self.zh = zh
        self.en = en
        self.place = place

    def __str__(self) -> str:
        text = f"{self.zh} / {self.en}"
        return f"{self.place}: {text}" if self.place else text

    def __reduce__(self) -> tuple[object, ...]:
        """Let the error cross a process boundary."""
        return (_restore, (type(self), self.zh, self.en, self.place))


def _restore(kind: type[ShaclError], zh: str, en: str, place: str | None) -> ShaclError:
    return kind(zh, en, place=place)


class ShapeInvalid(ShaclError):
    """A shapes file is malformed, or a shape in it is."""


class ShapeUnsupported(ShaclError):
    """A shape is recursive or uses a feature that this engine refuses."""


class ValidationFailure(ShaclError):
    """A constraint reported a failure, or the engine gave up on one of its queries."""
