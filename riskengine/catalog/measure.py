"""A preventive measure: who does what when, so that a risk point does not come about."""

from typing import Literal

from riskengine.catalog.citation import Citation
from riskengine.catalog.part import AreaCode, MeasureCode, Part, RiskPointCode, Words


class MeasureEntry(Part):
    """A measure as it stands in ``measures/<AREA>.yaml``.

    Attributes:
        risk_point: the risk point that it serves.
        kind: whose it is: the ``operator``'s or the ``regulator``'s.
        phase: ``prevent``, ``remind`` or ``correct``.
        text, who, when: what is done, by whom, when. Frequencies are local policy unless the basis sets them.
        channel: how it reaches the operator.
        basis: the article that it serves; ``earlier_basis`` the same rule in the version before.
    """

    risk_point: RiskPointCode
    kind: Literal["operator", "regulator"]
    phase: Literal["prevent", "remind", "correct"]
    text: Words
    who: Words
    when: Words
    channel: Literal["self-check", "system check", "letter", "site visit", "training", "sign"]
    basis: Citation | None = None
    earlier_basis: Citation | None = None


class Measure(MeasureEntry):
    """A measure of a loaded catalogue, with its code."""

    code: MeasureCode


class MeasuresFile(Part):
    """``measures/<AREA>.yaml``: the measures of an area by code."""

    area: AreaCode
    measures: dict[MeasureCode, MeasureEntry]
