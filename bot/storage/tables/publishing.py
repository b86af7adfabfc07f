"""Tables of content on its way to participants: drafts, and the acts of publishing."""

from sqlalchemy import Boolean, Column, Table, Text, UniqueConstraint

from bot.storage.columns import JsonText
from bot.storage.tables.base import instant, key, metadata, reference

content_draft = Table(
    "content_draft",
    metadata,
    key(),
    reference("office_id", "office.id"),
    Column("files", JsonText, nullable=False),
    reference("based_on", "content_version.id", nullable=True),
    instant("changed_at", nullable=False),
    Column("changed_by", Text, nullable=False),
    UniqueConstraint("office_id"),  # two at once would have to be merged by somebody
)

publication = Table(
    "publication",
    metadata,
    key(),
    reference("office_id", "office.id", index=True),
    reference("version_id", "content_version.id"),
    instant("published_at", nullable=False),
    Column("published_by", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("is_rollback", Boolean, nullable=False),
)
