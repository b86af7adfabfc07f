"""What a program at rest does without: libraries that only rare moments need."""

import subprocess
import sys

# What `tettpa run` imports before anything happens, and its first poll, which nobody answers.
AT_REST = """
import asyncio, contextlib, sys

import bot.cli, bot.commands.running, bot.running
from bot.delivery.poller import Poller


async def poll():
    poller = Poller("1:sample", api_url="http://127.0.0.1:9", store=None, on_conflict=None, on_gap=None)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.1):
            await poller.run()


asyncio.run(poll())
print(*{name.partition(".")[0] for name in sys.modules})
"""
RARELY_NEEDED = {
    "alembic": "upgrading the database",
    "psycopg": "PostgreSQL",
    "icalendar": "the calendar file of somebody's sessions",
    "segno": "the picture of an invitation",
    "rapidfuzz": "a button's words typed with a slip",
    "holidays": "comparing our holidays with, in a test",
    "prometheus_client": "an installation that is watched",
    "httpcore": "asking others than Telegram: the sender's transport polls, too",
    "typst": "the process that makes a document",
    "docx": "the same",
    "xlsxwriter": "the same",
    "fontTools": "the same",
    "aiosmtpd": "the emulator",
}


def test_a_program_at_rest_has_not_loaded_what_rare_moments_need() -> None:
    done = subprocess.run(
        [sys.executable, "-c", AT_REST], capture_output=True, text=True, check=True
    )

    loaded = set(done.stdout.splitlines()[-1].split())

    assert {"bot", "telegram", "sqlalchemy"} <= loaded
    assert loaded & set(RARELY_NEEDED) == set()
