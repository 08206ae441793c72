"""``riskengine catalog discretion``: recorded penalties outside what the law, or the bureau's own bands, provide."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskengine.catalog.discretion import RESULTS
from riskengine.catalog.discretion_text import law_text, ranges_text, reason_text, recorded_text
from riskengine.catalog.wording import filled, say
from riskengine.cli.main import DONE, FOUND
from riskengine.cli.params import (
    as_of_date,
    column_mapping,
    json_option,
    lang_option,
    personal_option,
    print_json,
    say_problems,
)
from riskengine.facade import check_discretion
from riskengine.kernel.errors import UsageError
from riskengine.kernel.masking import mask_personal
from riskengine.kernel.problems import Problem
from riskengine.reports import write_review

if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskengine.catalog.discretion import Checked
    from riskengine.facade import DiscretionReview
    from riskengine.kernel.languages import Text

_SHOWN = 20


@click.command("discretion")
@click.argument("violations", type=click.Path(path_type=Path))
@click.option("--as-of", "as_of", metavar="DATE", help="The day on which everything is seen; today if left out.")
@click.option(
    "--bands",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The bureau's discretionary bands (YAML); may be repeated.",
)
@click.option("--map", "mapping", multiple=True, metavar="COLUMN=HEADING", help="A column's heading in your file.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write every violation as .xlsx or .csv.")
@lang_option
@personal_option
@json_option
def discretion(
    violations: Path,
    as_of: str | None,
    bands: tuple[Path, ...],
    mapping: tuple[str, ...],
    out: Path | None,
    lang: str,
    *,
    show_personal: bool,
    as_json: bool,
) -> None:
    """Hold the penalties in VIOLATIONS against the law that applies to each. Exit code 1 if any is for review.

    Every violation ends in one result: within, too high, too low, between ranges, no basis, not decidable, not checked.
    A person decides what follows.
    """
    if out is not None and out.suffix.lower() not in {".csv", ".xlsx"}:
        raise UsageError([Problem("RE-466", column="--out", found=str(out))])
    review = check_discretion(violations, as_of=as_of_date(as_of), bands=bands, mapping=column_mapping(mapping))
    if out is not None:
        write_review(
            review.findings, out, lang, catalog=review.catalog, as_of=review.as_of, show_personal=show_personal
        )
    if as_json:
        data = review.to_dict()
        print_json(data if show_personal else _masked(data))
    else:
        for line in _lines(review, lang, show_personal=show_personal):
            click.echo(line)
        say_problems(review.problems, lang)
    click.get_current_context().exit(FOUND if review.for_review else DONE)


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: item if key == "sha256" else _masked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_masked(item) for item in value]
    return mask_personal(value) if isinstance(value, str) else value


def _lines(review: DiscretionReview, lang: str, *, show_personal: bool) -> Iterator[str]:
    def told(key: str, **parts: Text | str | int) -> str:
        return filled(say("discretion", key), **parts).get(lang)

    counts = review.counts()
    parts = (
        say("discretion", "plus")
        .get(lang)
        .join(told("counted", result=say("discretion", result), count=counts[result]) for result in RESULTS)
    )
    yield told("total", rows=review.source.rows_in, parts=parts, left_out=review.source.left_out_count)
    for reason, count in review.not_checked().items():
        yield told("not_checked_count", reason=say("discretion", reason), count=count)
    found = sorted(review.for_review, key=lambda item: RESULTS.index(item.result))
    for finding in found[:_SHOWN]:
        for key, values in _parts(finding, review, show_personal=show_personal):
            yield told(key, **values)
    if len(found) > _SHOWN:
        yield told("more", count=len(found) - _SHOWN)


def _parts(
    finding: Checked, review: DiscretionReview, *, show_personal: bool
) -> Iterator[tuple[str, dict[str, Text | str | int]]]:
    """What is told of a case: keys of the wording, and what fills them."""
    record, catalog = finding.record, review.catalog
    ids = [record["violation_id"], record["operator_id"]]
    shown = ids if show_personal else [mask_personal(text) for text in ids]
    yield (
        "case",
        {
            "result": say("discretion", finding.result),
            "violation": shown[0],
            "operator": shown[1],
            "risk_point": record["risk_point"],
            "occurred": record["occurred_on"].isoformat(),
            "decided": record["decided_on"].isoformat() if record.get("decided_on") else "—",
        },
    )
    severity = say("discretion", record["severity"]) if record.get("severity") else say("words", "none")
    yield "recorded", {"penalty": recorded_text(finding), "severity": severity}
    yield "why", {"reason": reason_text(finding, catalog)}
    for text in ranges_text(finding, catalog):
        yield "held_against", {"range": text}
    for text in law_text(finding, catalog):
        yield "law", {"law": text}
