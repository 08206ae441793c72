"""A recommendation of a run as the beginning of a proceeding: facts and grounds, with the run's hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.contract.tables import FIRED
from riskengine.kernel.errors import UsageError
from riskengine.kernel.masking import mask_personal
from riskengine.kernel.problems import Problem
from riskengine.kernel.wording import words_in
from riskengine.records import id_of
from riskengine.results import Context, explain, operator_views, view_of
from riskengine.runs import near_operators, open_run, require_unaltered
from riskengine.supervision.lists.recommending import RECOMMENDED, Finding, findings
from riskengine.supervision.lists.rules import ListRules, list_rules
from riskengine.supervision.review.articles import ground_of
from riskengine.supervision.review.discipline import disciplines
from riskengine.supervision.review.procedure import SERIOUS, procedure
from riskengine.supervision.review.telling import FILE, ROOM

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from riskengine.results import OperatorView
    from riskengine.runs import Run


def setting_of(run: Run) -> Context:
    """What the rows of a run are read with."""
    return Context(run.plan, run.policy.policy, run.catalog, run.as_of)


def run_findings(run: Run, file: Path | None = None) -> tuple[ListRules, Iterator[Finding]]:
    """The conditions for lists, and what they say of the operators of a run, one after another.

    Args:
        run: the run.
        file: a bureau's own conditions; those shipped beside the run's policy if left out.

    Raises:
        RunError: a file of the run was altered (RE-610).
        PolicyError: there are no conditions, or they do not hold together.
    """
    require_unaltered(run)
    rules = list_rules(run, file)
    return rules, findings(operator_views(run), rules, setting_of(run))


def proposal_of(folder: Path, kind: str, operator_id: str, lang: str) -> dict[str, str]:
    """What a proposal says on the ground of a run.

    For a list, the conditions that recommend it; for anything else, the rules that fired and rest on a law.

    Args:
        folder: the run.
        kind: the kind of proceeding.
        operator_id: about whom.
        lang: in which language the facts are written.

    Returns:
        the cells: facts, grounds, name, run_id, run_sha256; discipline, where the kind asks for it.

    Raises:
        UsageError: the run does not have the operator (RE-603), or recommends nothing of the kind (RE-931).
        RunError: a file of the run was altered (RE-610).
    """
    run = open_run(folder)
    require_unaltered(run)
    key = str(id_of(operator_id))
    view = view_of(run, operator_id) or view_of(run, key)
    if view is None:
        near = near_operators(run, key, operator_id)
        raise UsageError([Problem("RE-603", source=run.run_id, found=mask_personal(operator_id), near=near)])
    wanted = procedure().kinds[kind].lists
    facts, grounds = _of_a_list(run, view, wanted, lang) if wanted else _of_rules(run, view, lang)
    if not grounds:
        title = procedure().kinds[kind].title.en
        raise UsageError(
            [Problem("RE-931", source=run.run_id, found=mask_personal(operator_id), params=(("what", title),))]
        )
    say = words_in(ROOM, lang, FILE)
    cells = {
        "facts": say["facts_of_run"].format(
            run=run.run_id, day=run.as_of.isoformat(), facts=say["clause_mark"].join(facts)
        ),
        "grounds": ";".join(dict.fromkeys(grounds)),
        "name": view.grade["name"],
        "run_id": run.run_id,
        "run_sha256": run.manifest["sha256"],
    }
    if wanted == SERIOUS:
        cells["discipline"] = ";".join(usual_discipline(wanted, run.as_of))
    return cells


def usual_discipline(wanted: str, day: date) -> list[str]:
    """What ordinarily follows for who is listed: all that the regulation on social credit allows on the day."""
    first = next(iter(disciplines().values())).bases[0].law
    held = [(each, each.on(day)) for each in disciplines().values() if each.list == wanted]
    return [each.name for each, basis in held if basis is not None and basis.law == first]


def _of_a_list(run: Run, view: OperatorView, wanted: str, lang: str) -> tuple[list[str], list[str]]:
    say = words_in(ROOM, lang, FILE)
    facts, grounds = [], []
    for found in findings([view], list_rules(run), setting_of(run)):
        if found.list != wanted or found.outcome != RECOMMENDED:
            continue
        values = [say["cell"].format(field=title.get(lang), text=value.get(lang)) for title, value in found.values]
        facts.append(
            say["fact_of_condition"].format(condition=found.title.get(lang), values=say["list_mark_here"].join(values))
        )
        grounds += [ground_of(base.law, base.article, base.paragraph, base.item) for base in found.bases]
    return facts, grounds


def _of_rules(run: Run, view: OperatorView, lang: str) -> tuple[list[str], list[str]]:
    say, context = words_in(ROOM, lang, FILE), setting_of(run)
    laws = {(row["rule"], row["risk_point"]): row for row in view.signals if row["status"] == FIRED}
    facts, grounds = [], []
    for rule in explain(view, context).fired:
        row = laws[rule.rule, rule.risk_point]
        if row["law"] is None or row["article"] is None:
            continue
        about = rule.risk_point_title.get(lang) if rule.risk_point_title else rule.title.get(lang)
        records = say["list_mark_here"].join(mask_personal(item.record_id) for item in rule.evidence)
        facts.append(say["fact_of_rule"].format(rule=rule.title.get(lang), about=about, records=records or "–"))
        grounds.append(ground_of(row["law"], row["article"]))
    return list(dict.fromkeys(facts)), grounds
