"""Lint: each rule has a bad example; the shipped catalogue is clean; whatever one part is taken out is missed."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel

from riskengine.catalog import Citation, Penalty, files, lint_catalog, load_catalog
from riskengine.catalog.check import all_citations
from riskengine.catalog.lint import discriminates, lint_numbers
from riskengine.catalog.load import folders, read_files
from riskengine.catalog.measure import MeasureEntry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from riskengine.catalog.check import Files

WHOLE = Path(__file__).parents[2] / "bad" / "lint" / "whole"
POINTS, MEASURES = "risk_catalog/HW.yaml", "measures/HW.yaml"
EDITION, LAWS, LOG = "risk_catalog/edition.yaml", "risk_catalog/laws.yaml", "risk_catalog/consultation.yaml"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    shutil.copytree(WHOLE, tmp_path / "small")
    return tmp_path / "small"


def edit(root: Path, file: str, old: str, new: str) -> int:
    """Change one place of a file; the line on which it stands."""
    text = (root / file).read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    (root / file).write_text(text.replace(old, new), "utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_shipped_catalogue_has_no_problem() -> None:
    assert [problem.text() for problem in lint_catalog()] == []


def test_the_small_catalogue_that_the_bad_examples_change_has_no_problem(small: Path) -> None:
    assert [problem.text() for problem in lint_catalog(small)] == []


DUTY = (
    "      - {law: highway_law, version: 2017-11-04, article: 50, paragraph: 1, "
    "quote: 不得在公路上行驶, role: duty, sureness: text}\n"
)
BASIS = "    basis: {law: highway_law, version: 2017-11-04, article: 50, quote: 不得在公路上行驶, sureness: text}\n"
FACT = "{zh: 近365日内超限案件数, en: over-limit cases in 365 days}"
EXCUSE = "not_applicable: [{what: %s, reason: {zh: 不涉及, en: not concerned}}]"

BAD = {
    "no_numbers_of_an_area": (EDITION, "    HW: {risk_points: 1", "    HV: {risk_points: 1", ["RE-406", "RE-431"]),
    "a_number_off": (EDITION, "citations: 2", "citations: 3", ["RE-432"]),
    "a_penalty_lost": (EDITION, "penalties: 1", "penalties: 2", ["RE-432"]),
    "a_basis_lost": (EDITION, "bases: 4", "bases: 5", ["RE-432"]),
    "a_risk_point_lost": (EDITION, "HW: {risk_points: 1", "HW: {risk_points: 2", ["RE-432"]),
    "a_measure_lost": (EDITION, "measures: 2, ", "measures: 3, ", ["RE-432"]),
    "the_same_in_both": (POINTS, "zh: 违法超限运输, en: Over-limit transport", "zh: 超限, en: 超限", ["RE-433"]),
    "no_chinese": (POINTS, "zh: 违法超限运输,", "zh: Over-limit,", ["RE-433"]),
    "chinese_in_english": (MEASURES, "en: Weigh before leaving", "en: Weigh 过磅", ["RE-433"]),
    "no_english": (MEASURES, "en: Weigh before leaving", "en: '...'", ["RE-433"]),
    "a_law_in_one_language": (LAWS, "en: Highway Law", "en: 公路法", ["RE-433"]),
    "a_party_in_one_language": (EDITION, "zh: 货运经营者", "zh: haulier", ["RE-433"]),
    "only_the_authority_has_a_duty": (POINTS, DUTY, DUTY.replace("}", ", duty_of: authority}"), ["RE-434"]),
    "cited_twice": (POINTS, DUTY, DUTY * 2, ["RE-432", "RE-435"]),
    "penalty_of_an_article_not_cited": (POINTS, "        article: 76\n", "        article: 77\n", ["RE-436"]),
    "min_above_max": (POINTS, "max: 30000\n", "max: 30000\n        min: 30001\n", ["RE-437"]),
    "multiple_upside_down": (
        POINTS,
        "        per: act\n",
        "        per: act\n        multiple_of_illegal_income: {min: 10, max: 2}\n",
        ["RE-437"],
    ),
    "no_unit": (POINTS, "        unit: yuan\n", "", ["RE-437"]),
    "statutory_without_article": (POINTS, "kind: statutory\n", "kind: local_policy\n", ["RE-438"]),
    "a_trigger_that_discriminates": (POINTS, FACT, "{zh: 外省车辆案件数, en: cases of vehicles}", ["RE-439"]),
    "in_english": (POINTS, FACT, "{zh: 案件数, en: cases of out-of-province vehicles}", ["RE-439"]),
    "a_threshold_that_discriminates": (POINTS, '">= 1"', '"ownership = private"', ["RE-439"]),
    "a_note_that_discriminates": (POINTS, "zh: 一次即适用", "zh: 仅适用于民营企业", ["RE-439"]),
    "a_step_that_discriminates": (POINTS, "text: {zh: 一般", "text: {zh: 女驾驶员", ["RE-439"]),
    "a_measure_without_basis": (MEASURES, "self-check\n" + BASIS, "self-check\n", ["RE-432", "RE-440"]),
    "a_citation_without_quotation": (POINTS, "quote: 不得在公路上行驶, ", "", ["RE-380"]),
    "a_penalty_without_quotation": (POINTS, "        quote: 擅自超限\n", "", ["RE-380"]),
    "a_duty_that_excuses": (POINTS, "role: duty,", f"role: duty, {EXCUSE % 'fine'},", ["RE-381"]),
    "an_excuse_of_nothing": (POINTS, "role: liability,", f"role: liability, {EXCUSE % 'fines'},", ["RE-381"]),
    "comment_on_nothing": (LOG, "code: HW-01-M1", "code: HW-01-M3", ["RE-406"]),
    "comment_with_a_number": (LOG, "zh: 建议允许委托过磅", "zh: 请致电13800138000", ["RE-441"]),
    "comment_in_one_language": (LOG, "en: with a record kept", "en: 委托须留存凭证", ["RE-433"]),
    "comment_with_a_name": (LOG, "    answer: partly\n", "    answer: partly\n    name: 某某\n", ["RE-402"]),
    "answer_unknown": (LOG, "answer: partly", "answer: perhaps", ["RE-404"]),
}


@pytest.mark.parametrize("case", BAD)
def test_each_rule_has_a_bad_example_that_is_named_with_its_place(small: Path, case: str) -> None:
    file, old, new, codes = BAD[case]
    edit(small, file, old, new)
    problems = lint_catalog(small)
    assert sorted(problem.code for problem in problems) == codes, [problem.text() for problem in problems]
    for problem in problems:
        assert problem.source in {file, EDITION}
        assert problem.line
        assert problem.text("zh") != problem.text("en")


def test_the_line_is_that_of_the_text(small: Path) -> None:
    line = edit(small, POINTS, FACT, "{zh: 外省车辆案件数, en: cases of vehicles}")
    (problem,) = lint_catalog(small)
    assert (problem.source, problem.line) == (POINTS, line)
    assert problem.column == "risk_points[0].data_triggers[0].fact.zh"
    assert problem.message("zh") == "预警值“外省车辆案件数”按外地注册登记区别对待"


def test_a_text_copied_from_one_language_to_the_other_is_called_that(small: Path) -> None:
    edit(small, POINTS, "zh: 违法超限运输, en: Over-limit transport", "zh: 超限, en: 超限")
    (problem,) = lint_catalog(small)
    assert problem.message("en") == "'超限': the same words stand in zh and in en"
    assert problem.message("zh") == "“超限”：中文和英文内容相同"


def test_the_log_is_no_part_of_the_catalogue_that_a_run_keeps() -> None:
    assert [name for name, _ in files() if "consultation" in name] == []


def test_what_loading_refuses_and_what_lint_adds_are_named_at_once(small: Path) -> None:
    edit(small, POINTS, "level: red", "level: blue")
    edit(small, MEASURES, "en: Weigh before leaving", "en: 过磅")
    edit(small, LOG, "code: HW-01-M1", "code: XX")
    assert sorted(problem.code for problem in lint_catalog(small)) == ["RE-406", "RE-412", "RE-433"]


def test_a_file_that_cannot_be_read_does_not_hide_what_is_wrong_in_the_others(small: Path) -> None:
    edit(small, MEASURES, "kind: regulator", "kind: nobody")
    edit(small, POINTS, FACT, "{zh: 外省车辆案件数, en: cases of vehicles}")
    assert [problem.code for problem in lint_catalog(small)] == ["RE-404", "RE-439"]


def test_without_an_edition_that_is_what_is_said(small: Path) -> None:
    (small / EDITION).unlink()
    assert [problem.code for problem in lint_catalog(small)] == ["RE-401"]


def test_a_catalogue_with_lint_problems_or_a_bad_log_can_still_be_loaded(small: Path) -> None:
    edit(small, MEASURES, "en: Weigh before leaving", "en: 过磅")
    edit(small, LOG, "answer: partly", "answer: perhaps")
    assert load_catalog(small / "risk_catalog", small / "measures").measures


def test_an_edition_of_before_without_numbers_by_area_loads_and_keeps_its_hash(small: Path) -> None:
    text = (small / EDITION).read_text("utf-8")
    start = text.index("  by_area:")
    (small / EDITION).write_text(text[:start] + text[text.index("areas: [HW]") :], "utf-8")
    catalog = load_catalog(small / "risk_catalog", small / "measures")
    assert "by_area" not in catalog.to_dict()["edition"]["counts"]
    assert [problem.code for problem in lint_catalog(small)] == ["RE-431"]


def test_a_measure_of_a_retired_risk_point_is_found(small: Path) -> None:
    text = (small / POINTS).read_text("utf-8")
    point = text[text.index("  - code: HW-01") :]
    (small / POINTS).write_text(text + point.replace("HW-01", "HW-02") + "    succeeded_by: HW-01\n", "utf-8")
    edit(
        small,
        EDITION,
        "HW: {risk_points: 1, measures: 2, citations: 2, penalties: 1, bases: 4}",
        "HW: {risk_points: 1, measures: 3, citations: 4, penalties: 2, bases: 7}",
    )
    edit(small, EDITION, "  measures: 2\n", "  measures: 3\n")
    measures = (small / MEASURES).read_text("utf-8")
    third = measures[measures.index("  HW-01-M2") :].replace("HW-01", "HW-02")
    (small / MEASURES).write_text(measures + third, "utf-8")
    (problem,) = lint_catalog(small)
    assert problem.code == "RE-442"
    assert "HW-01 took its place" in problem.message("en")


@pytest.mark.parametrize(
    ("text", "grounds"),
    [
        ("国有企业案件数", ["ownership"]),
        ("按企业所有制分组", ["ownership"]),
        ("share of state-owned companies", ["ownership"]),
        ("private carriers", ["ownership"]),
        ("外 地 车 辆", ["registration elsewhere"]),
        ("注册地不在本市", ["registration elsewhere"]),
        ("non-local plates", ["registration elsewhere"]),
        ("vehicles registered in another province", ["registration elsewhere"]),
        ("女性驾驶员人数", ["sex"]),
        ("Female drivers", ["sex"]),
        ("少数民族员工占比", ["ethnicity"]),
        ("ethnic group of the driver", ["ethnicity"]),
        ("宗教信仰", ["religion"]),
        ("religion of the owner", ["religion"]),
        ("ＦＥＭＡＬＥ drivers", ["sex"]),
        ("外\u200b省车辆", ["registration elsewhere"]),
        ("外地女驾驶员", ["registration elsewhere", "sex"]),
        ("注册地址与经营地址不符", []),
        ("国有资金项目的合同数", []),
        ("船舶国籍证书距到期天数", []),
        ("months since registration", []),
        ("change of vehicle ownership not filed", []),
        ("final cases of the same party in good faith", []),
        ("未给子女办理登记", []),
        ("hire cars not registered for hire", []),
        ("异地经营案件数", []),
    ],
)
def test_words_that_tell_people_apart_are_found_and_others_left_in_peace(text: str, grounds: list[str]) -> None:
    assert discriminates(text) == grounds


def without(value: Any, path: tuple[Any, ...]) -> Any:
    """The model, tuple or mapping with the part at ``path`` taken out."""
    key, rest = path[0], path[1:]
    if isinstance(value, tuple):
        return (*value[:key], *([without(value[key], rest)] if rest else []), *value[key + 1 :])
    if isinstance(value, dict):
        left = {name: item for name, item in value.items() if name != key}
        return {**left, key: without(value[key], rest)} if rest else left
    return value.model_copy(update={key: without(getattr(value, key), rest) if rest else None})


def parts(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of every measure, citation and penalty; a comparison goes with its citation."""
    if isinstance(value, Citation | Penalty):
        yield path[:-1] if path[-1] == "citation" else path
        return
    if isinstance(value, MeasureEntry):
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, tuple) else ()
    for key, item in dict(value).items() if isinstance(value, BaseModel) else items:
        yield from parts(item, (*path, key))


