"""Indexes that a country's rows need: no question may be answered by looking through a year."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Index, text

from bot.storage.tables.messages import free_text, inbox, notice, outbox, question, run
from bot.storage.tables.people import absence
from bot.storage.tables.planning import enrolment


def _among(name: str, column: Column[Any], where: str) -> None:
    """An index of the few rows that meet `where`; a query must say the same to be answered by it."""
    Index(name, column, sqlite_where=text(where), postgresql_where=text(where))


# Asked at every tick: whose absence began since the last one.
Index("ix_absence_starts_at", absence.c.starts_at)
# Every tap on an answer asks whose question it was.
_among("ix_run_question", run.c.question_id, "question_id IS NOT NULL")
# For the foreign key: erasing a participant deletes hundreds of questions, each looked for here.
_among("ix_outbox_question", outbox.c.question_id, "question_id IS NOT NULL")
_among("ix_notice_participant", notice.c.participant_id, "participant_id IS NOT NULL")
# What retention has not emptied yet.
_among("ix_inbox_texts", inbox.c.received_at, "length(payload) > 0")
# What was asked shortly before an outage, and may have been answered in vain.
_among("ix_question_open", question.c.asked_at, "state = 'open'")
# What an office's console lists.
_among("ix_free_text_unseen", free_text.c.office_id, "seen_at IS NULL")
_among("ix_enrolment_active_office", enrolment.c.office_id, "status = 'active'")
# What a mailer that died had in hand.
_among("ix_notice_claimed", notice.c.lease_until, "state = 'claimed'")
