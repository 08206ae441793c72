"""Random policies from the whole language: the same seed gives the same policy, as plain data that compiles.

One function for each section. A new key of the language is one more line in its section, a new operation of expressions
one more entry in ``Writer``; whatever engine is compared with the reference then meets it.
"""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from itertools import pairwise

from random_expressions import DAYS, NUMBERS, SIGNS, WORDS, Writer

from riskengine.catalog import load_shipped
from riskengine.kernel.windows import parse_window
from riskengine.policy import fact_source
from riskengine.policy.aggregates import stored_type
from riskengine.policy.decision import idle_rows, table_expression
from riskengine.policy.expression import DATE, INTEGER, TEXT, TEXTS, Type, names_in
from riskengine.policy.fact import Fact
from riskengine.policy.model import Policy
from riskengine.policy.parser import parse_expression
from riskengine.policy.scope import (
    RISK_POINT_NAMES,
    ROW_COLUMNS,
    operator_scope,
    parameters_scope,
    row_columns,
    row_dates,
    row_scope,
    tally_type,
)
from riskengine.policy.typecheck import type_of

BOTH = {"zh": "某", "en": "something"}
CATALOG = load_shipped()
RISK_POINTS = tuple(CATALOG.risk_points)[::5]
LAWS = ("highway_protection_regulation", "henan_social_credit_regulation")
WINDOWS = ("1 day", "30 days", "365 days", "366 days", "1 month", "6 months", "12 months", "2 years", "calendar_year")
CAPS = (1, 20, Decimal("7.5"), Decimal("0.3333"))
STATUSES = ("final", "pending", "revoked", "repaired")


def chance(rng, share, **keys):
    """Some keys, or none of them."""
    return keys if rng.random() < share else {}


def based(rng):
    if rng.random() < 0.5:
        return {"basis": "local_policy"}
    return {"law": rng.choice(LAWS), "article": rng.choice(["66", 12]), **chance(rng, 0.3, paragraph=1, note=BOTH)}


def parameters(rng):
    made = {"limit": {"value": rng.choice(NUMBERS), **based(rng)}, "word": {"value": rng.choice(WORDS), **based(rng)}}
    days = rng.choice([DAYS, DAYS[-2:]])  # the last ones begin after most as-of dates
    values = [{"since": day, "value": rng.choice(NUMBERS)} for day in sorted(rng.sample(days, rng.choice([1, 2])))]
    return {**made, "dated": {"values": values, **chance(rng, 0.3, unit=rng.choice(["yuan", "days"])), **based(rng)}}


def profile(rng):
    fields = {
        "number": {"type": "integer", **chance(rng, 0.5, unit="vehicles"), **chance(rng, 0.5, min=-5, max=20)},
        "share": {"type": "decimal", "places": rng.choice([1, 3]), **chance(rng, 0.5, min=0, max=2)},
        "sort": {"type": "text", **chance(rng, 0.5, words=["客运", "货运", "major"])},
        "checked_on": {"type": "date"},
        "flag": {"type": "bool"},
        "fleet_size": {"type": "integer", "unit": "vehicles", "max": 1000},
    }
    return {name: fields[name] for name in sorted(rng.sample(sorted(fields), rng.randint(2, len(fields))))}


def columns(rng):
    """Further columns of the records, and names for those of an inspection; or none of them."""
    if rng.random() < 0.4:
        return {}
    own = {
        "points": {"type": "integer", "min": 0, "max": 300, **chance(rng, 0.5, unit="yuan")},
        "mass": {"type": "decimal", "places": rng.choice([1, 3]), **chance(rng, 0.5, min=0, max=2)},
        "type_of": {"type": "text", **chance(rng, 0.7, words=["MSI", "VSI", "major"])},
        "entered_on": {"type": "date"},
        "stopped": {"type": "bool"},
    }
    visit = {
        "vehicles_seen": {"type": "integer", "min": 0, "max": 20, **chance(rng, 0.5, unit="vehicles")},
        "mass": {"type": "decimal", "places": 2},
        "passed": {"type": "bool"},
        "colour": {"type": "text", "words": ["red", "major"]},
    }
    own, visit = ({name: held[name] for name in rng.sample(sorted(held), rng.randint(1, 3))} for held in (own, visit))
    seen = ["inspected_on", "result", *visit]
    links = {f"visit_{name}": name for name in rng.sample(seen, rng.choice([0, 1, 2]))}
    return {"columns": {"violations": own, "inspections": visit, **({"of_inspection": links} if links else {})}}


