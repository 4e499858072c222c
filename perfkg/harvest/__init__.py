"""From many files to mapped forms: spread over processes, kept in shards, in a fixed order."""

from __future__ import annotations

from perfkg.harvest.files import Harvester, MappedFile, MappedForm
from perfkg.harvest.spread import Harvested, harvest

__all__ = ["Harvested", "Harvester", "MappedFile", "MappedForm", "harvest"]
