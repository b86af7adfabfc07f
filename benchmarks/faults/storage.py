"""Rows 14, 15, 17, 29: the database is locked, full, loses a connection or is half made."""

from __future__ import annotations

import contextlib
import resource
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import NullPool, create_engine

from benchmarks.faults.cutting_proxy import CuttingProxy
from benchmarks.faults.installation import Installation
from benchmarks.faults.lab import Lab
from benchmarks.faults.outcomes import POSTGRESQL, Outcome
from benchmarks.faults.overdue import falls_due_soon, must_be_seen, wait_caught_up
from benchmarks.faults.program import ROOT, NotInTime, free_port, until
from benchmarks.faults.signs import HURRIED, beats_again, must_be_still
from benchmarks.faults.silent_line import SilentLine
from benchmarks.faults.stage import Setting
from benchmarks.faults.unrecorded import is_known_in_the_end, mail_server_before, set_out
from bot.storage.engine import parse_url
from bot.storage.revisions import current_revision, head_revision
from tests.program_process import SECRET, TOKEN

PEOPLE = 6


class Writing:
    """People write at an even pace, beside whatever else happens."""

    def __init__(self, place: Installation, *, every_s: float = 0.1) -> None:
        self.words: list[str] = []
        self._place = place
        self._every_s = every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write, daemon=True)

    @contextlib.contextmanager
    def going_on(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self._stop.set()
            self._thread.join(30)

    def _write(self) -> None:
        while not self._stop.wait(self._every_s) and len(self.words) < 10_000:
            words = f"while it happens {len(self.words)}"
            self._place.write(len(self.words) % PEOPLE, words)
            self.words.append(words)

    def judge(self, outcome: Outcome) -> tuple[int, int]:
        """Count what was lost and what came twice; for a place that is quiet."""
        kept, written = self._place.texts_kept(), set(self.words)
        lost = sum(kept[one] == 0 for one in self.words)
        twice = sum(kept[one] > 1 for one in self.words)
        disorder = 0
        for who, texts in enumerate(self._place.texts_in_order()):
            theirs = [one for one in texts if one in written]
            disorder += theirs != [one for one in self.words[who::PEOPLE] if one in theirs]
        outcome.must(lost == 0, f"{lost} lost")
        outcome.must(twice == 0, f"{twice} twice")
        outcome.must(disorder == 0, f"texts of {disorder} people out of order")
        return lost, twice


def locked(lab: Lab, database: str) -> Outcome:
    """Row 14: another program holds SQLite's write lock; people go on writing."""
    outcome, seconds = Outcome(), lab.pick(4, 20)
    with (
        lab.installation(database, Setting(PEOPLE + 3)) as place,
        place.running(**HURRIED) as process,
    ):
        writing = Writing(place)
        soon = falls_due_soon(place)
        with writing.going_on():
            time.sleep(0.5)
            other = sqlite3.connect(place.folder / "tettpa.db", isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            other.execute("INSERT INTO program_state VALUES ('rehearsal', '1')")
            freed_at = time.monotonic() + seconds
            must_be_seen(place, process, soon, outcome)
            must_be_still(process, "nothing can be claimed", outcome)
            time.sleep(max(0.0, freed_at - time.monotonic()))
            other.execute("COMMIT")
            freed = time.monotonic()
            # A crowd of short locks: whoever reads first and writes then meets a newer snapshot.
            for turn in range(lab.pick(150, 400)):
                other.execute("BEGIN IMMEDIATE")
                other.execute("UPDATE program_state SET value = ? WHERE name = 'rehearsal'", [turn])
                other.execute("COMMIT")
                time.sleep(0.002)
            other.close()
        place.wait_quiet()
        recovery = time.monotonic() - freed
        lost, twice = writing.judge(outcome)
        beats_again(process)
        wait_caught_up(process)
        again = place.logged().count("A transaction runs again")
        failed = place.logged().count("locks it")
    outcome.must(failed == 0, f"{failed} units gave up")
    outcome.must(again == 0, f"{again} units had to run again")
    outcome.figure = (
        f"locked for {seconds} s: {lost} of {len(writing.words)} lost, {twice} twice, "
        f"{failed} errors; all handled {recovery:.1f} s after"
    )
    return outcome


def full(lab: Lab, database: str) -> Outcome:
    """Row 15: no file may grow (RLIMIT_FSIZE), as on a full disk; then there is room again."""
    outcome, seconds = Outcome(), lab.pick(3, 14)
    figures = []
    for how in ("polled", "by webhook"):
        setting = Setting(PEOPLE + 1)
        with lab.installation(database, setting) as place, mail_server_before(place) as mails:
            more = place.by_webhook() if how == "by webhook" else {}
            figures.append(f"{how} {_fill_the_disk(place, mails, seconds, outcome, more)}")
    outcome.figure = f"full for {seconds + 1} s, recovered by itself: {', '.join(figures)}"
    return outcome


def _fill_the_disk(
    place: Installation,
    mails: SilentLine,
    seconds: float,
    outcome: Outcome,
    more: dict[str, Any],
) -> str:
    """Telegram comes again with what was not taken, to a webhook after a growing pause."""
    with place.running(**HURRIED, **more) as process:
        writing = Writing(place)
        with writing.going_on():
            # The limit is of every file alike: the log ahead of the database must be the largest.
            until(lambda: _grows_at_once(place), "what is written next needs room", within_s=60)
            set_out(place, mails)
            until(lambda: _grows_at_once(place), "it still does", within_s=60)
            before = _refusals(place)
            full_at = max(file.stat().st_size for file in place.folder.glob("tettpa.db*"))
            limits = resource.prlimit(process.popen.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(process.popen.pid, resource.RLIMIT_FSIZE, (full_at, limits[1]))
            _hold_up(place)
            mails.speak()
            full_until = time.monotonic() + seconds
            time.sleep(seconds - 2.0)  # within these heartbeats stop
            must_be_still(process, "nothing can be sent", outcome)
            time.sleep(max(0.0, full_until - time.monotonic()))
            with contextlib.suppress(NotInTime):  # slowness alone
                until(lambda: _refusals(place) > before, "the disk is full", within_s=20)
            refused = _refusals(place) > before
            resource.prlimit(process.popen.pid, resource.RLIMIT_FSIZE, limits)
            freed = time.monotonic()
            until(lambda: place.count("inbox WHERE state = 'pending'") == 0, "it recovers")
        place.wait_quiet()  # a webhook is called again after growing pauses
        beats_again(process)
        recovery = time.monotonic() - freed
        lost, twice = writing.judge(outcome)
        is_known_in_the_end(place, outcome)
        outcome.must(process.is_alive, "the program did not survive it")
    outcome.must(refused, "the disk was never full")
    return f"{lost} of {len(writing.words)} lost, {twice} twice, all handled {recovery:.1f} s after"


def _hold_up(place: Installation) -> None:
    """For a second nobody can write: what waits then is written together, or none of it."""
    with contextlib.closing(sqlite3.connect(place.folder / "tettpa.db", timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(1.0)
        other.rollback()


def _grows_at_once(place: Installation) -> bool:
    log, database = place.folder / "tettpa.db-wal", place.folder / "tettpa.db"
    return log.exists() and log.stat().st_size > database.stat().st_size


def _refusals(place: Installation) -> int:
    """What the log tells of, and Telegram when its webhook is refused."""
    logged = place.logged()
    webhook = place.emulator.call(TOKEN, "getWebhookInfo")["result"]
    refused = "503" in webhook.get("last_error_message", "")
    return logged.count("storage") + logged.count("StorageUnavailable") + refused


def cut_at_commit(lab: Lab, database: str) -> Outcome:
    """Row 17: the connection dies after COMMIT was sent and before its answer came."""
    outcome, cuts = Outcome(), lab.pick(5, 25, 100)
    with lab.installation(database) as place:
        host, name = f"127.0.0.1:{lab.server.port}", place.url.rsplit("/", 1)[1]
        with CuttingProxy(lab.server.port, chance=lab.random(17, database)) as proxy:
            through = place.url.replace(host, f"127.0.0.1:{proxy.port}").replace(
                f"/{name}", f"/{name}?sslmode=disable"
            )
            with place.running(TETTPA_DATABASE_URL=through):
                writing = Writing(place)
                with writing.going_on():
                    for _ in range(cuts):
                        proxy.cut(1)
                        until(lambda: proxy.cuts_left == 0, "the cut is made")
                        time.sleep(0.2)
                place.write(0, "/meny")
                # An outcome that could not be recorded is unknown when its lease is over.
                place.wait_quiet(within_s=120)
                lost, twice = writing.judge(outcome)
                _claims_go_unheard(place, proxy, outcome)
        sent, arrived = place.count("outbox"), place.arrived().total()
    outcome.must(arrived == sent, f"{arrived} messages arrived of {sent} that were to be sent")
    outcome.figure = f"{cuts} cuts: {lost} of {len(writing.words)} lost, {twice} twice"
    return outcome


def _claims_go_unheard(place: Installation, proxy: CuttingProxy, outcome: Outcome) -> None:
    """What such a claim took was sent by nobody: it is still the claimer's, and goes once."""
    reminders = [(who, f"claimed unheard {who}") for who in range(PEOPLE)]
    with proxy.cutting_all():
        place.queue(reminders)
        claimed = "outbox WHERE rule = 'sample' AND state = 'claimed'"
        until(lambda: place.count(claimed), "some are claimed")
    place.wait_quiet(within_s=120)
    copies = Counter(place.arrived()[words] for _, words in reminders)
    outcome.must(copies == {1: PEOPLE}, f"copies of what was claimed unheard: {dict(copies)}")


def killed_while_upgrading(lab: Lab, database: str) -> Outcome:
    """Row 29: kill -9 while the schema is made; the next try completes, or the program refuses."""
    outcome, deaths = Outcome(), lab.pick(2, 8, 30)
    chance = lab.random(29, database)
    boots = 0
    with lab.installation(database) as place:
        for number in range(deaths):
            if database == POSTGRESQL:
                url = lab.server.fresh_database()
            else:
                url = f"sqlite:///{place.folder / f'upgrade-{number}.db'}"
            environment = place.environment | {"TETTPA_DATABASE_URL": url}
            environment |= {"PYTHONPATH": str(ROOT), "TETTPA_SECRET_KEY": SECRET}
            environment |= {"TETTPA_PORT": str(free_port())}
            _die_while_upgrading(environment, place.folder, url, chance.uniform(0.0, 0.5))
            original, place.environment = place.environment, environment
            try:
                _refuses_what_is_half_made(place, url, outcome)
                place.command("db", "upgrade")
                place.command("office", "list")
                boots += 1
            except AssertionError as refused:
                outcome.must(False, str(refused)[:200])
            finally:
                place.environment = original
    outcome.figure = f"{boots} of {deaths} boots after the next `tettpa db upgrade`"
    return outcome


def _refuses_what_is_half_made(place: Installation, url: str, outcome: Outcome) -> None:
    engine = create_engine(parse_url(url), poolclass=NullPool)
    is_whole = current_revision(engine) == head_revision()
    engine.dispose()
    tried = place.try_command("office", "list")
    refused = tried.returncode != 0 and "db upgrade" in tried.stdout + tried.stderr
    outcome.must(is_whole or refused, "a program works on a database that is half made")


def _die_while_upgrading(
    environment: dict[str, str], folder: Path, url: str, after_s: float
) -> None:
    """So many seconds after the first sign of the upgrade in the database."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "db", "upgrade"],
        env=environment,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: process.poll() is not None or _has_begun(url), "the upgrade begins")
        process.wait(after_s)
    except subprocess.TimeoutExpired:
        pass
    finally:
        process.kill()
        process.wait()


def _has_begun(url: str) -> bool:
    """A file to write ahead on SQLite, a table on PostgreSQL: asking must hold nothing up."""
    if url.startswith("sqlite"):
        return Path(url.removeprefix("sqlite:///") + "-wal").exists()
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT to_regclass('alembic_version')").fetchone()
    return found is not None and found[0] is not None
