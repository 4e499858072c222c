"""From many files to mapped forms: spread over processes, kept in shards, in a fixed order."""

from __future__ import annotations

from perfkg.harvest.crew import Alone, Crew
from perfkg.harvest.files import Harvester, MappedFile, MappedForm
from perfkg.harvest.folders import Folder, folder_at
from perfkg.harvest.notebook import Listing
from perfkg.harvest.places import Address, Place, find_places, place_of
from perfkg.harvest.side_by_side import SideBySide
from perfkg.harvest.spread import Harvested, harvest

__all__ = [
    "Address",
    "Alone",
    "Crew",
    "Folder",
    "Harvested",
    "Harvester",
    "Listing",
    "MappedFile",
    "MappedForm",
    "Place",
    "SideBySide",
    "find_places",
    "folder_at",
    "harvest",
    "place_of",
]
