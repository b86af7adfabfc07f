"""Tables of cohorts, enrolments, sessions, attendance, occurrences and expectations."""

from sqlalchemy import Column, Date, Index, Integer, String, Table, Text, UniqueConstraint, text

from bot.storage.tables.base import instant, key, metadata, reference

cohort = Table(
    "cohort",
    metadata,
    key(),
    reference("office_id", "office.id", index=True),
    Column("name", Text, nullable=False),
    Column("programme_key", String(64), nullable=False),
    reference("leader_id", "staff.id"),
    Column("starts_on", Date, nullable=False),
    instant("created_at", nullable=False),
    instant("ended_at"),
    UniqueConstraint("office_id", "name"),
)

enrolment = Table(
    "enrolment",
    metadata,
    key(),
    reference("office_id", "office.id"),
    reference("participant_id", "participant.id", index=True),
    reference("cohort_id", "cohort.id", nullable=True, index=True),
    Column("status", String(20), nullable=False),
    instant("started_at", nullable=False),
    instant("ended_at"),
)
# One enrolment at a time: a second would ask every check-in twice.
Index(
    "uq_enrolment_active",
    enrolment.c.participant_id,
    unique=True,
    sqlite_where=text("status = 'active'"),
    postgresql_where=text("status = 'active'"),
)

programme_session = Table(
    "programme_session",
    metadata,
    key(),
    reference("office_id", "office.id"),
    reference("cohort_id", "cohort.id", nullable=True, index=True),
    reference("participant_id", "participant.id", nullable=True, index=True),
    Column("number", Integer),
    Column("theme", Text, nullable=False),
    Column("place", Text, nullable=False),
    instant("starts_at", nullable=False),
    instant("ends_at", nullable=False),
    Column("status", String(20), nullable=False),
    Column("changes", Integer, nullable=False),
)

session_answer = Table(
    "session_answer",
    metadata,
    key(),
    reference("session_id", "programme_session.id"),
    reference("participant_id", "participant.id", index=True),
    Column("answer", String(20), nullable=False),
    instant("answered_at", nullable=False),
    UniqueConstraint("session_id", "participant_id"),
)

attendance = Table(
    "attendance",
    metadata,
    key(),
    reference("session_id", "programme_session.id"),
    reference("participant_id", "participant.id", index=True),
    Column("status", String(20), nullable=False),
    reference("marked_by", "staff.id"),
    instant("marked_at", nullable=False),
    UniqueConstraint("session_id", "participant_id"),
)

occurrence = Table(
    "occurrence",
    metadata,
    key(),
    reference("office_id", "office.id"),
    reference("participant_id", "participant.id"),
    Column("rule", String(40), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("key", String(200), nullable=False, unique=True),
    instant("due_at", nullable=False),
    instant("expires_at"),
    Column("state", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    instant("ended_at"),
    Index("ix_occurrence_participant_state", "participant_id", "state"),
)
# Finding what is due must not depend on how much is planned or done.
Index(
    "ix_occurrence_due",
    occurrence.c.due_at,
    sqlite_where=text("state = 'pending'"),
    postgresql_where=text("state = 'pending'"),
)

expectation = Table(
    "expectation",
    metadata,
    key(),
    reference("office_id", "office.id"),
    reference("participant_id", "participant.id"),
    Column("kind", String(40), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("key", String(200), nullable=False, unique=True),
    instant("opened_at", nullable=False),
    Column("state", String(20), nullable=False),
    instant("next_at"),
    instant("nudged_at"),
    instant("closed_at"),
    Column("reason", Text, nullable=False),
    Index("ix_expectation_participant_state", "participant_id", "state"),
)
Index(
    "ix_expectation_due",
    expectation.c.next_at,
    sqlite_where=text("state = 'open'"),
    postgresql_where=text("state = 'open'"),
)
