"""Repositories of drafts, versions and publications of content, and of the runs pinned to them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, select, update

from bot.domain.content_versions import ContentDraft, PinnedRun, Publication, VersionHeading
from bot.domain.flows import RunStatus
from bot.domain.messages import Run
from bot.storage.repositories.base import Repository
from bot.storage.tables import messages as t
from bot.storage.tables.publishing import content_draft, publication
from bot.storage.vault import Vault


class VersionHeadings(Repository[VersionHeading]):
    """Versions without their files, which are large."""

    table, record = t.content_version, VersionHeading

    def of_office(self, office_id: int) -> list[VersionHeading]:
        return self._all_by(office_id=office_id, order=("id",))


class ContentDrafts(Repository[ContentDraft]):
    table, record = content_draft, ContentDraft

    def of_office(self, office_id: int) -> ContentDraft | None:
        return self._first_by(office_id=office_id)

    def discard(self, office_id: int) -> bool:
        table = content_draft
        done = self._db.execute(table.delete().where(table.c.office_id == office_id))
        return done.rowcount == 1


class Publications(Repository[Publication]):
    table, record = publication, Publication

    def of_office(self, office_id: int) -> list[Publication]:
        return self._all_by(office_id=office_id, order=("id",))

    def last_of_office(self, office_id: int) -> Publication | None:
        found = self._all_by(office_id=office_id, order=("-id",), limit=1)
        return found[0] if found else None


class PinnedRuns(Repository[Run]):
    """Runs as publishing sees them: those that somebody may still go on with."""

    table, record = t.run, Run

    def unfinished_of_office(self, office_id: int) -> list[Run]:
        mine = self._unfinished(office_id)
        theirs = select(t.run.c.participant_id).where(mine).distinct()
        self._vault.fetch_keys(self._db, self._db.execute(theirs).scalars().all())
        return self._all(mine, order=t.run.c.id)

    def pins_of_office(self, office_id: int) -> list[PinnedRun]:
        query = select(t.run.c.id, t.run.c.flow_key, t.run.c.content_version_id)
        found = self._db.execute(query.where(self._unfinished(office_id)).order_by(t.run.c.id))
        return [PinnedRun(*row) for row in found]

    def pin(self, run_id: int) -> PinnedRun | None:
        """None when it is finished, or gone."""
        query = select(t.run.c.id, t.run.c.flow_key, t.run.c.content_version_id)
        is_it = and_(t.run.c.id == run_id, t.run.c.status != RunStatus.FINISHED.value)
        row = self._db.execute(query.where(is_it)).first()
        return None if row is None else PinnedRun(*row)

    def move(self, pin: PinnedRun, *, to_version: int) -> bool:
        """Pin it to another version; whether it was as `pin` says. Its state is not touched."""
        is_it = and_(
            t.run.c.id == pin.run_id,
            t.run.c.content_version_id == pin.version_id,
            t.run.c.status != RunStatus.FINISHED.value,
        )
        done = self._db.execute(update(t.run).where(is_it).values(content_version_id=to_version))
        return done.rowcount == 1

    def _unfinished(self, office_id: int) -> ColumnElement[bool]:
        # Also what was set aside: its last buttons still answer.
        return and_(t.run.c.office_id == office_id, t.run.c.status != RunStatus.FINISHED.value)


class Publishing:
    """What the unit of work offers of all this, under one name."""

    def __init__(self, db: Connection, vault: Vault) -> None:
        self.headings = VersionHeadings(db, vault)
        self.drafts = ContentDrafts(db, vault)
        self.publications = Publications(db, vault)
        self.runs = PinnedRuns(db, vault)
