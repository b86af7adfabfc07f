"""`tettpa run` and `tettpa demo`: the program itself, and its rehearsal."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from bot.domain.errors import RuleBroken

Role = Literal["all", "ingest", "worker", "console"]


def run(
    role: Annotated[
        Role, typer.Option(help="What this process does; this release knows all in one.")
    ] = "all",
) -> None:
    """Run the bot, the scheduler, the sender and the console in one process."""
    if role != "all":
        raise RuleBroken(
            f"Running {role} in a process of its own comes in a later release: "
            "run everything in one with `tettpa run`."
        )
    from bot.config import load_settings
    from bot.running import run_program

    run_program(load_settings())


def demo(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the page with the phones.")
    ] = 8081,
    speed: Annotated[float, typer.Option(min=0, help="Rehearsed seconds per real second.")] = 1.0,
) -> None:
    """Play a sample programme on simulated phones; needs no Telegram account and no settings."""
    from bot.demo.running import run_demo

    run_demo(port=port, speed=speed)
