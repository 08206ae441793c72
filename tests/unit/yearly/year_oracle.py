"""Every figure of the example year computed again, by the csv module and plain Python alone: nothing of riskengine.

A function has the name of its figure with two low lines for the point. It gives the value, and the parts where the
figure has any, as texts of exact numbers. The record has no missing cell that a figure asks for beyond those told here.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter, defaultdict
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache

import yaml

YEAR = 2022
LAST = date(YEAR, 12, 31)
NONE = "(none)"
PROCEDURES = {"普通程序": "ordinary", "简易程序": "summary"}
HELD = {"有效": "final", "撤销": "revoked", "解除": "ended", "": "final"}


def rows(folder, name):
    """The rows of a CSV file of the record."""
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@lru_cache
def read(path):
    """A YAML file."""
    return yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - safe


def day(text):
    return date.fromisoformat(text) if text else None


def in_year(*texts):
    """Whether the first day that is there lies in the year."""
    found = next((day(text) for text in texts if text), None)
    return found is not None and found.year == YEAR


def half_up(value, places=1):
    """A fraction as text with so many digits, halves up."""
    scaled = int(value * 10**places * 2 + 1) // 2
    whole, rest = divmod(scaled, 10**places)
    return f"{whole}.{rest:0{places}d}" if places else str(whole)


def counted(keys):
    keys = [key or NONE for key in keys]
    return len(keys), dict(Counter(keys))


def summed(pairs):
    parts = defaultdict(int)
    for key, value in pairs:
        parts[key or NONE] += value
    return sum(parts.values()), dict(parts)


def shared(pairs, places=1):
    """Key and whether it holds → percent in all and by key."""
    groups = defaultdict(list)
    for key, holds in pairs:
        groups[key].append(bool(holds))
    every = [holds for held in groups.values() for holds in held]

    def percent(held):
        return half_up(Fraction(sum(held) * 100, len(held)), places)

    return percent(every), {key: percent(held) for key, held in groups.items()}


class Oracle:
    """The figures of a record folder.

    Args:
        folder: the record.
        repository: where the catalogue's files are.
        holidays: days off and weekends worked, of 2021 to 2023, from the notices (the shipped calendar).
        grades: operator → (grade, status) at the year's end and before it; None where no runs are given.
        ranking: the grades, best first.
        case_states: gives the state of every case of a folder, by the second checker of case files.
    """

    def __init__(self, folder, repository, holidays, grades, ranking, case_states):
        self.folder, self.repository, self.holidays = folder, repository, holidays
        self.grades, self.ranking, self.case_states = grades, ranking, case_states

    def of(self, figure):
        """The value and the parts of a figure."""
        found = getattr(self, figure.replace(".", "__"))()
        value, parts = found if isinstance(found, tuple) else (found, {})
        return str(value), {key: str(part) for key, part in parts.items()}

    # the catalogue

    def _points(self):
        for file in (self.repository / "risk_catalog").glob("[A-Z][A-Z].yaml"):
            for point in read(file)["risk_points"]:
                yield file.stem, point

    def catalogue__risk_points(self):
        return counted(area for area, point in self._points() if "succeeded_by" not in point)

    def catalogue__levels(self):
        return counted(point["level"] for _, point in self._points() if "succeeded_by" not in point)

    def catalogue__measures(self):
        files = (self.repository / "measures").glob("[A-Z][A-Z].yaml")
        return counted(file.stem for file in files for _ in read(file)["measures"])

    # comments, operators

    def _comments(self):
        return [row for row in rows(self.folder, "comments") if in_year(row["received_on"])]

    def _answered(self):
        return [row for row in self._comments() if row["answer"] and day(row["answered_on"]) <= LAST]

    def comments__received(self):
        return counted(row["sender"] for row in self._comments())

    def comments__answered(self):
        return counted(row["answer"] for row in self._answered())

    def comments__adopted_share(self):
        return shared(("", row["answer"] in {"accepted", "partly"}) for row in self._answered())[0]

    def operators__current(self):
        every = rows(self.folder, "operators")
        return counted(
            row["county"]
            for row in every
            if row["licensed_on"] <= f"{YEAR}-12-31" and not (row["closed_on"] and row["closed_on"] <= f"{YEAR}-12-31")
        )

    def operators__new(self):
        return sum(in_year(row["licensed_on"]) for row in rows(self.folder, "operators"))

    def operators__closed(self):
        return sum(in_year(row["closed_on"]) for row in rows(self.folder, "operators"))

    # draws, inspections

    def _draws(self):
        for result in sorted(self.folder.glob("*/published/result.json")):
            if in_year(json.loads(result.read_text("utf-8"))["drawn_on"]):
                yield result.parent

    def draws__draws(self):
        return counted("verified" for _ in self._draws())

    def draws__drawn(self):
        return counted(row["county"] for place in self._draws() for row in rows(place, "result"))

    def _inspections(self):
        return [row for row in rows(self.folder, "inspections") if in_year(row["inspected_on"])]

    def inspections__inspections(self):
        return counted(row["kind"] for row in self._inspections())

    def inspections__results(self):
        return counted(row["result"] for row in self._inspections())

    def inspections__inspected(self):
        return len({row["operator_id"] for row in self._inspections()})

    # cases

    def _steps(self):
        found = defaultdict(dict)
        for row in rows(self.folder, "case_steps"):
            if day(row["done_on"]) <= LAST:
                earlier = found[row["case_id"]].get(row["step"], row["done_on"])
                found[row["case_id"]][row["step"]] = min(earlier, row["done_on"])
        return found

    def _cases(self, step):
        steps = self._steps()
        for row in rows(self.folder, "cases"):
            taken = steps[row["case_id"]]
            meant = "处罚决定" if row["procedure"] == "简易程序" and step not in taken else step
            if in_year(taken.get(meant, "")):
                yield row

    def cases__filed(self):
        return counted(PROCEDURES[row["procedure"]] for row in self._cases("立案"))

    def cases__closed(self):
        return counted(PROCEDURES[row["procedure"]] for row in self._cases("结案"))

    def cases__units(self):
        return counted(row["unit"] for row in self._cases("立案"))

    def cases__checked(self):
        """By the checker of the tests of case files, which walks the checklist a second time."""
        return counted(self.case_states(self.folder))

    # case files reviewed

    def _reviews(self):
        """Half, unit, mean of the two totals, verdict; of the files decided in the year. All of the example count."""
        steps = self._steps()
        units = {row["case_id"]: row["unit"] for row in rows(self.folder, "cases")}
        rubric = read(self.repository / "riskengine/supervision/cases/rubric.yaml")
        vetoes = {
            word
            for item in rubric["items"]
            if item.get("veto")
            for word in (item["title"]["zh"], *item.get("words", []))
        }
        sheets = defaultdict(lambda: defaultdict(dict))
        for row in rows(self.folder, "case_scores"):
            sheets[row["case_id"]][row["reviewer"]][row["item"]] = Fraction(row["points"])
        for case, held in sheets.items():
            decided = day(steps[case].get("处罚决定", ""))
            if decided is None or decided.year != YEAR:
                continue
            assert len(held) == 2
            assert all(len(sheet) == len(rubric["items"]) for sheet in held.values())
            mean = sum(sum(sheet.values()) for sheet in held.values()) / 2
            failed = [any(points == 0 and item in vetoes for item, points in sheet.items()) for sheet in held.values()]
            least = ((90, "excellent"), (80, "good"), (60, "passed"), (0, "failed"))
            verdict = next(name for limit, name in least if mean >= limit)
            if any(failed):
                verdict = "failed" if all(failed) else "disputed"
            yield ("h1" if decided.month < 7 else "h2"), units[case], mean, verdict

    def case_files__reviewed(self):
        return counted(half for half, *_ in self._reviews())

    def case_files__counting(self):
        return counted("scored" for _ in self._reviews())

    def _means(self, at):
        groups = defaultdict(list)
        for each in self._reviews():
            groups[each[at]].append(each[2])
        every = [mean for held in groups.values() for mean in held]
        means = {key: half_up(sum(held) / len(held), 2) for key, held in groups.items()}
        return half_up(sum(every) / len(every), 2), means

    def case_files__mean(self):
        return self._means(0)

    def case_files__unit_mean(self):
        return self._means(1)

    def case_files__verdicts(self):
        return counted(verdict for *_, verdict in self._reviews())

    # penalties

    def _violations(self):
        return [row for row in rows(self.folder, "violations") if in_year(row["decided_on"], row["occurred_on"])]

    def penalties__decided(self):
        return counted(row["risk_point"][:2] for row in self._violations())

    def penalties__kinds(self):
        held = self._violations()
        return len(held), dict(Counter(kind or NONE for row in held for kind in row["penalty_kind"].split(";")))

    def penalties__risk_points(self):
        return counted(row["risk_point"] for row in self._violations())

    def penalties__severity(self):
        return counted(row["severity"] for row in self._violations())

    def _fines(self):
        return [row for row in self._violations() if "fine" in row["penalty_kind"].split(";")]

    def penalties__fines(self):
        return summed((row["risk_point"][:2], int(row["penalty"])) for row in self._fines())

    def penalties__fines_by_risk_point(self):
        return summed((row["risk_point"], int(row["penalty"])) for row in self._fines())

    def penalties__mean_fine(self):
        fines = [int(row["penalty"]) for row in self._fines() if row["penalty"]]
        return half_up(Fraction(sum(fines), len(fines)), 2)

    def penalties__confiscated(self):
        ids = {row["violation_id"] for row in self._violations()}
        return sum(int(row["confiscated"] or 0) for row in rows(self.folder, "penalties") if row["violation_id"] in ids)

    @staticmethod
    def _status(row, at=LAST, default="final"):
        status = row["status"] or default
        if row["status_on"] and day(row["status_on"]) > at:
            return "pending" if status == "final" else "final"
        return status

    def penalties__standing(self):
        return counted(self._status(row) for row in self._violations())

    # challenges

    def outcomes__filed(self):
        kinds = {"行政复议": "reconsideration", "行政诉讼": "litigation"}
        return counted(kinds[row["kind"]] for row in rows(self.folder, "challenges") if in_year(row["filed_on"]))

    def _contested(self):
        """Risk point, what became of the penalty by the year's end, and the day of the last decision."""
        file = self.repository / "riskengine" / "supervision" / "outcomes" / "grounds.yaml"
        results = {
            word: entry["outcome"]
            for entry in read(file)["results"].values()
            for word in (entry["title"]["zh"], *entry.get("words", []))
        }
        points = {row["violation_id"]: row["risk_point"] for row in rows(self.folder, "violations")}
        groups = defaultdict(lambda: defaultdict(list))
        for row in rows(self.folder, "challenges"):
            if day(row["filed_on"]) <= LAST:
                order = (
                    ["一审", "二审", "再审"].index(row["instance"] or "一审"),
                    row["filed_on"],
                    row["challenge_id"],
                )
                open_ = not row["decided_on"] or day(row["decided_on"]) > LAST or not row["result"]
                outcome = "pending" if open_ else results[row["result"]]
                groups[row["violation_id"]][row["kind"]].append((order, outcome, row["decided_on"]))
        for name, kinds in groups.items():
            last = [max(kinds[kind]) for kind in ("行政复议", "行政诉讼") if kinds[kind]]
            outcomes = [outcome for _, outcome, _ in last]
            if "pending" in outcomes:
                yield points[name], "pending", None
                continue
            fallen = [outcome for outcome in outcomes if outcome in {"revoked", "changed", "unlawful"}]
            yield points[name], (fallen or outcomes)[-1], max(decided for *_, decided in last)

    def outcomes__contested(self):
        return counted(outcome for _, outcome, _ in self._contested())

    def _concluded(self):
        return [(point, outcome) for point, outcome, decided in self._contested() if in_year(decided)]

    def outcomes__concluded(self):
        return counted(point for point, _ in self._concluded())

    def outcomes__overturned(self):
        return shared((point, outcome in {"revoked", "changed"}) for point, outcome in self._concluded())

    # rebound

    def _repeats(self, unit, days):
        """Cases (unit, risk point, day of penalty) watched for so many days, and whether it happened again in them."""
        held = [
            (unit(row), row["risk_point"], day(row["occurred_on"]), day(row["decided_on"]))
            for row in rows(self.folder, "violations")
            if day(row["occurred_on"]) <= LAST
            and (not row["decided_on"] or day(row["decided_on"]) <= LAST)
            and self._status(row) in {"final", "repaired"}
            and unit(row)
        ]
        found = defaultdict(list)
        for who, point, begins in {(who, point, decided) for who, point, _, decided in held if decided}:
            if (LAST - begins).days >= days:
                again = [on for other, same, on, _ in held if (other, same) == (who, point) and on > begins]
                found[point].append(any((on - begins).days <= days for on in again))
        return shared((point, again) for point, every in found.items() for again in every)

    def rebound__operator_90(self):
        return self._repeats(lambda row: row["operator_id"], 90)

    def rebound__operator_180(self):
        return self._repeats(lambda row: row["operator_id"], 180)

    def rebound__vehicle_90(self):
        return self._repeats(lambda row: row["vehicle"] and row["plate_colour"] and row["vehicle"], 90)

    def rebound__place_90(self):
        def stretch(row):
            """Ten kilometres of a road; a place without a stake as it is written."""
            stake = re.fullmatch(r"(.*?)[Kk](\d{1,4})(\+\d{1,4})?", row["place"])
            return (stake[1], int(stake[2]) // 10) if stake else row["place"]

        return self._repeats(stretch, 90)

    def rebound__campaigns(self):
        return sum(in_year(row["from"]) for row in rows(self.folder, "campaigns"))

    # permits, coercion

    def _decided(self, name):
        return [{**row, "status": HELD[row["status"]]} for row in rows(self.folder, name) if in_year(row["decided_on"])]

    def permits__granted(self):
        return counted(row["content"] for row in self._decided("permits"))

    def permits__standing(self):
        return counted(self._status(row) for row in self._decided("permits"))

    def coercion__measures(self):
        return counted(row["kind"] for row in self._decided("coercions"))

    # applications

    def _works(self, one):
        return one in self.holidays["workdays"] or (one.weekday() < 5 and one not in self.holidays["holidays"])

    def _after(self, begin, count):
        """The last of so many working days after a day."""
        one = begin
        while count:
            one += timedelta(days=1)
            count -= self._works(one)
        return one

    def _approvals(self):
        return [row for row in rows(self.folder, "approvals") if in_year(row["decided_on"])]

    def approvals__accepted(self):
        return counted(row["channel"] for row in rows(self.folder, "approvals") if in_year(row["accepted_on"]))

    def approvals__decided(self):
        return counted(row["result"] for row in self._approvals())

    def approvals__days(self):
        groups = defaultdict(list)
        for row in self._approvals():
            begin, end = day(row["accepted_on"]), day(row["decided_on"])
            span = (begin + timedelta(days=step) for step in range(1, (end - begin).days + 1))
            groups[row["channel"]].append(sum(map(self._works, span)))
        every = [taken for held in groups.values() for taken in held]
        means = {key: half_up(Fraction(sum(held), len(held))) for key, held in groups.items()}
        return half_up(Fraction(sum(every), len(every))), means

    def approvals__on_time(self):
        return shared(
            (row["channel"], day(row["decided_on"]) <= self._after(day(row["accepted_on"]), int(row["promised_days"])))
            for row in self._approvals()
        )

    # publication

    def publication__published(self):
        return counted(row["class"] for row in rows(self.folder, "publications") if in_year(row["published_on"]))

    def publication__taken_down(self):
        return counted(row["reason"] for row in rows(self.folder, "publications") if in_year(row["taken_down_on"]))

    def _due(self):
        """Class, and whether it was published in time: seven working days for decisions that bind, else twenty."""
        first = {}
        for row in rows(self.folder, "publications"):
            key = (row["class"], row["record_id"])
            first[key] = min(first.get(key, row["published_on"]), row["published_on"])
        kinds = {"permit": ("permits", 7), "penalty": ("violations", 7)}
        kinds |= {"inspection": ("inspections", 20), "coercion": ("coercions", 20)}
        for kind, (name, count) in kinds.items():
            for row in rows(self.folder, name):
                begin = day(row.get("decided_on") or row.get("inspected_on"))
                due = None if begin is None else self._after(begin, count)
                if due is None or due.year != YEAR:
                    continue
                if "status" in row:
                    held = {**row, "status": HELD.get(row["status"], row["status"])}
                    if self._status(held, due) in {"revoked", "repaired", "pending"}:
                        continue
                shown = first.get((kind, next(iter(row.values()))))
                yield kind, shown is not None and day(shown) <= due

    def publication__on_time(self):
        return shared(self._due())

    def publication__timing(self):
        return counted("in_time" if on_time else "late" for _, on_time in self._due())

    # publicity, training, education

    def publicity__items(self):
        return counted(row["channel"] for row in rows(self.folder, "publicity") if in_year(row["published_on"]))

    def publicity__copies(self):
        held = [row for row in rows(self.folder, "publicity") if in_year(row["published_on"])]
        return sum(int(row["copies"] or 0) for row in held)

    def _trainings(self):
        return [row for row in rows(self.folder, "training") if in_year(row["held_on"])]

    def training__times(self):
        return counted(row["audience"] for row in self._trainings())

    def training__people(self):
        return summed((row["audience"], int(row["people"])) for row in self._trainings())

    def training__passed(self):
        tested = [row for row in self._trainings() if row["passed"]]
        passed, people = (sum(int(row[name]) for row in tested) for name in ("passed", "people"))
        return half_up(Fraction(passed * 100, people))

    def _activities(self):
        return [row for row in rows(self.folder, "activities") if in_year(row["held_on"])]

    def education__times(self):
        return counted(row["activity"] for row in self._activities())

    def education__attended(self):
        return sum(int(row["attended"]) for row in self._activities())

    def education__attendance(self):
        asked = [row for row in self._activities() if row["invited"]]
        attended, invited = (sum(int(row[name]) for row in asked) for name in ("attended", "invited"))
        return half_up(Fraction(attended * 100, invited))

    # the work plan

    def _plan(self):
        """Task → its measures with their state at the year's end, whether each was late, who leads."""
        for task in read(self.folder / "work_plan.yaml")["tasks"]:
            measures = []
            for each in task["measures"]:
                done = each.get("completed_on")
                done = done if done and done <= LAST else None
                begun = each.get("begun_on")
                if done:
                    state = "done" if each.get("evidence") else "no_evidence"
                elif each["due_on"] < LAST:
                    state = "late"
                elif (each["due_on"] - LAST).days <= 30:
                    state = "due_soon"
                else:
                    state = "under_way" if begun and begun <= LAST else "not_begun"
                measures.append((state, (done or LAST) > each["due_on"], each["lead"], each["due_on"]))
            yield measures

    def work_plan__tasks(self):
        worst = ("late", "no_evidence", "due_soon", "under_way", "not_begun", "done")
        found = []
        for measures in self._plan():
            states = {state for state, *_ in measures}
            some = states == {"done", "not_begun"}
            found.append("under_way" if some else next(state for state in worst if state in states))
        return counted(found)

    def work_plan__measures(self):
        return counted(state for measures in self._plan() for state, *_ in measures)

    def work_plan__due_done(self):
        due = [state for measures in self._plan() for state, _, _, due_on in measures if due_on.year == YEAR]
        return shared(("", state == "done") for state in due)[0]

    def work_plan__late(self):
        return counted(
            lead for measures in self._plan() for _, late, lead, due_on in measures if late and due_on.year == YEAR
        )

    # grades

    def _graded(self):
        now, before = self.grades
        return {
            name: (grade, before.get(name, (None,))[0]) for name, (grade, status) in now.items() if status == "graded"
        }

    def grades__grades(self):
        return counted(grade for grade, _ in self._graded().values())

    def grades__not_graded(self):
        return counted(status for _, status in self.grades[0].values() if status != "graded")

    def grades__moved(self):
        def move(now, before):
            if before is None:
                return "new"
            if now == before or now not in self.ranking or before not in self.ranking:
                return "same"
            return "up" if self.ranking.index(now) < self.ranking.index(before) else "down"

        return counted(move(now, before) for now, before in self._graded().values())
