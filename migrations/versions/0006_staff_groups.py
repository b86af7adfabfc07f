"""Staff groups: the Telegram group of an office that allows one."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.String(27).with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
CURRENT = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "staff_group",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("office_id", ID, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("code_expires_at", INSTANT, nullable=True),
        sa.Column("chat_id", sa.BigInteger(), nullable=True),
        sa.Column("linked_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_because", sa.String(length=20), nullable=True),
        sa.Column("next_send_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_staff_group_office_id_office")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_group")),
    )
    for name, column in (("office", "office_id"), ("chat", "chat_id")):
        op.create_index(
            f"uq_staff_group_{name}",
            "staff_group",
            [column],
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        )
