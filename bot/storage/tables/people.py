"""Tables of offices, participants, accounts, staff and logins."""

from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Table, Text, UniqueConstraint

from bot.storage.columns import JsonText
from bot.storage.tables.base import instant, key, metadata, reference, sealed_text

office = Table(
    "office",
    metadata,
    key(),
    Column("name", Text, nullable=False, unique=True),
    Column("hours", JsonText, nullable=False),
    instant("created_at", nullable=False),
    Column("key_id", String(64), nullable=False),
    sealed_text("telegram_token"),
    Column("bot_username", Text, nullable=False),
    reference("content_version_id", "content_version.id", nullable=True),
)

staff = Table(
    "staff",
    metadata,
    key(),
    reference("office_id", "office.id", index=True),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("language", String(2), nullable=False),
    reference("deputy_id", "staff.id", nullable=True),
    instant("created_at", nullable=False),
    instant("departed_at"),
    instant("mail_failed_at"),
)

absence = Table(
    "absence",
    metadata,
    key(),
    reference("staff_id", "staff.id", index=True),
    reference("deputy_id", "staff.id", nullable=True),
    instant("starts_at", nullable=False),
    instant("ends_at", nullable=False, index=True),
)

login_link = Table(
    "login_link",
    metadata,
    key(),
    reference("staff_id", "staff.id"),
    Column("token_hash", String(64), nullable=False, unique=True),
    instant("created_at", nullable=False),
    instant("expires_at", nullable=False),
    instant("redeemed_at"),
)

login = Table(
    "login",
    metadata,
    key(),
    reference("staff_id", "staff.id"),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("form_token", String(64), nullable=False),
    instant("created_at", nullable=False),
    instant("expires_at", nullable=False),
    instant("ended_at"),
)

participant = Table(
    "participant",
    metadata,
    key(),
    reference("office_id", "office.id", index=True),
    Column("key_id", String(64), nullable=False),
    sealed_text("first_name"),
    sealed_text("last_name"),
    reference("caseworker_id", "staff.id", index=True),
    Column("language", String(2), nullable=False),
    Column("status", String(20), nullable=False),
    Column("preferred_hour", Integer),
    Column("fewer_messages", Boolean, nullable=False),
    instant("paused_until"),
    instant("human_until"),
    instant("invited_at", nullable=False),
    instant("started_at"),
    instant("ended_at"),
    instant("last_sign_of_life_at"),
)

invitation = Table(
    "invitation",
    metadata,
    key(),
    reference("office_id", "office.id"),
    reference("participant_id", "participant.id", index=True),
    Column("code_hash", String(64), nullable=False, unique=True),
    instant("created_at", nullable=False),
    instant("expires_at", nullable=False),
    instant("used_at"),
    instant("withdrawn_at"),
)

telegram_account = Table(
    "telegram_account",
    metadata,
    key(),
    reference("office_id", "office.id"),
    Column("chat_id", BigInteger, nullable=False),
    reference("participant_id", "participant.id", index=True),
    Column("status", String(20), nullable=False),
    Column("status_changes", Integer, nullable=False),
    instant("bound_at", nullable=False),
    instant("next_send_at"),
    UniqueConstraint("office_id", "chat_id"),
)

code_attempts = Table(
    "code_attempts",
    metadata,
    key(),
    reference("office_id", "office.id"),
    Column("chat_id", BigInteger, nullable=False),
    Column("failures", Integer, nullable=False),
    instant("window_started_at", nullable=False),
    UniqueConstraint("office_id", "chat_id"),
)
