"""Scores of two reviewers: sums by hand, vetoes, who does not count; kappa held against published examples."""

from __future__ import annotations

import csv
import json
import random
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

import pytest
from case_oracle import EXAMPLE
from hypothesis import given
from hypothesis import strategies as st

from riskengine.kernel.decimals import round_half_up
from riskengine.kernel.errors import InputError
from riskengine.supervision.cases.agreement import agreement, apart, kappa, linear, quadratic
from riskengine.supervision.cases.rubric import Rubric, read_rubric
from riskengine.supervision.cases.score_forms import scores_dict
from riskengine.supervision.cases.scoring import score_cases

RUBRIC = read_rubric(None)
CASE = "C1,V1,示例一大队,普通程序,示例甲;示例乙,示例丙,示例丁,单位,"
STEPS = ["C1,立案,2022-03-01,示例负责人,1", "C1,处罚决定,2022-03-21,示例负责人,8"]
FULL = {each.item: each.points for each in RUBRIC.items}


# --- kappa ---


def _table(*rows):
    """Pairs of a table of counts: rows are the first reviewer's classes, columns the second's."""
    return [(i, j) for i, row in enumerate(rows) for j, count in enumerate(row) for _ in range(count)]


def _drawn_out(one, two):
    """Pairs of two lists that say how many of each class there are, in order."""
    lists = [[name for name, count in enumerate(counts) for _ in range(count)] for counts in (one, two)]
    return list(zip(*lists, strict=True))


@pytest.mark.parametrize(
    ("pairs", "distance", "published"),
    [
        # The worked example of two readers and 50 proposals (Wikipedia, "Cohen's kappa"): 0.7 observed, 0.5 by chance.
        (_table([20, 5], [10, 15]), apart, "0.4"),
        # The same page, "Same percentages but different numbers": 0.13 and 0.26.
        (_table([45, 15], [25, 15]), apart, "0.1304"),
        (_table([25, 35], [5, 35]), apart, "0.2593"),
        # Artstein and Poesio 2008, tables 1 and 4, as scikit-learn's tests have them: .348 and .8013.
        (_table([20, 20], [10, 50]), apart, "0.3478"),
        (_drawn_out([46, 44, 10], [52, 32, 16]), apart, "0.8013"),
        # scikit-learn, test_cohen_kappa: none, linear, quadratic weights: .9315, .9412, .9541.
        (_drawn_out([46, 44, 10], [50, 40, 10]), apart, "0.9315"),
        (_drawn_out([46, 44, 10], [50, 40, 10]), linear, "0.9412"),
        (_drawn_out([46, 44, 10], [50, 40, 10]), quadratic, "0.9541"),
    ],
)
def test_kappa_is_that_of_published_examples(pairs, distance, published):
    places = len(published.partition(".")[2])
    assert round_half_up(kappa(pairs, distance), places) == Decimal(published)


def test_kappa_at_its_edges():
    assert kappa([], apart) is None
    assert kappa([(1, 1)] * 9, apart) is None  # all one class: nothing is expected to differ
    assert agreement([(3, 3)] * 4) == (4, 4, None, None)
    assert kappa([(0, 0), (1, 1)], apart) == 1
    assert kappa([(0, 1), (1, 0)], apart) == -1
    assert kappa([(0, 1)] * 5, apart) == 0  # each says one thing always, and not the same


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=25))
def test_kappa_is_what_the_definition_says(pairs):
    """Over every pair of files: the first reviewer of one and the second of the other."""
    count = len(pairs)
    for distance in (apart, linear, quadratic):
        observed = Fraction(sum(distance(one, two) for one, two in pairs)) / count
        by_chance = Fraction(sum(distance(one, two) for one, _ in pairs for _, two in pairs)) / count**2
        found = kappa(pairs, distance)
        assert found == (None if not by_chance else 1 - observed / by_chance)
        assert found == kappa([(two, one) for one, two in pairs], distance)


# --- scores ---


@pytest.fixture
def scored(folder, checklist):
    """Scores of one case: reviewer → item → points, other than the full ones."""

    def score(sheets, case=CASE, without=(), more=()):
        path = folder([case], STEPS)
        rows = [
            f"C1,{who},{item},{changed.get(item, points)}"
            for who, changed in sheets.items()
            for item, points in FULL.items()
            if (who, item) not in without
        ]
        (path / "case_scores.csv").write_text("\n".join(["案卷号,评查人员,评查项目,得分", *rows, *more, ""]), "utf-8")
        return score_cases(path, RUBRIC, checklist)

    return score


