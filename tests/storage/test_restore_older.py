"""A backup of an earlier release goes back into this one, with everybody and everything in it."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from bot.domain.errors import RuleBroken
from bot.domain.messages import OutboxState
from bot.storage.engine import make_engine
from bot.storage.keys import derive_master_key
from bot.storage.migrate import upgrade
from bot.storage.revisions import current_revision, head_revision
from tests.migrations.revisions import EARLIER
from tests.migrations.sample_rows import move_sequences, reflect
from tests.real_office import NOON, SECRET_KEY, open_office_at
from tests.storage.backup_place import LATER, Place
from tests.storage.test_backup import change_manifest


def copy_into_older_schema(url: str, older_url: str, revision: str) -> None:
    """What the same people would have left in a database of an earlier release."""
    upgrade(older_url, master_key=derive_master_key(SECRET_KEY), revision=revision)
    newer, older = make_engine(url), make_engine(older_url)
    with newer.connect() as reading, older.begin() as writing:
        present, past = reflect(reading), reflect(writing)
        for table in past.sorted_tables:
            writing.execute(table.delete())
        for table in past.sorted_tables:
            columns = [present.tables[table.name].c[column.name] for column in table.columns]
            rows = [dict(row) for row in reading.execute(select(*columns)).mappings()]
            if rows:
                writing.execute(insert(table), rows)
        move_sequences(writing, past)
    newer.dispose()
    older.dispose()


@pytest.mark.parametrize("revision", EARLIER)
def test_a_backup_of_each_earlier_release_is_upgraded(place: Place, revision: str) -> None:
    with open_office_at(place.url) as office:
        waiting = office.queue(office.amina, "ærlig ord", not_before=NOON + timedelta(days=9))
        due = office.queue(office.ben, "due before the restore")
    _, keys = place.back_up()
    copy_into_older_schema(place.url, place.other_url, revision)
    main, _ = place.back_up(NOON + timedelta(minutes=1), url=place.other_url)

    done = place.restore(main, keys, url=place.other_url)

    with open_office_at(place.other_url, now=LATER) as office:
        assert office.amina.first_name == "Amina"
        assert office.message(waiting).body == waiting.body
        assert office.message(waiting).state is OutboxState.QUEUED
        assert office.message(due).state is OutboxState.HELD_BACK
        office.queue(office.ben, "a new one")
    engine = make_engine(place.other_url)
    assert current_revision(engine) == head_revision()
    engine.dispose()
    assert (done.manifest.revision, done.revision) == (revision, head_revision())


def test_a_backup_of_a_newer_release_is_refused_in_one_sentence(place: Place) -> None:
    main, _ = place.back_up()
    change_manifest(main, revision="9999", release="9.9.9")

    with pytest.raises(RuleBroken) as refused:
        place.restore(main)

    assert str(refused.value) == (
        "The backup has schema 9999, which this release does not know: "
        "install release 9.9.9 or newer."
    )
    with open_office_at(place.url) as office:
        assert office.amina.first_name == "Amina"
