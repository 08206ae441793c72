"""The key of a ledger: a file outside the database, without which no personal number in it can be read or computed.

The file's 32 random bytes open two inner keys, which the database holds sealed: one that pseudonyms are made with, one
that texts are sealed with. So the file can be exchanged for another while pseudonyms stay what they are.
Methods: HMAC-SHA-256 (RFC 2104), HKDF (RFC 5869), AES-SIV (RFC 5297).
"""

from __future__ import annotations

import contextlib
import hmac
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem
from riskengine.ledger.schema import CHANGES, KEYS

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV
    from sqlalchemy.engine import Connection

ENV = "RISKENGINE_KEY"
"""The variable that names the file of the key."""

BESIDE = ".key"
"""What the file of the key beside a SQLite file has at the end of its name."""

_BYTES = 32
_INNER = 32 + 64  # of pseudonyms, of AES-SIV with 256 bits
_HOLDS = b"riskengine ledger: inner keys"


@dataclass(frozen=True, slots=True)
class Keys:
    """The inner keys of a ledger.

    Attributes:
        pseudonyms: what pseudonyms are made with.
        cipher: what seals and opens texts.
    """

    pseudonyms: bytes
    cipher: AESSIV

    def digest(self, purpose: str, text: str) -> bytes:
        """HMAC-SHA-256 of a text, another one for each purpose."""
        return hmac.digest(self.pseudonyms, f"{purpose}\x1f{text}".encode(), "sha256")


def place_of(sqlite_file: str | None, given: Path | None) -> Path | None:
    """Where the key is: as given, else as ``RISKENGINE_KEY`` says, else beside a SQLite file; None for nowhere."""
    if given is not None:
        return given
    if os.environ.get(ENV):
        return Path(os.environ[ENV])
    return None if sqlite_file is None else Path(sqlite_file + BESIDE)


def has_keys(connection: Connection) -> bool:
    """Whether a ledger whose tables are those of now has its keys."""
    return bool(connection.execute(sa.select(sa.exists().where(KEYS.c.fingerprint.is_not(None)))).scalar_one())


def refuse_clear_numbers(connection: Connection, name: str) -> None:
    """Refuse what was filled before numbers were sealed: its chain of hashes is over the numbers in clear.

    Raises:
        UsageError: RE-884.
    """
    tables = sa.inspect(connection)
    if not tables.has_table(CHANGES.name) or tables.has_table(KEYS.name):
        return
    if connection.execute(sa.select(sa.exists().where(CHANGES.c.number > 0))).scalar_one():
        raise UsageError([Problem("RE-884", source=name)])


def make_keys(connection: Connection, place: Path | None) -> None:
    """Give a new ledger its inner keys, sealed with the key of the file; the file is made where there is none.

    Raises:
        UsageError: no file is named (RE-885), it cannot be written (RE-880), it is no key (RE-882) or open to others
            (RE-883).
    """
    if place is None:
        raise UsageError([Problem("RE-885")])
    if not place.exists():
        _write(place)
    key = read_key(place)
    sealed = _cipher(_derived(key)).encrypt(os.urandom(_INNER), [_HOLDS])
    connection.execute(sa.insert(KEYS).values(fingerprint=fingerprint(key), sealed=sealed.hex()))


def open_keys(connection: Connection, place: Path | None, ledger: str) -> Keys:
    """The inner keys of a ledger.

    Raises:
        UsageError: no file is named (RE-885), it is not there (RE-880), it is no key (RE-882), others may read it
            (RE-883), or it is the key of another ledger (RE-881).
    """
    if place is None:
        raise UsageError([Problem("RE-885")])
    inner = _inner(connection, read_key(place), place, ledger)
    return Keys(inner[:32], _cipher(inner[32:]))


def exchange_keys(connection: Connection, place: Path | None, new: Path, ledger: str) -> str:
    """Seal the inner keys with the key of another file, which is made where it is not there.

    Returns:
        the fingerprint of the new key.

    Raises:
        UsageError: as :func:`open_keys`.
    """
    if place is None:
        raise UsageError([Problem("RE-885")])
    inner = _inner(connection, read_key(place), place, ledger)
    if not new.exists():
        _write(new)
    key = read_key(new)
    sealed = _cipher(_derived(key)).encrypt(inner, [_HOLDS])
    connection.execute(sa.delete(KEYS))
    connection.execute(sa.insert(KEYS).values(fingerprint=fingerprint(key), sealed=sealed.hex()))
    return fingerprint(key)


def fingerprint(key: bytes) -> str:
    """16 hexadecimal digits by which a key is told from another; they say nothing of it."""
    return hmac.digest(key, b"riskengine ledger: fingerprint", "sha256").hex()[:16]


def read_key(place: Path) -> bytes:
    """The key of a file: 32 bytes, or 64 hexadecimal digits.

    Raises:
        UsageError: it is not there (RE-880), it is no key (RE-882), or others may read it (RE-883).
    """
    try:
        content = place.read_bytes()
        mode = place.stat().st_mode
    except OSError:
        raise UsageError([Problem("RE-880", found=str(place))]) from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UsageError([Problem("RE-883", found=str(place))])
    with contextlib.suppress(ValueError):
        if len(content) > _BYTES:
            content = bytes.fromhex(content.decode("ascii").strip())
    if len(content) != _BYTES:
        raise UsageError([Problem("RE-882", found=str(place))])
    return content


def _write(place: Path) -> None:
    """A new key, for its owner alone; hexadecimal, so that it can be kept on paper.

    Raises:
        UsageError: it cannot be written (RE-880).
    """
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(os.urandom(_BYTES).hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        return  # another process made it meanwhile
    except OSError:
        raise UsageError([Problem("RE-880", found=str(place))]) from None


def _inner(connection: Connection, key: bytes, place: Path, ledger: str) -> bytes:
    from cryptography.exceptions import InvalidTag

    row = connection.execute(sa.select(KEYS)).mappings().first()
    held = "" if row is None else str(row["fingerprint"])
    if row is not None and held == fingerprint(key):
        with contextlib.suppress(InvalidTag, ValueError):
            return _cipher(_derived(key)).decrypt(bytes.fromhex(row["sealed"]), [_HOLDS])
    wrong = (("key", fingerprint(key)), ("held", held))
    raise UsageError([Problem("RE-881", source=ledger, found=str(place), params=wrong)])


def _derived(key: bytes) -> bytes:
    """64 bytes for AES-SIV, of the 32 of the file."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=64, salt=None, info=_HOLDS).derive(key)


def _cipher(key: bytes) -> AESSIV:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

    return AESSIV(key)
