"""Alembic's way in: runs the steps on the connection it is given.

A connection that is in a transaction keeps all steps in it. Otherwise each step is a transaction of
its own, so that no lock is held for longer than one step needs it.
"""

from alembic import context

from bot.storage.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    compare_server_default=True,
    # Our SQLite connections open real transactions, so a step that fails leaves nothing behind.
    transactional_ddl=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