def weights(rng, policy):
    columns = [column for column, kind in row_columns(policy, "violations").items() if kind == TEXT]
    numbers = [column for column, kind in row_columns(policy, "violations").items() if kind.is_number]
    by = rng.choice(["severity", "severity", "level", "area", "status", *columns])
    keys = {"severity": ("minor", "general", "serious", "major"), "status": STATUSES}.get(by, WORDS)
    table = {key: rng.choice(NUMBERS) for key in rng.sample(keys, 3)}
    windows = reached(rng.sample(WINDOWS, rng.choice([1, 3])))

    def rest():
        return chance(rng, 0.5, otherwise=rng.choice(NUMBERS))

    made = {
        "by_table": {"by": by, "table": table, **rest(), **chance(rng, 0.4, missing=rng.choice(NUMBERS))},
        "by_age": {"by": "age", "brackets": [{"within": item, "value": rng.choice(NUMBERS)} for item in windows]},
        "by_result": {
            "of": "inspections",
            "by": "result",
            "table": {"合格": 0, "不合格": rng.choice(NUMBERS)},
            **rest(),
        },
        "by_penalty": {
            "by": by_number(rng, numbers),
            "brackets": ranges(rng),
            **chance(rng, 0.4, missing=rng.choice(NUMBERS)),
        },
    }
    if rng.random() < 0.4:
        keys = {"divide": rng.choice([1, 7, 100, 232792560]), "places": rng.choice([0, 2, 6])}
        made["divided"] = {"by": by_number(rng, numbers), **keys, **rest(), **chance(rng, 0.4, missing=3)}
    made["by_age"].update(rest())
    made["by_penalty"].update(rest())
    return {name: {**weight, "basis": "local_policy"} for name, weight in made.items()}


def reached(windows):
    """Those that no window above them holds whole."""
    kept = []
    for text in windows:
        window = parse_window(text)
        if all(above.unit != window.unit or above.count < window.count for above in map(parse_window, kept)):
            kept.append(text)
    return kept


def by_number(rng, numbers):
    return rng.choice(["penalty", *(name for name in numbers if name != "age_days")])


def ranges(rng):
    """Brackets that overlap, or leave gaps, and none of which holds another whole: their ends rise."""
    ends = sorted(rng.sample([0, 100, Decimal("499.995"), 500, 2000, 10000], rng.choice([2, 3, 4])))
    rows = [{"at_least": low, "below": high} for low, high in pairwise(ends)]
    rows += [{"at_least": ends[-1]}] if rng.random() < 0.5 else []
    rows[0] = {"below": ends[1]} if rng.random() < 0.3 else rows[0]
    return [{**row, "value": rng.choice(NUMBERS)} for row in rows]


def share(rng, policy):
    """The part of the records for which a condition is true, with its type."""
    source = rng.choice(["violations", "violations", "inspections"])
    write = Writer(rng, row_scope(policy, source))
    data = {
        "share": write.condition(),
        "places": rng.choice([0, 1, 3, 6]),
        **chance(rng, float(source == "inspections"), of=source),
        **chance(rng, 0.5, where=write.condition()),
        **chance(rng, 0.6, within=rng.choice(WINDOWS)),
        **chance(rng, 0.3, by=rng.choice(row_dates(policy, source))),
        **chance(rng, 0.4 * (source == "violations"), per="risk_point"),
        **chance(rng, 0.5, missing="ignore"),
        **chance(rng, 0.3, empty=rng.choice(NUMBERS)),
    }
    return data, stored_type(Type("decimal", data["places"]), Fact.model_validate(data))


