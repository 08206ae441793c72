"""Whether the lists of a commitment say what they should: numbers without a gap, sizes by the shares, one order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.kernel.errors import RiskEngineError
from riskengine.kernel.masking import mask_whole
from riskengine.supervision.draw import forms
from riskengine.supervision.draw.committed import differs
from riskengine.supervision.draw.committing import published
from riskengine.supervision.draw.population import Listed
from riskengine.supervision.draw.shares import Shares, sample_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskengine.kernel.problems import Problem
    from riskengine.supervision.draw.folder import Commitment


def inconsistencies(commitment: Commitment, *, public_alone: bool) -> list[Problem]:
    """What of the lists does not fit the rest (RE-909).

    Args:
        commitment: its files have the hashes that it names.
        public_alone: whether the private lists are not there.
    """
    try:
        problems = [*_strata(commitment), *_operators(commitment)]
        if not public_alone:
            problems += [*_who(commitment), *_officers(commitment)]
    except RiskEngineError as error:
        return list(error.problems)
    except (ValueError, KeyError, TypeError, IndexError):
        return [differs(forms.COMMITMENT, "its lists cannot be read")]
    return problems


def _strata(commitment: Commitment) -> Iterator[Problem]:
    shares = Shares(**commitment.content["shares"])
    expected = 1
    for stratum in commitment.strata:
        at = str(stratum.stratum)
        if stratum.first != expected or stratum.last - stratum.first + 1 != stratum.operators or stratum.operators < 1:
            yield differs(forms.STRATA, "the numbers of a stratum do not follow those of the one before", at)
        if stratum.share != shares.of(stratum.grade or None):
            yield differs(forms.STRATA, "the share is not the one that is stated for the grade", at)
        elif stratum.drawn != sample_size(stratum.share, stratum.operators, shares.rounding, shares.at_least):
            yield differs(forms.STRATA, "the number to draw is not the share of the operators", at)
        expected = stratum.last + 1
    if expected - 1 != len(commitment.operators):
        yield differs(forms.STRATA, "the strata do not hold all operators of the list")


def _operators(commitment: Commitment) -> Iterator[Problem]:
    listed = commitment.operators
    by_county = commitment.content["shares"]["by"] == "county_and_grade"
    for stratum in commitment.strata:
        for at, row in enumerate(listed[stratum.first - 1 : stratum.last], stratum.first):
            if row.number != at or row.stratum != stratum.stratum:
                yield differs(forms.OPERATORS, "an operator does not stand at the place of its number", str(row.number))
                return
            if by_county and row.county != stratum.county:
                yield differs(forms.OPERATORS, "an operator stands in the stratum of another county", str(row.number))
                return


def _who(commitment: Commitment) -> Iterator[Problem]:
    """The private list is the published one with names, sorted by id within each stratum."""
    grades = {stratum.stratum: stratum.grade for stratum in commitment.strata}
    before = (0, "")
    for row, shown in zip(commitment.stream(forms.WHO_OPERATORS), commitment.operators, strict=True):
        number, operator = int(row["number"]), row["operator_id"]
        if published(Listed(number, shown.stratum, operator, row["name"], row["county"], row["grade"])) != shown:
            yield differs(forms.OPERATORS, "it is not the private list, masked", str(number))
            return
        if row["grade"] != grades[shown.stratum]:
            yield differs(forms.OPERATORS, "an operator stands in the stratum of another grade", str(number))
            return
        if before >= (shown.stratum, operator):
            yield differs(forms.OPERATORS, "it is not sorted by id", str(number))
            return
        before = (shown.stratum, operator)


def _officers(commitment: Commitment) -> Iterator[Problem]:
    until = commitment.until_day.isoformat()
    shown = commitment.rows(forms.INSPECTORS)
    for at, (row, public) in enumerate(zip(commitment.rows(forms.WHO_INSPECTORS), shown, strict=True), 1):
        masked = {"certificate": mask_whole(row["certificate"]), "county": row["county"]}
        expected = {"number": str(at), **masked, "valid_until": row["valid_until"]}
        if public != expected or row["number"] != str(at):
            yield differs(forms.INSPECTORS, "it is not the private list, masked", str(at))
            return
        if row["valid_until"] < until:
            yield differs(forms.INSPECTORS, "a certificate ends before the inspections do", str(at))
