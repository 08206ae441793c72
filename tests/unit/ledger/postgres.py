"""A PostgreSQL server for tests: that of RISKENGINE_TEST_POSTGRES, or one of their own in a temporary folder."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ENV = "RISKENGINE_TEST_POSTGRES"
"""A URL of a server on which tests may make and drop databases."""


def program(name: str) -> str | None:
    """A program of the server, which Debian keeps off the path."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return shutil.which(name, path=os.pathsep.join(map(str, [*places, os.environ.get("PATH", "")])))


def why_not() -> str | None:
    """Why no server can be had; None where one can."""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return "psycopg is not installed"
    if os.environ.get(ENV):
        return None
    if program("initdb") is None or program("pg_ctl") is None:
        return f"PostgreSQL's server is not installed and {ENV} is not set"
    if os.geteuid() == 0 and _unprivileged() is None:
        return "PostgreSQL does not run as root, and there is no user postgres"
    return None


@contextlib.contextmanager
def server() -> Iterator[str]:
    """The URL of a running server."""
    if os.environ.get(ENV):
        yield os.environ[ENV]
        return
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # short, for the path of a socket may be 107 long
    user = _unprivileged() if os.geteuid() == 0 else None
    if user is not None:
        shutil.chown(folder, user)
    data = folder / "data"
    settings = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c max_connections=40"
    try:
        _run(["initdb", "-D", str(data), "-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"], user)
        _run(["pg_ctl", "-D", str(data), "-w", "-o", settings, "-l", str(folder / "log"), "start"], user)
        try:
            yield f"postgresql://tests@/postgres?host={folder}"
        finally:
            _run(["pg_ctl", "-D", str(data), "-m", "immediate", "stop"], user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def database(url: str, name: str, like: str = "template1") -> Iterator[str]:
    """The URL of a new database on a server, a copy of another one; it goes afterwards."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
    try:
        yield url.replace("/postgres?", f"/{name}?") if "/postgres?" in url else _with_database(url, name)
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _with_database(url: str, name: str) -> str:
    import sqlalchemy as sa

    return sa.make_url(url).set(database=name).render_as_string(hide_password=False)


def owner() -> str | None:
    """Whose files a server of the tests' own reads; None where it is the tests' own account."""
    return _unprivileged() if os.geteuid() == 0 else None


def _unprivileged() -> str | None:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else None


def _run(command: list[str], user: str | None) -> None:
    found = program(command[0])
    assert found is not None
    done = subprocess.run(
        [found, *command[1:]],
        user=user,
        cwd="/",
        stdout=subprocess.DEVNULL,  # not a pipe: the server would hold it open
        stderr=subprocess.DEVNULL,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, command
