"""`tettpa run` and `tettpa demo`: the program itself, and its rehearsal."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Annotated, Literal

import typer

Role = Literal["all", "ingest", "worker", "console"]


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
    from bot.config import load_settings
    from bot.running import run_program

    # What was imported stays for good. Looking it through for garbage, as often as Python does by
    # itself, took a fifth of the time under load.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    run_program(load_settings(), role_name=role)


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
