"""Offices, staff and participants with their keys, accounts and courses."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benchmarks.bulk.filling import Filler, Row
from benchmarks.bulk.shape import FIRST_OFFICE, NOW, Country, instant, week_of
from bot.domain.office_hours import OfficeHours

# The key store makes and commits keys one at a time; thousands are made its way, but all at once.
from bot.storage.keys import _WRAP_CONTEXT, derive_master_key
from bot.storage.seals import seal

FIRST_NAMES = ("Amina", "Ben", "Chidi", "Dagny", "Emre", "Fatima", "Grete", "Hodan", "Ivar", "Jana")
LAST_NAMES = ("Prøve", "Eksempel", "Mønster", "Øvelse", "Utkast", "Skisse", "Forsøk", "Utdrag")
COHORT_OF = 8
COURSE_WEEKS = 5
WEEKS_BEHIND = 2  # so far has the course come that runs now


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals with one key, as the program's key store does."""

    key_id: str
    key: AESGCM

    def __call__(self, plain: bytes, context: str) -> bytes:
        return seal(self.key, plain, self.key_id, context)

    def json(self, value: object, context: str) -> bytes:
        return self(orjson.dumps(value), context)


@dataclass(frozen=True, slots=True)
class Person:
    """A participant, and what their rows refer to."""

    id: int
    office_id: int
    place: int  # of their office, from 0
    caseworker_id: int
    deputy_id: int
    chat_id: int
    content_version_id: int
    cohort_id: int | None  # the course they are in now
    first_session_id: int  # of that course; 0 without one
    sealer: Sealer


class Keys:
    def __init__(self, filler: Filler, secret_key: str) -> None:
        self._filler = filler
        self._master = AESGCM(derive_master_key(secret_key))
        filler.table("sealing_key", "key_id wrapped created_at")

    def make(self) -> Sealer:
        key_id, key = secrets.token_hex(16), AESGCM.generate_key(256)
        wrapped = seal(self._master, key, key_id, _WRAP_CONTEXT)
        self._filler.add("sealing_key", (key_id, wrapped, instant(NOW)))
        return Sealer(key_id, AESGCM(key))


def declare(filler: Filler) -> None:
    filler.table(
        "office",
        "id name hours created_at key_id telegram_token bot_username content_version_id",
        after=FIRST_OFFICE - 1,
    )
    filler.table("content_version", "id office_id digest files published_at published_by", after=1)
    filler.table("staff", "id office_id name email role language deputy_id created_at")
    filler.table("absence", "id staff_id deputy_id starts_at ends_at")
    filler.table("login", "id staff_id token_hash form_token created_at expires_at ended_at")
    filler.table(
        "cohort", "id office_id name programme_key leader_id starts_on created_at ended_at"
    )
    filler.table(
        "programme_session",
        "id office_id cohort_id number theme place starts_at ends_at status changes",
    )
    filler.table(
        "participant",
        "id office_id key_id first_name last_name caseworker_id language status fewer_messages"
        " invited_at started_at last_sign_of_life_at",
    )
    filler.table(
        "invitation", "id office_id participant_id code_hash created_at expires_at used_at"
    )
    filler.table(
        "telegram_account",
        "id office_id chat_id participant_id status status_changes bound_at next_send_at",
    )
    filler.table("enrolment", "id office_id participant_id cohort_id status started_at ended_at")


