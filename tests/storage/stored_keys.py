"""What the table of keys holds: the wrapped keys, and on PostgreSQL every byte of its file."""

from sqlalchemy import Engine, select

from bot.storage.keys import sealing_key


def wrapped_keys(engine: Engine) -> dict[str, bytes]:
    """By the key's id."""
    with engine.connect() as connection:
        rows = connection.execute(select(sealing_key.c.key_id, sealing_key.c.wrapped)).all()
    return {row.key_id: row.wrapped for row in rows}


def table_file(engine: Engine) -> bytes:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CHECKPOINT")
        content: bytes = connection.exec_driver_sql(
            "SELECT pg_read_binary_file(pg_relation_filepath('keys.sealing_key'))"
        ).scalar_one()
    return content
