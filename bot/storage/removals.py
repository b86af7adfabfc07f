"""What a step of the schema takes away or changes under a reader, and since when nobody reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Removal:
    """Why a step may do more than add: releases that read or write it so are gone.

    Args:
        what: "table", "table.column" or the name of an index or constraint. A column whose stored
            values a step rewrites, and a rule that older writers may break, count as taken away.
        unread_since_release: The first release that does without.
        unread_since_schema: The schema of that release. Releases of earlier schemas are refused
            on a database that has taken this step.
    """

    what: frozenset[str]
    unread_since_release: str
    unread_since_schema: str


# By the revision that does it. A step that is not here only adds: see docs/decisions/0008-upgrades.md.
REMOVALS: Mapping[str, Removal] = {}
