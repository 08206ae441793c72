"""Enforcement items: every liability article has its body, the bodies stand in the texts, the list follows the day."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from riskengine.catalog import enforcement_items, lint_catalog, load_enforcement, load_shipped
from riskengine.catalog.competence import check_bodies
from riskengine.catalog.enforcement import EnforcementItems
from riskengine.catalog.lawtext import LawText
from riskengine.cli.main import cli

CATALOG = load_shipped()
HELD = load_enforcement()
ITEMS = enforcement_items(CATALOG, HELD)
WHOLE = Path(__file__).parents[2] / "bad" / "lint" / "whole"


def test_each_liability_article_with_a_penalty_is_an_item_with_a_body() -> None:
    expected = {
        (point.code, penalty.law, penalty.version, penalty.article)
        for point in CATALOG.risk_points.values()
        for penalty in point.penalties
    }
    threats = [item for item in ITEMS if item.act in {"penalty", "order"} or item.kinds]
    assert {(i.risk_point, i.basis.law, i.basis.version, i.basis.article) for i in threats} == expected
    assert all(item.bodies for item in ITEMS)
    assert {item.risk_point for item in ITEMS} == set(CATALOG.risk_points)


def test_an_article_that_threatens_a_fine_and_a_seizure_is_two_items() -> None:
    acts = {item.act: item.kinds for item in ITEMS if (item.risk_point, item.basis.law) == ("HW-04", HIGHWAY)}
    assert acts == {"inspection": (), "coercion": ("detention",), "penalty": ("fine",)}


HIGHWAY = "highway_protection_regulation"


def test_on_a_day_only_what_is_in_force_is_listed() -> None:
    def permits(day: date) -> set[tuple[str | None, str]]:
        found = enforcement_items(CATALOG, HELD, area="RT", on=day)
        return {(item.basis.version, item.bodies[0].en) for item in found if item.act == "permit"}

    assert permits(date(2022, 3, 1)) == {("2019-03-02", "road transport management body")}
    assert permits(date(2022, 6, 1)) == {("2022-03-29", "transport authority")}
    assert permits(date(2023, 9, 1)) == {("2023-07-20", "transport authority")}


def items_file(**changes: Any) -> str:
    data: dict[str, Any] = {
        "bodies": {
            "transport": {"name": {"zh": "交通主管部门", "en": "transport authority"}, "words": ["交通主管部门"]}
        },
        "competences": [{"law": "highway_law", "version": "2017-11-04", "articles": ["76"], "bodies": ["transport"]}],
        "powers": [
            {
                "risk_point": "HW-01",
                "act": "permit",
                "subject": {"zh": "超限批准", "en": "approval"},
                "bodies": ["transport"],
                "basis": {
                    "law": "highway_law",
                    "version": "2017-11-04",
                    "article": "50",
                    "quote": "超限",
                    "sureness": "text",
                },
            }
        ],
    }
    return json.dumps(data | changes, ensure_ascii=False)


def changed(part: str, **values: Any) -> str:
    entry = json.loads(items_file())[part][0]
    entry |= values
    return items_file(**{part: [entry]})


BASIS = json.loads(items_file())["powers"][0]["basis"]
BAD = {
    "clean": (items_file(), []),
    "no_competence": (items_file(competences=[]), ["RE-382"]),
    "article_not_cited": (changed("competences", articles=["76", "77"]), ["RE-383"]),
    "article_twice": (changed("competences", articles=["76", "76"]), ["RE-383"]),
    "body_unknown": (changed("competences", bodies=["transprot"]), ["RE-406"]),
    "body_unused": (items_file(bodies=json.loads(items_file())["bodies"] | {"police": {
        "name": {"zh": "公安机关", "en": "police"}, "words": ["公安机关"]}}), ["RE-384"]),
    "risk_point_unknown": (changed("powers", risk_point="HW-09"), ["RE-406"]),
    "law_unknown": (changed("powers", basis=BASIS | {"law": "highway_lore"}), ["RE-407"]),
    "version_unknown": (changed("powers", basis=BASIS | {"version": "1900-01-01"}), ["RE-408"]),
    "nothing_quoted": (changed("powers", basis={k: v for k, v in BASIS.items() if k != "quote"}), ["RE-380"]),
    "one_language": (changed("powers", subject={"zh": "批准", "en": "批准"}), ["RE-433"]),
    "act_unknown": (changed("powers", act="permission"), ["RE-404"]),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_each_rule_of_the_items_has_a_bad_example(case: str, tmp_path: Path) -> None:
    content, codes = BAD[case]
    shutil.copytree(WHOLE, tmp_path / "small")
    (tmp_path / "small" / "risk_catalog" / "enforcement_items.yaml").write_text(content, "utf-8")
    problems = lint_catalog(tmp_path / "small")
    assert [problem.code for problem in problems] == codes, [problem.text() for problem in problems]
    for problem in problems:
        assert problem.source == "risk_catalog/enforcement_items.yaml"
        assert problem.line


def bodies_of(text: str, **values: Any) -> list[tuple[str, tuple[str, ...]]]:
    held = EnforcementItems.model_validate(json.loads(changed("competences", **values)) | {"powers": []})
    title = CATALOG.laws.title("highway_law").zh
    articles = {"8": (("由交通主管部门负责。", ()),), "76": ((text, ()),)}
    texts = {(title, "2017-11-04"): LawText(title, "2017-11-04", "f", "0", articles)}
    return [(entry.result, entry.why) for entry in check_bodies(held, CATALOG.laws, texts)]


def test_a_body_stands_in_the_article_or_in_the_one_that_names_it() -> None:
    assert bodies_of("由交通主管部门责令停止，处罚款。") == [("verified", ())]
    assert bodies_of("由公安机关处罚款。") == [("body_not_named", ("transport",))]
    assert bodies_of("处罚款。", named_by=BASIS | {"article": "8"}) == [("verified", ())]
    assert bodies_of("处罚款。", note={"zh": "依分工", "en": "by division of work"}) == [("verified", ("transport",))]


def run(*args: str) -> Any:
    return CliRunner().invoke(cli, ["catalog", "items", *args])


def test_the_command_lists_and_filters() -> None:
    data = json.loads(run("--area", "HW", "--as-of", "2022-12-31", "--json").stdout)
    assert {entry["risk_point"][:2] for entry in data} == {"HW"}
    assert all(entry["in_force"]["from"] <= "2022-12-31" for entry in data)
    assert len(json.loads(run("--json").stdout)) == len(ITEMS)
    for lang, word in (("zh", "行政处罚"), ("en", "penalty")):
        done = run("--area", "EC", "--lang", lang)
        assert done.exit_code == 0
        assert word in done.stdout
    for wrong in (("--area", "XX"), ("--as-of", "2022-13-01")):
        done = run(*wrong)
        assert done.exit_code == 2
        assert "RE-6" in done.output
