"""Indexes for measuring: set-aside updates, and what became of the messages of the last day."""

from bot.storage.migration_steps import add_index

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_index("ix_inbox_set_aside", "inbox", ["received_at"], where="state = 'set_aside'")
    add_index("ix_outbox_ended", "outbox", ["ended_at", "state"], where="ended_at IS NOT NULL")
