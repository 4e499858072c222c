"""The IRIs of things: the same input gives the same IRI on any machine, in any order.

Keys are version-5 UUIDs (RFC 9562) over the parts that identify a thing, in a namespace that is
derived from the base IRI, so that two publishers with different bases never collide.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import uuid
from functools import cached_property, lru_cache

from perfkg.namespaces import DEFAULT_BASE

SEPARATOR = "\u241f"
"""U+241F SYMBOL FOR UNIT SEPARATOR: never part of a normalised text."""

_SPACE = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]+")
_VARIANTS = {f"{digit:x}": f"{0b1000 | digit & 0b0011:x}" for digit in range(16)}
"""A digit of a hash, and the digit with the bits of the variant of RFC 9562 in front."""
_YEAR_MARK = re.compile(r"^[(\[]?(?:19|20)\d{2}(?:年度|年(?!度))[)\]]?(?=.)")


@lru_cache(maxsize=65536)
def normalise(text: str) -> str:
    """Return `text` in NFKC without any white space: the form in which names are compared.

    >>> normalise("服务对象 满意度（％）")
    '服务对象满意度(%)'
    """
    plain = unicodedata.normalize("NFKC", text)
    if plain.isalnum():
        return plain
    return _SPACE.sub("", plain).replace(SEPARATOR, "")


def without_year(name: str) -> str:
    """Return a project name without a leading year, so that its years are one project.

    >>> without_year("2024年度房地大厦设施设备维护")
    '房地大厦设施设备维护'
    """
    return _YEAR_MARK.sub("", normalise(name))


_CJK = r"[\u3400-\u4dbf\u4e00-\u9fff\u3001-\u3011\u201d)]"
_MARKS_AFTER_CJK = re.compile(rf"(?<={_CJK})[,;:?!]")
_WIDE_MARKS = {mark: chr(ord(mark) + 0xFEE0) for mark in ",;:?!"}


def display_label(name: str) -> str:
    """Return the label of a shared thing: the same for every spelling that has the same key.

    It is the normalised name with Chinese punctuation after Chinese text, which NFKC takes away.

    >>> display_label("规范秩序,保障 安全")
    '规范秩序，保障安全'
    """
    return _MARKS_AFTER_CJK.sub(lambda mark: _WIDE_MARKS[mark.group()], normalise(name))


class Identity:
    """Mints instance IRIs below one base.

    Args:
        base: the instance base IRI; a missing slash at its end is added.
    """

    def __init__(self, base: str = DEFAULT_BASE) -> None:
        self.base = base if base.endswith("/") else base + "/"

    @cached_property
    def _namespace(self) -> bytes:
        return uuid.uuid5(uuid.NAMESPACE_URL, self.base).bytes

    def key(self, *parts: str) -> str:
        """Return the UUID of `parts`, each normalised."""
        told = SEPARATOR.join(map(normalise, parts))
        # What `uuid.uuid5` gives, in a third of its time: the version and the variant are set.
        digits = hashlib.sha1(self._namespace + told.encode(), usedforsecurity=False).hexdigest()
        variant = _VARIANTS[digits[16]]
        return (
            f"{digits[:8]}-{digits[8:12]}-5{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"
        )

    def iri(self, kind: str, *parts: str) -> str:
        """Return `{base}{kind}/{key}`; `kind` takes part in the key's path, not in the key."""
        return f"{self.base}{kind}/{self.key(*parts)}"

    def organization(self, name: str) -> str:
        """Return the IRI of a department or unit."""
        return self.iri("organization", name)

    def indicator(self, name: str) -> str:
        """Return the IRI of a third-level indicator."""
        return self.iri("indicator", name)

    def indicator_class(self, version: str, label: str) -> str:
        """Return the IRI of a heading; `version` is "2015", "2021" or "" for a local one."""
        return self.iri("indicator-class", version, label)

    def unit(self, label: str) -> str:
        """Return the IRI of a unit of measure that QUDT lacks."""
        return self.iri("unit", label)

    def project_nature(self, label: str) -> str:
        """Return the IRI of a code of 项目性质."""
        return self.iri("project-nature", label)

    def project_category(self, label: str) -> str:
        """Return the IRI of a code of 项目类别."""
        return self.iri("project-category", label)

    def scheme(self, name: str) -> str:
        """Return the IRI of a concept scheme; its key is its readable name."""
        return f"{self.base}scheme/{name}"

    def project(self, unit: str, name: str) -> str:
        """Return the IRI of a project: its unit and its name without a leading year."""
        return self.iri("project", unit, without_year(name))

    def form(self, unit: str, project: str, year: int | None, kind: str) -> str:
        """Return the IRI of one submission of a form."""
        return self.iri("form", unit, without_year(project), str(year or ""), kind)

    def target(self, form: str, level2: str, indicator: str, occurrence: int) -> str:
        """Return the IRI of one row; `occurrence` tells equal rows of one form apart, from 1."""
        return self.iri("target", form, level2, indicator, str(occurrence))

    def result(self, target: str) -> str:
        """Return the IRI of what was achieved for one target."""
        return self.iri("result", target)

    def document(self, sha256: str) -> str:
        """Return the IRI of a source document by the hash of its bytes."""
        return self.iri("document", sha256)

    @property
    def validation_graph(self) -> str:
        """The named graph that holds the validation results."""
        return f"{self.base}graph/validation"

    @property
    def statistics_graph(self) -> str:
        """The named graph that holds what is counted once for each generation."""
        return f"{self.base}graph/statistics"
