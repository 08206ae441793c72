"""Profile fields, weights and parameters of a policy as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskengine.reports.policy.blocks import Block, Entry, Heading, Table, code

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from riskengine.policy import Policy
    from riskengine.policy.inputs import Bracket, Parameter, ProfileField, Weight
    from riskengine.reports.policy.speech import Speech


def profile_blocks(policy: Policy, speech: Speech) -> Iterator[Block]:
    """The further columns of operators and of records that the policy reads."""
    say, columns = speech.say, policy.columns
    if policy.profile:
        yield Heading(2, say["profile"])
        yield _fields(policy.profile, speech)
    for source in ("violations", "inspections"):
        if columns.of(source):
            yield Heading(2, say["columns_of"].format(source=say[source]))
            yield _fields(columns.of(source), speech)
    if columns.of_inspection:
        rows = [(code(name), speech.title(column)) for name, column in columns.of_inspection.items()]
        yield Heading(2, say["of_inspection"])
        yield Table((say["name_label"], say["what"]), tuple(rows))


def _fields(fields: Mapping[str, ProfileField], speech: Speech) -> Table:
    say, rows = speech.say, []
    for name, field in fields.items():
        kind = say[f"type_{field.type}"].format(places=field.places)
        limits = speech.listed(field.words) or _span(field.min, field.max, speech, last="from_to")
        title = speech.text(field.title) or speech.title(name)
        rows.append((title, code(name), speech.join((kind, speech.unit(field.unit))), limits))
    return Table((say["what"], say["name_label"], say["type_label"], say["limits"]), tuple(rows))


def weight_blocks(policy: Policy, speech: Speech) -> Iterator[Block]:
    """The weights, each with the rows by which it is looked up."""
    if policy.weights:
        yield Heading(2, speech.say["weights"])
    for name, weight in policy.weights.items():
        yield from _weight(name, weight, speech)


def _weight(name: str, weight: Weight, speech: Speech) -> Iterator[Block]:
    say = speech.say
    by = say["by_label"].format(column=speech.title(weight.by))
    lines = (
        ("", speech.join((say["weight_of"].format(source=say[weight.of]), by))),
        (say["basis_label"], speech.basis(weight)),
        (say["note_label"], speech.text(weight.note)),
    )
    yield Entry(f"{speech.text(weight.title)} {code(name)}".strip(), tuple(line for line in lines if line[1]))
    rows = [(speech.word(weight.by, key), speech.number(value)) for key, value in weight.table.items()]
    rows += [(_bracket(bracket, speech), speech.number(bracket.value)) for bracket in weight.brackets]
    if weight.divide is not None:
        divided = say["divided"].format(number=speech.number(weight.divide), column=speech.title(weight.by))
        rows.append((say["above_nought"], speech.join((divided, speech.places(weight.places)))))
    last = speech.number(weight.otherwise) or say["unknown_row"]
    rows.append((say["otherwise_row"], last))
    if weight.by != "age":
        rows.append((say["missing_row"], speech.number(weight.missing) or say["unknown_row"]))
    yield Table((speech.title(weight.by), say["value_label"]), tuple(rows))


def _bracket(bracket: Bracket, speech: Speech) -> str:
    if bracket.within is not None:
        return speech.window(bracket.within)
    return _span(bracket.at_least, bracket.below, speech, last="from_below")


def _span(low: object, high: object, speech: Speech, last: str) -> str:
    """A range in words; ``last`` says whether its upper end is in it."""
    words = {"low": speech.number(low), "high": speech.number(high)}  # type: ignore[arg-type]
    if low is None and high is None:
        return ""
    if high is None:
        return speech.say["from_up"].format(**words)
    if low is None:
        return speech.say["below" if last == "from_below" else "up_to"].format(**words)
    return speech.say[last].format(**words)


def parameter_blocks(policy: Policy, speech: Speech) -> Iterator[Block]:
    """The numbers that rules use by name, with what each rests on."""
    say = speech.say
    if not policy.parameters:
        return
    yield Heading(2, say["parameters"])
    rows = [
        (
            speech.text(parameter.title) or name,
            code(name),
            _values(parameter, speech),
            speech.join((speech.basis(parameter), speech.text(parameter.note))),
        )
        for name, parameter in policy.parameters.items()
    ]
    yield Table((say["what"], say["name_label"], say["value_label"], say["basis_label"]), tuple(rows))


def _values(parameter: Parameter, speech: Speech) -> str:
    if parameter.value is not None:
        return speech.number(parameter.value, parameter.unit)
    form = speech.say["since_value"]
    return speech.join(
        form.format(since=each.since.isoformat(), value=speech.number(each.value, parameter.unit))
        for each in parameter.values
    )
