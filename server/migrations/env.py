"""Runs the migrations on the connection that `server.migrate` hands over; nothing here reads settings."""

from alembic import context

from server.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=Base.metadata, compare_type=True, transaction_per_migration=True
)
with context.begin_transaction():
    context.run_migrations()
