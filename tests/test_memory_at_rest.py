"""What a program at rest does without: libraries that only rare moments need, or nothing at all."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.absent import as_if_absent

REPOSITORY = Path(__file__).parents[1]

# `tettpa run` as typed, up to its loop; there its first poll alone, which nobody answers.
AT_REST = """
import asyncio, contextlib, sys

import bot.cli


async def poll():
    from bot.delivery.poller import Poller

    poller = Poller("1:sample", api_url="http://127.0.0.1:9", store=None, on_conflict=None, on_gap=None)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.1):
            await poller.run()


def run(program, *, really=asyncio.run):
    program.close()
    really(poll())


asyncio.run = run
sys.argv = ["tettpa", "run"]
try:
    bot.cli.main()
finally:
    print(*sys.modules)
"""
RARELY_NEEDED = {
    "alembic": "upgrading the database",
    "psycopg": "PostgreSQL",
    "sqlite3": "SQLite",
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
    "aiosmtplib": "a mail",
    "typer": "every command but this",
    "telegram.ext": "what python-telegram-bot's filters are compared with, in a test",
}
# Loaded unasked by what we do need, where nobody sees to it (bot/commands/starting.py).
NEVER_USED = {
    "rich": "coloured tracebacks, by structlog; a command line, by httpx",
    "pygments": "the same command line",
    "greenlet": "telling greenlets apart, by structlog",
    "cryptography.hazmat.backends": "Telegram Passport, by python-telegram-bot",
    "cryptography.hazmat.primitives.serialization": "the same",
}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TETTPA_")}
    settings = {
        "TETTPA_TELEGRAM_TOKEN": "100200300:sample-token-of-the-tests",
        "TETTPA_SECRET_KEY": "a sample secret key of the tests",
        "TETTPA_PORT": "0",
    }
    done = subprocess.run(
        [sys.executable, "-c", AT_REST],
        cwd=tmp_path_factory.mktemp("at-rest"),
        env=kept | settings | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())


def test_a_program_at_rest_has_not_loaded_what_rare_moments_need(loaded: set[str]) -> None:
    assert {"bot", "telegram", "sqlalchemy"} <= loaded
    assert loaded & set(RARELY_NEEDED) == set()


def test_a_program_at_rest_has_not_loaded_what_nobody_asked_for(loaded: set[str]) -> None:
    assert {"structlog.dev", "httpx", "cryptography"} <= loaded
    assert loaded & set(NEVER_USED) == set()


def test_what_was_absent_is_there_again_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sample_library.py").write_text("NAME = 'sample'")
    monkeypatch.syspath_prepend(str(tmp_path))

    with as_if_absent("sample_library", "json"):
        with pytest.raises(ImportError):
            __import__("sample_library")
        __import__("json")  # was loaded before, so it stays

    assert __import__("sample_library").NAME == "sample"
    monkeypatch.delitem(sys.modules, "sample_library")
