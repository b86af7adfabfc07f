"""Repositories of questions, runs, free texts, content versions and the program's own state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from bot.domain.errors import NotFound
from bot.domain.messages import ContentVersion, FreeText, Question, QuestionState, Run
from bot.storage.ahead import Ahead
from bot.storage.among import among
from bot.storage.faults import noticing_races
from bot.storage.made_once import made_once
from bot.storage.repositories.base import Repository, columns_of
from bot.storage.repositories.codes import code
from bot.storage.statements import Statement
from bot.storage.tables import messages as t

_OPEN_OF_MANY = Statement(
    lambda dialect: (
        select(*columns_of(Question, t.question))
        .where(
            among(dialect, t.question.c.participant_id, "participants"),
            t.question.c.state == code(QuestionState.OPEN),
        )
        .order_by(t.question.c.id)
    )
)


class Questions(Repository[Question]):
    table, record = t.question, Question

    @made_once
    def _ahead(self) -> Ahead[Question]:
        return Ahead(self._db, "open questions")

    def read_ahead(self, participants: Sequence[int]) -> None:
        rows = _OPEN_OF_MANY.rows(self._db, {"participants": list(participants)})
        found = [self._built(row) for row in rows]
        self._ahead.keep(participants, found, of=lambda question: question.participant_id)

    def _forget(self, record: Question | None = None) -> None:
        self._ahead.drop(record.participant_id if record else None)

    def open_of(self, participant_id: int, kind: str | None = None) -> list[Question]:
        if (ahead := self._ahead.of(participant_id)) is not None:
            return [question for question in ahead if kind in (None, question.kind)]
        asked: dict[str, Any] = {
            "participant_id": participant_id,
            "state": QuestionState.OPEN.value,
        }
        if kind is not None:
            asked["kind"] = kind
        return self._all_by(order=("id",), **asked)

    def answered_of(self, participant_id: int, *, limit: int) -> list[Question]:
        newest = self._all(
            t.question.c.participant_id == participant_id,
            t.question.c.state == QuestionState.ANSWERED.value,
            order=t.question.c.id.desc(),
            limit=limit,
        )
        return newest[::-1]

    def about(self, participant_id: int, kind: str, subject: str) -> list[Question]:
        return self._all(
            t.question.c.participant_id == participant_id,
            t.question.c.kind == kind,
            t.question.c.subject == subject,
            t.question.c.state != QuestionState.CLOSED.value,
        )

    def open_of_kind(self, kind: str, *, asked_after: datetime) -> list[Question]:
        return self._all(
            t.question.c.kind == kind,
            t.question.c.state == code(QuestionState.OPEN),
            t.question.c.asked_at > asked_after,
            # By the number alone, SQLite would walk all questions there ever were in their order.
            order=(t.question.c.asked_at, t.question.c.id),
        )

    def answered_with(self, participant_id: int, answer: str) -> Question | None:
        return self._first_by(participant_id=participant_id, answer=answer)

    def answer_once(self, question_id: int, *, option: str, at: datetime) -> bool:
        self._forget()
        done = self._db.execute(
            update(t.question)
            .where(t.question.c.id == question_id, t.question.c.state == QuestionState.OPEN.value)
            .values(state=QuestionState.ANSWERED.value, answer=option, answered_at=at)
        )
        return done.rowcount == 1

    def change_answer(self, question_id: int, *, option: str, at: datetime) -> None:
        self._forget()
        self._db.execute(
            update(t.question)
            .where(t.question.c.id == question_id)
            .values(answer=option, answered_at=at)
        )


class Runs(Repository[Run]):
    table, record = t.run, Run

    def open_of(self, participant_id: int, flow_key: str | None = None) -> list[Run]:
        where = [t.run.c.participant_id == participant_id, t.run.c.finished_at.is_(None)]
        if flow_key is not None:
            where.append(t.run.c.flow_key == flow_key)
        return self._all(*where, order=t.run.c.id)

    def by_question(self, question_id: int) -> Run | None:
        return self._first_by(question_id=question_id)

    def by_subject(self, participant_id: int, flow_key: str, subject: str) -> Run | None:
        return self._first(
            t.run.c.participant_id == participant_id,
            t.run.c.flow_key == flow_key,
            t.run.c.subject == subject,
        )

    def of_participant(self, participant_id: int) -> list[Run]:
        return self._all(t.run.c.participant_id == participant_id, order=t.run.c.id)


class FreeTexts(Repository[FreeText]):
    table, record = t.free_text, FreeText

    def store(self, text: FreeText) -> None:
        self._store(text, once=False)

    def of_participant(self, participant_id: int, *, limit: int) -> list[FreeText]:
        newest = self._all(
            t.free_text.c.participant_id == participant_id,
            order=t.free_text.c.id.desc(),
            limit=limit,
        )
        return newest[::-1]

    def unseen_of_office(self, office_id: int) -> list[FreeText]:
        return self._all(
            t.free_text.c.office_id == office_id,
            t.free_text.c.seen_at.is_(None),
            order=t.free_text.c.id,
        )

    def unseen_of_participant(self, participant_id: int) -> list[FreeText]:
        return self._all(
            t.free_text.c.participant_id == participant_id,
            t.free_text.c.seen_at.is_(None),
            order=t.free_text.c.id,
        )

    def mark_seen(self, participant_id: int, *, by: int, at: datetime) -> int:
        done = self._db.execute(
            update(t.free_text)
            .where(t.free_text.c.participant_id == participant_id, t.free_text.c.seen_at.is_(None))
            .values(seen_at=at, seen_by=by)
        )
        return done.rowcount


class ContentVersions(Repository[ContentVersion]):
    table, record = t.content_version, ContentVersion

    def by_digest(self, office_id: int, digest: str) -> ContentVersion | None:
        return self._first(
            t.content_version.c.office_id == office_id, t.content_version.c.digest == digest
        )

    def digest_of(self, version_id: int) -> str:
        """What names the content, without reading all of it. Raises NotFound."""
        query = select(t.content_version.c.digest).where(t.content_version.c.id == version_id)
        digest: str | None = self._db.execute(query).scalar()
        if digest is None:
            raise NotFound(f"There is no content version with number {version_id}.")
        return digest


_STATE = Statement(
    lambda _: select(t.program_state.c.value).where(t.program_state.c.name == bindparam("name"))
)


class ProgramState:
    """Small facts by name."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def read(self, name: str) -> object | None:
        row = _STATE.first(self._db, {"name": name})
        return None if row is None else row[0]

    def write(self, name: str, value: object) -> None:
        table = t.program_state
        done = self._db.execute(update(table).where(table.c.name == name).values(value=value))
        if done.rowcount == 0:
            with noticing_races():
                self._db.execute(insert(table).values(name=name, value=value))
