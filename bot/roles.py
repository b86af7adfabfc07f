"""What a process does: all of it, or one part beside others on the same PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass

from bot.config import Settings
from bot.domain.errors import BadSetting


@dataclass(frozen=True, slots=True)
class Role:
    """`ingests`: asks Telegram or hears its webhook. `works`: handles, sends, sweeps, mails."""

    name: str
    ingests: bool = False
    works: bool = False
    shows_console: bool = False

    @property
    def knows_telegram(self) -> bool:
        return self.ingests or self.works


ROLES = {
    role.name: role
    for role in (
        Role("all", ingests=True, works=True, shows_console=True),
        Role("ingest", ingests=True),
        Role("worker", works=True),
        Role("console", shows_console=True),
    )
}


def role_for(name: str, settings: Settings) -> Role:
    """Raises BadSetting when the database is for one process at a time."""
    role = ROLES[name]
    if role.name != "all" and settings.database_url.startswith("sqlite"):
        raise BadSetting(
            f"TETTPA_DATABASE_URL: on SQLite one process does everything, so `--role {name}` needs "
            "PostgreSQL; run `tettpa run` or move to postgresql://name:password@host/database."
        )
    return role
