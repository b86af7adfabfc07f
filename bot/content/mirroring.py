"""Writing a version over a folder: what differs is written, what the version lacks is removed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.content.loading import read_folder, write_folder
from bot.content.yaml_source import BadYaml, read_yaml
from bot.domain.errors import RuleBroken


@dataclass(frozen=True, slots=True)
class Mirrored:
    """How many files were written and removed; the others were as they should be."""

    written: int
    removed: int


def mirror(folder: Path, files: Mapping[str, str], *, force: bool = False) -> Mirrored:
    """Make the pack in `folder` these files; what is no file of a pack (.git, a README) stays.

    Raises:
        RuleBroken: The folder holds something else than this pack, and `force` is False.
        BadContent: A path leads out of the folder.
    """
    is_new = not folder.exists() or not any(folder.iterdir())
    known = {} if is_new else read_folder(folder)[0]
    is_this_pack = _key(known) is not None and _key(known) == _key(files)
    if not (is_new or force or is_this_pack):
        raise RuleBroken(
            f"{folder} is not empty and does not hold this pack: name another folder, or say --force."
        )
    different = {path: text for path, text in files.items() if known.get(path) != text}
    folder.mkdir(parents=True, exist_ok=True)
    write_folder(folder, different)
    # What somebody else put there is not ours to remove, whoever insists on writing beside it.
    removed = [path for path in known if path not in files] if is_this_pack else []
    for path in removed:
        (folder / path).unlink()
        _remove_if_empty((folder / path).parent, folder)
    return Mirrored(len(different), len(removed))


def _key(files: Mapping[str, str]) -> str | None:
    """What a pack calls its programme; None when it is no pack."""
    try:
        value = read_yaml("programme.yaml", files.get("programme.yaml", "")).value
    except BadYaml:
        return None
    key = value.get("key") if isinstance(value, dict) else None
    return key if isinstance(key, str) else None


def _remove_if_empty(folder: Path, top: Path) -> None:
    while folder != top and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
