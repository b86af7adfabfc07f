"""Indexes that a country's rows need: no question may be answered by looking through a year."""

from bot.storage.migration_steps import add_index

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_absence_starts_at": ("absence", "starts_at", None),
    "ix_enrolment_active_office": ("enrolment", "office_id", "status = 'active'"),
    "ix_free_text_unseen": ("free_text", "office_id", "seen_at IS NULL"),
    "ix_inbox_texts": ("inbox", "received_at", "length(payload) > 0"),
    "ix_notice_claimed": ("notice", "lease_until", "state = 'claimed'"),
    "ix_notice_participant": ("notice", "participant_id", "participant_id IS NOT NULL"),
    "ix_outbox_question": ("outbox", "question_id", "question_id IS NOT NULL"),
    "ix_question_open": ("question", "asked_at", "state = 'open'"),
    "ix_run_question": ("run", "question_id", "question_id IS NOT NULL"),
}


def upgrade() -> None:
    for name, (table, column, where) in INDEXES.items():
        add_index(name, table, [column], where=where)
