"""A compiled shape, and what its constraints have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeAlias

import pyoxigraph as ox

from perfkg.shacl.messages import Messages
from perfkg.shacl.paths import Path
from perfkg.shacl.terms import Term

if TYPE_CHECKING:
    from perfkg.shacl.run import Run, Site

ShapeNode: TypeAlias = ox.NamedNode | ox.BlankNode
Weights: TypeAlias = Mapping[Term, int]


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach of one constraint, before it becomes a result.

    Attributes:
        node: the focus node.
        value, path: as in a result; a path of None stands for that of the shape.
        messages: the default messages, or those that the query or the constraint gives.
        own_messages: whether those go before the messages of the shape.
    """

    node: Term
    component: ox.NamedNode
    value: Term | None = None
    path: Path | None = None
    messages: Messages = ()
    own_messages: bool = False
    constraint: ShapeNode | None = None


class Constraint(Protocol):
    """One constraint of a shape.

    Attributes:
        of_values_alone: whether a focus node is at fault by nothing but its value nodes, and it
            takes less to ask one node of all that have the same than to look at every value.
    """

    of_values_alone: ClassVar[bool]

    def violations(self, run: Run, site: Site) -> Iterator[Violation]:
        """Yield the breaches among the focus nodes."""
        ...


@dataclass(frozen=True, slots=True)
class Targets:
    """What a shape says of its focus nodes."""

    nodes: tuple[Term, ...] = ()
    classes: tuple[ox.NamedNode, ...] = ()
    subjects_of: tuple[ox.NamedNode, ...] = ()
    objects_of: tuple[ox.NamedNode, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.nodes or self.classes or self.subjects_of or self.objects_of)


@dataclass(frozen=True, slots=True)
class Shape:
    """A node shape, or a property shape where it has a path.

    Attributes:
        properties: the property shapes that its value nodes are validated against.
        constraints: everything else.
    """

    node: ShapeNode
    path: Path | None
    targets: Targets
    severity: ox.NamedNode
    messages: Messages
    deactivated: bool
    properties: tuple[ShapeNode, ...] = ()
    constraints: tuple[Constraint, ...] = field(default=())
