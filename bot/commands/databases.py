"""`tettpa db`: create and upgrade the database."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True)


@app.callback()
def db() -> None:
    """Create and upgrade the database."""


@app.command(epilog="Example: tettpa db upgrade")
def upgrade() -> None:
    """Create the database, or bring it to the schema of this release; harmless when repeated."""
    from bot.app import upgrade_database
    from bot.config import load_settings
    from bot.storage.engine import address_of, parse_url

    settings = load_settings()
    revision = upgrade_database(settings)
    print(f"{address_of(parse_url(settings.database_url))} has schema {revision}.")
