"""Rows 31, 32: what stands in logs, and what is left of a person who was erased."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from benchmarks.faults.inbound import ask_who_comes, buttons_of
from benchmarks.faults.installation import Installation
from benchmarks.faults.kills import arrived_mail
from benchmarks.faults.lab import Lab
from benchmarks.faults.launch import RAISES
from benchmarks.faults.outcomes import SQLITE, Outcome
from benchmarks.faults.program import until
from benchmarks.faults.stage import FAMILY_NAME, NAME, Setting, people_of
from benchmarks.faults.traces import kept_of_chat, leave_traces, rows_of
from bot.domain.errors import KeyDestroyed
from bot.services.ports import UnitOfWork
from bot.storage.keys import KeyStore
from tests.program_process import SECRET, TOKEN

# The 99th day of a 99th month: it can belong to nobody.
ELEVEN_DIGITS = "99999999999"
SECRET_WORDS = "vibrasjonsord"


def logs_are_clean(lab: Lab, database: str) -> Outcome:
    """Row 31: a run with every kind of trouble, and the logs of all rows that ran before."""
    outcome = Outcome()
    wanted = (TOKEN, TOKEN.split(":")[1], SECRET, ELEVEN_DIGITS, NAME, FAMILY_NAME, SECRET_WORDS)
    with (
        lab.installation(database, FAULTS_HANDLERS="1") as place,
        place.running() as process,
    ):
        words = f"{RAISES} {SECRET_WORDS} {ELEVEN_DIGITS} {NAME}0 {FAMILY_NAME}"
        place.write(0, words)
        until(lambda: '"update_failed"' in place.logged(), "the handler's failure is logged")
        for kind in ("500_before", "500_after", "disconnect", "bad_json", "parse_error", "429"):
            place.emulator.fault("sendMessage", kind)
        for kind in ("disconnect", "bad_json"):
            place.emulator.fault("getUpdates", kind)
        for number in range(1, 6):
            place.write(number, f"{SECRET_WORDS} {ELEVEN_DIGITS} {number}")
        place.write(1, "hjelp")
        place.write(2, "Hva dere vet om meg")
        place.queue([(n, f"{SECRET_WORDS} to {n}") for n in range(6)])
        until(lambda: arrived_mail(place) >= 1, "mails go out")
        until(lambda: '"poll_failed"' in place.logged(), "polling fails")
        until(lambda: not place.emulator.get("faults"), "every trouble was met")
        # Last of all, for a program whose token is refused says so and ends.
        place.emulator.declare_invalid(TOKEN)
        place.write(3, SECRET_WORDS)
        until(lambda: not process.is_alive, "it ends because of its token")
        logs = [place.logged(), *(log.read_text(errors="replace") for log in lab.logs)]
    hits = {word: count for word in wanted if (count := sum(log.count(word) for log in logs))}
    lines = sum(log.count("\n") for log in logs)
    outcome.must(lines > 5, "there were no logs to look through")
    outcome.must(not hits, f"found {sorted(hits)} {sum(hits.values())} times")
    outcome.figure = f"hits: {sum(hits.values())} in {lines} lines of {len(logs)} logs"
    return outcome


def erased(lab: Lab, database: str) -> Outcome:
    """Row 32: erase, then look through the database's files, the log before it, and an older copy."""
    outcome = Outcome()
    with lab.installation(database, Setting(3)) as place:
        left_key = place.do(die_while_erasing)
        with place.running():
            for number in range(5):
                place.write(0, f"{SECRET_WORDS} {number}")
            place.do(ask_who_comes, 1)
            place.write(0, "Mitt kurs")
            place.write(0, "hjelp")
            until(lambda: arrived_mail(place) >= 1, "a case is told")
            place.wait_quiet()
            for chat_id, message_id, data in buttons_of(place):
                place.emulator.tap_data(chat_id, message_id, next(iter(data.values())))
            until(lambda: place.count("session_answer"), "they answer")
            until(lambda: place.count("run"), "they begin the course")
            place.wait_quiet()
            leave_traces(place, SECRET_WORDS, outcome)
            key_id, wrapped = place.do(_key_of_the_first), _wrapped_key(place)
            copies = _copies(place)
            if lab.scale == "short" or database == SQLITE:
                before = len(_with_buttons(place))
                place.write(0, "Slett meg")
                asked = until(lambda: _with_buttons(place)[before:], "they are asked: really?")
                label = asked[-1]["reply_markup"]["inline_keyboard"][0][0]["text"]
                place.emulator.tap(place.chats[0], label)
            else:
                place.command("participant", "erase", "1", "--yes")
            until(
                lambda: place.count("participant WHERE id = 1 AND status = 'erased'"),
                "they are gone",
            )
            place.wait_quiet()
            # Whoever ends puts its log into the database; whoever copies a running one has both.
            at_once = _contents(place, lab) if database == SQLITE else []
        wanted = (f"{NAME}0".encode(), SECRET_WORDS.encode(), wrapped)
        found = [
            (name, word)
            for name, content in (*at_once, *_contents(place, lab), *copies)
            for word in wanted
            # The copy was made while the key lived; what it must not hold are words in the clear.
            if word in content and not (name.startswith("copy") and word == wrapped)
        ]
        exported = _export(place)
        with place.opened() as program:
            still_opens = [key for key in (key_id, left_key) if _opens(program.keys, key)]
        others = place.count("participant WHERE status = 'active'")
        bare = "participant WHERE id = 1 AND length(first_name) + length(last_name) = 0"
        named = place.count("participant WHERE id = 1") - place.count(bare)
        left = {name: rows for name, rows in rows_of(place, 1).items() if rows}
        of_chat = kept_of_chat(place)
    outcome.must(not found, f"found in {sorted({name for name, _ in found})}")
    outcome.must(not still_opens, f"{len(still_opens)} keys still open what they sealed")
    outcome.must(NAME not in exported, "the export still names them")
    outcome.must(others == 1, "somebody else was touched")
    outcome.must(named == 0, "what their name was sealed to is left")
    outcome.must(not left, f"rows of theirs are left: {left}")
    outcome.must(not of_chat, f"left of their chat from before they came: {of_chat}")
    outcome.figure = f"hits: {len(found)}; the key is gone, and with it the words in older copies"
    return outcome


