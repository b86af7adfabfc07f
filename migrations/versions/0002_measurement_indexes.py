"""Indexes for measuring: set-aside updates, and what became of the messages of the last day."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SET_ASIDE = sa.text("state = 'set_aside'")
ENDED = sa.text("ended_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_inbox_set_aside",
        "inbox",
        ["received_at"],
        unique=False,
        sqlite_where=SET_ASIDE,
        postgresql_where=SET_ASIDE,
    )
    op.create_index(
        "ix_outbox_ended",
        "outbox",
        ["ended_at", "state"],
        unique=False,
        sqlite_where=ENDED,
        postgresql_where=ENDED,
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_ended", table_name="outbox")
    op.drop_index("ix_inbox_set_aside", table_name="inbox")
