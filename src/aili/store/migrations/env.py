"""Run by alembic: hands the connection of ``migrating.upgrade`` to the scripts, whose transaction is already open."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