def die_while_erasing(uow: UnitOfWork) -> str:
    """The last of them is erased, and the key is not destroyed any more: whoever starts next must."""
    person = people_of(uow)[-1]
    uow.erasure.erase(person.id, at=uow.now)
    return person.key_id


def _with_buttons(place: Installation) -> list[dict[str, Any]]:
    sent = place.emulator.sent()
    return [one for one in sent if "inline_keyboard" in (one["reply_markup"] or {})]


def _key_of_the_first(uow: UnitOfWork) -> str:
    return people_of(uow)[0].key_id


def _opens(keys: KeyStore, key_id: str) -> bool:
    try:
        keys.seal(key_id, b"words", context="rehearsal")
    except KeyDestroyed:
        return False
    return True


def _wrapped_key(place: Installation) -> bytes:
    if place.database == SQLITE:
        import sqlite3

        with sqlite3.connect(place.folder / "tettpa.keys.db") as keys:
            query = "SELECT wrapped FROM sealing_key WHERE key_id = ?"
            return bytes(keys.execute(query, [place.do(_key_of_the_first)]).fetchone()[0])
    tables = place.rows(
        "SELECT table_schema FROM information_schema.tables WHERE table_name = 'sealing_key'"
    )
    query = f"SELECT wrapped FROM {tables[0][0]}.sealing_key WHERE key_id = :key"
    return bytes(place.rows(query, key=place.do(_key_of_the_first))[0][0])


def _copies(place: Installation) -> list[tuple[str, bytes]]:
    """The database as somebody copied it before; without the keys, which live apart."""
    if place.database != SQLITE:
        return []
    copy = place.folder / "copy"
    copy.mkdir()
    for file in place.folder.glob("tettpa.db*"):
        shutil.copy(file, copy / file.name)
    return [(f"copy/{file.name}", file.read_bytes()) for file in copy.iterdir()]


def _contents(place: Installation, lab: Lab) -> list[tuple[str, bytes]]:
    """Every byte that is kept: on SQLite all files, on PostgreSQL all rows and what is on disk."""
    if place.database == SQLITE:
        files = [f for f in place.folder.iterdir() if f.name.startswith("tettpa.")]
        return [(file.name, file.read_bytes()) for file in files]
    place.rows("SELECT 1")
    folder, oid = place.rows(
        "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()"
    )[0]
    with place._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CHECKPOINT")
    files = [file for file in (Path(folder) / "base" / str(oid)).iterdir() if file.is_file()]
    return [(f"base/{file.name}", file.read_bytes()) for file in files]


def _export(place: Installation) -> str:
    try:
        return place.command("participant", "export", "1")
    except AssertionError as refused:
        return str(refused)
