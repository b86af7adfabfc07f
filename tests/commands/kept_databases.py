"""Databases as commands left them once, for the tests that begin where those commands end."""

import shutil
from collections.abc import Callable
from pathlib import Path


class KeptDatabases:
    """Each command opens and closes the program: a copy of what many made is far quicker."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, into: Path, make: Callable[[], None]) -> None:
        """Have the databases `name` in a folder, where `make` makes them the first time."""
        kept = self._folder / name
        if not kept.exists():
            make()
            kept.mkdir()
            for file in into.glob("*.db*"):
                shutil.copy2(file, kept)
        for file in into.glob("*.db*"):  # another database's log must not lie beside it
            file.unlink()
        for file in kept.iterdir():
            shutil.copy2(file, into)
