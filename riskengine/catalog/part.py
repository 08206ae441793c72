"""What every part of the catalogue has in common: no unknown keys, immutable; and the small types its fields share."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, WithJsonSchema

from riskengine.kernel.languages import LANGUAGES, Text
from riskengine.kernel.lazy import lazy


class Part(BaseModel):
    """Base of all parts: unknown keys are refused, and nothing changes after it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(lazy,))


def _both_languages(value: Any) -> Any:
    if isinstance(value, dict):
        unknown = [str(key) for key in value if key not in LANGUAGES]
        if unknown:
            raise ValueError(f"a text has zh and en, not '{unknown[0]}'")
        blank = [lang for lang, words in value.items() if not str(words or "").strip()]
        if blank:
            raise ValueError(f"the text is empty in '{blank[0]}'")
    return value


def _number_as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _date_as_text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


Words = Annotated[Text, BeforeValidator(_both_languages)]
"""A text that must stand in both languages."""
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,79}$")]
AreaCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
RiskPointCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[0-9]{2}$")]
MeasureCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[0-9]{2}-M[0-9]{1,2}$")]
_ARTICLE = r"^[1-9][0-9]*(-[1-9][0-9]*)?$"
ArticleNumber = Annotated[
    str,
    BeforeValidator(_number_as_text),
    StringConstraints(pattern=_ARTICLE),
    WithJsonSchema({"type": ["integer", "string"], "minimum": 1, "pattern": _ARTICLE}),
]
"""An article as text: ``64``; an inserted one (第六十四条之一) as ``64-1``."""
VersionDate = Annotated[str, BeforeValidator(_date_as_text), StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
"""A version of a law, named by the day on which it was passed or amended."""

Quote = Annotated[str, StringConstraints(min_length=2, max_length=24, pattern=r"^\S+$")]
"""A few characters of an article, as they stand in it, that no other place of the same version has."""
