"""Sealing: personal numbers and names become pseudonyms on their way in, and what was read is kept once, sealed.

Personal are what masking holds personal: numbers with the shape of a resident or mobile number wherever they stand,
drivers, a natural person's name. Everything that compares, joins or digests sees pseudonyms alone.
"""

from __future__ import annotations

import base64
import contextlib
import json
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from riskengine.contract import sources
from riskengine.contract.sources import SOURCES
from riskengine.ledger.opening import keys_of
from riskengine.ledger.pseudonyms import MARK, NUMBER, OWN, PSEUDONYM, SHORTEST, pseudonym, spans
from riskengine.ledger.schema import CAME_SO, VAULT
from riskengine.records import id_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sqlalchemy.engine import Connection

    from riskengine.ledger.keys import Keys
    from riskengine.ledger.opening import Ledger

_NEVER = {sources.INTEGER, sources.DECIMAL, sources.DATE, sources.WORD, sources.WORDS, sources.AREAS}
_COLUMNS = {column.name: column.type for source in SOURCES.values() for column in source.columns}
_PLAIN = {name for name, kind in _COLUMNS.items() if kind in _NEVER}
_DRIVER = {"driver", "driver_key"}
_REMEMBERED = 200_000


class Sealing:
    """Makes pseudonyms, and remembers what they stand for until :meth:`flush` writes it down.

    What is a pseudonym already stays one: sealing twice is sealing once.
    """

    def __init__(self, keys: Callable[[], Keys]) -> None:
        self._ask = keys
        self._held: Keys | None = None
        self._pending: dict[str, tuple[str, str | None]] = {}
        self._written: set[str] = set()
        self._numbers: dict[str, str] = {}
        self._found: dict[str, str] = {}

    @property
    def _keys(self) -> Keys:
        """The keys, asked for when the first personal number is met: much has none."""
        if self._held is None:
            self._held = self._ask()
        return self._held

    def row(self, entity: str, cells: Mapping[str, Any]) -> dict[str, Any]:
        """The cells of a record, by column, with everything personal in them sealed.

        Args:
            entity: a name of :data:`riskengine.ledger.entities.ENTITIES`.
            cells: texts, numbers, days, None; ``others`` and ``cells`` as JSON texts of texts.
        """
        person = self._person(entity, cells)
        name = cells.get("name") if person else None
        return {column: self._cell(column, value, person, name) for column, value in cells.items()}

    def key(self, text: str) -> str:
        """An id as it is compared, as the ledger compares it; what a person asks for by a pseudonym is that."""
        return self.text(text)

    def number(self, text: str) -> str:
        """A text that is a personal number as a whole, as a driver's certificate is."""
        known = self._numbers.get(text)
        if known is None:
            if PSEUDONYM.fullmatch(text):
                self._pending.setdefault(text, (text, None))
                return text
            known = self._numbers[text] = self._sealed(text, _folded(text))
        return known

    def whose(self, text: str) -> str:
        """The pseudonym of the person whom a number identifies, in any writing of it."""
        text = text.strip()
        return text if PSEUDONYM.fullmatch(text) else pseudonym(self._keys, NUMBER, _folded(text))

    def text(self, text: str, person: str | None = None, name: str | None = None) -> str:
        """A text with the personal numbers in it sealed, and a person's name where it is given.

        Args:
            text: any.
            person: the pseudonym of the person of whose record it is part: a telephone number in it is theirs alone.
            name: that person's name.
        """
        if person is not None:
            return self._of_person(text, person, name)
        if len(text) < SHORTEST:
            return text
        known = self._found.get(text)
        if known is None:
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            known = self._found[text] = self._inline(text, None)
        return known

    def _of_person(self, text: str, person: str, name: str | None) -> str:
        text = self._inline(text, person)  # first the numbers, which are told by what stands beside them
        if not name or len(name) < 2 or name not in text or PSEUDONYM.fullmatch(name):
            return text
        made, between = self._own(name, person), PSEUDONYM.split(text)
        parts = [part.replace(name, made) for part in between]
        return "".join(part for pair in zip(parts, [*PSEUDONYM.findall(text), ""], strict=True) for part in pair)

    def _inline(self, text: str, person: str | None) -> str:
        if MARK in text:
            for each in PSEUDONYM.findall(text):
                self._pending.setdefault(each, (each, None))
        for start, end in reversed(spans(text)):
            found = text[start:end]
            folded = _folded(found)
            is_phone = len(folded) == SHORTEST
            sealed = self._own(found, person) if person and is_phone else self._sealed(found, folded)
            text = text[:start] + sealed + text[end:]
        return text

    def _sealed(self, text: str, folded: str) -> str:
        made = pseudonym(self._keys, NUMBER, text)
        person = made if folded == text else pseudonym(self._keys, NUMBER, folded)
        self._pending.setdefault(made, (person, text))
        return made

    def _own(self, text: str, person: str) -> str:
        """What belongs to one person: the same of another person is another pseudonym, so that one can be deleted."""
        if PSEUDONYM.fullmatch(text):
            self._pending.setdefault(text, (text, None))
            return text
        made = pseudonym(self._keys, OWN, f"{person}\x1f{text}")
        self._pending.setdefault(made, (person or made, text))
        return made

    def person(self, operator_id: str | None) -> str | None:
        """The pseudonym of the natural person whom an operator's id names; None for an organisation."""
        if operator_id is None:
            return None
        found = spans(operator_id)
        if found:
            start, end = found[0]
            return pseudonym(self._keys, NUMBER, _folded(operator_id[start:end]))
        match = PSEUDONYM.search(operator_id)
        return match[0] if match else None

    def _person(self, entity: str, cells: Mapping[str, Any]) -> str | None:
        if entity == "drivers":
            driver = cells.get("driver")
            return None if driver is None else self.whose(str(driver))
        return self.person(cells.get("operator_id")) or self.person(cells.get("operator_key"))

    def _cell(self, column: str, value: Any, person: str | None, name: str | None) -> Any:
        if not isinstance(value, str) or column in _PLAIN or not value:
            return value
        if column in _DRIVER:
            return self.number(value)
        if column == "name" and person is not None:
            return self._own(value, person)
        if column == "others":
            held = json.loads(value)
            sealed = {self.text(key): self.text(cell, person, name) for key, cell in held.items()}
            return json.dumps(sealed, ensure_ascii=False)
        if column == "cells":
            return json.dumps(self._row_as_it_stood(json.loads(value), person), ensure_ascii=False, sort_keys=True)
        return self.text(value)

    def _row_as_it_stood(self, cells: Mapping[str, str], person: str | None) -> dict[str, str]:
        """A row that could not be used: what is wrong with it may be its id, so that its name is always sealed."""
        person = self.person(cells.get("operator_id")) or person
        name = cells.get("name")
        sealed = {}
        for column, text in cells.items():
            if column in _DRIVER:
                sealed[column] = self.number(text)
            elif column == "name":
                sealed[column] = self._own(text, person or "")
            elif column in _COLUMNS:
                sealed[column] = self.text(text)
            else:
                sealed[self.text(column)] = self.text(text, person, name)
        return sealed

    def secret(self, purpose: str, text: str) -> str:
        """A digest of what may hold personal numbers, which cannot be found by trying numbers without the key."""
        return self._keys.digest(purpose, text).hex()

    def flush(self, connection: Connection) -> None:
        """Write down what the pseudonyms made so far stand for: each once, of persons who were deleted none of it."""
        fresh = {made: held for made, held in self._pending.items() if made not in self._written}
        if not fresh:
            return
        gone = _deleted(connection)
        rows = [self._vault_row(made, *held, gone) for made, held in fresh.items()]
        insert = _insert(connection)
        for first in range(0, len(rows), 5_000):
            connection.execute(insert, rows[first : first + 5_000])
        self._written |= fresh.keys()
        self._pending.clear()

    def _vault_row(self, made: str, person: str, text: str | None, gone: Mapping[str, int]) -> dict[str, Any]:
        if text is None or person in gone:
            return {"pseudonym": made, "person": person, "sealed": None, "deleted": gone.get(person, CAME_SO)}
        sealed = self._keys.cipher.encrypt(text.encode(), [made.encode()])
        return {"pseudonym": made, "person": person, "sealed": base64.b64encode(sealed).decode(), "deleted": None}


