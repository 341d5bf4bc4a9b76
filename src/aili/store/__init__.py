"""The library's database: one SQLite file through SQLAlchemy Core, with its migrations and its full-text search.

Measured (20 kill -9 with two writers): with WAL and ``synchronous=FULL`` no acknowledged commit is lost, at about 145
commits a second. Every change begins with BEGIN IMMEDIATE, so that a writer waits at the start and never fails at its end.
"""

from __future__ import annotations

import errno
import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from aili.errors import (
    LibraryBusyError,
    LibraryDamagedError,
    LibraryError,
    LibraryFullError,
    LibraryVersionError,
)
from aili.store.reserve import Reserve

log = logging.getLogger(__name__)

HEAD = "0001"  # the newest migration; what has it needs no alembic (0.3 s to import)
APPLICATION = 0x61696C69  # "aili", in the file's header: tells a library from any other SQLite file
_ELSEWHERE = "Name another file with --library or AILI_LIBRARY."
WAIT = 10.0  # seconds that a writer waits for another


class Store:
    """A library file. Made by ``Store.open``; safe to use from several threads and beside other processes."""

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self._engine = engine
        self._reserve = Reserve(path)

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open the library at ``path``, make it where there is none, bring an older one to the newest form.

        Raises LibraryError: damaged, made by a newer aili, on a full disk, not permitted.
        """
        if path.is_dir():
            raise LibraryError(
                f"{path} is a folder, not a library.", hint=f"Name a file in it, such as {path / 'library.db'}."
            )
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not path.exists():
                path.touch(mode=0o600)
        except OSError as error:
            raise _unopened(path, error) from error
        engine = create_engine(
            URL.create("sqlite+pysqlite", database=str(path)),
            poolclass=QueuePool,
            pool_size=8,
            max_overflow=56,
            connect_args={"timeout": WAIT, "check_same_thread": False},
        )
        event.listen(engine, "connect", _pragmas)
        store = cls(path, engine)
        try:
            store._prepare()
        except BaseException:
            engine.dispose()
            raise
        return store

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one moment of the library and changes nothing."""
        with self._translated(), self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            try:
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def writing(self, *, spare: bool = False) -> Iterator[Connection]:
        """A connection whose changes happen together at the end of the block, or not at all.

        ``spare`` is for what must be possible on a full disk too, because it makes room or ends a piece of work: it may use
        the library's reserve.
        """
        short = spare and self._reserve.short()
        if short:
            self._reserve.give_up()
        with self._translated(), self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()
            if short:
                _shrink(connection)
        if spare:
            self._reserve.make()

    def backup(self, target: Path) -> None:
        """Copy the library into the new file ``target`` while others go on using it; raises LibraryError."""
        try:
            target.touch(mode=0o600, exist_ok=False)
        except FileExistsError as error:
            raise LibraryError(f"{target} exists already.", hint="Name a new file.") from error
        except OSError as error:
            raise LibraryError(f"{target} could not be written: {_reason(error)}.") from error
        try:
            with self._translated(target), self._engine.connect() as connection:
                copy = sqlite3.connect(target)
                try:
                    _driver(connection).backup(copy)
                finally:
                    copy.close()
        except BaseException:
            target.unlink(missing_ok=True)
            raise

    def faults(self) -> tuple[str, ...]:
        """What is wrong with the file, with references in it, with its search index; nothing where all is well."""
        with self.reading() as connection:
            found = [str(row[0]) for row in connection.execute(text("PRAGMA integrity_check")) if row[0] != "ok"]
            found += [
                f"a row of its table {row[0]} refers to something that is gone"
                for row in connection.execute(text("PRAGMA foreign_key_check"))
            ]
            missing, left = connection.execute(_INDEXED).one()
            if missing:
                found.append(f"the search index lacks {missing:,} of the digests")
            if left:
                found.append(f"the search index names {left:,} digests that are gone")
        with self.writing(spare=True) as connection:
            try:
                connection.exec_driver_sql("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)")
            except DBAPIError as error:
                found.append(f"the search index is damaged: {error.orig}")
        return tuple(found)

    def _prepare(self) -> None:
        try:
            version = self._version()
        except LibraryFullError:
            # Even a reader needs 32 KB, for the index of the log that all processes share.
            if not self._reserve.give_up():
                raise
            version = self._version()
        if version != HEAD:
            if version > HEAD:
                raise LibraryVersionError(
                    f"The library {self.path} was made by a newer aili (form {version}, this one knows {HEAD}).",
                    hint="Install the newest aili.",
                )
            from aili.store.migrating import (
                upgrade,
            )  # here: alembic takes 0.3 s to import, and is needed once a release

            with self._translated():
                upgrade(self._engine)
        self._reserve.make()

    def _version(self) -> str:
        """The form that the library has, empty for a new one; raises LibraryDamagedError where it is none."""
        with self.reading() as connection:
            names = {row[0] for row in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))}
            if not names:
                return ""
            mark = connection.execute(text("PRAGMA application_id")).scalar()
            if mark != APPLICATION or "alembic_version" not in names:
                raise LibraryDamagedError(
                    f"{self.path} is a database of another program, no library of aili.",
                    hint=_ELSEWHERE,
                )
            return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")

    @contextmanager
    def _translated(self, path: Path | None = None) -> Iterator[None]:
        path = path or self.path
        try:
            yield
        except DBAPIError as error:
            raise _told(error.orig, path) from error
        except sqlite3.Error as error:
            raise _told(error, path) from error
        except SQLAlchemyError as error:
            raise LibraryError(
                f"The library {path} could not be used: {error}.", hint="Look it over with aili doctor."
            ) from error


