"""``riskengine supervise lists``: whom a run recommends for a list and why; who is listed by decision."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskengine.catalog import load_shipped
from riskengine.cli.ledger_opened import db_option, opened
from riskengine.cli.params import console, json_option, lang_option, personal_option, print_json
from riskengine.cli.progress import Progress
from riskengine.cli.supervise_days import day_of
from riskengine.kernel.languages import LANGUAGES, Text
from riskengine.kernel.masking import mask_personal
from riskengine.kernel.wording import words_in
from riskengine.reports.privacy import Privacy
from riskengine.runs import open_run
from riskengine.supervision.lists.recommended import run_findings
from riskengine.supervision.review.discipline import disciplines
from riskengine.supervision.review.telling import FILE, ROOM

if TYPE_CHECKING:
    from collections.abc import Sequence

    from riskengine.catalog import LawRegister
    from riskengine.supervision.lists.recommending import Finding
    from riskengine.supervision.lists.rules import Article, Rested

_OUTCOMES = ("recommended", "near", "unknown")
_LISTS = ("serious", "red")
_HEADINGS = ("operator", "name", "grade_now", "condition", "why", "articles")
_LISTED = ("kind", "operator", "number", "decision_document", "since_day", "until_day", "early_day", "discipline_names")


class _OfARun(click.Group):
    """A group whose own work takes a run: what is no part of it is one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The part that is named, else the recommendations of the run that is."""
        if args and args[0] not in self.commands:
            return "of", self.commands["of"], args
        return super().resolve_command(ctx, args)


@click.group("lists", cls=_OfARun)
def command() -> None:
    """Whom a run recommends for the red list or as seriously untrustworthy, and why: lists RUN [--conditions FILE].

    Who is listed by decision: lists show. What may follow for them: lists discipline.
    """


@command.command("of", hidden=True)
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--conditions",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Conditions of your own; those beside the run's policy if left out.",
)
@personal_option
@lang_option
@json_option
def of_run(run: Path, conditions: Path | None, lang: str, *, show_personal: bool, as_json: bool) -> None:
    """Recommend, from RUN alone: who meets the conditions of a list, who is near, of whom it cannot be told."""
    graded, privacy = open_run(run), Privacy(show_personal)
    with Progress(lang) as progress:
        progress.step("lists")
        rules, each = run_findings(graded, conditions)
        found = list(each)
    laws = graded.catalog.laws
    if as_json:
        exits = [{"list": way.list, **_rested(way, laws)} for way in rules.file.exits]
        print_json(
            {"run_id": graded.run_id, "as_of": graded.as_of.isoformat(), "run_sha256": graded.manifest["sha256"],
             "findings": [_plain(one, privacy, laws) for one in found], "exits": exits}
        )  # fmt: skip
        return
    _print(found, privacy, laws, lang)
    say = words_in(ROOM, lang, FILE)
    for way in rules.file.exits:
        bases = _articles(way.bases, laws, lang, local=way.basis is not None)
        click.echo(say["lists_exit"].format(list=say[f"list_{way.list}"], title=way.title.text.get(lang), bases=bases))
    click.echo(say["lists_advice"])


def _print(found: Sequence[Finding], privacy: Privacy, laws: LawRegister, lang: str) -> None:
    from riskengine.reports import Listing

    say = words_in(ROOM, lang, FILE)
    if not found:
        click.echo(say["lists_none"])
    for name in _LISTS:
        for outcome in _OUTCOMES:
            own = [one for one in found if (one.list, one.outcome) == (name, outcome)]
            if not own:
                continue
            title = say["lists_title"].format(
                list=say[f"list_{name}"], outcome=say[f"outcome_{outcome}"], count=len(own)
            )
            rows = [_row(one, privacy, laws, lang) for one in own]
            console().print(Listing([say[key] for key in _HEADINGS], rows, title=title))


def _row(one: Finding, privacy: Privacy, laws: LawRegister, lang: str) -> tuple[str, ...]:
    say = words_in(ROOM, lang, FILE)
    values = [say["cell"].format(field=title.get(lang), text=value.get(lang)) for title, value in one.values]
    if one.missing:
        names = say["list_mark_here"].join(text.get(lang) for text in one.missing)
        values.append(say["lists_missing"].format(names=names))
    return (
        privacy.text(one.operator_id),
        privacy.name(one.operator_id, one.name),
        one.grade or "",
        one.title.get(lang),
        say["clause_mark"].join(values),
        _articles(one.bases, laws, lang, local=one.local),
    )


def _articles(bases: Sequence[Article], laws: LawRegister, lang: str, *, local: bool) -> str:
    say = words_in(ROOM, lang, FILE)
    parts = [base.citation.label(laws, lang) for base in bases] + ([say["lists_local"]] if local else [])
    return say["clause_mark"].join(parts)


def _rested(part: Rested, laws: LawRegister) -> dict[str, Any]:
    return {
        "title": part.title.text.to_dict(),
        "articles": [_article(base, laws) for base in part.bases],
        "basis": part.basis,
        "note": part.note.text.to_dict() if part.note else None,
    }


def _article(base: Article, laws: LawRegister) -> dict[str, Any]:
    places = {name: getattr(base, name) for name in ("law", "article", "paragraph", "item")}
    return {**places, **Text(*(base.citation.label(laws, lang) for lang in LANGUAGES)).to_dict()}


def _plain(one: Finding, privacy: Privacy, laws: LawRegister) -> dict[str, Any]:
    return {
        "operator_id": privacy.text(one.operator_id),
        "name": privacy.name(one.operator_id, one.name),
        "grade": one.grade,
        "list": one.list,
        "condition": one.condition,
        "title": one.title.to_dict(),
        "outcome": one.outcome,
        "values": [{"title": title.to_dict(), "value": value.to_dict()} for title, value in one.values],
        "missing": [text.to_dict() for text in one.missing],
        "articles": [_article(base, laws) for base in one.bases],
        "basis": "local_policy" if one.local else None,
    }


@command.command("show")
@click.option("--as-of", "as_of", metavar="DATE", help="The day; today if left out.")
@db_option
@lang_option
@json_option
def show(as_of: str | None, url: str, lang: str, *, as_json: bool) -> None:
    """Show who is listed on a day by decision: since when, until when, from when on one may leave early."""
    from riskengine.supervision.review.listings import listed_on
    from riskengine.supervision.review.reviewing import proceedings

    day = day_of(as_of, lang, "--as-of")
    with opened(url) as ledger:
        found = listed_on((filed.proceeding for filed in proceedings(ledger)), day)
    if as_json:
        print_json(
            [
                {
                    "list": one.list,
                    "operator_id": mask_personal(one.operator_id),
                    "proceeding": one.proceeding,
                    "document": one.document,
                    **{name: _iso(getattr(one, name)) for name in ("since", "until", "early_from")},
                    "discipline": list(one.discipline),
                }
                for one in found
            ]
        )
        return
    say = words_in(ROOM, lang, FILE)
    if not found:
        click.echo(say["listed_none"].format(day=day.isoformat()))
        return
    from riskengine.reports import Listing

    rows = [
        (
            say[f"list_{one.list}"],
            mask_personal(one.operator_id),
            one.proceeding,
            one.document,
            *(_iso(part) or "" for part in (one.since, one.until, one.early_from)),
            say["clause_mark"].join(disciplines()[name].title.get(lang) for name in one.discipline),
        )
        for one in found
    ]
    console().print(Listing([say[key] for key in _LISTED], rows))


def _iso(day: Any) -> str | None:
    return None if day is None else str(day.isoformat())


@command.command("discipline")
@lang_option
@json_option
def discipline(lang: str, *, as_json: bool) -> None:
    """List what may follow for who is listed, each with the article that allows it."""
    from riskengine.reports import Listing
    from riskengine.supervision.review.articles import ground_of, grounds_text

    laws, say = load_shipped().laws, words_in(ROOM, lang, FILE)
    rows = []
    for one in disciplines().values():
        grounds = [ground_of(str(b.law), str(b.article), b.paragraph, b.item) for b in one.bases]
        rows.append((one.name, one.list, one.title, grounds))
    if as_json:
        print_json(
            [
                {"discipline": name, "list": listed, "title": title.to_dict(), "grounds": grounds}
                for name, listed, title, grounds in rows
            ]
        )
        return
    shown = [
        (name, say[f"list_{listed}"], title.get(lang), say["clause_mark"].join(grounds_text(";".join(g), laws, lang)))
        for name, listed, title, g in rows
    ]
    headings = [say[key] for key in ("action", "kind", "discipline_names", "articles")]
    console().print(Listing(headings, shown))
