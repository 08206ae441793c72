"""The default policy written out in Polars, for speed: what an expert would write for this one policy.

Run `python benchmarks/batch_by_hand_polars.py OPERATORS VIOLATIONS OUT [--as-of 2022-12-31]`. It reads Parquet in
place, takes the records to be valid, and writes the seven tables of a run sorted by their keys. It shares no code with
the engines. Points are whole hundredths, fines whole fen; an operator is its place in the order of ids, so that what is
known of it is taken by place and not joined.
"""

from __future__ import annotations

import argparse
import tempfile
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Self

import batch_policy as policy
import polars as pl
from polars import col, lit, when
from pyarrow import parquet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

POINTS = pl.Enum(policy.POINTS)
CODE = {rule: place for place, rule in enumerate(policy.RULES)}
HW_01 = policy.POINTS.index(policy.OVERLOAD)
NO_POINT = 63
PART, ROWS = 100_000, 1 << 17  # operators at a time, rows of a row group
SEVERITY = {"minor": 1, "general": 2, "serious": 5, "major": 10}

# What is missing, as bits: the smallest is the first in the alphabet.
MISSING = ("driver", "fleet_size", "licensed_on", "penalty", "penalty_kind", "severity", "vehicle")
DRIVER, FLEET_SIZE, LICENSED_ON, PENALTY, PENALTY_KIND, SEVERITY_BIT, VEHICLE = (1 << at for at in range(7))
MISSING_LISTS = pl.Series(
    [[name for at, name in enumerate(MISSING) if bits >> at & 1] for bits in range(128)], dtype=pl.List(pl.String)
)
RULE_NAMES = pl.Series(policy.RULES)
POINT_NAMES = pl.Series([*policy.POINTS, *[None] * 32])
AFTER_NONE = pl.Series([None, *policy.POINTS])
LAWS, ARTICLES = (pl.Series([None, *(basis[at] for basis in policy.BASES)]) for at in (0, 1))


@dataclass(frozen=True)
class Days:
    """The as-of date, and the first day inside each window.

    Attributes:
        as_of: the day.
    """

    as_of: date

    def since(self, months: int) -> date:
        """The day after the same day so many months ago, clamped to the month's end."""
        start = pl.select(lit(self.as_of).dt.offset_by(f"-{months}mo").dt.offset_by("1d")).item()
        assert isinstance(start, date)  # noqa: S101 - for the type checker
        return start


def operators(path: Path, days: Days) -> pl.DataFrame:
    """The operators in the order of their ids, with who answers for each; null: nobody who is graded."""
    closed = (col("closed_on") < days.as_of).fill_null(value=False)
    frame = (
        pl.scan_parquet(path)
        .select("operator_id", "name", "areas", "fleet_size", "licensed_on", "closed_on", "successor")
        .sort("operator_id")
        .with_row_index("op")
        .with_columns(
            closed.alias("closed"),
            (~closed & (col("licensed_on") <= days.as_of).fill_null(value=True)).alias("current"),
            col("name").fill_null(col("operator_id")),
        )
        .collect()
    )
    heirs = frame.filter("closed", col("successor").is_not_null()).select("op", "successor")
    heirs = heirs.join(frame.select("operator_id", next="op"), left_on="successor", right_on="operator_id")
    following = dict(heirs.select("op", "next").iter_rows())
    holder = {}
    for first in following:
        at, seen = first, {first}
        while (then := following.get(at)) is not None and then not in seen:
            at = then
            seen.add(at)
        holder[first] = at
    moved = pl.DataFrame({"op": list(holder), "holder": list(holder.values())}, {"op": pl.UInt32, "holder": pl.UInt32})
    frame = frame.join(moved, on="op", how="left", maintain_order="left")
    frame = frame.with_columns(col("holder").fill_null(col("op")))
    return frame.with_columns(when(frame["current"].gather(frame["holder"])).then("holder").alias("holder"))