_INDEXED = text(
    "SELECT (SELECT count(*) FROM digests WHERE number NOT IN (SELECT rowid FROM search)), "
    "(SELECT count(*) FROM search WHERE rowid NOT IN (SELECT number FROM digests))"
)


def _shrink(connection: Connection) -> None:
    """Give the disk back what the log took and what was freed; what was committed before stands even where this fails."""
    try:
        # A script, since of this pragma a cursor takes one step only, which frees one page.
        _driver(connection).executescript(
            "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA incremental_vacuum(500); PRAGMA wal_checkpoint(TRUNCATE)"
        )
    except sqlite3.Error as error:
        log.warning("The library could not give room back to the disk: %s", error)


def _driver(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def _reason(error: OSError) -> str:
    return "its folder does not exist" if isinstance(error, FileNotFoundError) else error.strerror or str(error)


def _unopened(path: Path, error: OSError) -> LibraryError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return LibraryFullError(
            f"The disk that holds the library {path} is full.", hint="Free some space and try again."
        )
    return LibraryError(f"The library {path} cannot be opened: {error.strerror or error}.", hint=_ELSEWHERE)


def _told(error: BaseException | None, path: Path) -> LibraryError:
    """What an error of SQLite's means to whoever must act; codes: sqlite.org/rescode.html."""
    code = getattr(error, "sqlite_errorcode", None) or 0
    match code & 0xFF:
        case sqlite3.SQLITE_FULL:
            return LibraryFullError(
                f"The disk that holds the library {path} is full.", hint="Free some space and try again."
            )
        case sqlite3.SQLITE_IOERR if code in (sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_WRITE):
            return LibraryFullError(
                f"The disk that holds the library {path} is full.", hint="Free some space and try again."
            )
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return LibraryBusyError(f"Another program is writing to the library {path}.", hint="Try again in a moment.")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return LibraryDamagedError(f"{path} is damaged, or no library of aili.", hint="Put a backup in its place.")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return LibraryError(
                f"The library {path} cannot be written to: its place is read-only, or not yours.",
                hint=_ELSEWHERE,
            )
    return LibraryError(f"The library {path} could not be used: {error}.", hint="Look it over with aili doctor.")


def _pragmas(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by hand: pysqlite's own do not know IMMEDIATE
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {int(WAIT * 1000)}")
    if cursor.execute("PRAGMA page_count").fetchone() == (0,):
        cursor.execute("PRAGMA auto_vacuum = INCREMENTAL")  # decided for ever by the first page
    _log_ahead(cursor)
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA cache_size = -8000")
    cursor.close()


def _log_ahead(cursor: sqlite3.Cursor) -> None:
    """Switch to WAL; two processes that make the same library need a second try, since for this SQLite does not wait."""
    until = time.monotonic() + WAIT
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


__all__ = ["HEAD", "LibraryVersionError", "Store"]
