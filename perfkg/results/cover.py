"""What a result is, for the cover sheet of its workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Cover:
    """What the cover sheet says about a result.

    Attributes:
        title: of the query. description: what it shows.
        version: the dataset version that answered.
        made: when.
        parameters: the name of each parameter and the value it had.
    """

    title: str
    version: str
    made: datetime
    description: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