def test_the_mean_of_two_totals_gives_the_class_and_the_half_year_is_that_of_the_decision(scored):
    (found,) = scored({"评甲": {"filing": "5.5"}, "评乙": {"service": 0}}).files
    assert (found.mean, found.verdict, found.half, found.state) == (Fraction(387, 4), "excellent", "2022-1", "scored")
    (found,) = scored(
        {"评甲": {"filing": 0}, "评乙": {"filing": 0, "archive": 0, "decision": 0, "service": "1.99"}}
    ).files
    assert (found.mean, found.verdict) == (Fraction("85.995"), "good")


def test_a_veto_of_both_fails_and_of_one_is_disputed(scored):
    (found,) = scored({"评甲": {"notice": 0}, "评乙": {"notice": 0}}).files
    assert (found.verdict, found.vetoes) == ("failed", ("notice",))
    (found,) = scored({"评甲": {"notice": 0}, "评乙": {}}).files
    assert (found.verdict, found.vetoes) == ("disputed", ("notice",))


def test_who_does_not_count_is_told_with_the_reason(scored):
    assert scored({"评甲": {}}).files[0].state == "one_reviewer"
    assert scored({"评甲": {}, "评乙": {}}, without=[("评乙", "filing")]).files[0].state == "incomplete"
    held = scored({"评甲": {}, " 示例丙": {}})
    assert held.files[0].state == "not_independent"  # who handled the case
    assert (held.units[0].counted, held.units[0].mean) == (0, None)
    assert scored({"评甲": {}, "示例负责人": {}}).files[0].state == "not_independent"  # who took a step of it


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (["C2,评甲,filing,1"], r"row 24, case_id: RE-960"),
        (["C1,评甲,立按,1"], r"row 24, item: RE-962"),
        (["C1,评甲,filing,8.01"], r"row 24, points: RE-963"),
        (["C1, 评甲 ,立案,8"], r"row 24, item: RE-964"),
        (["C1,评丙,立案,8"], r"row 24, case_id: RE-965"),
    ],
)
def test_scores_that_cannot_be_are_told_with_their_row(scored, more, code):
    with pytest.raises(InputError, match=code):
        scored({"评甲": {}, "评乙": {}}, more=more)


def test_a_rubric_holds_together():
    plain = RUBRIC.model_dump(by_alias=True)
    for name, value, words in (
        ("classes", [plain["classes"][1], plain["classes"][0], plain["classes"][-1]], "best first"),
        ("classes", plain["classes"][:-1], "every class but the last"),
        ("items", [plain["items"][0]] * 2, "assigned twice: filing"),
        ("basis", "law", "local_policy"),
    ):
        with pytest.raises(ValueError, match=words):
            Rubric.model_validate({**plain, name: value})


def test_every_requirement_that_an_item_looks_at_is_one_of_the_checklist(checklist):
    known = {each.requirement for each in checklist.requirements}
    assert {name for each in RUBRIC.items for name in each.requirements} <= known


# --- the example ---


def _rows():
    with (EXAMPLE / "case_scores.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_example_is_what_a_second_reckoning_says(checklist):
    scores = score_cases(EXAMPLE, RUBRIC, checklist)
    totals = defaultdict(lambda: defaultdict(int))
    for row in _rows():
        totals[row["case_id"]][row["reviewer"]] += int(row["points"])
    assert {each.case_id: each.mean for each in scores.files} == {
        name: Fraction(sum(held.values()), len(held)) for name, held in totals.items()
    }
    assert sum(unit.files for unit in scores.units) == len(totals) == sum(scores.states.values())
    assert {"failed", "disputed"} <= {each.verdict for each in scores.files}
    for pair in scores.agreements:
        held = [totals[each.case_id] for each in scores.files if {s.name for s in each.sheets} == set(pair.reviewers)]
        assert pair.classes.files == len(held)


def test_the_order_of_scores_says_nothing(checklist, tmp_path):
    rows = _rows()
    random.Random(3).shuffle(rows)  # noqa: S311 - no secret
    for name in ("cases.csv", "case_steps.csv", "violations.csv"):
        (tmp_path / name).write_bytes((EXAMPLE / name).read_bytes())
    with (tmp_path / "case_scores.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    mixed, whole = (scores_dict(score_cases(path, RUBRIC, checklist)) for path in (tmp_path, EXAMPLE))
    assert mixed == whole


def test_the_command_prints_units_vetoes_and_kappa_and_masks_reviewers(call):
    code, out, err = call("cases", "score", EXAMPLE, "--lang", "zh")
    assert code == 0
    for words in ("示例三大队 2022-1：", "否决项为零分", "加权 kappa", "待复议"):
        assert words in out
    assert "示例评查" not in out
    assert "本地政策" in err
    found = json.loads(call("cases", "score", EXAMPLE, "--json")[1])
    assert found["files"] == len(found["cases"]) == 28
    assert "示例评查" not in json.dumps(found, ensure_ascii=False)
    assert "示例评查甲" in call("cases", "score", EXAMPLE, "--show-personal", "--lang", "en")[1]
