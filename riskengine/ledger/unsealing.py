"""Unsealing: pseudonyms become what was read again, on the way out to a grading or to a person who may see it."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import sqlalchemy as sa

from riskengine.kernel.errors import UsageError
from riskengine.kernel.problems import Problem
from riskengine.ledger.opening import keys_of
from riskengine.ledger.pseudonyms import MARK, PSEUDONYM
from riskengine.ledger.schema import VAULT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.engine import Connection

    from riskengine.ledger.keys import Keys
    from riskengine.ledger.opening import Ledger

_AT_ONCE = 500  # pseudonyms that are asked for in one query
_REMEMBERED = 200_000


class Unsealing:
    """Opens what pseudonyms stand for, and remembers it for as long as it lives.

    Of a person whose texts were deleted every pseudonym becomes the person's own, so that their records still join.

    Attributes:
        deleted: the persons met whose texts are gone.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._keys: Keys | None = None
        self._known: dict[str, str] = {}
        self.deleted: set[str] = set()

    def text(self, text: str) -> str:
        """A text with the pseudonyms in it opened."""
        return text if MARK not in text else self.texts([text])[0] or ""

    def texts(self, texts: Sequence[str | None]) -> list[str | None]:
        """Texts with the pseudonyms in them opened.

        Raises:
            UsageError: the key is not there or is another ledger's (RE-880 to RE-885); what was sealed was altered
                (RE-889).
        """
        marked = [at for at, text in enumerate(texts) if text is not None and MARK in text]
        opened = list(texts)
        if not marked:
            return opened
        self._learn({each for at in marked for each in PSEUDONYM.findall(str(texts[at]))})
        known = self._known
        for at in marked:
            text = str(texts[at])
            opened[at] = known.get(text) or PSEUDONYM.sub(lambda match: known.get(match[0], match[0]), text)
        return opened

    def cells(self, cells: Mapping[str, str]) -> dict[str, str]:
        """Cells by column, as JSON objects of the ledger hold them, opened; columns as well."""
        if not any(MARK in name or MARK in cell for name, cell in cells.items()):
            return dict(cells)
        opened = self.texts([*cells, *cells.values()])
        return {str(name): str(cell) for name, cell in zip(opened[: len(cells)], opened[len(cells) :], strict=True)}

    def _learn(self, wanted: Iterable[str]) -> None:
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        missing = sorted(each for each in wanted if each not in self._known)
        for first in range(0, len(missing), _AT_ONCE):
            query = sa.select(VAULT).where(VAULT.c.pseudonym.in_(missing[first : first + _AT_ONCE]))
            for made, person, sealed, _ in self._connection.execute(query).all():
                if sealed is None:
                    self.deleted.add(person)
                self._known[made] = person if sealed is None else self.unsealed(made, sealed)

    def unsealed(self, made: str, sealed: str) -> str:
        """What is sealed for a pseudonym.

        Raises:
            UsageError: as :meth:`texts`.
        """
        from cryptography.exceptions import InvalidTag

        if self._keys is None:
            self._keys = keys_of(self._connection)
        try:
            return self._keys.cipher.decrypt(base64.b64decode(sealed), [made.encode()]).decode()
        except (InvalidTag, ValueError):
            raise UsageError([Problem("RE-889", found=made)]) from None


class Veiled:
    """In the place of :class:`Unsealing` where there is no key: pseudonyms stay what they are."""

    def text(self, text: str) -> str:
        """The text."""
        return text

    def texts(self, texts: Sequence[str | None]) -> list[str | None]:
        """The texts."""
        return list(texts)

    def cells(self, cells: Mapping[str, str]) -> dict[str, str]:
        """The cells."""
        return dict(cells)


def for_showing(connection: Connection) -> Unsealing | Veiled:
    """What opens pseudonyms where the key is there, and leaves them where it is not.

    Raises:
        UsageError: what is there is another ledger's key or no key (RE-881 to RE-883).
    """
    try:
        keys_of(connection)
    except UsageError as error:
        if {problem.code for problem in error.problems} <= {"RE-880", "RE-885"}:
            return Veiled()
        raise
    return Unsealing(connection)


def persons_of(connection: Connection, texts: Iterable[str]) -> dict[str, str]:
    """Pseudonym → the person's own: what an id is compared by, whatever its writing; of those among ``texts``."""
    wanted = sorted({text for text in texts if PSEUDONYM.fullmatch(text)})
    found: dict[str, str] = {}
    for first in range(0, len(wanted), _AT_ONCE):
        query = sa.select(VAULT.c.pseudonym, VAULT.c.person).where(
            VAULT.c.pseudonym.in_(wanted[first : first + _AT_ONCE])
        )
        found |= {str(made): str(person) for made, person in connection.execute(query)}
    return found


def shown_persons(ledger: Ledger, persons: Iterable[str]) -> dict[str, str]:
    """Pseudonym → the number of the person, in clear; the pseudonym where the key is not there or nothing is sealed."""
    with ledger.reading() as connection:
        opener, wanted = for_showing(connection), sorted(persons)
        return {person: str(text) for person, text in zip(wanted, opener.texts(wanted), strict=True)}
