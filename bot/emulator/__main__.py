"""The command line of the emulator: `python -m bot.emulator`."""

import argparse
import asyncio
import sys
from pathlib import Path

from bot.emulator.clock import ClockRefused, parse_instant
from bot.emulator.server import Options, run


def _options(arguments: list[str]) -> Options:
    parser = argparse.ArgumentParser(
        prog="python -m bot.emulator",
        description="A local Telegram Bot API server with simulated phones, a mailbox and a clock.",
        epilog="Example: python -m bot.emulator --port 8081 --now 2026-03-03T09:00:00Z",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8081, help="HTTP port, 0 for any free one")
    parser.add_argument("--smtp-port", type=int, default=8025, help="mail port, 0 for any free one")
    parser.add_argument("--app-url", help="the application, asked at /rehearsal while winding")
    parser.add_argument("--now", help="where the clock starts, ISO 8601 with a zone")
    parser.add_argument("--speed", type=float, default=1.0, help="emulated seconds per real second")
    parser.add_argument("--ready-file", type=Path, help="file to write the addresses to")
    parser.add_argument("--guide", type=Path, help="guide shown on the page")
    given = parser.parse_args(arguments)
    try:
        now = parse_instant(given.now) if given.now else None
    except ClockRefused as error:
        parser.error(f"--now: {error}")
    if given.speed < 0:
        parser.error("--speed cannot be negative")
    return Options(
        host=given.host,
        port=given.port,
        smtp_port=given.smtp_port,
        app_url=given.app_url,
        now=now,
        speed=given.speed,
        ready_file=given.ready_file,
        guide=given.guide,
    )


def main(arguments: list[str] | None = None) -> int:
    """Run the emulator until it is told to stop."""
    options = _options(sys.argv[1:] if arguments is None else arguments)
    try:
        asyncio.run(run(options))
    except OSError as error:
        print(f"The emulator cannot start: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
