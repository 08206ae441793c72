"""Publications in the ledger: a list proposed for review; what was decided exported, and what has ended taken down."""

from __future__ import annotations

import contextlib
import shutil
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from riskengine.kernel.errors import UsageError
from riskengine.kernel.formats import number
from riskengine.kernel.masking import mask_personal
from riskengine.kernel.problems import Problem
from riskengine.kernel.wording import listed, words_in
from riskengine.ledger import decided_statuses
from riskengine.records import id_of
from riskengine.supervision.publication import FILE, ROOM
from riskengine.supervision.publication.columns import PENALTY
from riskengine.supervision.publication.forms import files_of, table_of
from riskengine.supervision.publication.releases import (
    display_on,
    lists_by_proceeding,
    releases_of,
    to_review,
    why_down,
)
from riskengine.supervision.publication.terms import PENDING, REPAIRED, REVOKED, reason_title, term_rules
from riskengine.supervision.review.listed import RECORDS, listed_cell
from riskengine.supervision.review.procedure import DISCLOSURE, PROPOSE, PUBLISH, TAKE_DOWN
from riskengine.supervision.review.proceeding import Step
from riskengine.supervision.review.reviewing import proceedings, propose, take
from riskengine.supervision.review.working_days import BEIJING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from riskengine.ledger import Entry, Ledger
    from riskengine.supervision.publication.releases import Releases
    from riskengine.supervision.publication.rows import PublishedRow
    from riskengine.supervision.publication.shown import Shown
    from riskengine.supervision.publication.year import Year
    from riskengine.supervision.review.reviewing import Filed

