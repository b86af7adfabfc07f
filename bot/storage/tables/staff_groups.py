"""The table of staff groups: what an office allowed, which chat it became, and how it ended."""

from sqlalchemy import BigInteger, Column, Index, String, Table, text

from bot.storage.tables.base import instant, key, metadata, reference

staff_group = Table(
    "staff_group",
    metadata,
    key(),
    reference("office_id", "office.id"),
    instant("created_at", nullable=False),
    Column("code_hash", String(64), nullable=False),
    instant("code_expires_at"),
    Column("chat_id", BigInteger),
    instant("linked_at"),
    instant("ended_at"),
    Column("ended_because", String(20)),
    instant("next_send_at"),
)
# An office has one group at a time, and a group serves one office.
for name, column in (("office", "office_id"), ("chat", "chat_id")):
    Index(
        f"uq_staff_group_{name}",
        staff_group.c[column],
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    )
