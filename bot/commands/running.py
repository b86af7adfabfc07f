"""`tettpa run` and `tettpa demo`: the program itself, and its rehearsal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.starting import Role, start


def run(
    role: Annotated[
        Role,
        typer.Option(
            help="What this process does: all, or one part beside others on one PostgreSQL: "
            "ingest takes in updates, worker handles and sends, console is for staff."
        ),
    ] = "all",
) -> None:
    """Run the bot, the scheduler, the sender and the console; on PostgreSQL in many processes."""
    start(role)


def demo(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the page with the phones.")
    ] = 8081,
    speed: Annotated[float, typer.Option(min=0, help="Rehearsed seconds per real second.")] = 1.0,
    content: Annotated[
        Path | None, typer.Option(help="Folder of a pack of your own, to rehearse it.")
    ] = None,
) -> None:
    """Play a sample programme on simulated phones; needs no Telegram account and no settings."""
    from bot.demo.running import run_demo

    run_demo(port=port, speed=speed, content_dir=content)