def aggregate(rng, policy):
    """One fact made of records, with its type."""
    if rng.random() < 0.15:
        return share(rng, policy)
    source = rng.choice(["violations", "violations", "violations", "inspections"])
    rows, of = row_scope(policy, source), chance(rng, float(source == "inspections"), of=source)
    write = Writer(rng, rows)
    columns = [name for name, kind in row_columns(policy, source).items() if kind != TEXTS and name != "risk_point"]
    columns += [name for name in columns if name not in ROW_COLUMNS[source]] * 2
    operation = rng.choice(["count", "count", "count_distinct", "sum", "sum", "max", "min", "latest", "days_since"])
    operand = source
    if operation == "count_distinct":
        operand = rng.choice([*columns, *(["vehicle"] * 4)])
    elif operation in {"sum", "max", "min"}:
        operand = write.day() if operation != "sum" and rng.random() < 0.3 else write.number(2, write.unit())
    data = {operation: operand, **(of if operand != source else {})}
    kind = {"latest": DATE, "days_since": Type("integer", unit="days")}.get(operation, INTEGER)
    if operation in {"sum", "max", "min"}:
        kind = type_of(parse_expression(operand), rows)
    data |= {
        **chance(rng, 0.6, where=write.condition()),
        **chance(rng, 0.6, within=rng.choice(WINDOWS)),
        **chance(rng, 0.3, by=rng.choice(row_dates(policy, source))),
    }
    if source == "violations" and rng.random() < 0.3:
        data["per"] = "risk_point"
    elif rng.random() < 0.4:
        points = ["risk_point"] * 3 if source == "violations" else []
        data["per"] = rng.choice([*columns, *(["vehicle"] * 4), *points])
        data |= {} if kind == DATE else chance(rng, 0.4, group_cap=rng.choice([*NUMBERS, -1]))
        data["then"] = rng.choice(["max", "min", "count", "count", "max" if kind == DATE else "sum"])
        data |= chance(rng, 0.4 * (operation in {"sum", "count"}), once=rng.choice([*columns, *(["vehicle"] * 4)]))
        if data["then"] == "count" and rng.random() < 0.7:
            data["having"] = having(rng, {"group": kind, **parameters_scope(policy)})
    dated = kind == DATE or operation in {"days_since", "count_distinct"}
    data |= chance(rng, 0.5, missing="ignore" if dated else rng.choice(["ignore", *NUMBERS]))
    data |= {} if kind == DATE else chance(rng, 0.3, empty=rng.choice(NUMBERS))
    if "having" not in data and (kind.is_number or data.get("then") == "count"):
        data |= chance(rng, 0.2, unit="vehicles")
    if operation in {"count", "sum"} and "per" not in data and data.get("missing") in {None, "ignore"}:
        own = random.Random(repr(data))  # noqa: S311 - apart, so that seeds make the policies that they made before
        data |= chance(own, 0.4, in_any=own.choice(WINDOWS))
    fact = Fact.model_validate(data)
    assert fact_source(fact) == source
    return data, stored_type(kind, fact)


def having(rng, scope):
    """A condition on ``group``, often with a second one: on a parameter, that may not have begun, or on anything."""
    write = Writer(rng, scope)
    first = f"group {rng.choice(SIGNS)} {write.value(scope['group'])}"
    second = rng.choice([write.condition(1), f"{rng.choice(['dated', 'dated', 'limit'])} {rng.choice(SIGNS)} 1"])
    return first if rng.random() < 0.3 else f"{first} {rng.choice(['and', 'or'])} {second}"


def computed(rng, scope, *, per_risk_point):
    """One fact computed from others, with its type."""
    places = rng.choice([None, 0, 2, 4, 6])
    write = Writer(rng, scope, division=places is not None)
    if places is None and rng.random() < 0.3:
        text = rng.choice([write.condition, write.text, write.day])()
    else:
        text = write.number(3, write.unit())
    kind = type_of(parse_expression(text), scope, division=True)
    data = {"value": text, **chance(rng, float(per_risk_point), per="risk_point")}
    if kind.is_number and places is not None:
        data["places"], kind = places, Type(kind.kind, places, kind.unit)
    return data, kind


def table_of_decisions(rng, scope, *, per_risk_point):
    """One fact given as a decision table, with its type."""
    places = rng.choice([None, None, 0, 2])
    hit = rng.choice(["first", "unique", "highest", "lowest", "sum"])
    write = Writer(rng, scope, division=places is not None)
    unit = write.unit()
    kinds = [lambda: write.number(1, unit), lambda: str(rng.choice(NUMBERS))]
    if places is None:
        kinds += {"sum": [], "highest": [write.day], "lowest": [write.day]}.get(hit, [write.text, write.condition])
    value = rng.choice(kinds)
    conditions = dict.fromkeys(Writer(rng, scope).condition(2) for _ in range(rng.randint(1, 4)))
    rows = [{"when": when, "value": value()} for when in conditions if when not in {"true", "false"}]
    data = {"table": rows or [{"when": "1 = 1", "value": value()}], "hit": hit, **chance(rng, 0.6, otherwise=value())}
    data |= chance(rng, float(per_risk_point), per="risk_point")
    trees = [(parse_expression(row["when"]), parse_expression(row["value"])) for row in data["table"]]
    while in_vain := {at for at, *_ in idle_rows(hit, [when for when, _ in trees])}:
        data["table"] = [row for at, row in enumerate(data["table"]) if at != min(in_vain)]
        trees = [(parse_expression(row["when"]), parse_expression(row["value"])) for row in data["table"]]
    otherwise = parse_expression(data.get("otherwise", "null"))
    kind = type_of(table_expression(hit, trees, otherwise), scope, division=True)
    if kind.is_number and places is not None:
        data["places"], kind = places, Type(kind.kind, places, kind.unit)
    return data, kind


