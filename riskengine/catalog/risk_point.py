"""A risk point: the unlawful conduct, articles, penalties, the colour with its reason, triggers and discretion."""

from decimal import Decimal
from typing import Literal

from pydantic import Field

from riskengine.catalog.citation import Citation, Sureness
from riskengine.catalog.part import AreaCode, ArticleNumber, Name, Part, Quote, RiskPointCode, VersionDate, Words

Degree = Literal["high", "medium", "low"]
Colour = Literal["red", "orange", "yellow", "blue"]


class Range(Part):
    """From ``min`` to ``max``, both included; None is open."""

    min: Decimal | None = None
    max: Decimal | None = None


class Penalty(Part):
    """What an article threatens.

    Attributes:
        law, version, article, paragraph, item: the place, as in a citation.
        quote, sureness: as in a citation.
        kind: the kind of penalty; ``order`` covers orders and bans that have no kind of their own.
        min, max: the range, both included; only ``max``: an upper limit; equal: a fixed sum; only ``min``: open above.
        unit: ``yuan``, ``month`` or a rate such as ``permille_of_contract_price``; None where there is no amount.
        per: what the amount is counted by, in the editors' reading.
        multiple_of_illegal_income: the range as a multiple of the illegal income.
        cap: the most that several counts may add up to, yuan.
        circumstances: ``general`` or ``serious``.
        when: the conduct and the condition.
        note: a remark, such as whose power the penalty is.
    """

    law: Name
    version: VersionDate
    article: ArticleNumber
    paragraph: int | None = Field(default=None, ge=1)
    item: int | None = Field(default=None, ge=1)
    quote: Quote | None = None
    sureness: Sureness
    kind: Literal["warning", "fine", "confiscation", "suspension", "revocation", "detention", "order"]
    min: Decimal | None = Field(default=None, ge=0)
    max: Decimal | None = Field(default=None, ge=0)
    unit: Name | None = None
    per: str
    multiple_of_illegal_income: Range | None = None
    cap: Decimal | None = Field(default=None, ge=0)
    circumstances: Literal["general", "serious"]
    when: Words
    note: Words | None = None


class Based(Part):
    """Something that rests on an article: ``basis``, and ``earlier_basis``, the same rule in the version before."""

    basis: Citation | Literal["local_policy"] | None = None
    earlier_basis: Citation | None = None


class DataTrigger(Based):
    """A figure of the records that shows the risk.

    Attributes:
        fact: what is counted or measured.
        threshold: the limit, as a condition.
        kind: ``statutory`` (the figure stands in the article) or ``local_policy`` (a proposal for the bureau to set).
        note: a remark of the editors.
    """

    fact: Words
    threshold: str
    kind: Literal["statutory", "local_policy"]
    note: Words | None = None


class DiscretionGrade(Based):
    """One step of the discretion: what makes a case ``minor``, ``general``, ``serious`` or ``major``."""

    grade: Literal["minor", "general", "serious", "major"]
    text: Words


class Discretion(Part):
    """The articles that frame the discretion, and the four steps."""

    framework: tuple[Citation, ...] = Field(min_length=1)
    framework_note: Words
    grades: tuple[DiscretionGrade, ...] = Field(min_length=4, max_length=4)


class Comparison(Part):
    """A text of another city, for orientation; it does not apply here."""

    citation: Citation
    text: Words


class RiskPointEntry(Part):
    """A risk point as it stands in ``risk_catalog/<AREA>.yaml``.

    Attributes:
        code: ``HW-01``.
        title, conduct: what it is called, and the unlawful conduct.
        applies_to: the parties, by the names of the edition.
        citations: duties and liabilities; the first liability in force on a day is *the* article of that day.
        penalties: what the articles threaten.
        likelihood, harm, level, level_reason: the colour by the edition's matrix, and why (local policy).
        data_triggers, discretion, comparisons: see there.
        notes: remarks of the editors.
        succeeded_by: the code that took its place, for a code no longer in use.
    """

    code: RiskPointCode
    title: Words
    conduct: Words
    applies_to: tuple[Name, ...] = Field(min_length=1)
    citations: tuple[Citation, ...]
    penalties: tuple[Penalty, ...]
    likelihood: Degree
    harm: Degree
    level: Colour
    level_reason: Words
    data_triggers: tuple[DataTrigger, ...] = ()
    discretion: Discretion
    comparisons: tuple[Comparison, ...] = ()
    notes: Words | None = None
    succeeded_by: RiskPointCode | None = None


class RiskPoint(RiskPointEntry):
    """A risk point of a loaded catalogue: with its area and the codes of its measures, in order."""

    area: AreaCode
    measures: tuple[str, ...]


class AreaFile(Part):
    """``risk_catalog/<AREA>.yaml``: an area and its risk points."""

    area: AreaCode
    title: Words
    risk_points: tuple[RiskPointEntry, ...]
