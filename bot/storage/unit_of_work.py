"""The unit of work on SQLAlchemy: one connection in one transaction, and its repositories."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from bot.domain.errors import NotFound
from bot.storage.keys import KeyStore
from bot.storage.made_once import made_once
from bot.storage.pack_shelf import PackShelf
from bot.storage.repositories import cases as case_stores
from bot.storage.repositories import conversations, people, planning
from bot.storage.repositories.document_orders import DocumentOrders
from bot.storage.repositories.erasure import Erasure
from bot.storage.repositories.inbox import Inbox
from bot.storage.repositories.measurements import MeasurementFinder
from bot.storage.repositories.outbox import Outbox
from bot.storage.repositories.profiles import Profiles
from bot.storage.repositories.publishing import Publishing
from bot.storage.repositories.staff_groups import GroupPosts, StaffGroups
from bot.storage.vault import Vault

# No 0/O, 1/I/L: people type these from paper.
CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_CHARS = 10


class SecretCodes:
    """Codes and tokens handed out once; only keyed hashes are stored."""

    def __init__(self, secret_key: str) -> None:
        self._key = sha256(b"tettpa codes:" + secret_key.encode()).digest()

    def new_code(self) -> str:
        return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_CHARS))

    def new_token(self) -> str:
        return secrets.token_urlsafe(32)

    def looks_like_code(self, text: str) -> bool:
        """Ten letters and digits however spaced, or one word about as long (a code mistyped)."""
        word = text.strip()
        is_one_word = len(word.split()) == 1 and 6 <= len(word) <= 40
        return len(_squeezed(word)) == CODE_CHARS or is_one_word

    def hash(self, secret: str) -> str:
        """The same for a code typed in small letters, with spaces or dashes; tokens have their own case."""
        plain = secret.strip()
        squeezed = _squeezed(plain)
        if len(squeezed) == CODE_CHARS:
            plain = squeezed
        return hmac.new(self._key, plain.encode("utf-8", "surrogatepass"), sha256).hexdigest()


def _squeezed(text: str) -> str:
    return "".join(c for c in text.upper() if c.isalnum())


class UnitKeys:
    """Keys as a unit sees them: made at once, destroyed only with its commit."""

    def __init__(self, keys: KeyStore, after_commit: list[Callable[[], None]]) -> None:
        self._keys = keys
        self._after_commit = after_commit

    def create(self) -> str:
        return self._keys.create()

    def destroy_after_commit(self, key_id: str) -> None:
        self._after_commit.append(lambda: self._keys.destroy(key_id))


class SqlUnitOfWork:
    """Fits services/ports/unit_of_work.py; made anew for every run of a unit."""

    def __init__(
        self,
        db: Connection,
        *,
        vault: Vault,
        codes: SecretCodes,
        shelf: PackShelf,
        now: Callable[[], datetime],
    ) -> None:
        self._db = db
        self._vault = vault
        self._shelf = shelf
        self._slot = 0
        self.codes = codes
        self.now = now()
        self.may_be_done = False
        self.cause = f"unit:{secrets.token_hex(8)}"
        self.after_commit: list[Callable[[], None]] = []
        self.keys = UnitKeys(vault.keys, self.after_commit)

    def next_slot(self) -> int:
        self._slot += 1
        return self._slot

    def pack(self, office_id: int) -> Any:
        version_id = self.offices.get(office_id).content_version_id
        if version_id is None:
            raise NotFound(
                "The office has no published content: start the program once, or publish a pack."
            )
        return self.pack_version(version_id)

    def pack_version(self, version_id: int) -> Any:
        return self._shelf.get(
            version_id,
            lambda: self.content_versions.digest_of(version_id),
            lambda: self._files(version_id),
        )

    def _files(self, version_id: int) -> Mapping[str, str]:
        return {
            path: str(text) for path, text in self.content_versions.get(version_id).files.items()
        }

    @made_once
    def offices(self) -> people.Offices:
        return people.Offices(self._db, self._vault)

    @made_once
    def staff(self) -> people.StaffMembers:
        return people.StaffMembers(self._db, self._vault)

    @made_once
    def absences(self) -> people.Absences:
        return people.Absences(self._db, self._vault)

    @made_once
    def login_links(self) -> people.LoginLinks:
        return people.LoginLinks(self._db, self._vault)

    @made_once
    def logins(self) -> people.Logins:
        return people.Logins(self._db, self._vault)

    @made_once
    def participants(self) -> people.Participants:
        return people.Participants(self._db, self._vault)

    @made_once
    def invitations(self) -> people.Invitations:
        return people.Invitations(self._db, self._vault)

    @made_once
    def accounts(self) -> people.Accounts:
        return people.Accounts(self._db, self._vault)

    @made_once
    def code_attempts(self) -> people.CodeAttemptCounts:
        return people.CodeAttemptCounts(self._db, self._vault)

    @made_once
    def cohorts(self) -> planning.Cohorts:
        return planning.Cohorts(self._db, self._vault)

    @made_once
    def enrolments(self) -> planning.Enrolments:
        return planning.Enrolments(self._db, self._vault)

    @made_once
    def programme_sessions(self) -> planning.ProgrammeSessions:
        return planning.ProgrammeSessions(self._db, self._vault)

    @made_once
    def session_answers(self) -> planning.SessionAnswers:
        return planning.SessionAnswers(self._db, self._vault)

    @made_once
    def attendance(self) -> planning.AttendanceMarks:
        return planning.AttendanceMarks(self._db, self._vault)

    @made_once
    def occurrences(self) -> planning.Occurrences:
        return planning.Occurrences(self._db, self._vault)

    @made_once
    def expectations(self) -> planning.Expectations:
        return planning.Expectations(self._db, self._vault)

    @made_once
    def inbox(self) -> Inbox:
        return Inbox(self._db, self._vault)

    @made_once
    def outbox(self) -> Outbox:
        return Outbox(self._db, self._vault)

    @made_once
    def questions(self) -> conversations.Questions:
        return conversations.Questions(self._db, self._vault)

    @made_once
    def runs(self) -> conversations.Runs:
        return conversations.Runs(self._db, self._vault)

    @made_once
    def free_texts(self) -> conversations.FreeTexts:
        return conversations.FreeTexts(self._db, self._vault)

    @made_once
    def document_orders(self) -> DocumentOrders:
        return DocumentOrders(self._db, self._vault)

    @made_once
    def content_versions(self) -> conversations.ContentVersions:
        return conversations.ContentVersions(self._db, self._vault)

    @made_once
    def publishing(self) -> Publishing:
        return Publishing(self._db, self._vault)

    @made_once
    def signals(self) -> case_stores.Signals:
        return case_stores.Signals(self._db, self._vault)

    @made_once
    def cases(self) -> case_stores.Cases:
        return case_stores.Cases(self._db)

    @made_once
    def case_notes(self) -> case_stores.CaseNotes:
        return case_stores.CaseNotes(self._db, self._vault)

    @made_once
    def notices(self) -> case_stores.Notices:
        return case_stores.Notices(self._db, self._vault)

    @made_once
    def staff_groups(self) -> StaffGroups:
        return StaffGroups(self._db, self._vault)

    @made_once
    def group_posts(self) -> GroupPosts:
        return GroupPosts(self._db, self._vault)

    @made_once
    def profiles(self) -> Profiles:
        return Profiles(self._db, self._vault)

    @made_once
    def program_state(self) -> conversations.ProgramState:
        return conversations.ProgramState(self._db)

    @made_once
    def measurements(self) -> MeasurementFinder:
        return MeasurementFinder(self._db)

    @made_once
    def erasure(self) -> Erasure:
        return Erasure(self._db)
