"""PostgreSQL's own programs, `pg_dump` and `pg_restore`, run as processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from bot.domain.errors import StorageUnavailable


def run_program(name: str, *arguments: str, password: str | None = None) -> bytes:
    """Return all it prints; see `output_of`."""
    with output_of(name, *arguments, password=password) as output:
        return output.read()


@contextmanager
def output_of(name: str, *arguments: str, password: str | None = None) -> Iterator[IO[bytes]]:
    """Give what it prints as it comes; leaving the block waits for its end.

    The password goes by the environment, where no list of processes shows it.

    Raises:
        StorageUnavailable: it is not on PATH, or it failed.
    """
    program = shutil.which(name)
    if program is None:
        raise StorageUnavailable(
            f"{name} is not on PATH: install PostgreSQL's client programs of the server's version "
            "(Debian: apt install postgresql-client)."
        )
    environment = {**os.environ, "LC_ALL": "C"}
    if password:
        environment["PGPASSWORD"] = password
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(
            [program, *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
        )
        assert process.stdout is not None
        try:
            yield process.stdout
        except BaseException:
            process.kill()
            raise
        finally:
            process.stdout.close()
            process.wait()
        if process.returncode != 0:
            complaints.seek(0)
            lines = complaints.read().decode(errors="replace").strip().splitlines()
            reason = lines[0][:300] if lines else f"exit code {process.returncode}"
            raise StorageUnavailable(f"{name} failed ({reason}): it must be as new as the server.")
