"""Opening a ledger: a SQLite file or a PostgreSQL database, its tables made or checked, its transactions."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from riskengine.kernel.errors import MissingExtraError, UsageError
from riskengine.kernel.problems import Problem
from riskengine.ledger.keys import has_keys, make_keys, open_keys, place_of, refuse_clear_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import URL, Connection, Engine

    from riskengine.ledger.keys import Keys

SQLITE, POSTGRESQL = "sqlite", "postgresql"
PATIENCE = 60
"""Seconds that a writer waits for another one."""

_WRITES = "ledger_writes"
_LOCK = 0x5249534B4C454447  # one writer at a time in a PostgreSQL database: any number, so it be always the same
_VERSION_TABLE = "ledger_schema"
_LEDGER = "riskengine.ledger"


class Ledger:
    """An open ledger. Any number of processes may read and write it at once; writers go one after another.

    Attributes:
        engine: SQLAlchemy's engine.
        name: the database as messages name it: without a password.
        key: the file of its key; None where none is named.
    """

    def __init__(self, engine: Engine, name: str, key: Path | None = None) -> None:
        self.engine, self.name, self.key = engine, name, key
        self._keys: Keys | None = None

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a SQLite file."""
        return self.engine.dialect.name == SQLITE

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the ledger.

        Raises:
            UsageError: the database fails (RE-851).
        """
        with self._told(), self.engine.connect() as connection:
            if not self.is_sqlite:
                connection.execution_options(isolation_level="REPEATABLE READ")
            connection.info[_LEDGER] = self
            with connection.begin():
                yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that no other writer's overlaps: everything in it happens, or nothing.

        Raises:
            UsageError: the database fails (RE-851), or another writer held it for longer than ``PATIENCE`` (RE-853).
        """
        with self._told(), self.engine.connect() as connection:
            connection.execution_options(**{_WRITES: True})
            connection.info[_LEDGER] = self
            with connection.begin():
                yield connection

    @contextlib.contextmanager
    def apart(self) -> Iterator[Connection]:
        """A connection without a transaction, for locks that outlast one.

        Raises:
            UsageError: the database fails (RE-851).
        """
        with self._told(), self.engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

    @contextlib.contextmanager
    def outside(self) -> Iterator[Any]:
        """The driver's own connection, outside of any transaction, for what databases do in none.

        Raises:
            UsageError: the database fails (RE-851), or is held for too long (RE-853).
        """
        with self._told():
            pooled = self.engine.raw_connection()
            driver: Any = pooled.driver_connection
            pooled.detach()  # its settings are for no other
            try:
                if not self.is_sqlite:
                    driver.autocommit = True
                    driver.execute(f"SET lock_timeout = '{PATIENCE}s'")
                yield driver
            finally:
                pooled.close()

    def keys(self, connection: Connection) -> Keys:
        """Its inner keys, for personal numbers: read when they are first asked for.

        Raises:
            UsageError: the file of the key is not there, is none, or is another ledger's (RE-880 to RE-885).
        """
        if self._keys is None:
            self._keys = open_keys(connection, self.key, self.name)
        return self._keys

    def forget_keys(self) -> None:
        """Read the keys again when they are next asked for."""
        self._keys = None

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """What the database says goes to the user as a problem, without a traceback and without a password."""
        try:
            yield
        except sa.exc.DBAPIError as error:
            raise UsageError([self._problem(error.orig or error)]) from error
        except self.engine.dialect.loaded_dbapi.Error as error:  # of rows that went past SQLAlchemy
            raise UsageError([self._problem(error)]) from error

    def _problem(self, error: BaseException) -> Problem:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        if "database is locked" in reason or "lock timeout" in reason:
            return Problem("RE-853", source=self.name, params=(("seconds", str(PATIENCE)),))
        return Problem("RE-851", source=self.name, params=(("reason", reason),))

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def keys_of(connection: Connection) -> Keys:
    """The inner keys of the ledger whose transaction a connection is in.

    Raises:
        UsageError: as :meth:`Ledger.keys`.
    """
    ledger: Ledger = connection.info[_LEDGER]
    return ledger.keys(connection)


