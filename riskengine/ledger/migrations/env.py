"""What Alembic runs: the steps, on the connection that it is handed, in that connection's transaction."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table="ledger_schema",
    transactional_ddl=True,
)
context.run_migrations()
