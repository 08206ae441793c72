"""What a letter says: facts and law in force, measures, consequences, term, how to object, and the run's hash."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from riskengine.kernel.formats import long_date
from riskengine.reports.letters.consequences import consequences
from riskengine.reports.letters.found import found, measures
from riskengine.reports.letters.kinds import ROOM
from riskengine.reports.notice.content import Sender
from riskengine.reports.notice.objecting import objecting, remedy
from riskengine.reports.notice.parts import Items
from riskengine.reports.notice.telling import Telling
from riskengine.reports.wording import room_words
from riskengine.results import explain
from riskengine.supervision.review.articles import ground_of, grounds_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from riskengine.reports.letters.kinds import LetterKind
    from riskengine.reports.letters.orders import Order
    from riskengine.reports.privacy import Privacy
    from riskengine.results import Context, OperatorView
    from riskengine.runs import Run


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues letters, and what the bureau must settle; nothing of it may be empty but what a kind does not need.

    Attributes:
        body, contact, term: the authority, where objections go, within what time.
        number: the letter's number; ``{n}`` in it is filled in by counting.
        day: the date of the letter.
        meeting_at, place: of a talk.
    """

    body: str
    contact: str
    term: str
    number: str
    day: date
    meeting_at: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class LetterSection:
    """A part: its heading, and lines, those that begin with a heading of their own as pairs."""

    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in one language.

    Attributes:
        lang, kind: the language, and the kind's name.
        body, number, title, addressee, opening: as they stand above the sections.
        name, operator_id: to whom, as it is shown.
        sections: its parts; a line is a heading of second rank (or empty) and a text.
        day: the date below.
        notes: what it can be checked by.
    """

    lang: str
    kind: str
    body: str
    number: str
    title: str
    addressee: str
    opening: str
    name: str
    operator_id: str
    sections: tuple[LetterSection, ...]
    day: str
    notes: tuple[str, ...]

    @property
    def text(self) -> str:
        """All that it says, a line each."""
        lines = [self.body, self.number, self.title, self.addressee, self.opening]
        for section in self.sections:
            lines += [section.title, *(" ".join(filter(None, line)) for line in section.lines)]
        return "\n".join([*lines, self.body, self.day, *self.notes])


def letter_of(
    kind: LetterKind,
    view: OperatorView,
    run: Run,
    context: Context,
    lang: str,
    *,
    issuer: Issuer,
    privacy: Privacy,
    order: Order | None = None,
) -> Letter:
    """What a letter says.

    Args:
        kind: of which kind it is.
        view: the rows about the operator.
        run: the run.
        context: its setting.
        lang: ``zh`` or ``en``.
        issuer: who issues it, with its number filled in.
        privacy: what may be shown of a person.
        order: the decision, where the kind needs one.
    """
    tell, say = Telling(view, explain(view, context), context, lang, privacy), room_words(ROOM, lang)
    row = view.grade
    name, operator = privacy.name(row["operator_id"], row["name"]), privacy.text(row["operator_id"])
    parts = _parts(kind, tell, say, issuer, order)
    sections = tuple(
        LetterSection(say["section_of"].format(number=number, title=title), tuple(lines))
        for number, (title, lines) in zip(say["numerals_ten"], parts, strict=False)
    )
    return Letter(
        lang=lang,
        kind=kind.name,
        body=issuer.body,
        number=issuer.number,
        title=kind.title.get(lang),
        addressee=say["addressee"].format(name=name, operator=operator),
        opening=_opening(kind, tell, say, issuer.day, order),
        name=name,
        operator_id=operator,
        sections=sections,
        day=long_date(issuer.day, lang),
        notes=tuple(_notes(run, say, order)),
    )


def _opening(kind: LetterKind, tell: Telling, say: Mapping[str, str], day: date, order: Order | None) -> str:
    laws, lang, policy = tell.context.catalog.laws, tell.lang, tell.context.policy
    grounds = [ground_of(str(b.law), str(b.article), b.paragraph, b.item) for b in kind.bases_on(day)]
    basis = say["list_mark"].join(grounds_text(";".join(grounds), laws, lang)) or say["none"]
    if kind.basis is not None:
        basis = say["local_basis"].format(basis=basis)
    return say[f"opening_{kind.name}"].format(
        basis=basis,
        policy=tell.text(policy.title.text),
        version=policy.version,
        as_of=tell.day(tell.context.as_of),
        grade=tell.view.grade["grade"] or say["none"],
        document=order.document if order else "",
        decided=tell.day(order.decided_on) if order else "",
    )


def _parts(
    kind: LetterKind, tell: Telling, say: Mapping[str, str], issuer: Issuer, order: Order | None
) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The parts in their order: heading and lines."""
    if order is not None:
        yield say["order_title"], list(_ordered(order, tell, say))
    yield say["found_title"], list(found(tell, say))
    advised = "measures_advised" if kind.name in {"reminder", "guidance"} else "measures_title"
    yield say[advised], list(measures(tell, say))
    if kind.name == "talk":
        when = say["talk_when"].format(meeting_at=issuer.meeting_at, place=issuer.place)
        yield say["talk_title"], [("", when), ("", say["talk_bring"].format(contact=issuer.contact))]
    yield say["consequence_title"], list(consequences(tell, say, ordered=order is not None))
    yield say["object_title"], list(_objecting(tell, say, issuer, ordered=order is not None))


def _ordered(order: Order, tell: Telling, say: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    grounds = grounds_text(order.grounds, tell.context.catalog.laws, tell.lang)
    facts, decision = (
        tell.privacy.text(text).strip().rstrip(say["full_stop"]) for text in (order.facts, order.decision)
    )
    yield "", say["order_facts"].format(facts=facts)
    yield "", say["order_grounds"].format(grounds=say["list_mark"].join(grounds) or order.grounds)
    yield "", say["order_says"].format(decision=decision)
    yield "", say["order_until"].format(day=tell.day(order.correct_by))


def _objecting(tell: Telling, say: Mapping[str, str], issuer: Issuer, *, ordered: bool) -> Iterator[tuple[str, str]]:
    # The remedies are those of the day on which the letter goes out.
    tell = replace(tell, context=replace(tell.context, as_of=issuer.day))
    if not ordered:
        for block in objecting(tell, Sender(issuer.body, issuer.contact, issuer.term)):
            texts = block.texts if isinstance(block, Items) else (block.text,)
            yield from (("", text) for text in texts)
        return
    told = [
        say[f"object_order_{name}"].format(basis=basis)
        for name in ("reconsideration", "litigation")
        if (basis := remedy(name, tell))
    ]
    if told:
        yield "", "".join(told) if tell.lang == "zh" else " ".join(told)
    yield "", say["object_order_heard"].format(contact=issuer.contact)


def _notes(run: Run, say: Mapping[str, str], order: Order | None) -> Iterator[str]:
    manifest = run.manifest
    yield say["note_run"].format(run=run.run_id, sha256=manifest["sha256"], content=manifest["content_hash"])
    if order is not None:
        yield say["note_proceeding"].format(proceeding=order.proceeding)
