"""Tables of escalations (people say case), their signals, events and notes."""

from sqlalchemy import Column, Index, Integer, String, Table, Text, text

from bot.storage.columns import JsonText
from bot.storage.tables.base import instant, key, metadata, reference, sealed_text

escalation = Table(
    "escalation",
    metadata,
    key(),
    reference("office_id", "office.id", index=True),
    reference("participant_id", "participant.id", index=True),
    Column("reason", String(40), nullable=False),
    Column("state", String(20), nullable=False),
    reference("owner_id", "staff.id", nullable=True),
    Column("version", Integer, nullable=False),
    instant("opened_at", nullable=False),
    instant("next_at"),
    instant("closed_at"),
    Column("folded", JsonText, nullable=False),  # the whole case, as its events make it
)
# At most one open case per participant and reason, whoever else thinks of opening one.
Index(
    "uq_escalation_open",
    escalation.c.participant_id,
    escalation.c.reason,
    unique=True,
    sqlite_where=text("state <> 'closed'"),
    postgresql_where=text("state <> 'closed'"),
)
Index(
    "ix_escalation_due",
    escalation.c.next_at,
    sqlite_where=text("state <> 'closed'"),
    postgresql_where=text("state <> 'closed'"),
)
# How soon staff were told of what began lately.
Index("ix_escalation_opened", escalation.c.opened_at)

signal = Table(
    "signal",
    metadata,
    key(),
    reference("office_id", "office.id"),
    reference("participant_id", "participant.id", index=True),
    Column("reason", String(40), nullable=False),
    Column("source", String(200), nullable=False, unique=True),
    instant("at", nullable=False),
    reference("case_id", "escalation.id", nullable=True, index=True),
    Column("suppressed_because", Text, nullable=False),
)

case_event = Table(
    "case_event",
    metadata,
    key(),
    reference("case_id", "escalation.id", index=True),
    Column("version", Integer, nullable=False),
    Column("event", JsonText, nullable=False),
    instant("at", nullable=False),
    Index("uq_case_event_case_version", "case_id", "version", unique=True),
)

case_note = Table(
    "case_note",
    metadata,
    key(),
    reference("case_id", "escalation.id", index=True),
    reference("participant_id", "participant.id", index=True),
    reference("staff_id", "staff.id"),
    instant("at", nullable=False),
    sealed_text("text"),
)
