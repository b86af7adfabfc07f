"""What part of the program a process does."""

import pytest

from bot.config import load_settings
from bot.domain.errors import BadSetting
from bot.roles import ROLES, role_for

POSTGRESQL = "postgresql://sample@127.0.0.1/sample"


@pytest.mark.parametrize("name", ROLES)
def test_on_postgresql_every_role_may_run(name: str) -> None:
    settings = load_settings(env_file=None, database_url=POSTGRESQL)

    assert role_for(name, settings).name == name


def test_on_sqlite_one_process_does_everything() -> None:
    settings = load_settings(env_file=None, database_url="sqlite:///sample.db")

    assert role_for("all", settings) == ROLES["all"]
    for name in set(ROLES) - {"all"}:
        with pytest.raises(BadSetting, match=f"--role {name}.*PostgreSQL"):
            role_for(name, settings)


def test_the_parts_together_are_the_whole() -> None:
    parts = [ROLES[name] for name in ("ingest", "worker", "console")]
    whole = ROLES["all"]

    for what in ("ingests", "works", "shows_console"):
        assert getattr(whole, what)
        assert sum(getattr(part, what) for part in parts) == 1


def test_a_console_needs_no_telegram() -> None:
    assert [name for name, role in ROLES.items() if not role.knows_telegram] == ["console"]
