"""Which process has an update in hand: several may work on one inbox."""

import sqlalchemy as sa

from bot.storage.migration_steps import add_column, add_index

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

IN_HAND = "state = 'pending' AND holder IS NOT NULL"


def upgrade() -> None:
    add_column("inbox", sa.Column("holder", sa.BigInteger(), nullable=True))
    add_index("ix_inbox_in_hand", "inbox", ["office_id", "chat_id"], where=IN_HAND)
