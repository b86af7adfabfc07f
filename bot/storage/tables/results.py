"""Tables of what participants make: their profile's values, and the files they wait for."""

from sqlalchemy import Column, Index, Integer, String, Table, UniqueConstraint, text

from bot.storage.tables.base import big_id, instant, key, metadata, reference, sealed_json

profile_value = Table(
    "profile_value",
    metadata,
    key(),
    reference("office_id", "office.id"),
    reference("participant_id", "participant.id"),
    Column("name", String(40), nullable=False),
    sealed_json("value"),
    instant("updated_at", nullable=False),
    UniqueConstraint("participant_id", "name"),
)

document_order = Table(
    "document_order",
    metadata,
    key(),
    reference("office_id", "office.id"),
    reference("participant_id", "participant.id", index=True),
    # No foreign key: a program of the release before deletes runs and knows nothing of orders.
    Column("run_id", big_id),
    Column("step_key", String(81), nullable=False),
    Column("document", String(20), nullable=False),
    Column("language", String(2), nullable=False),
    Column("key", String(120), nullable=False, unique=True),
    instant("created_at", nullable=False),
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    instant("lease_until"),
    instant("ended_at"),
    Column("reason", String(80), nullable=False),
)
Index(
    "ix_document_order_queued",
    document_order.c.id,
    sqlite_where=text("state = 'queued'"),
    postgresql_where=text("state = 'queued'"),
)
