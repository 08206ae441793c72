"""The figures of the batch benchmark as Markdown, and the marked place of a page that holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

BEGIN, END = "<!-- batch: written by benchmarks/batch.py -->", "<!-- batch: end -->"
_PARTS = ("read", "plan", "rules", "write", "hash")


def table_of(report: Mapping[str, Any]) -> str:
    """The figures of a report in words and tables."""
    facts = ", ".join(f"{name} {value}" for name, value in report["machine"].items() if value is not None)
    lines = [f"Measured on: {facts}. Engine {report['engine']}, as of {report['as_of']}.", ""]
    for one in report["sets"]:
        lines += [*_set(one, report["engine"]), ""]
    return "\n".join(lines).rstrip() + "\n"


def _set(one: Mapping[str, Any], engine: str) -> Iterator[str]:
    which = "all operators" if one["population"] == "all" else "only operators with a violation that counts"
    compared = f"{one['equal_rows']:,} rows of seven tables are equal" if one["equal_rows"] else "nothing was compared"
    yield f"**{one['operators']:,} operators, {one['violations']:,} violations** ({which}; {compared})"
    yield ""
    yield "| program | seconds | of processor | µs per operator | MB at most |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for program in one["programs"]:
        if "failure" in program:
            yield f"| {program['program']} | {program['failure']} | | | |"
            continue
        name = f"riskengine, {engine}" if program["program"] == "riskengine" else program["program"]
        yield _row(name, program["wall_s"], program["cpu_s"], program["wall_us_each"], f"{program['memory_mb']:,}")
        for part in _PARTS:
            if part in program["parts_s"]:
                seconds = program["parts_s"][part]
                label = "… of the plan, rules alone" if part == "rules" else f"… of which {part}"
                yield _row(label, seconds, "", round(seconds / one["operators"] * 1e6, 2), "")
    for name, each in one["peers"].get("us_each", {}).items():
        yield _row(f"{name} (rules alone, {one['peers']['operators']:,} operators)", "", "", round(each, 2), "")
    ratios = [f"{name}: {value:.2f}" for name, value in one["ratios"].items()]
    ratios += list(_against_peers(one))
    if ratios:
        yield ""
        yield "; ".join(ratios) + "."


def _against_peers(one: Mapping[str, Any]) -> Iterator[str]:
    """What each rule engine takes for an operator, to what riskengine takes for rules, plan and run."""
    ours = next((p for p in one["programs"] if p["program"] == "riskengine" and "failure" not in p), None)
    if ours is None:
        return
    for name, each in one["peers"].get("us_each", {}).items():
        parts = {part: ours["parts_s"].get(part) for part in ("rules", "plan")}
        to = [f"{each / (took / one['operators'] * 1e6):.1f} to its {part}" for part, took in parts.items() if took]
        to.append(f"{each / ours['wall_us_each']:.1f} to its run from file to file")
        yield f"{name}, per operator, to riskengine: {', '.join(to)}"


def _row(*cells: Any) -> str:
    shown = [f"{cell:,.2f}" if isinstance(cell, float) else str(cell) for cell in cells]
    return f"| {' | '.join(shown)} |"


def write_into(page: Path, text: str) -> None:
    """Put the text between the page's marks.

    Raises:
        ValueError: the page has no marks.
    """
    whole = page.read_text("utf-8")
    before, begin, rest = whole.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} has no place for the figures: {BEGIN} … {END}")
    page.write_text(f"{before}{BEGIN}\n{text}{END}{after}", "utf-8")