def texts(data):
    """The expressions of a fact that read other facts."""
    rows = [text for row in data.get("table", ()) for text in row.values()]
    return [*rows, *(data[key] for key in ("value", "otherwise") if key in data)]


def comparison(rng, scope, after):
    """One fact that compares operators, with its type; None where nothing could be compared."""
    free = {name: kind for name, kind in scope.items() if name not in after}
    ordered = [name for name, kind in free.items() if kind.is_number or kind == DATE]
    exact = [name for name, kind in free.items() if kind.kind in {"text", "integer", "date", "bool"}]
    facts_of = [name for name in ordered if name.startswith("fact")]
    operation = rng.choice(["rank", "rank", "peers", "percentile"])
    data = {
        operation: rng.choice(facts_of * 4 + ordered),
        **chance(rng, 0.5, among=rng.sample(exact, rng.choice([1, 1, 2]))),
        **chance(rng, 0.4, where=Writer(rng, free).condition()),
        **chance(rng, float(operation != "peers"), best=rng.choice(["highest", "lowest"])),
    }
    if operation != "percentile":
        return data, INTEGER
    data["places"] = rng.choice([0, 2, 4])
    return data, Type("decimal", data["places"], "percent")


def facts(rng, policy):
    """Facts of all kinds, in an order of their own, and the types of those of the operator and of each risk point."""
    dates = [name for name, kind in operator_scope(policy).items() if kind == DATE and name != "as_of"]
    made = {"since_day": {"days_since": rng.choice(dates)}}
    own, each = {**operator_scope(policy), "since_day": Type("integer", unit="days")}, {}
    after, compares = set(), rng.random() < 0.4
    for at in range(rng.randint(4, 10)):
        if at > 2 and compares and rng.random() < 0.4:
            data, kind = comparison(rng, own, after)
            after.add(f"fact{at}")
        elif at > 2 and rng.random() < 0.4:
            per_risk_point = rng.random() < 0.3
            scope = {**own, **RISK_POINT_NAMES, **each} if per_risk_point else own
            write = rng.choice([computed, computed, table_of_decisions])
            data, kind = write(rng, scope, per_risk_point=per_risk_point)
        else:
            data, kind = aggregate(rng, policy)
        made[f"fact{at}"] = data
        if after & {name for text in texts(data) for name in names_in(parse_expression(text))}:
            after.add(f"fact{at}")
        (each if data.get("per") == "risk_point" and "then" not in data else own)[f"fact{at}"] = kind
    return {name: made[name] for name in rng.sample(sorted(made), len(made))}, own, {**own, **RISK_POINT_NAMES, **each}


def points(rng, write, share=0.85):
    """The points of a signal, or none."""
    if rng.random() > share:
        return {}
    return {
        rng.choice(["deduct", "deduct", "add"]): write.number(2, write.unit()),
        **chance(rng, 0.7, places=rng.randint(0, 6)),
        **chance(rng, 0.4, cap=rng.choice(CAPS)),
    }


def rule(rng, name, write, **more):
    """What all rules share."""
    return {
        "rule": name,
        "title": BOTH,
        "when": write.condition(3),
        "if_unknown": rng.choice(["skip", "skip", "skip", "stop"]),
        **chance(rng, 0.2, lacks=rng.choice(["vehicle", ["driver", "severity"]])),
        **based(rng),
        **more,
    }


def tallies(rng):
    """Accounts beside the score, or none."""
    return {
        name: {
            "title": BOTH,
            "basis": "local_policy",
            **chance(rng, 0.6, **{"from": rng.choice([0, 3, Decimal("0.5")])}),
            **chance(rng, 0.4, floor=rng.choice([0, Decimal("-1.25")])),
            **chance(rng, 0.4, ceiling=rng.choice([4, 12, Decimal("5.5")])),
            **chance(rng, 0.2, unit="yuan"),
        }
        for name in rng.choice([(), ("demerits",), ("demerits", "merits")])
    }


def signals(rng, own, each, accounts):
    """Signals of the operator, about one risk point, and of each risk point; points of some go to other accounts."""
    made = []
    for at in range(rng.randint(2, 5)):
        about = rng.choice(
            [{}, {"risk_point": rng.choice(RISK_POINTS)}, {"each": "risk_point"}, {"each": "risk_point"}]
        )
        scope = each if "each" in about else own
        sum_of_points = points(rng, Writer(rng, scope, division=True))
        if sum_of_points and accounts:
            sum_of_points |= chance(rng, 0.5, to=rng.choice(list(accounts)))
        signal = rule(rng, f"signal{at}", Writer(rng, scope), **about, **sum_of_points)
        if about and rng.random() < 0.5:
            signal |= {"law": "from_catalog", "basis": "local_policy"}
            signal = {key: value for key, value in signal.items() if key not in {"article", "paragraph"}}
        made.append(signal)
    return made


