"""Backups are whole, private and never overwritten; what is no sound backup is not restored."""

import json
import sqlite3
import threading
from pathlib import Path

import pytest

from bot.domain.errors import BadSetting, RuleBroken, StorageUnavailable
from bot.domain.messages import OutboxState
from bot.services.participants import invite_participant
from bot.services.ports import UnitOfWork
from bot.services.runner_lease import hold_lease
from bot.services.speaking import say_text
from tests.real_office import (
    NOON,
    OFFICE,
    RealOffice,
    office_settings,
    open_office_at,
)
from tests.storage.backup_place import LATER, Place

PAIRS_AT_LEAST = 20


def write_pair(uow: UnitOfWork, number: int) -> None:
    """Two messages to somebody new, whose key is new as well."""
    carol = uow.staff.of_office(OFFICE)[0]
    somebody = invite_participant(
        uow, office_id=OFFICE, first_name=f"Sample {number}", caseworker=carol
    ).participant
    for half in ("one", "two"):
        uow.cause = f"pair:{number}:{half}"
        say_text(uow, somebody, f"{number} {half}")


def test_a_backup_taken_while_somebody_writes_is_whole(place: Place) -> None:
    enough, stop = threading.Event(), threading.Event()

    def write(office: RealOffice) -> None:
        for number in range(5_000):
            if stop.is_set():
                return
            office.do(write_pair, number)
            if number == PAIRS_AT_LEAST:
                enough.set()

    with open_office_at(place.url) as office:
        writer = threading.Thread(target=write, args=(office,))
        writer.start()
        assert enough.wait(60)
        main, keys = place.back_up()
        stop.set()
        writer.join()
    place.restore(main, keys, url=place.other_url)

    with open_office_at(place.other_url) as copy:
        people = copy.do(lambda uow: uow.participants.of_office(OFFICE))[2:]
        of_each = [
            copy.do(lambda uow, p=p: uow.outbox.of_participant(p.id, limit=9)) for p in people
        ]
    assert len(people) > PAIRS_AT_LEAST
    # Everybody's name opens with the key that was copied after the database.
    assert [p.first_name for p in people] == [f"Sample {n}" for n in range(len(people))]
    assert {len(messages) for messages in of_each} == {2}


def test_files_can_be_read_by_their_owner_only_and_hold_no_secrets(place: Place) -> None:
    main, keys = place.back_up()

    files = [*main.iterdir(), *keys.iterdir()]
    told = (main / "manifest.json").read_text() + (keys / "manifest.json").read_text()
    assert {file.name for file in main.iterdir()} & {"main.db", "main.dump"}
    assert {file.name for file in keys.iterdir()} == {"keys.db", "manifest.json"}
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert {folder.stat().st_mode & 0o777 for folder in (main, keys)} == {0o700}
    assert json.loads((main / "manifest.json").read_text())["moment"] == NOON.isoformat()
    assert office_settings(place.url).secret_key not in told
    assert "postgres@" not in told


def test_a_backup_is_never_overwritten_and_leaves_nothing_unfinished(place: Place) -> None:
    main, _ = place.back_up()
    before = (main / "manifest.json").read_bytes()

    with pytest.raises(RuleBroken, match="never overwritten"):
        place.back_up()

    assert (main / "manifest.json").read_bytes() == before
    assert list(place.folder.glob("*/.*.part")) == []


def test_a_damaged_or_foreign_backup_is_refused_and_changes_nothing(place: Place) -> None:
    main, keys = place.back_up()
    with open_office_at(place.url) as office:
        newer = office.queue(office.amina, "newer")
    other_kind = "sqlite:///x.db" if "postgresql" in place.url else "postgresql://x@127.0.0.1/x"

    with pytest.raises(RuleBroken, match="holds no backup"):
        place.restore(place.folder / "nowhere")
    with pytest.raises(RuleBroken, match="holds keys only"):
        place.restore(keys)
    with pytest.raises(RuleBroken, match="holds no keys"):
        place.restore(main, main)
    with pytest.raises(RuleBroken, match="its own kind"):
        place.restore(main, url=other_kind)
    with pytest.raises(BadSetting, match="SECRET_KEY"):
        place.restore(main, keys, secret_key="the secret key of somebody else")
    with pytest.raises(RuleBroken, match="Keys of this backup are missing"):
        place.restore(main, url=place.other_url)
    change_manifest(main, revision="9999")
    with pytest.raises(RuleBroken, match="does not know"):
        place.restore(main)
    damage(next(main.glob("main.*")))
    with pytest.raises(RuleBroken, match="damaged or missing"):
        place.restore(main)
    (main / "manifest.json").write_text("[]")
    with pytest.raises(RuleBroken, match="damaged or of another release"):
        place.restore(main)

    with open_office_at(place.url) as office:
        assert office.message(newer).state is OutboxState.QUEUED


def change_manifest(folder: Path, **changes: str) -> None:
    file = folder / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))


def damage(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(bytes(content))


def test_a_restore_refuses_while_a_program_runs(place: Place) -> None:
    with open_office_at(place.url) as office:
        office.queue(office.amina, "so that there is something")
        main, _ = place.back_up()
        office.do(hold_lease, "a program", real_now=LATER)

        with pytest.raises(RuleBroken, match="A program runs"):
            place.restore(main)


def test_a_restore_refuses_while_a_second_program_stands_by(place: Place) -> None:
    with open_office_at(place.url):
        main, _ = place.back_up()

        with pytest.raises(RuleBroken, match="Another program has the database open"):
            place.restore(main)


def test_a_damaged_database_is_not_copied_as_if_it_were_sound(sqlite_place: Place) -> None:
    live = sqlite_place.folder / "tettpa.db"
    with sqlite3.connect(live) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    content = bytearray(live.read_bytes())
    content[8192:12288] = b"\xff" * 4096
    live.write_bytes(bytes(content))

    with pytest.raises(StorageUnavailable, match="damaged"):
        sqlite_place.back_up()

    assert list((sqlite_place.folder / "main").iterdir()) == []
