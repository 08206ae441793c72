"""The last sheet: how the grades came about, from what, and where every row of the sources ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskengine.kernel.decimals import plain
from riskengine.reports.excel.sheet import NUMBER, Column, Sheet, rows_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from riskengine.reports.privacy import Privacy
    from riskengine.results import Context
    from riskengine.runs import Run

Cells = tuple[str | None, int | None, str | None]

_COLUMNS = (Column("item", 34), Column("number", 14, NUMBER), Column("message", 90, wrap=True))


def method_sheet(run: Run, context: Context, say: Mapping[str, str], lang: str, privacy: Privacy) -> Sheet:
    """The sheet on the method of a run.

    Args:
        run: the run.
        context: its setting.
        say: the words of the language.
        lang: ``zh`` or ``en``.
        privacy: what may be shown of a person.
    """

    def rows() -> Iterator[Cells]:
        yield from _rules(run.manifest, context, say, lang)
        yield say["as_of"], None, run.manifest["as_of"]
        yield say["run_id"], None, run.run_id
        yield say["content_hash"], None, run.manifest["content_hash"]
        yield say["manifest_hash"], None, run.manifest["sha256"]
        for name, entry in run.manifest["sources"].items():
            yield from _account(say.get(f"{name}_source", name), entry, say, privacy)
        yield say["links_note_title"], None, say["links_note"]
        yield say["sheets_note_title"], None, say["sheets_note"]
        yield say["decides_title"], None, say["recommendation"]

    return rows_sheet("sheet_method", _COLUMNS, rows)


def _rules(manifest: Mapping[str, Any], context: Context, say: Mapping[str, str], lang: str) -> Iterator[Cells]:
    policy, catalog = manifest["policy"], manifest["catalog"]
    yield say["policy"], None, f"{context.policy.title.text.get(lang)} ({policy['id']} {policy['version']})"
    yield say["summary_text"], None, context.policy.summary.text.get(lang)
    yield say["policy_hash"], None, policy["sha256"]
    yield say["catalog"], None, f"{catalog['id']} {catalog['version']}" if catalog else say["no_catalog"]
    if catalog:
        yield say["catalog_hash"], None, catalog["sha256"]
    yield say["start"], None, plain(context.plan.start)


def _account(source: str, entry: Mapping[str, Any], say: Mapping[str, str], privacy: Privacy) -> Iterator[Cells]:
    """Where every row of a source ended; the numbers under the first add up to it."""
    yield f"{source} · {say['rows_in']}", entry["rows"], privacy.text(entry["file"])
    if entry["sha256"]:
        yield f"{source} · {say['source_hash']}", None, entry["sha256"]
    for key in ("graded", "not_evaluable", "not_current", "used"):
        if key in entry:
            yield f"{source} · {say[key]}", entry[key], None
    for key in ("unused", "left_out"):
        for reason, count in entry.get(key, {}).items():
            yield f"{source} · {say[key]}", count, say.get(reason, reason)
