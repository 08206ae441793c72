"""Make docs/policies from the shipped policies: ``python tests/docs/make_policy_pages.py``.

One page for each policy and language, as ``riskengine policy show`` prints it, and an index with what each policy makes
of the same few invented records, ``examples/schemes``.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from riskengine import Engine
from riskengine.kernel.decimals import plain
from riskengine.policy import shipped_policies
from riskengine.reports.policy import markdown_page, policy_blocks
from riskengine.reports.policy.law import based_sections
from riskengine.results import Context
from riskengine.trials import Subject

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "policies"
RECORDS = [ROOT / "examples" / "schemes" / f"{source}.csv" for source in ("operators", "violations", "inspections")]
DAY = date(2024, 12, 31)

_HEAD = """# The shipped policies

Made by `tests/docs/make_policy_pages.py`; a test holds these pages equal to what `riskengine policy show NAME` prints.
The words are those of the policy files, which decide; `riskengine policy show NAME --format html` makes the same page
for a browser.

| policy | what it rates | reads | grades, best first | basis | page |
| --- | --- | --- | --- | --- | --- |
"""

_COMPARED = f"""
## The same records under each policy

Eight invented operators (`examples/schemes`), as of {DAY.isoformat()}, each policy with its own words for a grade.
A grade says what that policy makes of these records and no more. The columns that a scheme has of its own (the
category of an infringement, the kind of a deficiency, the points of an event) were filled in by hand so that they
rise with the severity of the record; no regulator has judged them, and another filling gives other grades.

"""


def pages() -> dict[str, str]:
    """File name in docs/policies → its text."""
    made = {"README.md": _index()}
    for name in shipped_policies():
        for lang, ending in (("en", "md"), ("zh", "zh.md")):
            made[f"{name}.{ending}"] = markdown_page(_blocks(name, lang))
    return made


def _blocks(name: str, lang: str) -> list:
    subject = Subject.load(name)
    policy = subject.file.policy
    return policy_blocks(Context(subject.plan, policy, subject.catalog, policy.effective.since), subject.checked, lang)


def _index() -> str:
    return _HEAD + "".join(_row(name) for name in shipped_policies()) + _COMPARED + _compared()


def _row(name: str) -> str:
    subject = Subject.load(name)
    policy, plan = subject.file.policy, subject.plan
    kinds = [based.basis or "law" for _, based in based_sections(policy)]
    counted = ", ".join(f"{kinds.count(kind)} {kind.replace('_', ' ')}" for kind in dict.fromkeys(kinds))
    reads = ", ".join(("operators", *plan.reads))
    links = f"[en]({name}.md) [zh]({name}.zh.md) [sources](../../policies/{name}/README.md)"
    grades = " ".join(plan.grades)
    return f"| `{name}` | {policy.title.en}: {policy.summary.en} | {reads} | {grades} | {counted} | {links} |\n"


def _compared() -> str:
    graded, cannot = {}, {}
    for name in shipped_policies():
        engine = Engine.load(name)
        batch = engine.grade(*RECORDS, as_of=DAY, engine="reference")
        rows = {row["operator_id"]: row for row in batch.outcome.rows("grades")}
        if any(row["status"] == "graded" for row in rows.values()):
            graded[name] = rows
        else:
            cannot[name] = sorted({field for row in rows.values() for field in row["missing"]})
    return _table(graded) + _not_compared(cannot)


def _table(graded: dict[str, dict[str, dict]]) -> str:
    lines = ["| operator | " + " | ".join(f"`{name}`" for name in graded) + " |\n"]
    lines.append("| --- |" + " --- |" * len(graded) + "\n")
    operators = {row["operator_id"]: row["name"] for rows in graded.values() for row in rows.values()}
    for operator_id, name in operators.items():
        cells = [_cell(rows[operator_id]) for rows in graded.values()]
        lines.append(f"| {operator_id} {name} | " + " | ".join(cells) + " |\n")
    return "".join(lines)


def _cell(row: dict) -> str:
    if row["status"] != "graded":
        return "no grade, lacks " + ", ".join(f"`{field}`" for field in row["missing"])
    score = "" if row["score"] is None else f" ({plain(row['score'])})"
    ceiling = f", by `{row['ceiling_rule']}`" if row["ceiling_rule"] else ""
    return f"**{row['grade']}**{score}{ceiling}"


def _not_compared(cannot: dict[str, list[str]]) -> str:
    if not cannot:
        return ""
    lines = ["\nNot comparable on these records, for they lack what these policies read:\n\n"]
    lines += [
        f"- `{name}` needs " + ", ".join(f"`{field}`" for field in fields) + "\n" for name, fields in cannot.items()
    ]
    return "".join(lines)


def write() -> None:
    """Write every page, and remove those of policies that are no longer shipped."""
    made = pages()
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.md"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, "utf-8")


if __name__ == "__main__":
    write()
