"""After the numbers: the result from the commitment and the numbers, once, with its proof."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from riskengine.kernel.canonical import sha256_of
from riskengine.kernel.errors import InputError, UsageError
from riskengine.kernel.problems import Problem
from riskengine.supervision.draw import forms
from riskengine.supervision.draw.committed import differs, unusable
from riskengine.supervision.draw.committing import put
from riskengine.supervision.draw.drawing import draw
from riskengine.supervision.draw.previous import result_of
from riskengine.supervision.draw.proving import Proof, first_turn, grade_rows
from riskengine.supervision.draw.rfc3797 import key_string

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from riskengine.supervision.draw.drawing import Drawn
    from riskengine.supervision.draw.folder import Commitment
    from riskengine.supervision.draw.numbers import Numbers


@dataclass(frozen=True, slots=True)
class Done:
    """A draw that was carried out."""

    drawn: Sequence[Drawn]
    key: str

    @property
    def without_pair(self) -> int:
        """For how many operators no pair of inspectors is possible."""
        return sum(not each.inspectors for each in self.drawn)


def key_of(commitment: Commitment, numbers: Mapping[str, Sequence[int]]) -> str:
    """The key of the numbers, in the order of the sources."""
    return key_string(numbers[source.id] for source in commitment.sources)


def drawn_by(commitment: Commitment, key: str) -> list[Drawn]:
    """What a key draws."""
    return draw(
        key,
        commitment.strata,
        [row.county for row in commitment.operators],
        commitment.inspectors,
        commitment.excluded,
    )


def public_result(commitment: Commitment, drawn: Sequence[Drawn]) -> bytes:
    """``published/result.csv``: operators as they stand on the published list, inspectors by number."""
    listed = commitment.operators
    rows = []
    for each in drawn:
        who = listed[each.number - 1]
        pair = each.inspectors or ("", "")
        shown = (who.operator_id, who.name, who.county)
        rows.append((each.order, each.stratum, each.number, *shown, each.eligible, *pair))
    return forms.csv_bytes(forms.DRAWN, rows)


def private_result(commitment: Commitment, drawn: Sequence[Drawn]) -> bytes:
    """``private/result.csv``: who they are.

    Raises:
        InputError: a private list is missing or not as it was committed to (RE-909).
    """
    wanted = {each.number for each in drawn}
    numbered = ((int(row["number"]), row) for row in commitment.stream(forms.WHO_OPERATORS))
    listed = {number: row for number, row in numbered if number in wanted}
    officers = {int(row["number"]): row for row in commitment.rows(forms.WHO_INSPECTORS)}
    rows = []
    for each in drawn:
        who = listed[each.number]
        pair = [
            cell for number in each.inspectors for cell in (officers[number]["certificate"], officers[number]["name"])
        ]
        shown = (who["operator_id"], who["name"], who["county"], who["grade"])
        rows.append((each.order, each.number, *shown, *(pair or ("", "", "", ""))))
    return forms.csv_bytes(forms.WHO_DRAWN, rows)


def run_draw(
    commitment: Commitment, numbers: Numbers, day: date, prove: Callable[[Proof], Mapping[str, bytes]]
) -> Done:
    """Draw, and write the result into the folder of the commitment.

    Args:
        commitment: what was committed to.
        numbers: of every source, from :func:`parse_numbers`.
        day: on which it is drawn.
        prove: makes the pages of the proof: name → content.

    Raises:
        UsageError: it was drawn already (RE-908): a draw is not done twice; a source is not known yet (RE-905).
        InputError: a list is not as it was committed to (RE-909).
    """
    if (commitment.folder / forms.RESULT).exists():
        raise UsageError([unusable(commitment.folder, "it was drawn already, and a draw is not done twice")])
    early = [source for source in commitment.sources if day < source.known_on]
    if early:
        reason = (("reason", f"its numbers are not known on {day.isoformat()}"),)
        raise UsageError(
            [Problem("RE-905", column=each.id, found=each.known_on.isoformat(), params=reason) for each in early]
        )
    key = key_of(commitment, numbers)
    drawn = drawn_by(commitment, key)
    files = {
        forms.DRAWN: public_result(commitment, drawn),
        forms.WHO_DRAWN: private_result(commitment, drawn),
    }
    done = Done(drawn, key)
    proof = proof_of(commitment, numbers, key, drawn, hashlib.sha256(files[forms.DRAWN]).hexdigest(), day.isoformat())
    files |= prove(proof)
    content = _content(commitment, numbers, key, day.isoformat(), files)
    put(commitment.folder, {**files, forms.RESULT: forms.json_bytes(content)})
    return done


def proof_of(
    commitment: Commitment,
    numbers: Mapping[str, Sequence[int]],
    key: str,
    drawn: Sequence[Drawn],
    result_sha256: str,
    drawn_on: str,
) -> Proof:
    """What a proof of the draw shows."""
    return Proof(
        commitment=commitment,
        numbers={name: tuple(held) for name, held in numbers.items()},
        key=key,
        drawn_on=drawn_on,
        result_sha256=result_sha256,
        grades=grade_rows(commitment.strata),
        drawn=len(drawn),
        without_pair=sum(not each.inspectors for each in drawn),
        first=first_turn(key, commitment.strata),
    )


def proof_again(commitment: Commitment) -> Proof:
    """The proof of a draw that was carried out, from its folder.

    Raises:
        UsageError: nothing was drawn yet (RE-908).
        InputError: a file is not as it was written (RE-909).
    """
    result = result_of(commitment.folder)
    drawn = drawn_by(commitment, result["key"])
    rows = public_result(commitment, drawn)
    sha256 = hashlib.sha256(rows).hexdigest()
    if sha256 != result["files"].get(forms.DRAWN):
        raise InputError([differs(forms.DRAWN, "the numbers draw others")])
    return proof_of(commitment, result["numbers"], result["key"], drawn, sha256, result["drawn_on"])


def _content(
    commitment: Commitment, numbers: Numbers, key: str, day: str, files: Mapping[str, bytes]
) -> dict[str, Any]:
    content = {
        "format": forms.FORMAT,
        "commitment_sha256": commitment.sha256,
        "drawn_on": day,
        "numbers": {name: list(held) for name, held in numbers.items()},
        "key": key,
        "files": {name: hashlib.sha256(held).hexdigest() for name, held in files.items()},
    }
    return {**content, "sha256": sha256_of(content)}
