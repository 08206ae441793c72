"""``riskengine ledger repair``: from when on each penalty's credit can be repaired, and where that stands."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from riskengine.catalog import load_shipped
from riskengine.catalog.repair import repair_answer_by, repair_conditions, repair_document, repair_rules
from riskengine.cli.ledger_opened import db_option, opened
from riskengine.cli.params import as_of_date, json_option, lang_option, print_json
from riskengine.kernel.masking import mask_personal
from riskengine.ledger import STATES, kinds, repair_of, repairs, wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from riskengine.ledger import Ledger, Repair


@click.command("repair")
@click.option("--as-of", metavar="DATE", help="The day on which everything is seen; today if left out.")
@click.option("--operator", metavar="ID", help="Only this operator's penalties.")
@click.option("--state", "states", multiple=True, type=click.Choice(STATES), help="Only these; may be repeated.")
@db_option
@lang_option
@json_option
def repair_command(
    as_of: str | None, operator: str | None, states: tuple[str, ...], url: str, lang: str, *, as_json: bool
) -> None:
    """List penalties with the days of their credit repair: the earliest, the last of the display, and where it stands.

    Whether a repair is granted is for the authority to decide: the list names what a person must check.
    """
    day = as_of_date(as_of)
    with opened(url) as ledger:
        found = [each for each in repairs(ledger, day, operator=operator) if not states or each.state in states]
    if as_json:
        print_json({"as_of": day.isoformat(), "penalties": [plain_repair(each, day) for each in found]})
        return
    say = wording(lang)
    for each in found:
        for line in repair_lines(each, day, lang):
            click.echo(line)
    counts = Counter(each.state for each in found)
    parts = say["repair_between"].join(
        say["repair_count"].format(state=say[f"repair_{state}"], count=counts[state])
        for state in STATES
        if counts[state]
    )
    click.echo(say["repair_sum"].format(day=day, count=len(found), parts=parts) if found else say["repair_none"])


def add_repair(ledger: Ledger, violation_id: str, day: date, found: dict[str, Any], lang: str) -> list[str]:
    """Put where a penalty's repair stands into its history, with the decisions that it comes from.

    Args:
        ledger: the ledger.
        violation_id: which.
        day: the day on which it is seen.
        found: its history; gets ``repair``: as ``ledger repair --json`` has it, None where the penalty was revoked.
        lang: of the lines.

    Returns:
        the same in words.
    """
    standing = repair_of(ledger, violation_id, day)
    found["repair"] = None
    if standing is None:
        return []
    about = [each for each in found["decisions"] if kinds()[each["kind"]].repair or kinds()[each["kind"]].repair_class]
    found["repair"] = {"as_of": day.isoformat(), **plain_repair(standing, day), "history": about}
    heading = wording(lang)["repair_heading"].format(day=day)
    return [f"  {heading}", *(f"    {line.strip()}" for line in repair_lines(standing, day, lang))]


def plain_repair(found: Repair, day: date) -> dict[str, Any]:
    """Where a penalty stands, JSON-ready; what is personal is masked."""
    days = found.days
    return {
        "violation_id": mask_personal(found.violation_id),
        "operator_id": mask_personal(found.operator_id or ""),
        "risk_point": found.risk_point,
        "state": found.state,
        "since": _iso(found.since),
        "answer_by": _iso(_answer_by(found)),
        "class": days.classed,
        "earliest": _iso(days.earliest),
        "latest": _iso(days.latest),
        "untold": days.untold,
        "document": days.document,
        "sureness": days.sureness,
        "asks": list(days.asks),
        "conditions": list(repair_conditions(days, day)),
        "laws": [{"law": law["law"], "article": str(law["article"])} for law in _laws(found, day)],
    }


def _answer_by(found: Repair) -> date | None:
    """By when an application that is open is carried out, where it fulfils the conditions."""
    return repair_answer_by(found.since) if found.state == "applied" and found.since is not None else None


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _laws(found: Repair, day: date) -> list[Mapping[str, Any]]:
    """The articles of the law register that speak of its conditions, each once."""
    rules = repair_rules()
    held = [rules["conditions"][name] for name in repair_conditions(found.days, day)]
    return list({(law["law"], law["article"]): law for law in held if "law" in law}.values())


def repair_lines(found: Repair, day: date, lang: str) -> Iterator[str]:
    """Where a penalty stands in words: its state and days, the rules that they follow, what a person must check."""
    say, rules, days = wording(lang), repair_rules(), found.days
    state = say[f"repair_{found.state}"] + (say["repair_since"].format(day=found.since) if found.since else "")
    classed = rules["classes"][days.classed][lang] if days.classed else say["repair_unclassed"]
    yield say["repair_line"].format(violation=mask_personal(found.violation_id), state=state, classed=classed)
    until = _answer_by(found)
    if until is not None:
        yield say["repair_answer_by"].format(day=until)
    if days.untold is not None:
        yield say["repair_why_untold"].format(why=say[f"repair_{days.untold}"])
    elif days.document is not None:
        document = repair_document(days.document)
        sure = rules["sureness"][days.sureness][lang]
        yield say["repair_days"].format(
            earliest=days.earliest, latest=days.latest, document=document[lang], sureness=sure
        )
    if found.state not in {"repaired", "lapsed", "stayed"}:
        checks = [rules["questions"][name][lang] for name in days.asks]
        checks += [_condition(name, lang) for name in repair_conditions(days, day)]
        if checks:
            yield say["repair_checks"].format(checks=say["repair_between_checks"].join(checks))


def _condition(name: str, lang: str) -> str:
    """A condition, with its article or how surely it is known."""
    rules, say = repair_rules(), wording(lang)
    entry = rules["conditions"][name]
    if "law" in entry:
        title = load_shipped().laws.title(entry["law"]).get(lang)
        return say["repair_based"].format(
            words=entry[lang], basis=say["article"].format(law=title, article=entry["article"])
        )
    return say["repair_based"].format(words=entry[lang], basis=rules["sureness"][entry["sureness"]][lang])
