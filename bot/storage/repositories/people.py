"""Repositories of offices, staff, logins, participants and their accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, or_, select, update

from bot.domain.messages import OutboxState
from bot.domain.people import (
    Absence,
    AccountStatus,
    CodeAttempts,
    Invitation,
    Login,
    LoginLink,
    Office,
    Participant,
    Staff,
    TelegramAccount,
)
from bot.storage.among import among
from bot.storage.repositories.base import Repository, columns_of
from bot.storage.repositories.codes import code
from bot.storage.statements import Statement
from bot.storage.tables import people as t
from bot.storage.tables.messages import outbox
from bot.storage.tables.planning import enrolment


class Offices(Repository[Office]):
    table, record = t.office, Office
    remembers = True

    def all(self) -> list[Office]:
        return self._all_by(order=("id",))

    def by_name(self, name: str) -> Office | None:
        return self._first(t.office.c.name == name)


class StaffMembers(Repository[Staff]):
    table, record = t.staff, Staff
    remembers = True

    def of_office(self, office_id: int) -> list[Staff]:
        return self._all_by(office_id=office_id, order=("id",))

    def by_email(self, email: str) -> Staff | None:
        return self._first(t.staff.c.email == email.strip().lower())


_ABSENCES_OF_OFFICE = Statement(
    lambda _: (
        select(*columns_of(Absence, t.absence))
        .join(t.staff, t.staff.c.id == t.absence.c.staff_id)
        .where(
            t.staff.c.office_id == bindparam("office_id"), t.absence.c.ends_at > bindparam("after")
        )
        .order_by(t.absence.c.starts_at)
    )
)


class Absences(Repository[Absence]):
    table, record = t.absence, Absence
    remembers = True

    def of_office(self, office_id: int, *, ending_after: datetime) -> list[Absence]:
        # Kept as of the first who asked: whoever asks later in the transaction gets fewer of them.
        kept = self._remembered
        since, found = kept.get(office_id, (None, []))
        if since is None or ending_after < since:
            asked = {"office_id": office_id, "after": ending_after}
            found = [self._built(row) for row in _ABSENCES_OF_OFFICE.rows(self._db, asked)]
            kept[office_id] = (ending_after, found)
        return [absence for absence in found if absence.ends_at > ending_after]

    def offices_changing_between(self, after: datetime, until: datetime) -> list[int]:
        changed = or_(
            and_(t.absence.c.starts_at > after, t.absence.c.starts_at <= until),
            and_(t.absence.c.ends_at > after, t.absence.c.ends_at <= until),
        )
        query = select(t.staff.c.office_id).join(t.absence, t.absence.c.staff_id == t.staff.c.id)
        return list(self._db.execute(query.where(changed).distinct()).scalars())

    def next_change_after(self, at: datetime) -> datetime | None:
        begins = self._least(t.absence.c.starts_at, t.absence.c.starts_at > at)
        ends = self._least(t.absence.c.ends_at, t.absence.c.ends_at > at)
        return min((moment for moment in (begins, ends) if moment is not None), default=None)


class LoginLinks(Repository[LoginLink]):
    table, record = t.login_link, LoginLink

    def by_hash(self, token_hash: str) -> LoginLink | None:
        return self._first(t.login_link.c.token_hash == token_hash)

    def redeem(self, link: LoginLink, at: datetime) -> bool:
        done = self._db.execute(
            update(t.login_link)
            .where(t.login_link.c.id == link.id, t.login_link.c.redeemed_at.is_(None))
            .values(redeemed_at=at)
        )
        return done.rowcount == 1


class Logins(Repository[Login]):
    table, record = t.login, Login

    def by_hash(self, token_hash: str) -> Login | None:
        return self._first(t.login.c.token_hash == token_hash)


class Participants(Repository[Participant]):
    table, record = t.participant, Participant
    remembers = True

    def of_office(self, office_id: int) -> list[Participant]:
        return self._all(t.participant.c.office_id == office_id, order=t.participant.c.id)

    def of_cohort(self, cohort_id: int, *, only_active: bool) -> list[Participant]:
        enrolled = select(enrolment.c.participant_id).where(enrolment.c.cohort_id == cohort_id)
        if only_active:
            enrolled = enrolled.where(enrolment.c.status == "active")
        return self._all(t.participant.c.id.in_(enrolled), order=t.participant.c.id)

    def take_back_signs_of_life(self, *, after: datetime, to: datetime) -> int:
        self._forget_all()
        later = t.participant.c.last_sign_of_life_at > after
        done = update(t.participant).where(later).values(last_sign_of_life_at=to)
        return self._db.execute(done).rowcount

    def read_ahead(self, ids: Sequence[int]) -> None:
        self._vault.fetch_keys(self._db, ids)
        self._keep_by_number(self._read_numbered(ids))


class Invitations(Repository[Invitation]):
    table, record = t.invitation, Invitation

    def by_hash(self, office_id: int, code_hash: str) -> Invitation | None:
        return self._first_by(office_id=office_id, code_hash=code_hash)

    def open_of(self, participant_id: int) -> list[Invitation]:
        return self._all(
            t.invitation.c.participant_id == participant_id,
            t.invitation.c.used_at.is_(None),
            t.invitation.c.withdrawn_at.is_(None),
        )

    def redeem(self, invitation: Invitation, at: datetime) -> bool:
        done = self._db.execute(
            update(t.invitation)
            .where(t.invitation.c.id == invitation.id, t.invitation.c.used_at.is_(None))
            .values(used_at=at)
        )
        return done.rowcount == 1


_BOUND = t.telegram_account.alias("bound")
# A chat's account, and the other accounts of whoever it belongs to.
_ACCOUNTS_BY_CHAT = Statement(
    lambda _: (
        select(*columns_of(TelegramAccount, t.telegram_account))
        .join(_BOUND, _BOUND.c.participant_id == t.telegram_account.c.participant_id)
        .where(
            _BOUND.c.office_id == bindparam("office_id"), _BOUND.c.chat_id == bindparam("chat_id")
        )
        .order_by(t.telegram_account.c.bound_at.desc())
    )
)


_ACCOUNTS_BY_CHATS = Statement(
    lambda dialect: (
        select(*columns_of(TelegramAccount, t.telegram_account))
        .join(_BOUND, _BOUND.c.participant_id == t.telegram_account.c.participant_id)
        .where(
            _BOUND.c.office_id == bindparam("office_id"),
            among(dialect, _BOUND.c.chat_id, "chats"),
        )
        .order_by(t.telegram_account.c.bound_at.desc())
    )
)
_PACED = Statement(
    lambda dialect: (
        update(t.telegram_account)
        .where(
            among(dialect, t.telegram_account.c.participant_id, "participants"),
            t.telegram_account.c.status == code(AccountStatus.ACTIVE),
        )
        .values(next_send_at=bindparam("until"))
        .returning(t.telegram_account.c.participant_id, t.telegram_account.c.chat_id)
    )
)


class Accounts(Repository[TelegramAccount]):
    table, record = t.telegram_account, TelegramAccount
    remembers = True

    def by_chat(self, office_id: int, chat_id: int) -> TelegramAccount | None:
        kept, question = self._remembered, ("chat", office_id, chat_id)
        if question not in kept:
            asked = {"office_id": office_id, "chat_id": chat_id}
            theirs = [self._built(row) for row in _ACCOUNTS_BY_CHAT.rows(self._db, asked)]
            self._keep(theirs)
            kept.setdefault(question, None)
        found: TelegramAccount | None = kept[question]
        return found

    def read_chats_ahead(self, office_id: int, chats: Sequence[int]) -> None:
        asked = {"office_id": office_id, "chats": list(set(chats))}
        theirs: dict[int, dict[int, TelegramAccount]] = {}
        for row in _ACCOUNTS_BY_CHATS.rows(self._db, asked):
            account = self._built(row)
            theirs.setdefault(account.participant_id, {})[account.id] = account
        for accounts in theirs.values():
            self._keep(list(accounts.values()))
        for chat_id in chats:
            self._remembered.setdefault(("chat", office_id, chat_id), None)

    def read_ahead(self, participants: Sequence[int]) -> None:
        theirs: dict[int, list[TelegramAccount]] = {one: [] for one in participants}
        mine = t.telegram_account.c.participant_id.in_(participants)
        for found in self._all(mine, order=t.telegram_account.c.bound_at.desc()):
            theirs[found.participant_id].append(found)
        for participant_id, accounts in theirs.items():
            # As `of_participant` asks.
            asked = ("participant_id",), (participant_id,), ("-bound_at",), None
            self._remembered[asked] = accounts

    def of_participant(self, participant_id: int) -> TelegramAccount | None:
        kept, question = self._remembered, ("participant", participant_id)
        if question not in kept:
            self._keep(self._all_by(participant_id=participant_id, order=("-bound_at",)))
            kept.setdefault(question, [])
        theirs: list[TelegramAccount] = kept[question]
        return next((one for one in theirs if one.status is not AccountStatus.UNBOUND), None)

    def save(self, record: TelegramAccount) -> TelegramAccount:
        if record.status is AccountStatus.ACTIVE:
            # What could not be delivered rests for minutes; they can be reached again now.
            self._db.execute(
                update(outbox)
                .where(
                    outbox.c.participant_id == record.participant_id,
                    outbox.c.state == code(OutboxState.QUEUED),
                    outbox.c.rests_until.is_not(None),
                )
                .values(rests_until=None)
            )
        return super().save(record)

    def _keep(self, theirs: list[TelegramAccount]) -> None:
        """All accounts of one participant, the newest first: both questions are answered by them."""
        self._keep_by_number(theirs)
        for account in theirs:
            self._remembered["chat", account.office_id, account.chat_id] = account
        if theirs:
            self._remembered["participant", theirs[0].participant_id] = theirs

    def pace(self, participants: Sequence[int], *, until: datetime) -> dict[int, int]:
        """Send nothing to their working accounts before `until`; gives each one's chat."""
        self._forget_all()
        given = {"participants": list(participants), "until": until}
        return {row[0]: row[1] for row in _PACED.rows(self._db, given)}

    def bound_of_office(self, office_id: int) -> list[TelegramAccount]:
        return self._all(
            t.telegram_account.c.office_id == office_id,
            t.telegram_account.c.status != AccountStatus.UNBOUND.value,
            order=t.telegram_account.c.bound_at,
        )


class CodeAttemptCounts(Repository[CodeAttempts]):
    table, record = t.code_attempts, CodeAttempts

    def by_chat(self, office_id: int, chat_id: int) -> CodeAttempts | None:
        return self._first_by(office_id=office_id, chat_id=chat_id)