def sealing(connection: Connection) -> Sealing:
    """What seals texts in a transaction of a ledger; the key is asked for where there is something to seal.

    Raises (when used):
        UsageError: the key is not there or is no key of this ledger (RE-880 to RE-885).
    """
    return Sealing(lambda: keys_of(connection))


@contextlib.contextmanager
def comparing(ledger: Ledger) -> Iterator[Callable[[str], str]]:
    """A function that makes of an id as read, or of a pseudonym, the id as the ledger compares it.

    Raises (when called):
        UsageError: the id is a personal number, and the key is not there (RE-880 to RE-885).
    """
    with ledger.reading() as connection:
        seal = sealing(connection)
        yield lambda text: seal.key(str(id_of(text)))


def _folded(number: str) -> str:
    """A number in the form in which one person's are the same: half-width, upper case; a telephone's digits alone."""
    folded = id_of(number)
    if not isinstance(folded, str):
        return number
    digits = folded.replace("-", "").replace(" ", "").removeprefix("+").removeprefix("86")
    is_phone = len(digits) == SHORTEST and spans(folded) == [(0, len(folded))]
    return digits if is_phone else folded


def _deleted(connection: Connection) -> dict[str, int]:
    """Person → the change by which their texts were deleted."""
    query = (
        sa.select(VAULT.c.person, sa.func.max(VAULT.c.deleted))
        .where(VAULT.c.deleted > CAME_SO)
        .group_by(VAULT.c.person)
    )
    return {person: int(change) for person, change in connection.execute(query)}


def _insert(connection: Connection) -> Any:
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as postgresql

        return postgresql(VAULT).on_conflict_do_nothing()
    from sqlalchemy.dialects.sqlite import insert as sqlite

    return sqlite(VAULT).on_conflict_do_nothing()
