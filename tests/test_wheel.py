"""The wheel works alone: its migrations, content and pages come along."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's contents in a folder of their own, far from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT],
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder


def test_the_wheel_creates_a_database_and_finds_its_content(unpacked: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TETTPA_")} | {
        "PYTHONPATH": str(unpacked / "site"),
        "TETTPA_SECRET_KEY": "a-sample-secret-key-of-the-tests",
        "TETTPA_DATABASE_URL": f"sqlite:///{unpacked / 'tettpa.db'}",
    }

    def tettpa(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "bot.cli", *arguments],
            env=environment,
            cwd=unpacked,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    tettpa("db", "upgrade")

    assert "Tett på" in tettpa("office", "list", "--json")
    assert json.loads(tettpa("content", "check", "--json"))["errors"] == 0


def test_the_wheel_holds_what_is_not_python(unpacked: Path) -> None:
    site = unpacked / "site" / "bot"

    assert (site / "_migrations" / "env.py").is_file()
    assert list((site / "_migrations" / "versions").glob("0001*.py"))
    assert (site / "content" / "default" / "programme.yaml").is_file()
    assert list((site / "web" / "templates").glob("*.html"))
    assert list((site / "web" / "static").glob("*.css"))
    assert list((site / "emulator" / "page").glob("*.html"))
    assert list((site / "documents" / "layout").glob("*.typ"))
    assert list((site / "documents").glob("words_*.yaml"))