def open_ledger(url: str, key: Path | None = None) -> Ledger:
    """Open a ledger that has been made.

    Args:
        url: the path of a SQLite file, ``sqlite:///FILE``, or ``postgresql://[USER[:PASSWORD]@]HOST[:PORT]/DATABASE``.
        key: the file of its key; None for that of ``RISKENGINE_KEY``, else the one beside a SQLite file. It is read
            where a personal number is met: much can be done without.

    Raises:
        UsageError: it is no such address (RE-854), cannot be reached (RE-851), is no ledger (RE-852), or was made by
            another version of the program (RE-855).
        MissingExtraError: PostgreSQL's driver is not installed (RE-850).
    """
    address = _address(url)
    if address.drivername.startswith(SQLITE) and not Path(str(address.database)).is_file():
        raise UsageError([Problem("RE-852", source=_shown(address))])
    with _closed_if_it_fails(_connect(address, key)) as ledger:
        with ledger.reading() as connection:
            held, newest = _revision(connection), _script().get_current_head()
        if held is None:
            raise UsageError([Problem("RE-852", source=ledger.name)])
        if held != newest:
            raise UsageError([Problem("RE-855", source=ledger.name, found=held, params=(("newest", str(newest)),))])
        return ledger


def init_ledger(url: str, key: Path | None = None) -> tuple[Ledger, bool]:
    """Make a ledger, or bring one that an older version made to this one's tables; all of it or nothing.

    Args:
        url: as in :func:`open_ledger`.
        key: the file of its key, made where it is not there; None as in :func:`open_ledger`.

    Returns:
        the ledger, and whether anything was done.

    Raises:
        UsageError, MissingExtraError: as :func:`open_ledger`; RE-855 where a newer version made it, RE-884 where an
            older one filled it with personal numbers in clear, RE-885 where no file is named for the key.
    """
    address = _address(url)
    if address.drivername.startswith(SQLITE):
        with contextlib.suppress(OSError):  # what stands in the way is said by the database
            Path(str(address.database)).parent.mkdir(parents=True, exist_ok=True)
    script = _script()
    with _closed_if_it_fails(_connect(address, key)) as ledger, ledger.writing() as connection:
        held = _revision(connection)
        if held is not None:
            refuse_clear_numbers(connection, ledger.name)
        if held == script.get_current_head():
            return ledger, False
        if held is not None and held not in {step.revision for step in script.walk_revisions()}:
            newest = (("newest", str(script.get_current_head())),)
            raise UsageError([Problem("RE-855", source=ledger.name, found=held, params=newest)])
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if not has_keys(connection):
            make_keys(connection, ledger.key)
    return ledger, True


@contextlib.contextmanager
def _closed_if_it_fails(ledger: Ledger) -> Iterator[Ledger]:
    try:
        yield ledger
    except BaseException:
        ledger.close()
        raise


def _address(url: str) -> URL:
    """The database that a user named.

    Raises:
        UsageError: it is no address of a kind that is known (RE-854).
    """
    if "://" not in url:
        return sa.URL.create(SQLITE, database=url)
    try:
        address = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise UsageError([Problem("RE-854", found=url.partition("://")[0])]) from None
    kind = address.get_backend_name()
    if kind not in {SQLITE, POSTGRESQL, "postgres"} or (kind == SQLITE and not address.database):
        raise UsageError([Problem("RE-854", found=address.drivername)])
    return address if kind == SQLITE else address.set(drivername="postgresql+psycopg")


def _shown(address: URL) -> str:
    """A database as messages name it."""
    if address.get_backend_name() == SQLITE:
        return str(address.database)
    return address.set(drivername=POSTGRESQL).render_as_string(hide_password=True)


def _connect(address: URL, key: Path | None = None) -> Ledger:
    try:
        engine = sa.create_engine(address, hide_parameters=True)
    except ModuleNotFoundError as error:
        raise MissingExtraError([Problem("RE-850", found=error.name, params=(("extra", "postgres"),))]) from None
    if engine.dialect.name == SQLITE:
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    else:
        sa.event.listen(engine, "begin", _begin_postgresql)
    file = str(address.database) if engine.dialect.name == SQLITE else None
    return Ledger(engine, _shown(address), place_of(file, key))


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own notion of transactions does not cover CREATE TABLE: they are begun below, by hand.
    connection.isolation_level = None
    for setting in (f"busy_timeout={PATIENCE * 1000}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {setting}").close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get(_WRITES):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def _config() -> Config:
    config = Config()
    folder = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", folder.replace("%", "%%"))
    return config


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _revision(connection: Connection) -> str | None:
    """The step of the migrations that a database has reached; None where it has none of the ledger's tables."""
    context = MigrationContext.configure(connection, opts={"version_table": _VERSION_TABLE})
    return context.get_current_revision()