def area_alone(whole: Files, at: int) -> Files:
    """The files of one area, as an edition of that area alone."""
    document, edition = whole.edition
    area = edition.areas[at]
    counts = edition.counts.model_copy(update={"by_area": {area: (edition.counts.by_area or {})[area]}})
    alone = edition.model_copy(update={"areas": (area,), "counts": counts})
    return replace(whole, edition=(document, alone), areas=(whole.areas[at],), measures=(whole.measures[at],))


def removals(whole: Files) -> Iterator[tuple[str, Files]]:
    """The files of an area without one part, for every part of every area."""
    for at, area in enumerate(whole.edition[1].areas):
        alone = area_alone(whole, at)
        assert list(lint_numbers(alone)) == []
        for kind in ("areas", "measures"):
            ((document, file),) = getattr(alone, kind)
            for path in parts(file):
                yield f"{area} {path}", replace(alone, **{kind: ((document, without(file, path)),)})


def test_whatever_measure_citation_or_penalty_is_taken_out_lint_fails() -> None:
    held, problems = read_files(*folders())
    assert held is not None
    assert problems == []
    tried = 0
    for name, changed in removals(held):
        found = {problem.code for problem in lint_numbers(changed)}
        assert found == {"RE-432"}, name
        tried += 1
    named = sum(len(file.measures) for _, file in held.measures) + sum(1 for _ in all_citations(held))
    assert tried == named
    assert tried > 1800
