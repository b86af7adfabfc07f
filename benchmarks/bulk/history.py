"""The weeks that lie behind a participant: what was asked, sent, answered and written.

In each week one session with its two reminders and an answer, a check-in with its answer, and one or
two steps of a lesson: as the services would have left the rows, texts of ordinary length.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import orjson

from benchmarks.bulk.filling import Filler, Row
from benchmarks.bulk.people import Person
from benchmarks.bulk.shape import Country, instant, week_of
from bot.services.inbox import RAW_UPDATES_KEEP
from bot.services.retention import OUTBOX_TEXTS_KEEP

# As long as the texts of the default pack: a reminder with five buttons, a question, a lesson's words.
REMINDER = "Hei! I morgen, tirsdag 3. november klokka 10:00, er det samling. " * 4
QUESTION = "Hei! Hvordan har denne uka vært for deg? Trykk på det som passer best. " * 2
LESSON = "Arbeidsavtalen skal være skriftlig, og du skal ha den senest etter sju dager. " * 3
THANKS = "Takk! Det har jeg fått med meg."
OWN_WORDS = "Jeg var på intervju på tirsdag og det gikk ganske bra, men jeg vet ikke ennå. "
SESSION_OPTIONS = '["coming","late","cannot","call_me","calendar"]'
CHECK_IN_OPTIONS = '["good","ok","hard","call_me"]'
SKIP_OPTIONS = '["skip"]'
LESSON_OPTIONS = '["now","tomorrow"]'
ANSWER_AFTER = timedelta(minutes=25)
LESSON_WEEKS = 6  # so long does a module take
MISSED_EVERY, WORDS_EVERY = 7, 3  # check-ins without an answer, weeks with words of their own


def declare(filler: Filler) -> None:
    filler.table(
        "occurrence",
        "id office_id participant_id rule subject key due_at expires_at state reason attempts ended_at",
    )
    filler.table(
        "outbox",
        "id office_id participant_id chat_id key rule subject lane message_class body created_at"
        " not_before expires_at is_initiative state reason attempts copies is_plain lease_until"
        " ended_at telegram_message_id question_id",
    )
    filler.table(
        "question",
        "id office_id participant_id kind subject options asked_at state answer answered_at"
        " accepts_text",
    )
    filler.table(
        "inbox",
        "seq office_id update_id chat_id participant_id received_at payload state attempts"
        " processed_at",
    )
    filler.table("session_answer", "id session_id participant_id answer answered_at")
    filler.table("attendance", "id session_id participant_id status marked_by marked_at")
    filler.table(
        "run",
        "id office_id participant_id flow_key content_version_id subject state status started_at"
        " wake_at question_id finished_at",
    )
    filler.table(
        "expectation",
        "id office_id participant_id kind subject key opened_at state next_at nudged_at closed_at"
        " reason",
    )
    filler.table("free_text", "id office_id participant_id at kind text about seen_at seen_by")


class Past:
    """Writes a participant's weeks, the oldest first."""

    def __init__(self, filler: Filler, country: Country, person: Person) -> None:
        self._filler = filler
        self._country = country
        self._person = person
        self._module_run = 0
        self.last_check_in_run = 0

    def fill(self) -> None:
        for weeks_ago in range(self._country.weeks, 0, -1):
            monday = week_of(weeks_ago) + timedelta(seconds=self._person.id % 3600)
            self._session(monday + timedelta(days=1), weeks_ago)
            self._check_in(monday + timedelta(days=4, hours=12), weeks_ago)
            self._lesson(monday + timedelta(days=2, hours=16), weeks_ago)
            if (weeks_ago + self._person.id) % WORDS_EVERY == 0:
                self._words(monday + timedelta(days=3, hours=14))

    def _session(self, day: datetime, weeks_ago: int) -> None:
        person, filler = self._person, self._filler
        session_id, starts_at = self._session_of(day, weeks_ago)
        subject = f"session:{session_id}"
        for slot, due in (
            ("evening_before", day - timedelta(hours=6)),
            ("two_hours_before", day + timedelta(hours=8)),
        ):
            key = f"session_reminder:{person.id}:{subject}:{starts_at:%Y-%m-%dT%H:%M}~0:{slot}"
            self._done("session_reminder", subject, key, due, expires_at=starts_at)
            self._ask(due, "session", subject, SESSION_OPTIONS, "coming", REMINDER, key=key)
        answered = instant(day)
        number = filler.number("session_answer")
        filler.add("session_answer", (number, session_id, person.id, "coming", answered))
        number = filler.number("attendance")
        row = (number, session_id, person.id, "present", person.caseworker_id, instant(starts_at))
        filler.add("attendance", row)

    def _session_of(self, day: datetime, weeks_ago: int) -> tuple[int, datetime]:
        """A session of their course, while it runs; else an appointment of their own."""
        person, starts_at = self._person, day + timedelta(hours=10)
        if person.cohort_id is not None and weeks_ago <= 2:
            return person.first_session_id + (2 - weeks_ago) * 2, starts_at
        number = self._filler.number("programme_session")
        ends = instant(starts_at + timedelta(hours=3))
        row = (number, person.office_id, None, None, "health", "office", instant(starts_at), ends)
        self._filler.add("programme_session", (*row, "planned", 0))
        return number, starts_at

    def _check_in(self, at: datetime, weeks_ago: int) -> None:
        person, filler = self._person, self._filler
        is_missed = (weeks_ago + person.id) % MISSED_EVERY == 0
        stamp = f"{at:%Y%m%dT%H%M%S}"
        key = f"check_in:{person.id}:check_in:weekly:{stamp}:"
        self._done("check_in", "check_in:weekly", key, at, expires_at=at + timedelta(days=3))
        run_id = self.last_check_in_run = filler.number("run")
        subject = f"run:{run_id}"
        answer = None if is_missed else "good"
        question_id = self._ask(
            at,
            "run",
            subject,
            CHECK_IN_OPTIONS,
            answer,
            QUESTION,
            key=f"check_in:{key}",
            rule="check_in",
        )
        if not is_missed:
            then = at + ANSWER_AFTER
            self._ask(then, "run", subject, SKIP_OPTIONS, "skip", QUESTION, rule="check_in:weekly")
            self._say(then + ANSWER_AFTER, THANKS, rule="check_in:weekly", subject=subject)
        self._run(run_id, "check_in:weekly", f"weekly:{stamp}:", at, question_id, answer)
        state, reason = ("missed", "no_answer") if is_missed else ("met", "answered")
        closed = instant(at + (timedelta(days=4) if is_missed else ANSWER_AFTER))
        awaited = f"check_in:{person.id}:{run_id}"
        row = (filler.number("expectation"), person.office_id, person.id, "check_in", subject)
        filler.add("expectation", (*row, awaited, instant(at), state, None, None, closed, reason))

    def _lesson(self, at: datetime, weeks_ago: int) -> None:
        place = (weeks_ago + self._person.id) % LESSON_WEEKS
        if self._module_run == 0 or place == LESSON_WEEKS - 1:
            self._module_run = self._filler.number("run")
            subject = "course" if place == LESSON_WEEKS - 1 else "begun"
            subject += f"-{weeks_ago}"  # a module is taken once; here each stands for another
            self._run(self._module_run, "module:workplace_rules", subject, at, None, "now")
        for _ in range(1 + weeks_ago % 2):
            subject = f"run:{self._module_run}"
            self._say(at, LESSON, rule="module:workplace_rules", subject=subject)
            self._ask(
                at,
                "run",
                subject,
                LESSON_OPTIONS,
                "now",
                LESSON,
                rule="module:workplace_rules",
            )

    def _words(self, at: datetime) -> None:
        person, filler = self._person, self._filler
        self._update(at)
        # The last week's are still to be read by somebody, of one in eight.
        is_unseen = at > week_of(1) and person.id % 8 == 0
        seen = (None, None) if is_unseen else (instant(at + ANSWER_AFTER), person.caseworker_id)
        text = person.sealer((OWN_WORDS * 2).encode(), "free_text.text")
        row = (filler.number("free_text"), person.office_id, person.id, instant(at), "text", text)
        filler.add("free_text", (*row, "", *seen))
        self._say(at, THANKS)

    def _done(
        self, rule: str, subject: str, key: str, due: datetime, *, expires_at: datetime
    ) -> None:
        person, at = self._person, instant(due)
        row = (self._filler.number("occurrence"), person.office_id, person.id, rule, subject, key)
        self._filler.add("occurrence", (*row, at, instant(expires_at), "done", "", 0, at))

    def _ask(
        self,
        at: datetime,
        kind: str,
        subject: str,
        options: str,
        answer: str | None,
        text: str,
        *,
        key: str = "",
        rule: str = "session_reminder",
    ) -> int:
        """A question and the message it went out with; an answer comes as an update of its own."""
        person, filler = self._person, self._filler
        number = filler.number("question")
        answered = None if answer is None else instant(at + ANSWER_AFTER)
        state = "closed" if answer is None else "answered"
        row = (number, person.office_id, person.id, kind, subject, options, instant(at), state)
        filler.add("question", (*row, answer, answered, False))
        buttons = [{"label": o, "question": number, "option": o} for o in orjson.loads(options)]
        self._say(
            at, text, key=key, rule=rule, subject=subject, question_id=number, buttons=buttons
        )
        if answer is not None:
            self._update(at + ANSWER_AFTER)
            if kind == "session":
                self._say(at + ANSWER_AFTER, THANKS)
        return number

    def _say(
        self,
        at: datetime,
        text: str,
        *,
        key: str = "",
        rule: str = "reply",
        subject: str = "",
        question_id: int | None = None,
        buttons: list[dict[str, object]] | None = None,
    ) -> None:
        person, filler, moment = self._person, self._filler, instant(at)
        number = filler.number("outbox")
        body = b""
        if not self._country.prunes or at > week_of(0) - OUTBOX_TEXTS_KEEP:
            plain = {"text": text, "buttons": [buttons]} if buttons else {"text": text}
            body = person.sealer.json(plain, "outbox.body")
        is_initiative = rule == "check_in"
        key = key or f"update:{person.office_id}:{number}:1"
        row: Row = (
            number,
            person.office_id,
            person.id,
            None,
            key,
            rule,
            subject,
            2,
            "at_most_once",
        )
        row += (body, moment, moment, None, is_initiative, "sent", "", 1, 1, False, None)
        filler.add("outbox", (*row, moment, number, question_id))

    def _update(self, at: datetime) -> None:
        person, filler, moment = self._person, self._filler, instant(at)
        seq = filler.number("inbox")
        payload = b""
        if not self._country.prunes or at > week_of(0) - RAW_UPDATES_KEEP:
            payload = person.sealer.json(_raw_update(seq, person.chat_id), "inbox.payload")
        row = (seq, person.office_id, seq, person.chat_id, person.id, moment, payload)
        filler.add("inbox", (*row, "processed", 0, moment))

    def _run(
        self,
        number: int,
        flow_key: str,
        subject: str,
        at: datetime,
        question_id: int | None,
        answer: str | None,
    ) -> None:
        person = self._person
        answers = {"week": answer} if answer else {}
        state = {
            "flow_key": flow_key,
            "step_key": "good_end",
            "status": "finished",
            "instance": 2,
            "attempts": 0,
            "answers": answers,
            "wake_at": None,
            "outcome": "completed",
        }
        sealed = person.sealer.json(state, "run.state")
        row: Row = (
            number,
            person.office_id,
            person.id,
            flow_key,
            person.content_version_id,
            subject,
        )
        row += (sealed, "finished", instant(at), None, None, instant(at + ANSWER_AFTER))
        self._filler.add("run", row)


def _raw_update(number: int, chat_id: int) -> dict[str, object]:
    """A tapped button as Telegram tells of it."""
    person = {"id": chat_id, "is_bot": False, "first_name": "Sample", "language_code": "nb"}
    chat = {"id": chat_id, "first_name": "Sample", "type": "private"}
    message = {"message_id": number, "chat": chat, "date": 1762160000, "text": REMINDER}
    tapped = {"id": str(number), "from": person, "message": message, "data": f"v1:{number}:coming"}
    return {"update_id": number, "callback_query": tapped}