_ENDS = {REVOKED, REPAIRED, PENDING}
_LOG = ("class", "record_id", "operator_id", "published_on", "taken_down_on", "reason", "proceeding")


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did.

    Attributes:
        folder: where the files lie.
        displayed: class → how many rows are displayed.
        published: how many are displayed that were not before.
        taken_down: reason → how many are displayed no longer.
    """

    folder: Path
    displayed: dict[str, int]
    published: int
    taken_down: dict[str, int]


def releases_in(ledger: Ledger) -> Releases:
    """What the reviews of a ledger say of publications.

    Raises:
        UsageError: the database fails (RE-851).
    """
    return releases_of(proceedings(ledger))


def rows_with_decisions(ledger: Ledger, year: Year, day: date) -> list[PublishedRow]:
    """The rows of a record, with what the ledger knows was decided about its penalties: the stricter one counts.

    Args:
        ledger: whose decisions (revoked, stayed, repaired) count as those of the record do.
        year: the record.
        day: the day by which they have taken effect.

    Raises:
        UsageError: the database fails (RE-851).
    """
    known = decided_statuses(ledger, day)
    return [_with_decision(row, known, day) for row in year.rows()]


def _with_decision(row: PublishedRow, known: dict[str, tuple[str, date]], day: date) -> PublishedRow:
    found = known.get(str(id_of(row.record_id))) if row.kind == PENALTY and known else None
    if found is None or found[0] not in _ENDS or row.ended_on(day) is not None:
        return row
    return replace(row, record={**row.record, "status": found[0], "status_on": found[1]})


def propose_list(
    ledger: Ledger, year: Year, day: date, entry: Entry, lang: str, *, grounds: str | None = None
) -> tuple[Filed, list[PublishedRow]]:
    """Begin the review of a list: everything of a record that is fit to be published and was not reviewed as it stands.

    Args:
        ledger: where it is recorded.
        year: the record.
        day: of the proposal.
        entry: who records it, when and why.
        lang: of the words that describe the list.
        grounds: the articles; those of the classes on the list if left out.

    Returns:
        the proceeding, and the rows on its list.

    Raises:
        UsageError: there is nothing to propose (RE-951), no publisher is named (RE-946), or what stands in the way of
            the proposal (RE-921 to RE-939).
    """
    publisher = year.settings.publisher
    if publisher is None:
        raise UsageError([Problem("RE-946")])
    rows = to_review(rows_with_decisions(ledger, year, day), releases_in(ledger), day)
    if not rows:
        raise UsageError([Problem("RE-951", found=day.isoformat())])
    counts = Counter(row.kind for row in rows)
    say = words_in(ROOM, lang, FILE)
    titles = {kind: year.columns.class_of(kind).title.get(lang) for kind in counts}
    parts = [say["due_part"].format(what=titles[kind], count=number(count)) for kind, count in counts.items()]
    own = dict.fromkeys(str(term_rules()["grounds"][kind]) for kind in counts)
    cells = {
        "facts": say["proposal_facts"].format(day=day.isoformat(), parts=listed(parts, lang)),
        "grounds": grounds or ";".join(own),
        RECORDS: listed_cell((row.kind, row.record_id, row.sha256) for row in rows),
    }
    step = Step(PROPOSE, entry.who, day, cells)
    return propose(ledger, DISCLOSURE, publisher.code, step, entry, calendar=year.calendar), rows


def export(ledger: Ledger, year: Year, day: date, entry: Entry, out: Path, lang: str) -> Exported:
    """Write what is displayed on a day, and record what was published and taken down by it.

    What is displayed is what was decided, as it was reviewed, and has not ended by the day or by the day of recording.

    Args:
        ledger: where it is recorded.
        year: the record.
        day: the day.
        entry: who records it, when and why.
        out: a folder that is not there yet, or empty.
        lang: of the reasons.

    Raises:
        UsageError: the folder holds something, or cannot be written to (RE-609); the day comes before the last export
            or after the day of recording (RE-952); a step is refused (RE-921 to RE-939).
    """
    today = entry.recorded_at.astimezone(BEIJING).date()
    releases = releases_in(ledger)
    if day > today or (releases.last_day is not None and day < releases.last_day):
        limits = (("first", (releases.last_day or day).isoformat()), ("last", today.isoformat()))
        raise UsageError([Problem("RE-952", found=day.isoformat(), params=limits)])
    rows = rows_with_decisions(ledger, year, today)
    displayed = display_on(rows, releases, day, today)
    before, now = releases.displayed(), {row.key: row for row in displayed}
    new = [(releases.approved[key].proceeding, key) for key in now if key not in before]
    known = {row.key: row for row in rows}
    down = [
        (shown.proceeding, (*key, why_down(known.get(key), shown, releases, today)[0]))
        for key, shown in before.items()
        if key not in now
    ]
    ended = [*_ended(releases.log), *((named, day) for _, named in down)]
    with _staged(out) as stage:
        for name, content in files_of(year.columns, displayed, _taken_down(ended, year, lang), day).items():
            (stage / name).write_bytes(content)
        for action, pairs in ((TAKE_DOWN, down), (PUBLISH, new)):
            for proceeding, named in sorted(lists_by_proceeding(pairs).items()):
                step = Step(action, entry.who, day, {RECORDS: listed_cell(named)})
                take(ledger, proceeding, step, entry, calendar=year.calendar)
    counts = Counter(row.kind for row in displayed)
    reasons = Counter(named[2] for _, named in down)
    return Exported(out, {kind: counts[kind] for kind in year.columns.classes}, len(new), dict(sorted(reasons.items())))


@contextlib.contextmanager
def _staged(out: Path) -> Iterator[Path]:
    """A folder beside ``out`` to write into, which takes its place at the end, or goes where something fails."""
    stage = out.with_name(f"{out.name}.writing")
    try:
        if out.exists() and any(out.iterdir()):
            raise UsageError([Problem("RE-609", found=str(out), params=(("reason", "it is not empty"),))])
        shutil.rmtree(stage, ignore_errors=True)
        stage.mkdir(parents=True)
        yield stage
        if out.exists():
            out.rmdir()
        stage.rename(out)
    except OSError as error:
        reason = (("reason", error.strerror or str(error)),)
        raise UsageError([Problem("RE-609", found=str(out), params=reason)]) from None
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def log_table(releases: Releases, year: Year | None = None) -> bytes:
    """The log as the ``publications`` of a record: CSV, one row each time that something was published.

    Args:
        releases: what the reviews say.
        year: the record, for whom each is about; empty without it, and where that is a natural person.
    """
    about = {} if year is None else {row.key: row for row in year.rows()}
    rows = []
    for each in releases.log:
        row = about.get(each.key)
        operator = "" if row is None or mask_personal(row.operator_id) != row.operator_id else row.operator_id
        days = (each.published_on.isoformat(), each.taken_down_on.isoformat() if each.taken_down_on else "")
        rows.append((each.kind, each.record_id, operator, *days, each.reason or "", each.proceeding))
    return table_of(_LOG, rows)


def _ended(log: list[Shown]) -> list[tuple[tuple[str, ...], date]]:
    return [
        ((each.kind, each.record_id, str(each.reason)), each.taken_down_on)
        for each in log
        if each.taken_down_on is not None
    ]


def _taken_down(ended: list[tuple[tuple[str, ...], date]], year: Year, lang: str) -> bytes:
    """What is displayed no longer, and why: the law asks that the reasons be public (Penalty Law, article 48(2))."""
    say = words_in(ROOM, lang, FILE)
    rows = [
        (
            year.columns.class_of(kind).title.get(lang),
            str(year.hiding.text(record_id)),
            day.isoformat(),
            reason_title(reason).get(lang),
        )
        for (kind, record_id, reason), day in ended
    ]
    return table_of([say[name] for name in ("class", "record_id", "taken_down_on", "why")], rows)
