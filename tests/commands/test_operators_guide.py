"""The operator's guide names every setting and every command, and nothing that is not there."""

import re

from bot.config import Settings
from tests.commands.command_line import REPOSITORY
from tests.commands.test_help import COMMANDS

GUIDE = (REPOSITORY / "docs" / "operators-guide.md").read_text()


def test_every_setting_has_its_row_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `TETTPA_(\w+)` \| (.*?) \|", GUIDE, re.MULTILINE))

    assert {name.lower() for name in rows} == set(Settings.model_fields)
    for name, field in Settings.model_fields.items():
        if field.default not in ("", None):
            assert str(field.default).removesuffix(".0") in rows[name.upper()]


def test_every_command_is_named_and_no_other() -> None:
    known = {" ".join(path) for path, _ in COMMANDS}
    groups = {path[0] for path, _ in COMMANDS}

    named = set()
    for first, second in re.findall(r"tettpa ([a-z]+)(?: ([a-z]+))?", GUIDE):
        assert first in groups, first
        named.add(first if first in known else f"{first} {second}")

    assert named == known
