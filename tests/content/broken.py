"""Breaking one line of the pack with every kind, and what the check says of it."""

from datetime import date

import pytest

from bot.content.check import check_files
from tests.content.every_kind_pack import every_kind_files

TODAY = date(2026, 6, 1)


def broken(case: str, path: str, old: str, new: str, *says: str, below: int = 0) -> object:
    """One mistake; it is to be told in the line of `old`, or so many lines below."""
    return pytest.param(path, old, new, below, says, id=case)


def said_of(path: str, old: str, new: str, *, below: int = 0) -> tuple[list[str], list[str]]:
    """What the check says in the line of the mistake, and all it says of this pack."""
    # Two languages are enough here, and a third less to read.
    files = {name: text for name, text in every_kind_files().items() if "/nn." not in name}
    assert old in files[path], f"{path} holds no {old!r}"
    line = files[path].partition(old)[0].count("\n") + 1 + below
    files[path] = files[path].replace(old, new, 1)
    findings = check_files(files, today=TODAY)
    everything = [str(finding) for finding in findings if "/nn." not in finding.path]
    return [told for told in everything if told.startswith(f"{path}:{line}: ")], everything
