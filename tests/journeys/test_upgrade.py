"""An upgrade to the next release while this one works: it goes on answering, and starts again after it."""

import os
import random
import subprocess
import sys
from pathlib import Path

from sqlalchemy import insert, select

from bot.storage.engine import make_engine
from bot.storage.revisions import current_revision
from tests.emulator_process import EmulatorControl
from tests.journeys.test_kill import ROOT, give_the_rest, rest_at_last, stage
from tests.journeys.twenty_phones import AT_LEAST_GIVEN, answer_in_turn, judge
from tests.migrations.next_release import make_migrations
from tests.migrations.sample_rows import reflect, row_of
from tests.real_office import NOON, OFFICE, SECRET_KEY, open_office_at
from tests.waiting import wait_until

OLD_MESSAGES = 4000
FIRST_OLD = 100_000


def add_old_messages(url: str) -> None:
    """So many that filling the new column of all takes a while."""
    engine = make_engine(url)
    with engine.begin() as connection:
        outbox = reflect(connection).tables["outbox"]
        nobodys = {column.name: None for column in outbox.columns if column.foreign_keys}
        who = nobodys | {"office_id": OFFICE, "state": "sent"}
        numbers = range(FIRST_OLD, FIRST_OLD + OLD_MESSAGES)
        connection.execute(
            insert(outbox), [row_of(outbox, n) | who | {"key": f"old {n}"} for n in numbers]
        )
    engine.dispose()


def forget_old_messages(url: str) -> list[int | None]:
    """Take them away again, for they are no real messages; the new column of each."""
    engine = make_engine(url)
    with engine.begin() as connection:
        outbox = reflect(connection).tables["outbox"]
        are_old = outbox.c.key.like("old %")
        filled = connection.execute(select(outbox.c.sample_length).where(are_old)).scalars().all()
        connection.execute(outbox.delete().where(are_old))
    engine.dispose()
    return list(filled)


def start_upgrade(folder: Path, url: str) -> "subprocess.Popen[str]":
    migrations = make_migrations(folder)
    return subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.upgrade_to_next_release", str(migrations)],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "TETTPA_DATABASE_URL": url,
            "TETTPA_SECRET_KEY": SECRET_KEY,
        },
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def until_it_answered(emulator: EmulatorControl, more: int) -> None:
    before = len(emulator.sent())
    wait_until(lambda: len(emulator.sent()) >= before + more, within=30)


def test_the_program_answers_during_an_upgrade_and_starts_again_after_it(
    tmp_path: Path, database_url: str
) -> None:
    with stage(tmp_path, database_url, "none") as (emulator, victim, phones):
        add_old_messages(database_url)
        steps = answer_in_turn(phones, random.Random(1))
        victim.start()
        next(steps)
        until_it_answered(emulator, 1)

        sent_before = len(emulator.sent())
        upgrade = start_upgrade(tmp_path, database_url)
        given = 0
        while upgrade.poll() is None:
            given += given < AT_LEAST_GIVEN / 2 and next(steps, False)
        answered_meanwhile = len(emulator.sent()) - sent_before
        said, _ = upgrade.communicate()
        assert upgrade.returncode == 0, said
        victim.kill()
        victim.start()  # the older release, on the newer schema
        old = forget_old_messages(database_url)
        give_the_rest(steps)
        with open_office_at(database_url, now=NOON) as office:
            rest_at_last(office, emulator)
            victim.kill()
            findings = judge(office, emulator, phones)

    engine = make_engine(database_url)
    reached = current_revision(engine)
    with engine.connect() as connection:
        outbox = reflect(connection).tables["outbox"]
        new = connection.execute(outbox.select().where(outbox.c.sample_length.is_(None))).all()
    engine.dispose()
    log = (tmp_path / "program.log").read_text()
    assert reached == "next3"
    assert (len(old), None in old) == (OLD_MESSAGES, False)
    assert answered_meanwhile > 0
    assert findings.given >= AT_LEAST_GIVEN
    assert (findings.lost, findings.doubled, findings.unfinished) == ([], [], [])
    assert new  # what this release writes after the filling: the next one reads NULL as unknown
    assert [word for word in ("part_failed", "unreadable", "not_recorded") if word in log] == []
