"""What participants make: the values of their profile, and the files they wait for."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.String(27).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
QUEUED = sa.text("state = 'queued'")


def upgrade() -> None:
    op.create_table(
        "profile_value",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("participant_id", ID, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        *_belongs_to("profile_value", "office", "participant"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_value")),
        sa.UniqueConstraint(
            "participant_id", "name", name=op.f("uq_profile_value_participant_id_name")
        ),
    )
    op.create_table(
        "document_order",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("participant_id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=True),
        sa.Column("step_key", sa.String(length=81), nullable=False),
        sa.Column("document", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("reason", sa.String(length=80), nullable=False),
        *_belongs_to("document_order", "office", "participant"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_order")),
        sa.UniqueConstraint("key", name=op.f("uq_document_order_key")),
    )
    op.create_index(op.f("ix_document_order_participant_id"), "document_order", ["participant_id"])
    op.create_index(
        "ix_document_order_queued",
        "document_order",
        ["id"],
        sqlite_where=QUEUED,
        postgresql_where=QUEUED,
    )


def _belongs_to(table: str, *others: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [f"{other}_id"], [f"{other}.id"], name=op.f(f"fk_{table}_{other}_id_{other}")
        )
        for other in others
    ]
