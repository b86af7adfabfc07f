"""Shows who is in the middle of a flow when its content changes, and what becomes of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bot.commands.printing import print_table

if TYPE_CHECKING:
    from bot.app import Program
    from bot.commands.content_source import Source
    from bot.services.content_standing import Standing

COLUMNS = {
    "participant": "participant",
    "name": "name",
    "flow": "in the middle of",
    "step": "at step",
    "status": "status",
    "version": "version",
    "fate": "what happens",
}


def standing_in(program: Program, source: Source) -> list[Standing]:
    """Nobody, while the content has errors: what it would do to people is not known yet."""
    from bot.services.content_standing import standing

    pack = source.content.pack
    if pack is None:
        return []
    return program.storage.read_sync(standing, source.office.id, pack)


def people_in_json(
    people: Sequence[Standing], *, is_correcting: bool = False
) -> list[dict[str, Any]]:
    return [
        {
            "participant": one.participant_id,
            "name": one.name,
            "run": one.run_id,
            "flow": one.flow_key,
            "step": one.step_key,
            "status": one.status,
            "version": one.version_id,
            "step_goes": one.step_goes,
            "goes_over_when_corrected": not one.why_not,
            "why_not": one.why_not or None,
            "fate": one.fate(is_correcting=is_correcting),
        }
        for one in people
    ]


def print_people(people: Sequence[Standing], *, is_correcting: bool = False) -> None:
    """Those on a step that goes, one by one; the others as numbers."""
    if not people:
        return
    going = [one for one in people if one.step_goes]
    if going:
        print(f"{_counted(going)} on a step that this content no longer has:")
        print_table(people_in_json(going, is_correcting=is_correcting), COLUMNS)
    if others := [one for one in people if not one.step_goes]:
        print(f"{_counted(others)} in the middle of something on a step that it keeps.")
    movable = [one for one in people if not one.why_not]
    if staying := [one for one in people if one.why_not]:
        print(
            f"{_ends(staying)} on the version they began with: the structure differs. "
            "Nobody loses their place."
        )
    if movable and is_correcting:
        print(f"{_counted(movable, 'go', 'goes')} on with the corrected texts.")
    elif movable:
        print(
            f"{_ends(movable)} on the version they began with; "
            "--correct-runs gives them the corrected texts at once."
        )


def _counted(people: Sequence[Standing], many: str = "stand", one: str = "stands") -> str:
    number = len({person.participant_id for person in people})
    return f"1 participant {one}" if number == 1 else f"{number} participants {many}"


def _ends(people: Sequence[Standing]) -> str:
    return _counted(people, "end what they began", "ends what they began")
