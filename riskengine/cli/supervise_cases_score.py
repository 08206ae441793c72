"""``riskengine supervise cases score``: what two reviewers gave, by unit and half-year, and how far they agree."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from riskengine.cli.params import json_option, lang_option, personal_option, print_json
from riskengine.cli.talk import talk
from riskengine.cli.workbook_out import workbook_option, write_workbook
from riskengine.kernel.formats import number
from riskengine.kernel.masking import mask_personal
from riskengine.kernel.wording import listed
from riskengine.reports.cases import write_scores
from riskengine.supervision.cases.checking import shown_names
from riskengine.supervision.cases.checklist import read_checklist
from riskengine.supervision.cases.rubric import read_rubric
from riskengine.supervision.cases.sample_run import drawn_files
from riskengine.supervision.cases.score_forms import kappa_text, points, scores_dict
from riskengine.supervision.cases.scoring import DISPUTED, SCORED, STATES, score_cases
from riskengine.supervision.cases.telling import wording

if TYPE_CHECKING:
    from riskengine.supervision.cases.agreement import Agreement
    from riskengine.supervision.cases.scoring import Scores

_FILE = click.Path(path_type=Path, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("score")
@click.argument("record", type=_FOLDER)
@click.option("--rubric", type=_FILE, metavar="FILE", help="YAML: items, vetoes, classes; the invented one else.")
@click.option("--checklist", type=_FILE, metavar="FILE", help="YAML: the checklist; the shipped one if left out.")
@click.option("--sample", type=_FOLDER, metavar="DIR", help="The sample that was drawn: who is not scored yet.")
@workbook_option
@personal_option
@lang_option
@json_option
def score_command(record: Path, lang: str, *, as_json: bool, show_personal: bool, **options: Any) -> None:
    """Results of the reviewed files of RECORD (its table `case_scores`) by unit and half-year, and kappa.

    The rubric is invented and local policy; a bureau gives its own with --rubric.
    """
    scores = score_cases(record, read_rubric(options["rubric"]), read_checklist(options["checklist"]))
    write_workbook(options["out"], lambda out: write_scores(scores, out, lang, show_personal=show_personal))
    awaited = None
    if options["sample"] is not None:
        scored = {mask_personal(each.case_id) for each in scores.files}
        awaited = [name for name in drawn_files(options["sample"]) if name not in scored]
    if as_json:
        more = {} if awaited is None else {"not_scored": awaited}
        print_json({**scores_dict(scores, show_personal=show_personal), **more})
        return
    _print(scores, lang, show_personal=show_personal)
    if awaited:
        click.echo(wording(lang)["score_awaited"].format(count=number(len(awaited)), cases=listed(awaited, lang)))


def _print(scores: Scores, lang: str, *, show_personal: bool) -> None:
    say = wording(lang)
    titles = {each.name: each.title.get(lang) for each in scores.rubric.classes} | {DISPUTED: say["verdict_disputed"]}
    items = {each.item: each.title.get(lang) for each in scores.rubric.items}
    talk().note(say["score_policy"].format(title=scores.rubric.title.get(lang), note=scores.rubric.note.get(lang)))
    states = [
        say["sum_of"].format(state=say[f"score_{state}"], count=number(scores.states[state]))
        for state in STATES
        if scores.states[state]
    ]
    click.echo(say["score_files"].format(files=number(len(scores.files)), states=listed(states, lang)))
    for unit in scores.units:
        verdicts = [
            say["sum_of"].format(state=titles[name], count=number(unit.verdicts[name]))
            for name in titles
            if name in unit.verdicts
        ]
        half = unit.half or say["score_no_half"]
        figures = {"files": number(unit.files), "counted": number(unit.counted), "mean": points(unit.mean) or "–"}
        click.echo(say["score_unit"].format(unit=unit.unit, half=half, verdicts=listed(verdicts, lang), **figures))
    for each in scores.files:
        if each.vetoes:
            named = listed([items[name] for name in each.vetoes], lang)
            verdict = titles[each.verdict or DISPUTED]
            click.echo(say["score_veto"].format(case=mask_personal(each.case_id), items=named, verdict=verdict))
        elif each.state != SCORED:
            click.echo(say["score_left"].format(case=mask_personal(each.case_id), state=say[f"score_{each.state}"]))
    for pair in scores.agreements:
        one, two = shown_names(pair.reviewers, show_personal=show_personal)
        click.echo(say["agreement_of"].format(one=one, two=two, files=number(pair.classes.files)))
        click.echo(_agreement(say["agreement_classes"], pair.classes, lang))
        for name, held in pair.items.items():
            click.echo(_agreement(items[name], held, lang))


def _agreement(title: str, held: Agreement, lang: str) -> str:
    say = wording(lang)
    plain, weighted = (kappa_text(value) or say["kappa_undefined"] for value in (held.kappa, held.weighted))
    return say["agreement_line"].format(title=title, same=number(held.same), kappa=plain, weighted=weighted)
