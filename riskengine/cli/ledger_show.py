"""``riskengine ledger show``: what the ledger holds of a violation or an operator, its changes, what it cannot use."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from riskengine.catalog import load_shipped
from riskengine.cli.ledger_held import (
    attribution_lines,
    holding_lines,
    masked_attribution,
    masked_holding,
    masked_of,
)
from riskengine.cli.ledger_opened import db_option, opened
from riskengine.cli.ledger_options import shown
from riskengine.cli.ledger_repair import add_repair
from riskengine.cli.params import as_of_date, json_option, lang_option, print_json
from riskengine.kernel.errors import UsageError
from riskengine.kernel.masking import mask_personal
from riskengine.kernel.problems import Problem
from riskengine.ledger import SAID, changes, driver_history, history, kinds, left_out_rows, vehicle_history, wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@click.command("show")
@click.option("--violation", metavar="ID", help="All versions of a violation, and what was decided about it.")
@click.option("--operator", metavar="ID", help="All versions of an operator, and its violations.")
@click.option(
    "--vehicle", metavar="PLATE[|COLOUR]", help="Whose a vehicle was when, and who answers for its violations."
)
@click.option("--driver", metavar="NUMBER", help="Likewise of a driver, by the number of the certificate.")
@click.option(
    "--as-of", metavar="DATE", help="With --violation: the day on which its credit repair is seen; today if left out."
)
@click.option("--changes", "what", flag_value="changes", help="What was recorded, by whom, when and why.")
@click.option("--left-out", "what", flag_value="left_out", help="The rows that cannot be used and were not mended.")
@db_option
@lang_option
@json_option
def show_command(
    violation: str | None,
    operator: str | None,
    vehicle: str | None,
    driver: str | None,
    as_of: str | None,
    what: str | None,
    url: str,
    lang: str,
    *,
    as_json: bool,
) -> None:
    """Show what the ledger holds of one violation, operator, vehicle or driver, its changes, or rows left out."""
    asked = [value for value in (violation, operator, vehicle, driver, what) if value is not None]
    if len(asked) != 1:
        raise UsageError([Problem("RE-870")])
    with opened(url) as ledger:
        if what == "changes":
            found: Any = [{name: getattr(change, name) for name in change.__slots__} for change in changes(ledger)]
            lines = _changes(found, lang)
        elif what == "left_out":
            found = [_masked_row(row) for row in left_out_rows(ledger)]
            lines = _left_out(found, lang)
        elif vehicle is not None or driver is not None:
            of, telling = (vehicle, vehicle_history) if vehicle is not None else (driver, driver_history)
            found = masked_holding(telling(ledger, str(of), as_of=date.max))
            lines = holding_lines(found, lang)
        else:
            name = "violations" if violation is not None else "operators"
            found = _masked(history(ledger, name, str(violation or operator)))
            lines = _record(found, lang)
            if violation is not None:
                lines += add_repair(ledger, violation, as_of_date(as_of), found, lang)
    if as_json:
        print_json(found)
        return
    for line in lines:
        click.echo(line)


def _masked(found: Mapping[str, Any]) -> dict[str, Any]:
    """A history with what is personal masked."""
    versions = [
        {
            **version,
            "cells": {
                name: shown(name, value, found["id"], version["cells"].get("name"))
                for name, value in version["cells"].items()
            },
        }
        for version in found["versions"]
    ]
    decisions = {} if "decisions" not in found else {"decisions": [_masked_decision(row) for row in found["decisions"]]}
    listed: dict[str, Any] = {}
    if "violations" in found:
        listed["violations"] = [
            {**row, "violation_id": mask_personal(row["violation_id"])} for row in found["violations"]
        ]
    if "answers" in found:
        listed |= {
            "attribution": masked_attribution(found["attribution"]),
            "answers": list(map(masked_of, found["answers"])),
        }
    return {"id": mask_personal(found["id"]), "versions": versions, **decisions, **listed}


def _masked_decision(row: Mapping[str, Any]) -> dict[str, Any]:
    words = ("document", "body", "note")
    return {**row, **{name: mask_personal(row[name]) if row[name] else row[name] for name in words}}


def _masked_row(row: Mapping[str, Any]) -> dict[str, Any]:
    of = row["cells"].get("operator_id", "")
    called = row["cells"].get("name")
    cells = {mask_personal(name): shown(name, text, of, called) for name, text in row["cells"].items()}
    return {**row, "record_key": mask_personal(row["record_key"] or ""), "cells": cells}


def _changes(found: Iterable[Mapping[str, Any]], lang: str) -> list[str]:
    say = wording(lang)
    return [say["change_line"].format(**change) for change in found] or [say["status_none"]]


def _left_out(found: Iterable[Mapping[str, Any]], lang: str) -> list[str]:
    say = wording(lang)
    lines = []
    for row in found:
        cells = "; ".join(f"{name}={text}" for name, text in row["cells"].items())
        lines.append(say["left_out_line"].format(**{**row, "cells": cells}))
    return lines or [say["left_out_none"]]


def _title(law: str, lang: str) -> str:
    return load_shipped().laws.title(law).get(lang)


def _record(found: Mapping[str, Any], lang: str) -> list[str]:
    say = wording(lang)
    lines = [found["id"]]
    for version in found["versions"]:
        cells = "; ".join(f"{name}={text}" for name, text in version["cells"].items())
        since = say["since"].format(day=version["valid_from"]) if version["valid_from"] else ""
        lines += [say["version_line"].format(**version["change"], since=since), f"    {cells}"]
    for decision in found.get("decisions", ()):
        kind = kinds()[decision["kind"]].title(lang)
        day = decision["effective_on"] or say["all_days"]
        laws = "; ".join(
            say["article"].format(law=_title(law["law"], lang), article=law["article"]) for law in decision["laws"]
        )
        words = [kind, day, decision["document"], decision["document_on"], decision["body"], decision["note"], laws]
        line = say["decision_line"].format(words=" · ".join(word for word in words if word), **decision["change"])
        lines.append(line + (say["taken_back_mark"] if decision["taken_back"] else ""))
    if found.get("attribution"):
        lines += attribution_lines(found["attribution"], found["answers"], lang)
    for violation in found.get("violations", ()):
        because = "" if violation["why"] == SAID else say["because"].format(why=say[f"why_{violation['why']}"])
        lines.append(say["violation_line"].format(**violation) + because)
    return lines