def records(path: Path, frame: pl.DataFrame, days: Days) -> pl.LazyFrame:
    """What counts, with what it weighs; of records older than 24 months only the risk point is kept."""
    in_24, in_12, in_6 = (days.since(months) for months in (24, 12, 6))
    occurred, status = col("occurred_on"), col("status").fill_null("final")
    counts = (occurred <= days.as_of) & (col("decided_on") <= days.as_of).fill_null(value=True)
    counts &= (col("status_on") > days.as_of).fill_null(value=False) != (status == "final")
    factors = {place: policy.FACTORS[policy.LEVEL[code]] for place, code in enumerate(policy.POINTS)}
    share = when(occurred >= in_6).then(10).when(occurred >= in_12).then(7).otherwise(3)
    fine = col("penalty_kind").is_null() | (";" + col("penalty_kind") + ";").str.contains(";fine;", literal=True)
    fen = when(fine).then((col("penalty") * 100).cast(pl.Int64)).otherwise(0)
    overload = col("in_year") & (col("point") == HW_01)
    holder = frame.lazy().filter(col("holder").is_not_null()).select("operator_id", op="holder")
    return (
        pl.scan_parquet(path)
        .filter(counts)
        .join(holder, on="operator_id")
        .with_columns(
            col("risk_point").cast(POINTS).to_physical().cast(pl.UInt8).alias("point"),
            (occurred >= in_24).alias("recent"),
            (occurred >= in_12).alias("in_year"),
        )
        .select(
            "op", "point", "recent", "in_year",
            when("recent").then("violation_id").alias("violation_id"),
            when("recent").then("occurred_on").alias("day"),
            when("recent").then(
                col("severity").replace_strict(SEVERITY, return_dtype=pl.Int32)
                * col("point").replace_strict(factors, return_dtype=pl.Int32)
                * share
            ).alias("weight"),
            (col("in_year") & (col("severity") == "major").fill_null(value=False)).alias("major"),
            when("in_year").then(fen).alias("fen"),
            (col("in_year") & col("penalty_kind").is_null()).alias("kind_unknown"),
            overload.alias("overload"),
            when(overload).then("vehicle").alias("vehicle"),
            when(overload).then("driver").alias("driver"),
        )
    )  # fmt: skip


