"""The outbox in the order in which it goes, with room for what rests; all of it additive."""

import sqlalchemy as sa

from bot.storage.migration_steps import add_column, add_index

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.String(27).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
IN_LINE = "state = 'queued' AND rests_until IS NULL"
RESTING = "state = 'queued' AND rests_until IS NOT NULL"
INDEXES = {
    "ix_outbox_line": (["office_id", "lane", "not_before", "id"], IN_LINE),
    "ix_outbox_resting": (["office_id", "rests_until"], RESTING),
    "ix_outbox_resting_participant": (["participant_id", "lane", "not_before", "id"], RESTING),
    "ix_outbox_resting_stranger": (
        ["chat_id", "lane", "not_before", "id"],
        f"{RESTING} AND participant_id IS NULL",
    ),
    "ix_outbox_expiring": (
        ["office_id", "expires_at"],
        "state = 'queued' AND expires_at IS NOT NULL",
    ),
    "ix_outbox_texts": (["ended_at"], "ended_at IS NOT NULL AND length(body) > 0"),
}


def upgrade() -> None:
    # A release before this one neither reads nor writes it: to its rows it is NULL, "in line".
    add_column("outbox", sa.Column("rests_until", INSTANT, nullable=True))
    for name, (columns, where) in INDEXES.items():
        add_index(name, "outbox", columns, where=where)
    add_index("ix_escalation_opened", "escalation", ["opened_at"])
