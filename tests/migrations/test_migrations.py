"""Every step on both databases: from empty to the tables as they are declared."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from bot.app import upgrade_database
from bot.storage.engine import make_engine
from bot.storage.keys import KeyStore, derive_master_key
from bot.storage.revisions import current_revision, head_revision
from bot.storage.tables import metadata
from tests.staging import SECRET_KEY, settings_for


def _differences(connection: Connection) -> list[object]:
    def is_ours(name: str | None, kind: str, _: object) -> bool:
        return not (kind == "table" and name == "alembic_version")

    context = MigrationContext.configure(
        connection,
        opts={"compare_type": True, "compare_server_default": True, "include_name": is_ours},
    )
    found: list[object] = compare_metadata(context, metadata)
    return found


def test_upgrading_an_empty_database_gives_the_declared_tables(database_url: str) -> None:
    revision = upgrade_database(settings_for(database_url))

    engine = make_engine(database_url)
    with engine.connect() as connection:
        differences = _differences(connection)
    engine.dispose()
    assert revision == head_revision()
    assert differences == []


def test_the_comparison_would_notice_a_missing_column(database_url: str) -> None:
    upgrade_database(settings_for(database_url))
    engine = make_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE participant DROP COLUMN fewer_messages"))

    with engine.connect() as connection:
        differences = _differences(connection)
    engine.dispose()

    assert len(differences) == 1


def test_partial_and_unique_indexes_are_there(database_url: str) -> None:
    upgrade_database(settings_for(database_url))

    engine = make_engine(database_url)
    indexes = {
        index["name"]: bool(index["unique"]) for index in inspect(engine).get_indexes("escalation")
    }
    engine.dispose()

    assert indexes["uq_escalation_open"]


def test_upgrading_again_changes_nothing(database_url: str) -> None:
    settings = settings_for(database_url)
    upgrade_database(settings)
    engine = make_engine(database_url)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO program_state (name, value) VALUES ('kept', '\"yes\"')")
        )

    again = upgrade_database(settings)

    with engine.connect() as connection:
        kept = connection.execute(
            text("SELECT count(*) FROM program_state WHERE name = 'kept'")
        ).scalar_one()
        differences = _differences(connection)
    assert current_revision(engine) == again == head_revision()
    engine.dispose()
    assert kept == 1
    assert differences == []


def test_the_key_store_exists_and_keeps_its_keys_over_another_upgrade(database_url: str) -> None:
    settings = settings_for(database_url)
    upgrade_database(settings)
    keys = KeyStore.beside(database_url, master_key=derive_master_key(SECRET_KEY))
    key_id = keys.create()
    sealed = keys.seal(key_id, b"words", context="test")
    keys.close()

    upgrade_database(settings)

    keys = KeyStore.beside(database_url, master_key=derive_master_key(SECRET_KEY))
    assert keys.open(key_id, sealed, context="test") == b"words"
    keys.close()