def parts_of(held: pl.LazyFrame, count: int, part: int, spilled: Path) -> Iterator[pl.DataFrame]:
    """The records of so many operators at a time, with their places within the part: what is held at once is bounded.

    Args:
        held: the records of all.
        count: how many operators there are.
        part: how many at a time.
        spilled: the folder in which records wait for their turn, where there is more than one part.
    """
    if count <= part:
        yield held.collect(engine="streaming")
        return
    of_part = {"part": col("op") // part}
    held.sink_parquet(
        pl.PartitionBy(spilled, key=of_part, include_key=False), mkdir=True, compression="lz4", maintain_order=False
    )
    for at in range((count - 1) // part + 1):
        files = spilled / f"part={at}" / "*.parquet"
        local = (col("op") - at * part).cast(pl.UInt32)
        yield pl.scan_parquet(files).with_columns(local).collect(engine="streaming")


def by_point(held: pl.DataFrame) -> pl.DataFrame:
    """What is summed of each operator and risk point, in their order."""
    sums = ("major", "overload", "fen")
    return (
        held.lazy()
        .group_by("op", "point")
        .agg(
            col("recent").sum().cast(pl.Int64).alias("counted"),
            (col("recent") & col("weight").is_null()).sum().alias("unweighed"),
            col("weight").sum().cast(pl.Int64).alias("weighted"),
            col("in_year").sum().cast(pl.Int64).alias("repeats"),
            col("day").max(),
            *(col(name).sum().cast(pl.Int64).name.suffix("s") for name in sums),
            (col("in_year") & col("weight").is_null()).sum().alias("majors_unknown"),
            (col("in_year") & col("fen").is_null()).sum().alias("fines_unknown"),
            (col("kind_unknown") & col("fen").is_null()).sum().alias("kinds_unknown"),
            (col("overload") & col("vehicle").is_null()).sum().cast(pl.Int64).alias("unplated"),
            (col("overload") & col("driver").is_null()).sum().cast(pl.Int64).alias("undriven"),
        )
        .sort("op", "point")
        .with_columns(when(col("unweighed") == 0).then("weighted").alias("weighted"))
        .collect(engine="streaming")
    )


def groups(held: pl.DataFrame, name: str) -> pl.DataFrame:
    """How many overloads each vehicle, or each driver, has."""
    return (
        held.lazy()
        .filter(col(name).is_not_null())
        .group_by("op", name)
        .agg(pl.len().cast(pl.Int64).alias("n"))
        .collect(engine="streaming")
    )


def facts(
    frame: pl.DataFrame, points: pl.DataFrame, vehicles: pl.DataFrame, drivers: pl.DataFrame, days: Days
) -> pl.DataFrame:
    """One row per operator in the order of ids; all null of one who is not graded."""
    summed = points.group_by("op").agg(
        col("counted").sum().alias("records"),
        col("repeats").sum().alias("in_year"),
        col(
            "majors", "fens", "overloads", "unplated", "undriven", "majors_unknown", "fines_unknown", "kinds_unknown"
        ).sum(),
    )
    over = col("n") > 3
    worst = (col("n") == col("n").max()).sum() * col("n").max()
    of_vehicles = vehicles.group_by("op").agg(
        pl.len().cast(pl.Int64).alias("caught"), col("n").max().alias("most_of_vehicle"),
        over.sum().cast(pl.Int64).alias("vehicles_over"), col("n").filter(over).sum().alias("of_vehicles_over"),
        worst.alias("of_worst"),
    )  # fmt: skip
    of_drivers = drivers.group_by("op").agg(
        col("n").max().alias("most_of_driver"),
        over.sum().cast(pl.Int64).alias("drivers_over"), col("n").filter(over).sum().alias("of_drivers_over"),
    )  # fmt: skip
    made = frame.select("op", "current", col("fleet_size").cast(pl.Int64), "licensed_on")
    for other in (summed, of_vehicles, of_drivers):
        made = made.join(other, on="op", how="left", maintain_order="left")
    filled = made.with_columns(pl.exclude("op", "current", "fleet_size", "licensed_on").fill_null(0))
    return filled.select(
        "op", "current",
        *(
            when("current").then(value).alias(name)
            for name, value in {
                "majors": when(col("majors_unknown") == 0).then("majors"),
                "fen": when(col("fines_unknown") == 0).then("fens"),
                "days_licensed": (lit(days.as_of) - col("licensed_on")).dt.total_days(),
                **{
                    name: col(name)
                    for name in (
                        "fleet_size", "licensed_on", "records", "in_year", "overloads", "unplated", "undriven",
                        "kinds_unknown", "caught", "most_of_vehicle", "vehicles_over", "of_vehicles_over", "of_worst",
                        "most_of_driver", "drivers_over", "of_drivers_over",
                    )
                },
            }.items()
        ),
    )  # fmt: skip


def verdicts(made: pl.DataFrame) -> pl.DataFrame:
    """A column for each rule about the operator: true fired, null unknown."""

    def over_three(over: str, most: str, without: str) -> pl.Expr:
        may_be = (col(without) > 0) & (col(most) + col(without) > 3)
        return when(col(over) > 0).then(statement=True).when(~may_be).then(statement=False)

    def share(tenths: int) -> pl.Expr:
        sure, most, limit = 10 * col("caught"), 10 * (col("caught") + col("unplated")), tenths * col("fleet_size")
        return (
            when(col("overloads") == 0).then(statement=False)
            .when(sure > limit).then(statement=True)
            .when(most <= limit).then(statement=False)
        )  # fmt: skip

    return made.with_columns(
        (col("fen") >= 1_000_000).alias("fines_in_year"),
        (col("most_of_vehicle") >= 2).alias("overload_early_warning"),
        ((col("records") == 0) & (col("days_licensed") < 365)).alias("new_operator"),
        over_three("vehicles_over", "most_of_vehicle", "unplated").alias("vehicle_over_three_overloads"),
        over_three("drivers_over", "most_of_driver", "undriven").alias("driver_over_three_overloads"),
        share(1).alias("overload_share_over_tenth"),
        share(3).alias("overload_share_over_three_tenths"),
        (col("majors") > 0).alias("major_violation_in_year"),
    )


def signals(points: pl.DataFrame, judged: pl.DataFrame) -> pl.DataFrame:
    """Every rule that fired or is unknown, in order; points are hundredths that are deducted."""
    known = col("weighted").is_not_null()
    told = [
        points.filter(col("counted") > 0).select(
            "op", _code("violation_deduction"), "point", fired=known, count="counted",
            points=when(known).then(col("weighted").clip(upper_bound=2000)).otherwise(0),
            day="day", missing=when(known).then(0).otherwise(SEVERITY_BIT).cast(pl.UInt8),
        ),
        points.filter(col("repeats") >= 3).select(
            "op", _code("repeat_violations"), "point", fired=lit(value=True), count="repeats",
            points=(col("repeats") - 2).clip(upper_bound=5) * 100, day="day", missing=lit(0, pl.UInt8),
        ),
        # In tenths: fen / 100,000, half up.
        _told(
            judged, "fines_in_year", NO_POINT, col("in_year"),
            when(col("kinds_unknown") > 0).then(PENALTY | PENALTY_KIND).otherwise(PENALTY),
            ((2 * col("fen") + 100_000) // 200_000).clip(upper_bound=100) * 10,
        ),
        _told(judged, "overload_early_warning", HW_01, col("of_worst"), lit(0)),
        _told(judged, "major_violation_in_year", NO_POINT, col("majors"), lit(SEVERITY_BIT)),
        _told(judged, "new_operator", NO_POINT, lit(0), lit(LICENSED_ON)),
    ]  # fmt: skip
    for who, without, bit in (("vehicle", "unplated", VEHICLE), ("driver", "undriven", DRIVER)):
        count = col(f"of_{who}s_over") + col(without)
        told.append(_told(judged, f"{who}_over_three_overloads", HW_01, count, lit(bit)))
    for size in ("tenth", "three_tenths"):
        missing = when(col("fleet_size").is_null()).then(FLEET_SIZE).otherwise(VEHICLE)
        told.append(_told(judged, f"overload_share_over_{size}", HW_01, col("overloads"), missing))
    return pl.concat(told).sort("op", "rule", "point")


def _code(rule: str) -> pl.Expr:
    return lit(CODE[rule], pl.UInt8).alias("rule")


def _told(
    judged: pl.DataFrame, rule: str, point: int, count: pl.Expr, missing: pl.Expr, points: pl.Expr | None = None
) -> pl.DataFrame:
    """The operators of whom a rule about the operator fired or is unknown."""
    known = col(rule).is_not_null()
    return judged.filter(col(rule).fill_null(value=True)).select(
        "op", _code(rule), point=lit(point, pl.UInt8), fired=known, count=count.cast(pl.Int64),
        points=lit(0, pl.Int64) if points is None else when(known).then(points).otherwise(0),
        day=lit(None, pl.Date), missing=when(known).then(0).otherwise(missing).cast(pl.UInt8),
    )  # fmt: skip


def outcomes(judged: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """State, score, grade and what goes with them, one row per operator who is graded."""
    colours = {level: place for place, level in enumerate(policy.LEVELS)}
    of_point = pl.Series([*(colours[policy.LEVEL[code]] for code in policy.POINTS), *[9] * 32], dtype=pl.UInt8)
    summed = (
        told.with_columns(of_point.gather(told["point"]).alias("colour"))
        .lazy()
        .group_by("op")
        .agg(
            (~col("fired")).sum().cast(pl.Int64).alias("unknown"),
            (10_000 - col("points").sum()).clip(lower_bound=0).alias("score"),
            col("colour").filter("fired").min(),
            col("missing").bitwise_or(),
        )
        .collect()
    )
    made = judged.join(summed, on="op", how="left", maintain_order="left").with_columns(
        col("unknown").fill_null(0), col("score").fill_null(10_000), col("missing").fill_null(0)
    )
    score = col("score")
    base = (
        when(score >= 9000).then(0).when(score >= 8000).then(1).when(score >= 6000).then(2).when(score >= 4000).then(3)
    )
    # The worst ceiling; of equals, the first in the policy.
    ceiling = pl.coalesce(
        when(rule).then(lit(rule))
        for rule in (
            "overload_share_over_three_tenths", "vehicle_over_three_overloads", "driver_over_three_overloads",
            "overload_share_over_tenth", "major_violation_in_year",
        )
    )  # fmt: skip
    at_most = when("overload_share_over_three_tenths").then(4).when(col("ceiling").is_not_null()).then(3).otherwise(0)
    made = made.with_columns(base.otherwise(4).alias("base"), ceiling.alias("ceiling")).with_columns(
        at_most.alias("at_most")
    )
    stopped, new = col("unknown") > 0, col("new_operator").fill_null(value=False)
    ranked = ~stopped & ~new
    names = pl.Series(["AA", "A", "B", "C", "D"])
    levels = pl.Series([*policy.LEVELS, *[None] * 7])
    return made.select(
        "op", "unknown", "missing",
        when(stopped).then(lit("not_evaluable")).otherwise(lit("graded")).alias("status"),
        when(ranked).then("score").alias("score"),
        when(ranked).then(names.gather(made.select(pl.max_horizontal("base", "at_most")).to_series()))
        .when(~stopped).then(lit("new")).alias("grade"),
        when(ranked & (col("at_most") > col("base"))).then("ceiling").alias("ceiling_rule"),
        when(ranked).then(levels.gather(made["colour"])).alias("risk_level"),
    )  # fmt: skip


def evidence(
    held: pl.DataFrame, points: pl.DataFrame, judged: pl.DataFrame, vehicles: pl.DataFrame, drivers: pl.DataFrame
) -> pl.DataFrame:
    """The records behind each rule that fired, in order: a key of operator, rule and risk point, and the record."""
    flags = points.select("op", "point", deducts=col("weighted").is_not_null(), repeats=col("repeats") >= 3)
    recent = held.filter("recent").join(flags, on=["op", "point"])
    year = recent.filter("in_year")

    def of_operators(rule: str) -> pl.Series:
        return judged[rule].fill_null(value=False)

    def key(rows: pl.DataFrame, rule: str, *, point: bool = True) -> pl.DataFrame:
        at = col("point").cast(pl.UInt64) + 1 if point else lit(0, pl.UInt64)
        return rows.select((col("op").cast(pl.UInt64) * 16 + CODE[rule]) * 64 + at, "violation_id")

    def fired(rows: pl.DataFrame, rule: str) -> pl.DataFrame:
        return rows.filter(of_operators(rule).gather(rows["op"]))

    found = [
        key(recent.filter("deducts"), "violation_deduction"),
        key(year.filter("repeats"), "repeat_violations"),
        key(fired(year, "fines_in_year"), "fines_in_year", point=False),
        key(fired(year.filter("major"), "major_violation_in_year"), "major_violation_in_year", point=False),
    ]
    overloads = year.filter("overload")
    found += [
        key(fired(overloads, f"overload_share_over_{size}"), f"overload_share_over_{size}")
        for size in ("tenth", "three_tenths")
    ]
    worst = fired(overloads, "overload_early_warning").join(vehicles, on=["op", "vehicle"])
    found.append(
        key(worst.filter(worst["n"] == judged["most_of_vehicle"].gather(worst["op"])), "overload_early_warning")
    )
    for who, of_who in (("vehicle", vehicles), ("driver", drivers)):
        rule = f"{who}_over_three_overloads"
        over = fired(overloads, rule).join(of_who, on=["op", who], how="left")
        found.append(key(over.filter((col("n") > 3) | col(who).is_null()), rule))
    return pl.concat([one.rename({one.columns[0]: "key"}) for one in found]).sort("key", "violation_id")


# Tables


def _money(name: str, precision: int, places: int, unit: str = "0.01") -> pl.Expr:
    scaled = col(name).cast(pl.Decimal(38, places)) * lit(Decimal(unit))
    return scaled.cast(pl.Decimal(precision, places)).alias(name)


def tables(
    frame: pl.DataFrame, made: pl.DataFrame, points: pl.DataFrame, told: pl.DataFrame, result: pl.DataFrame,
    as_of: date,
) -> Iterator[tuple[str, pl.DataFrame]]:  # fmt: skip
    """The tables of a run but evidence."""
    whole = frame.select("op", "operator_id", "name").join(result, on="op", how="left", maintain_order="left")
    yield "grades", whole.select(
        "operator_id", "name", _money("score", 18, 6), "grade", col("status").fill_null("not_current"),
        MISSING_LISTS.gather(whole["missing"].fill_null(0)).alias("missing"),
        unknown_count=col("unknown").fill_null(0), quarantined_count=lit(0, pl.Int64),
        ceiling_rule="ceiling_rule", risk_level="risk_level", previous_grade=lit(None, pl.String),
    )  # fmt: skip
    share = when(col("fleet_size") > 0).then((20_000 * col("caught") + col("fleet_size")) // (2 * col("fleet_size")))
    yield "facts", made.with_columns(share.alias("overload_share")).select(
        frame["operator_id"], "fleet_size", "licensed_on", records_in_two_years="records", major_in_year="majors",
        penalties_in_year=_money("fen", 38, 2), days_licensed="days_licensed",
        most_overloads_of_a_vehicle="most_of_vehicle", vehicles_over_count="vehicles_over",
        overloads_without_vehicle="unplated", most_overloads_of_a_driver="most_of_driver",
        drivers_over_count="drivers_over", overloads_without_driver="undriven", overloaded_vehicles="caught",
        unplated_overloads_as_vehicles="unplated", overload_share=_money("overload_share", 38, 4, "0.0001"),
    )  # fmt: skip
    yield "facts_by_risk_point", points.select(
        frame["operator_id"].gather(points["op"]), POINT_NAMES.gather(points["point"]).alias("risk_point"),
        "counted", _money("weighted", 38, 2), "repeats",
    )  # fmt: skip
    yield "signals", _signal_table(frame, told, as_of)
    yield "actions", _action_table(frame, told, result)
    yield "measures", _measure_table(frame, told)


def _signal_table(frame: pl.DataFrame, told: pl.DataFrame, as_of: date) -> pl.DataFrame:
    held = pl.DataFrame(policy.liabilities(as_of), {"point": pl.UInt8, "day": pl.Date, "basis": pl.UInt8}, orient="row")
    own = pl.Series([policy.basis_of(rule) for rule in policy.RULES], dtype=pl.UInt8)
    from_catalog = col("rule").is_in([CODE[rule] for rule in policy.FROM_CATALOG])
    day = when(from_catalog).then(when("fired").then("day").otherwise(as_of)).alias("day")
    rows = told.with_columns(day).join(held, on=["point", "day"], how="left", maintain_order="left")
    rows = rows.with_columns(col("basis").fill_null(own.gather(rows["rule"])))
    return rows.select(
        frame["operator_id"].gather(rows["op"]), RULE_NAMES.gather(rows["rule"]).alias("rule"),
        POINT_NAMES.gather(rows["point"]).alias("risk_point"),
        when("fired").then(lit("fired")).otherwise(lit("not_evaluable")).alias("status"),
        when("fired").then("count").alias("count"),
        _money("points", 18, 6, "-0.01"),
        LAWS.gather(rows["basis"]).alias("law"), ARTICLES.gather(rows["basis"]).alias("article"),
        MISSING_LISTS.gather(rows["missing"]).alias("missing"),
    )  # fmt: skip


def _action_table(frame: pl.DataFrame, told: pl.DataFrame, result: pl.DataFrame) -> pl.DataFrame:
    columns = ("reason", "tier", "action", "law", "article")
    listed = pl.DataFrame(policy.ACTIONS, dict.fromkeys(columns, pl.String), orient="row")
    reason = pl.concat_str(
        when(col("grade").is_null()).then(lit("status:not_evaluable")).otherwise("grade:" + col("grade"))
    )
    graded = result.select("op", reason.alias("reason"))
    tiers = graded.join(listed.select("reason", "tier").unique(), on="reason").select("op", "tier")
    of_rule = pl.DataFrame(
        [
            (CODE[rule], f"rule:{rule}", action, *policy.RULE_LAWS.get(rule, (None, None)))
            for rule, action in policy.RULE_ACTIONS.items()
        ],
        {"rule": pl.UInt8, "reason": pl.String, "action": pl.String, "law": pl.String, "article": pl.String},
        orient="row",
    )
    order = ("op", "action", "tier", "reason", "law", "article")
    rows = pl.concat(
        [
            graded.join(listed, on="reason").select(order),
            told.filter("fired").join(of_rule, on="rule").join(tiers, on="op").select(order),
        ]
    ).sort("op", "action", "reason")
    return rows.select(frame["operator_id"].gather(rows["op"]), *order[1:])


def _measure_table(frame: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    listed = pl.Series([policy.measures(code) for code in policy.POINTS], dtype=pl.List(pl.String))
    rows = told.filter("fired", col("point") != NO_POINT).select("op", "point").unique().sort("op", "point")
    areas = frame["areas"].gather(rows["op"])
    names = POINT_NAMES.gather(rows["point"])
    rows = rows.with_columns(areas.alias("areas"), names.alias("risk_point"))
    rows = rows.filter(col("areas").is_null() | col("areas").str.contains(col("risk_point").str.head(2), literal=True))
    rows = rows.select(
        frame["operator_id"].gather(rows["op"]), "risk_point", listed.gather(rows["point"]).alias("measure")
    )
    return rows.explode("measure")


def run(operators_path: Path, violations_path: Path, out: Path, as_of: date, part: int = PART) -> None:
    """Grade, and write the tables into a folder.

    Args:
        operators_path: a Parquet file in the contract's columns.
        violations_path: likewise.
        out: the folder; made where there is none.
        as_of: the day.
        part: how many operators are graded at a time.
    """
    out.mkdir(parents=True, exist_ok=True)
    days = Days(as_of)
    frame = operators(operators_path, days)
    with tempfile.TemporaryDirectory(dir=out) as spilled, Writers(out) as writers:
        for at, held in enumerate(parts_of(records(violations_path, frame, days), frame.height, part, Path(spilled))):
            mine = frame.slice(at * part, part).with_columns(col("op") - at * part)
            for name, table in _graded(mine, held, days):
                writers.put(name, table)


class Writers:
    """Appends to the tables in a thread of its own, while the next table is made; one table waits at most."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._stack, self._pool = ExitStack(), ThreadPoolExecutor(1)
        self._open: dict[str, parquet.ParquetWriter] = {}
        self._pending: Future[None] | None = None

    def __enter__(self) -> Self:
        """Ready to put."""
        return self

    def put(self, name: str, table: pl.DataFrame) -> None:
        """Append rows to a table."""
        self._wait()
        self._pending = self._pool.submit(self._write, name, table)

    def __exit__(self, *_: object) -> None:
        """Everything is written and closed."""
        self._wait()
        self._stack.close()
        self._pool.shutdown()

    def _wait(self) -> None:
        if self._pending is not None:
            self._pending.result()
            self._pending = None

    def _write(self, name: str, table: pl.DataFrame) -> None:
        rows = table.to_arrow(compat_level=pl.CompatLevel.oldest())
        if name not in self._open:
            writer = parquet.ParquetWriter(self._out / f"{name}.parquet", rows.schema, compression="zstd")
            self._open[name] = self._stack.enter_context(writer)
        self._open[name].write_table(rows, ROWS)


def _graded(frame: pl.DataFrame, held: pl.DataFrame, days: Days) -> Iterator[tuple[str, pl.DataFrame]]:
    """The tables of these operators and their records."""
    points = by_point(held)
    vehicles, drivers = groups(held, "vehicle"), groups(held, "driver")
    made = facts(frame, points, vehicles, drivers, days)
    judged = verdicts(made)
    current = judged.filter("current")
    told = signals(points, current)
    yield from tables(frame, made, points, told, outcomes(current, told), days.as_of)
    rows = evidence(held, points, judged, vehicles, drivers)
    place = rows["key"]
    yield "evidence", rows.select(
        frame["operator_id"].gather(place // 1024), RULE_NAMES.gather(place // 64 % 16).alias("rule"),
        AFTER_NONE.gather(place % 64).alias("risk_point"), lit("violations").alias("source"), record_id="violation_id",
    )  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Grade by hand."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("operators", type=Path)
    parser.add_argument("violations", type=Path)
    parser.add_argument("out", type=Path, help="folder for the tables")
    parser.add_argument("--as-of", type=date.fromisoformat, default=date(2022, 12, 31))
    parser.add_argument("--part", type=int, default=PART, help=f"operators graded at a time (default {PART})")
    given = parser.parse_args(arguments)
    run(given.operators, given.violations, given.out, given.as_of, given.part)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