def fill_office(
    filler: Filler, country: Country, keys: Keys, place: int, digest: str, files: str
) -> list[Person]:
    """One office with everybody in it; returns its participants."""
    office_id, version_id = filler.number("office"), filler.number("content_version")
    began = instant(week_of(country.weeks))
    sealer = keys.make()
    token = f"{1000 + office_id}:sample-token-of-the-benchmark-only" if country.has_bots else ""
    hours = orjson.dumps(OfficeHours().to_json()).decode()
    sealed = sealer(token.encode(), "office.telegram_token")
    filler.add("content_version", (version_id, office_id, digest, files, began, "files"))
    name = f"Kontor {office_id}"
    filler.add("office", (office_id, name, hours, began, sealer.key_id, sealed, "", version_id))
    staff = _fill_staff(filler, country, place, office_id, began)
    people = []
    for number in range(country.participants_per_office):
        if number % COHORT_OF == 0:
            # Every other cohort is in the midst of its course, the others are between two.
            leader = staff[number // COHORT_OF % len(staff)]
            is_running = number // COHORT_OF % 2 == 0
            cohort_id, session_id = None, 0
            if is_running:
                cohort_id, session_id = _fill_cohort(filler, office_id, leader)
        here = number % len(staff)
        people.append(
            _fill_person(
                filler,
                Person(
                    id=filler.number("participant"),
                    office_id=office_id,
                    place=place,
                    caseworker_id=staff[here],
                    deputy_id=staff[(here + 1) % len(staff)],
                    chat_id=1_000_000_000 + office_id * 10_000 + number,
                    content_version_id=version_id,
                    cohort_id=cohort_id,
                    first_session_id=session_id,
                    sealer=keys.make(),
                ),
                began,
            )
        )
    return people


def _fill_staff(
    filler: Filler, country: Country, place: int, office_id: int, began: str
) -> list[int]:
    """A coordinator and the caseworkers; returns the caseworkers."""
    numbers = [filler.number("staff") for _ in range(country.caseworkers_of(place) + 1)]
    for position, staff_id in enumerate(numbers):
        role = "coordinator" if position == 0 else "caseworker"
        email = f"staff{staff_id}@example.org"
        deputy = numbers[position - 1] if position else None
        name = f"{FIRST_NAMES[staff_id % 10]} Ansatt"
        row: Row = (staff_id, office_id, name, email, role, "nb", deputy, began)
        filler.add("staff", row)
        for week in range(3, country.weeks, 7):
            away = week_of(week)
            until = instant(away + timedelta(days=4))
            filler.add("absence", (filler.number("absence"), staff_id, None, instant(away), until))
        for week in range(country.weeks):
            at = instant(week_of(week))
            row = (filler.number("login"), staff_id, secrets.token_hex(32), "x" * 43, at, at, at)
            filler.add("login", row)
    return numbers[1:]


def _fill_cohort(filler: Filler, office_id: int, leader_id: int) -> tuple[int, int]:
    """A course in its third week, with its sessions on Tuesdays and Thursdays from 10 to 13.

    Returns the number of the course and of its first session.
    """
    cohort_id, first = filler.number("cohort"), 0
    monday = week_of(WEEKS_BEHIND)
    starts_on = (monday + timedelta(days=1, hours=12)).date().isoformat()
    name, began = f"Kull {cohort_id}", instant(monday)
    row: Row = (cohort_id, office_id, name, "job_course", leader_id, starts_on, began, None)
    filler.add("cohort", row)
    for week in range(COURSE_WEEKS):
        for day in (1, 3):
            at = monday + timedelta(weeks=week, days=day, hours=10)
            session_id = filler.number("programme_session")
            first = first or session_id
            number = week * 2 + (1 if day == 1 else 2)
            ends = instant(at + timedelta(hours=3))
            row = (session_id, office_id, cohort_id, number, "health", "office", instant(at), ends)
            filler.add("programme_session", (*row, "planned", 0))
    return cohort_id, first


def _fill_person(filler: Filler, person: Person, began: str) -> Person:
    seal, recently = person.sealer, instant(week_of(0) - timedelta(days=2))
    first = seal(FIRST_NAMES[person.id % 10].encode(), "participant.first_name")
    last = seal(LAST_NAMES[person.id // 10 % 8].encode(), "participant.last_name")
    language = ("nb", "nb", "nb", "nn", "en")[person.id % 5]
    row: Row = (
        person.id,
        person.office_id,
        seal.key_id,
        first,
        last,
        person.caseworker_id,
        language,
    )
    filler.add("participant", (*row, "active", False, began, began, recently))
    code = secrets.token_hex(32)
    invitation = (filler.number("invitation"), person.office_id, person.id, code, began, began)
    filler.add("invitation", (*invitation, began))
    account = (filler.number("telegram_account"), person.office_id, person.chat_id, person.id)
    filler.add("telegram_account", (*account, "active", 0, began, None))
    for cohort_id, status, ended in (
        (None, "completed", began),
        (person.cohort_id, "active", None),
    ):
        row = (filler.number("enrolment"), person.office_id, person.id, cohort_id, status)
        filler.add("enrolment", (*row, began, ended))
    return person