def table(rng, own):
    """Rows by score, by conditions, or both; with or without a last row that always holds."""
    limits = sorted(rng.sample([95, 90, 80, Decimal("99.5"), 60, 0], 3), reverse=True)
    rows = [{"grade": grade, "at_least": limit} for grade, limit in zip("ABC", limits, strict=True)]
    if rng.random() < 0.5:
        write = Writer(rng, {**own, "score": Type("decimal", 2)})
        at = rng.randint(0, 3)
        # A grade may come twice where the later row has a condition of its own.
        grade = rng.choice(["E", *(row["grade"] for row in rows[:at])])
        rows.insert(at, {"grade": grade, "when": f"score > {rng.choice([70, 97])} and {write.condition(1)}"})
    return [*rows, *rng.choice([[{"grade": "D", "title": BOTH}], [{"grade": "D"}], []])]


def grades(rng, own):
    write, rows = Writer(rng, own), table(rng, own)
    names = [row["grade"] for row in rows]
    made = {
        "score": {
            "from": rng.choice([100, 3, Decimal("99.75")]),
            **chance(rng, 0.6, floor=rng.choice([0, 2, Decimal("98.5")])),
            **chance(rng, 0.5, ceiling=rng.choice([100, Decimal("100.5")])),
        },
        "table": rows,
        "basis": "local_policy",
        "on_quarantined": rng.choice(["show", "show", "stop"]),
        "ceilings": [
            rule(
                rng,
                f"ceiling{at}",
                write,
                at_most=rng.choice(names),
                **chance(rng, 0.5, risk_point=rng.choice(RISK_POINTS)),
            )
            for at in range(rng.randint(0, 3))
        ],
    }
    if rng.random() < 0.5:
        made["insufficient"] = rule(rng, "too_little", write, grade="new", grade_title=BOTH)
    return made


def supervision(rng, rules, names):
    """Tiers and actions for every grade, for ``not_evaluable``, and for some rules; or nothing at all."""
    if rng.random() < 0.2:
        return {}
    actions = [f"action{at}" for at in range(4)]

    def some():
        return rng.sample(actions, rng.choice([1, 2, 3]))

    return {
        "tiers": {tier: {"title": BOTH, **chance(rng, 0.5, sampling="10%"), **based(rng)} for tier in ("near", "far")},
        "actions": {action: {"title": BOTH, **based(rng)} for action in actions},
        "assign": [
            *({"grade": [name], "tier": rng.choice(["near", "far"]), "actions": some()} for name in names),
            *({"rule": name, "actions": some()} for name in rng.sample(rules, min(2, len(rules)))),
            *rng.choice([[], [{"status": "not_evaluable", "tier": "near", "actions": some()}]]),
        ],
    }


def random_policy(seed):
    """A policy that ``read_policy`` takes and ``compile_plan`` compiles; equal for equal seeds."""
    rng = random.Random(seed)  # noqa: S311 - invented policies, no secret
    data = {
        "policy": f"random-{seed}",
        "version": rng.choice(["1", 2022]),
        "title": BOTH,
        "summary": BOTH,
        "effective": {"since": date(2000, 1, 1), **chance(rng, 0.3, until=date(2040, 1, 1))},
        **chance(rng, 0.85, catalog="transport"),
        **chance(rng, 0.5, counted_statuses=rng.sample(STATUSES, rng.randint(1, 4))),
        "parameters": parameters(rng),
        "profile": profile(rng),
        **columns(rng),
    }
    frame = {"score": {"from": 0}, "table": [{"grade": "A"}], "basis": "local_policy"}
    data["weights"] = weights(rng, Policy.model_validate({**data, "grades": frame}))
    data["facts"], own, each = facts(rng, Policy.model_validate({**data, "grades": frame}))
    data["tallies"] = tallies(rng)
    data["signals"] = signals(rng, own, each, data["tallies"])
    so_far = Policy.model_validate({**data, "grades": frame})
    data["grades"] = grades(rng, {**own, **{name: tally_type(so_far, name) for name in data["tallies"]}})
    rules = [item["rule"] for item in (*data["signals"], *data["grades"]["ceilings"])]
    names = dict.fromkeys(row["grade"] for row in data["grades"]["table"])
    names |= {"new": None} if "insufficient" in data["grades"] else {}
    return {**data, "supervision": supervision(rng, rules, list(names))}
