"""A release of the future, for tests: the steps of this one, and more in a folder of their own."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from bot.storage.revisions import head_revision, migrations_folder

HEAD = '''"""A step of a release to come."""

import sqlalchemy as sa
from alembic import op

from bot.storage.migration_steps import add_column, add_index, backfill

revision = "{revision}"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
'''
# A column that may be NULL, an index, and the values of the rows that are there.
GOOD = (
    'add_column("outbox", sa.Column("sample_length", sa.Integer(), nullable=True))',
    'add_index("ix_outbox_sample", "outbox", ["sample_length"], where="sample_length > 0")',
    'backfill("outbox", key="id", values={"sample_length": "length(body)"}, '
    'where="sample_length IS NULL")',
)


def make_migrations(folder: Path, steps: Sequence[str] = GOOD) -> Path:
    """Make a migrations folder with one more step for each body; return it."""
    copy = folder / "migrations"
    shutil.copytree(migrations_folder(), copy, ignore=shutil.ignore_patterns("__pycache__"))
    before = head_revision()
    for number, body in enumerate(steps, start=1):
        revision = f"next{number}"
        lines = "".join(f"    {line}\n" for line in body.splitlines())
        (copy / "versions" / f"{revision}.py").write_text(
            HEAD.format(revision=revision, before=before) + lines
        )
        before = revision
    return copy
