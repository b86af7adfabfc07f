"""Tables of the inbox, the outbox, questions, runs, free texts, content versions and notices."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.storage.columns import JsonText
from bot.storage.tables.base import (
    big_id,
    instant,
    key,
    metadata,
    reference,
    sealed_json,
    sealed_text,
)

inbox = Table(
    "inbox",
    metadata,
    Column("seq", big_id, primary_key=True, autoincrement=True),
    reference("office_id", "office.id"),
    Column("update_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    # Whose key seals the payload: the participant's, or the office's while nobody is bound.
    reference("participant_id", "participant.id", nullable=True, index=True),
    instant("received_at", nullable=False, index=True),
    sealed_json("payload"),
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    instant("processed_at"),
    Column("holder", BigInteger),  # the process that has it in hand
    UniqueConstraint("office_id", "update_id"),
)
Index(
    "ix_inbox_pending",
    inbox.c.office_id,
    inbox.c.chat_id,
    inbox.c.seq,
    sqlite_where=text("state = 'pending'"),
    postgresql_where=text("state = 'pending'"),
)
Index(
    "ix_inbox_in_hand",
    inbox.c.office_id,
    inbox.c.chat_id,
    sqlite_where=text("state = 'pending' AND holder IS NOT NULL"),
    postgresql_where=text("state = 'pending' AND holder IS NOT NULL"),
)
# Counted whenever somebody measures; nearly always empty.
Index(
    "ix_inbox_set_aside",
    inbox.c.received_at,
    sqlite_where=text("state = 'set_aside'"),
    postgresql_where=text("state = 'set_aside'"),
)

question = Table(
    "question",
    metadata,
    key(),
    reference("office_id", "office.id"),
    reference("participant_id", "participant.id"),
    Column("kind", String(40), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("options", JsonText, nullable=False),
    instant("asked_at", nullable=False),
    Column("state", String(20), nullable=False),
    Column("answer", String(40)),
    instant("answered_at"),
    Column("accepts_text", Boolean, nullable=False),
    Index("ix_question_participant_state", "participant_id", "state"),
)

outbox = Table(
    "outbox",
    metadata,
    key(),
    reference("office_id", "office.id"),
    reference("participant_id", "participant.id", nullable=True),
    Column("chat_id", BigInteger),
    Column("key", String(200), nullable=False, unique=True),
    Column("rule", String(60), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("lane", Integer, nullable=False),
    Column("message_class", String(20), nullable=False),
    sealed_json("body"),
    instant("created_at", nullable=False),
    instant("not_before", nullable=False),
    instant("expires_at"),
    Column("is_initiative", Boolean, nullable=False),
    Column("state", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("copies", Integer, nullable=False),
    Column("is_plain", Boolean, nullable=False),
    instant("lease_until"),
    instant("ended_at"),
    Column("telegram_message_id", BigInteger),
    reference("question_id", "question.id", nullable=True),
    # Real time: the claim need not look at it before; set for what crowds the front of the queue.
    instant("rests_until"),
    Index("ix_outbox_participant_created", "participant_id", "created_at"),
)
Index(
    "ix_outbox_queued",
    outbox.c.lane,
    outbox.c.not_before,
    sqlite_where=text("state = 'queued'"),
    postgresql_where=text("state = 'queued'"),
)
# What a claim walks through, in the order in which it goes.
Index(
    "ix_outbox_line",
    outbox.c.office_id,
    outbox.c.lane,
    outbox.c.not_before,
    outbox.c.id,
    sqlite_where=text("state = 'queued' AND rests_until IS NULL"),
    postgresql_where=text("state = 'queued' AND rests_until IS NULL"),
)
# What rests: to end its rest, and not to overtake it within its chat. Nearly always empty.
RESTING = text("state = 'queued' AND rests_until IS NOT NULL")
RESTING_STRANGER = text("state = 'queued' AND rests_until IS NOT NULL AND participant_id IS NULL")
Index(
    "ix_outbox_resting",
    outbox.c.office_id,
    outbox.c.rests_until,
    sqlite_where=RESTING,
    postgresql_where=RESTING,
)
Index(
    "ix_outbox_resting_participant",
    outbox.c.participant_id,
    outbox.c.lane,
    outbox.c.not_before,
    outbox.c.id,
    sqlite_where=RESTING,
    postgresql_where=RESTING,
)
Index(
    "ix_outbox_resting_stranger",
    outbox.c.chat_id,
    outbox.c.lane,
    outbox.c.not_before,
    outbox.c.id,
    sqlite_where=RESTING_STRANGER,
    postgresql_where=RESTING_STRANGER,
)
Index(
    "ix_outbox_expiring",
    outbox.c.office_id,
    outbox.c.expires_at,
    sqlite_where=text("state = 'queued' AND expires_at IS NOT NULL"),
    postgresql_where=text("state = 'queued' AND expires_at IS NOT NULL"),
)
# Texts that are still there: what is dropped with time must not be looked for among what was.
Index(
    "ix_outbox_texts",
    outbox.c.ended_at,
    sqlite_where=text("ended_at IS NOT NULL AND length(body) > 0"),
    postgresql_where=text("ended_at IS NOT NULL AND length(body) > 0"),
)
Index(
    "ix_outbox_claimed",
    outbox.c.lease_until,
    sqlite_where=text("state = 'claimed'"),
    postgresql_where=text("state = 'claimed'"),
)
# What became of the last day's messages, read from the index alone.
Index(
    "ix_outbox_ended",
    outbox.c.ended_at,
    outbox.c.state,
    sqlite_where=text("ended_at IS NOT NULL"),
    postgresql_where=text("ended_at IS NOT NULL"),
)

run = Table(
    "run",
    metadata,
    key(),
    reference("office_id", "office.id"),
    reference("participant_id", "participant.id"),
    Column("flow_key", String(80), nullable=False),
    reference("content_version_id", "content_version.id"),
    Column("subject", String(80), nullable=False),
    sealed_json("state"),
    Column("status", String(20), nullable=False),
    instant("started_at", nullable=False),
    instant("wake_at"),
    reference("question_id", "question.id", nullable=True),
    instant("finished_at"),
    UniqueConstraint("participant_id", "flow_key", "subject"),
)

free_text = Table(
    "free_text",
    metadata,
    key(),
    reference("office_id", "office.id"),
    reference("participant_id", "participant.id", index=True),
    instant("at", nullable=False),
    Column("kind", String(40), nullable=False),
    sealed_text("text"),
    Column("telegram_message_id", BigInteger),
    Column("about", String(120), nullable=False),
    instant("seen_at"),
    reference("seen_by", "staff.id", nullable=True),
)

content_version = Table(
    "content_version",
    metadata,
    key(),
    Column(
        "office_id", big_id, nullable=False
    ),  # no foreign key: the office names its current version
    Column("digest", String(64), nullable=False),
    Column("files", JsonText, nullable=False),
    instant("published_at", nullable=False),
    Column("published_by", Text, nullable=False),
    UniqueConstraint("office_id", "digest"),
)

notice = Table(
    "notice",
    metadata,
    key(),
    reference("office_id", "office.id"),
    reference("staff_id", "staff.id"),
    reference("case_id", "escalation.id", nullable=True, index=True),
    reference("participant_id", "participant.id", nullable=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("kind", String(40), nullable=False),
    instant("created_at", nullable=False),
    instant("not_before", nullable=False),
    Column("step", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("is_digest", Boolean, nullable=False),
    Column("context", JsonText),
    Column("state", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    instant("lease_until"),
    instant("sent_at"),
)
Index(
    "ix_notice_queued",
    notice.c.not_before,
    sqlite_where=text("state = 'queued'"),
    postgresql_where=text("state = 'queued'"),
)

program_state = Table(
    "program_state",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("value", JsonText, nullable=False),
)
