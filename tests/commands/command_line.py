"""Runs commands in this process or in one of their own, and asserts how they ended."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from bot.commands.tree import app

REPOSITORY = Path(__file__).parents[2]
PROCESS_SECONDS = 60


class CommandLine:
    """`run(...)` gives stdout of a command that worked, `refused(...)` stderr of one that did not."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._runner = CliRunner()

    def run(self, *words: str, answers: str | None = None) -> str:
        result = self._runner.invoke(app, list(words), input=answers)
        assert result.exit_code == 0, f"{words}: {result.stderr or result.exception!r}"
        return result.stdout

    def json(self, *words: str) -> Any:
        return json.loads(self.run(*words, "--json"))

    def both(self, *words: str) -> tuple[str, str]:
        result = self._runner.invoke(app, list(words))
        assert result.exit_code == 0, f"{words}: {result.stderr or result.exception!r}"
        return result.stdout, result.stderr

    def refused(self, *words: str, exit_code: int = 1, answers: str | None = None) -> str:
        result = self._runner.invoke(app, list(words), input=answers)
        assert result.exit_code == exit_code, f"{words}: {result.stdout}{result.stderr}"
        assert "Traceback" not in result.stderr
        return result.stderr

    def process(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The same as somebody in a shell has it, with the environment as the test left it."""
        return subprocess.run(
            [sys.executable, "-m", "bot.cli", *words],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONIOENCODING": "utf-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PROCESS_SECONDS,
            check=False,
        )
