"""The private PostgreSQL server of the tests, as it comes with the wheel."""

import psycopg
import pytest

from tests.databases import CHOICE, NoPostgresql, PostgresqlServer


def test_the_wheel_brings_a_server_where_the_machine_has_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(CHOICE, "wheel")

    server = PostgresqlServer()
    try:
        template = server.template(_fill)
        copy, empty = server.fresh_database(template=template), server.fresh_database()

        assert _tables(copy) == ["sample"]
        assert _tables(empty) == []
        server.crash()
        server.start()
        assert _tables(copy) == ["sample"]
    finally:
        server.stop()

    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(copy, connect_timeout=5)


def test_an_unknown_choice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CHOICE, "cloud")

    with pytest.raises(NoPostgresql, match="it may be system or wheel"):
        PostgresqlServer()


def _fill(address: str) -> None:
    with psycopg.connect(address) as connection:
        connection.execute("CREATE TABLE sample (number integer)")


def _tables(address: str) -> list[str]:
    with psycopg.connect(address) as connection:
        rows = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
    return [name for (name,) in rows]
