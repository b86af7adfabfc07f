"""${message}

Only adds (docs/decisions/0008-upgrades.md): tables, and with bot/storage/migration_steps.py columns and indexes.
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
