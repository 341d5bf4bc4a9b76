"""Brings a library's tables forward, from whichever released form, in one transaction that other processes wait for.

BEGIN IMMEDIATE is the lock: of two processes that start together one migrates, the other waits and then finds nothing to
do. A step that fails is undone with all that came before it.
"""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

SCRIPTS = "aili.store:migrations"


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run every migration up to ``revision`` that the library has not had; the library is unchanged where one fails."""
    with engine.connect() as connection:
        # A table made anew for a changed column would take the rows that refer to it along; the check below holds instead.
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"migrating to {revision} would leave {len(broken)} rows that refer to nothing")
        except BaseException:
            connection.rollback()
            raise
        else:
            connection.commit()
        finally:
            connection.exec_driver_sql("PRAGMA foreign_keys = ON")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    return config
